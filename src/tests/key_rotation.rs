//! Tests that the key of a store can be rotated, and that saved data survives.

use crate::{
    store::{has_saved_credential, save, setup},
    support::{OPERATION_TOOL, TestEnv, TestStore, Upstream},
};
use anyhow::{Context, Result};
use api_explorer::store::{key::SealingKey, rotation::rotate_key};
use secrecy::ExposeSecret;
use std::fs;

#[tokio::test]
async fn after_a_rotation_the_new_key_decrypts_existing_data() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::new().with_base_url(&upstream.url));
    let running = setup.start_app().await?;
    let cookie = save(&running, None).await?.cookie()?;
    let next = SealingKey::generate_base64();
    assert!(rotate_key(&store.settings(), Some(&next)).await?.starts_with("1 credentials were resealed"));
    assert!(setup.start_app().await.is_err(), "the old key no longer opens the store");
    let restarted = setup.set_var("EXPLORER_KEY", next.expose_secret()).start_app().await?;
    assert!(has_saved_credential(&restarted, &cookie).await?);
    Ok(())
}

#[tokio::test]
async fn a_server_that_runs_with_the_old_key_requests_a_restart() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let running = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let cookie = save(&running, None).await?.cookie()?;
    rotate_key(&store.settings(), Some(&SealingKey::generate_base64())).await?;
    let called = running.post(OPERATION_TOOL, "").header("cookie", &cookie).send().await?;
    let saved = save(&running, Some(&cookie)).await?;
    for response in [called, saved] {
        assert_eq!(response.status_and_code()?, (503, "store_unavailable".into()));
        assert!(response.text().contains("operator of this server to restart it"), "{}", response.text());
    }
    assert_eq!(running.get("/readyz").send().await?.status, 503);
    Ok(())
}

#[tokio::test]
async fn a_rotation_interrupted_before_the_key_file_was_moved_is_completed_at_the_next_start() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let setup = setup(folder.path(), &upstream);
    let cookie = save(&setup.start_app().await?, None).await?.cookie()?;
    let (file, next) = (folder.path().join("explorer.key"), folder.path().join("explorer.key.next"));
    let old = fs::read(&file)?;
    rotate_key(&setup.to_settings()?.store, None).await?;
    let new = fs::read(&file)?;
    assert!(new != old && !next.exists());
    fs::rename(&file, &next)?;
    fs::copy(&next, &file)?;
    fs::write(&file, &old)?;
    assert!(has_saved_credential(&setup.start_app().await?, &cookie).await?);
    assert!(fs::read(&file)? == new && !next.exists());
    Ok(())
}

#[tokio::test]
async fn a_rotation_interrupted_before_resealing_changes_nothing_and_can_be_repeated() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let setup = setup(folder.path(), &upstream);
    let cookie = save(&setup.start_app().await?, None).await?.cookie()?;
    let (file, next) = (folder.path().join("explorer.key"), folder.path().join("explorer.key.next"));
    fs::copy(&file, &next)?;
    fs::write(&next, SealingKey::generate_base64().expose_secret())?;
    assert!(has_saved_credential(&setup.start_app().await?, &cookie).await?);
    rotate_key(&setup.to_settings()?.store, None).await?;
    assert!(has_saved_credential(&setup.start_app().await?, &cookie).await?);
    Ok(())
}

#[tokio::test]
async fn a_rotation_names_the_key_that_is_missing_or_invalid() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let upstream = Upstream::succeeding().await?;
    let file_setup = setup(folder.path(), &upstream);
    let old = SealingKey::generate_base64();
    let variable_setup = file_setup.clone().set_var("EXPLORER_KEY", old.expose_secret());
    variable_setup.start_app().await?;
    for (settings, next, expected_message) in [
        (variable_setup.to_settings()?, None, "EXPLORER_NEW_KEY is missing"),
        (variable_setup.to_settings()?, Some(old.clone()), "the same"),
        (variable_setup.to_settings()?, Some("hunter2".into()), "EXPLORER_NEW_KEY cannot be used"),
    ] {
        let refusal = rotate_key(&settings.store, next.as_ref()).await.err().context("the key was rotated")?;
        let refusal = format!("{refusal:#}");
        assert!(refusal.contains(expected_message) && !refusal.contains("hunter2"), "{refusal}");
    }
    variable_setup.start_app().await?;
    Ok(())
}
