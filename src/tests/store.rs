//! Tests that saved data survives a restart of the server, and that no other user can read it.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse, TestStore, Upstream,
    basic_authorization,
};
use anyhow::{Context, Result};
use api_explorer::store::{key::SealingKey, sessions::SESSION_CAPACITY};
use secrecy::ExposeSecret;
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// Returns the setup of a server whose store is a file in a folder.
pub(crate) fn setup(folder: &Path, upstream: &Upstream) -> TestEnv {
    let database = format!("sqlite:{}", folder.join("explorer.db").display());
    TestEnv::new().with_base_url(&upstream.url).set_var("DATABASE_URL", &database)
}

pub(crate) async fn save(app: &TestApp, cookie: Option<&str>) -> Result<TestResponse> {
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    let request = app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": values}));
    let request = request.header("origin", "http://127.0.0.1:3000");
    match cookie {
        Some(cookie) => request.header("cookie", cookie).send().await,
        None => request.send().await,
    }
}

/// Returns true if a call with this cookie uses the caller's own credential.
pub(crate) async fn has_saved_credential(app: &TestApp, cookie: &str) -> Result<bool> {
    let response = app.post(OPERATION_TOOL, "").header("cookie", cookie).send().await?;
    match response.status.as_u16() {
        200 => Ok(true),
        401 if ["no_credential", "session_ended"].contains(&&*response.status_and_code()?.1) => Ok(false),
        _ => anyhow::bail!("{}", response.text()),
    }
}

#[tokio::test]
async fn a_saved_credential_survives_a_restart() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::new().with_base_url(&upstream.url));
    let cookie = save(&setup.start_app().await?, None).await?.cookie()?;
    let restarted = setup.start_app().await?;
    assert!(has_saved_credential(&restarted, &cookie).await?);
    assert_eq!(upstream.only_request()?.header("authorization"), basic_authorization(CALLER_PROJECT, CALLER_SECRET));
    Ok(())
}

#[tokio::test]
async fn no_file_of_the_store_contains_a_credential_or_a_session_id() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let app = setup(folder.path(), &upstream).start_app().await?;
    let cookie = save(&app, None).await?.cookie()?;
    let (_, name) = cookie.split_once('=').context("no value")?;
    let mut files = 0;
    for file in fs::read_dir(folder.path())? {
        let path = file?.path();
        let bytes = fs::read(&path)?;
        let text = String::from_utf8_lossy(&bytes);
        for secret in [CALLER_SECRET, CALLER_PROJECT, name, &name.replace('-', "")] {
            assert!(!text.contains(secret), "{} holds {secret}", path.display());
        }
        files += 1;
    }
    assert!(files >= 2, "{files} files");
    assert_eq!(fs::metadata(folder.path().join("explorer.key"))?.permissions().mode() & 0o777, 0o600);
    Ok(())
}

#[tokio::test]
async fn a_store_is_not_opened_without_its_key_or_with_another_key() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let setup = setup(folder.path(), &upstream);
    let cookie = save(&setup.start_app().await?, None).await?.cookie()?;
    let file = folder.path().join("explorer.key");
    let key = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let other = SealingKey::generate_base64();
    for (setup, expected_message) in [
        (setup.clone(), "backup"),
        (setup.clone().set_var("EXPLORER_KEY", other.expose_secret()), "was sealed with the key"),
        (setup.clone().set_var("EXPLORER_KEY", "hunter2"), "api-explorer key new"),
    ] {
        let error = setup.start_app().await.err().context("the store was opened")?;
        let message = format!("{error:#}");
        assert!(message.contains(expected_message) && !message.contains("hunter2"), "{message}");
    }
    let same = setup.set_var("EXPLORER_KEY", key.trim()).start_app().await?;
    assert!(has_saved_credential(&same, &cookie).await?);
    Ok(())
}

#[tokio::test]
async fn a_lost_response_loses_no_credential_and_a_new_session_id_ends_the_old_one() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let app = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let first = save(&app, None).await?.cookie()?;
    let lost_cookie = save(&app, Some(&first)).await?.cookie()?;
    assert!(has_saved_credential(&app, &first).await?, "the response with the new session id may be lost");
    let second = save(&app, Some(&first)).await?.cookie()?;
    assert!(first != lost_cookie && lost_cookie != second);
    assert!(has_saved_credential(&app, &second).await?);
    assert!(!has_saved_credential(&app, &first).await?, "the old session id is no longer valid");
    assert!(has_saved_credential(&app, &second).await?);
    Ok(())
}

#[tokio::test]
async fn the_number_of_sessions_is_limited_and_the_least_recently_used_are_removed() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let app = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let mut cookies = Vec::new();
    for _ in 0..5 {
        cookies.push(save(&app, None).await?.cookie()?);
    }
    app.store.sweep(SESSION_CAPACITY).await.ok().context("the sweep failed")?;
    for cookie in &cookies {
        assert!(has_saved_credential(&app, cookie).await?);
    }
    app.store.sweep(2).await.ok().context("the sweep failed")?;
    let mut valid_count = 0;
    for cookie in &cookies {
        valid_count += usize::from(has_saved_credential(&app, cookie).await?);
    }
    assert_eq!(valid_count, 2);
    Ok(())
}

#[tokio::test]
async fn an_unavailable_store_is_reported_and_no_other_credential_is_used() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let app =
        store.apply_to(TestEnv::new().with_base_url(&upstream.url)).with_operator_credential().start_app().await?;
    let cookie = save(&app, None).await?.cookie()?;
    assert_eq!(app.get("/readyz").send().await?.status, 200);
    app.store.close().await;
    let response = app.post(OPERATION_TOOL, "").header("cookie", &cookie).send().await?;
    assert_eq!(response.status_and_code()?, (503, "store_unavailable".into()));
    let response = save(&app, Some(&cookie)).await?;
    assert_eq!(response.status_and_code()?, (503, "store_unavailable".into()));
    assert!(response.text().contains("was not saved"), "{}", response.text());
    assert_eq!(app.get("/readyz").send().await?.status, 503);
    assert_eq!(app.get("/healthz").send().await?.status, 200);
    assert_eq!(app.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.status, 200);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn servers_that_share_a_store_share_sessions() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::new().with_base_url(&upstream.url));
    let (one, other) = (setup.start_app().await?, setup.start_app().await?);
    let cookie = save(&one, None).await?.cookie()?;
    assert!(has_saved_credential(&other, &cookie).await? && has_saved_credential(&one, &cookie).await?);
    let cleared = other.post_json("/api/credential/clear", &json!({"provider": "stytch"})).header("cookie", &cookie);
    assert_eq!(cleared.send().await?.status, 200);
    assert!(!has_saved_credential(&one, &cookie).await? && !has_saved_credential(&other, &cookie).await?);
    Ok(())
}
