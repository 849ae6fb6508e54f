//! Tests that the key of a store can be rotated, and that saved data survives.

use crate::{
    store::{is_known, save, setup},
    support::{OPERATION_TOOL, TestEnv, TestStore, Upstream},
};
use anyhow::{Context, Result};
use api_explorer::store::{key::SealingKey, rotation::rotate_key};
use secrecy::ExposeSecret;
use std::fs;

#[tokio::test]
async fn after_a_rotation_the_new_key_opens_what_the_old_one_sealed() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::new().with_base_url(&upstream.url));
    let running = setup.start_app().await?;
    let cookie = save(&running, None).await?.cookie()?;
    let next = SealingKey::generate_base64();
    assert!(rotate_key(&store.settings(), Some(&next)).await?.starts_with("1 credentials were resealed"));
    assert!(setup.start_app().await.is_err(), "the old key opens nothing any more");
    let restarted = setup.set_var("EXPLORER_KEY", next.expose_secret()).start_app().await?;
    assert!(is_known(&restarted, &cookie).await?);
    Ok(())
}

#[tokio::test]
async fn a_server_that_runs_with_the_old_key_says_that_it_must_be_started_again() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let running = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let cookie = save(&running, None).await?.cookie()?;
    rotate_key(&store.settings(), Some(&SealingKey::generate_base64())).await?;
    let called = running.post(OPERATION_TOOL, "").header("cookie", &cookie).send().await?;
    let saved = save(&running, Some(&cookie)).await?;
    for answer in [called, saved] {
        assert_eq!(answer.status_and_code()?, (503, "store_unavailable".into()));
        assert!(answer.text().contains("operator of this server to restart it"), "{}", answer.text());
    }
    assert_eq!(running.get("/readyz").send().await?.status, 503);
    Ok(())
}

#[tokio::test]
async fn a_rotation_that_broke_off_before_the_key_file_was_moved_is_finished_at_the_next_start() -> Result<()> {
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
    assert!(is_known(&setup.start_app().await?, &cookie).await?);
    assert!(fs::read(&file)? == new && !next.exists());
    Ok(())
}

#[tokio::test]
async fn a_rotation_that_broke_off_before_anything_was_sealed_changes_nothing_and_can_be_run_again() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let setup = setup(folder.path(), &upstream);
    let cookie = save(&setup.start_app().await?, None).await?.cookie()?;
    let (file, next) = (folder.path().join("explorer.key"), folder.path().join("explorer.key.next"));
    fs::copy(&file, &next)?;
    fs::write(&next, SealingKey::generate_base64().expose_secret())?;
    assert!(is_known(&setup.start_app().await?, &cookie).await?);
    rotate_key(&setup.to_settings()?.store, None).await?;
    assert!(is_known(&setup.start_app().await?, &cookie).await?);
    Ok(())
}

#[tokio::test]
async fn a_rotation_says_which_key_is_missing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let upstream = Upstream::succeeding().await?;
    let of_file = setup(folder.path(), &upstream);
    let old = SealingKey::generate_base64();
    let of_variable = of_file.clone().set_var("EXPLORER_KEY", old.expose_secret());
    of_variable.start_app().await?;
    for (settings, next, said) in [
        (of_variable.to_settings()?, None, "EXPLORER_NEW_KEY is missing"),
        (of_variable.to_settings()?, Some(old.clone()), "the same"),
        (of_variable.to_settings()?, Some("hunter2".into()), "EXPLORER_NEW_KEY cannot be used"),
    ] {
        let refusal = rotate_key(&settings.store, next.as_ref()).await.err().context("it was changed")?;
        let refusal = format!("{refusal:#}");
        assert!(refusal.contains(said) && !refusal.contains("hunter2"), "{refusal}");
    }
    of_variable.start_app().await?;
    Ok(())
}
