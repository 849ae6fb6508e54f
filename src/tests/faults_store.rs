//! Tests for a store that is locked, gone, full or unresponsive: cached data is served as far as possible, writes are
//! refused with a clear message, and everything works again once the store recovers.

use crate::{
    store::{has_saved_credential, save},
    support::{
        OPERATION_PAGE, OPERATION_TOOL, Relay, TestApp, TestEnv, TestResponse, TestStore, Upstream,
        process::ServerProcess,
    },
};
use anyhow::{Context, Result};
use api_explorer::store::audit::{AuditQuery, AuditRecord};
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::{Value, json};
use sqlx::Executor;
use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// Longer than any timeout of the store, so that a test still ends.
const MAX_DURATION: Duration = Duration::from_secs(25);

fn assert_unavailable(response: &TestResponse, expected_message: &str) -> Result<()> {
    assert_eq!(response.status_and_code()?, (503, "store_unavailable".into()), "{}", response.text());
    assert!(response.text().contains(expected_message), "{}", response.text());
    Ok(())
}

async fn clear(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    let request = app.post_json("/api/credential/clear", &json!({"provider": "stytch"}));
    request.header("origin", "http://127.0.0.1:3000").header("cookie", cookie).send().await
}

/// Makes a call and returns its response.
async fn call(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    app.post(OPERATION_TOOL, "").header("cookie", cookie).send().await
}

#[tokio::test]
async fn while_the_store_is_locked_reads_work_and_failed_writes_are_reported() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::new().with_base_url(&upstream.url));
    let app = setup.start_app().await?;
    let (used, new) = (save(&app, None).await?.cookie()?, save(&app, None).await?.cookie()?);
    assert!(has_saved_credential(&app, &used).await?);
    let newest = save(&app, Some(&new)).await?.cookie()?;
    app.gateway.audit().flush().await;
    let mut other_connection = store.connect().await?;
    let lock =
        if store.sqlite_path().is_some() { "" } else { "LOCK TABLE sessions, credentials, audit IN EXCLUSIVE MODE" };
    other_connection.execute(if store.sqlite_path().is_some() { "BEGIN IMMEDIATE" } else { "BEGIN" }).await?;
    other_connection.execute(lock).await?;
    let start = Instant::now();
    let (called, page, first, saved, cleared) = tokio::try_join!(
        call(&app, &used),
        app.get(OPERATION_PAGE).header("cookie", &used).send(),
        // The first use of a session requires a write to the store.
        call(&app, &newest),
        save(&app, Some(&used)),
        clear(&app, &used),
    )?;
    assert_eq!([called.status, page.status, first.status], [200; 3], "{}", first.text());
    assert_unavailable(&saved, "The credential was not saved")?;
    assert_unavailable(&cleared, "The credential was not removed")?;
    assert!(start.elapsed() < MAX_DURATION, "{:?}", start.elapsed());
    other_connection.execute("ROLLBACK").await?;
    assert!(has_saved_credential(&app, &used).await? && has_saved_credential(&app, &newest).await?);
    let saved = save(&app, Some(&used)).await?.cookie()?;
    assert!(has_saved_credential(&app, &saved).await? && !has_saved_credential(&app, &used).await?);
    // The audit records of the outage are written as soon as the store is available.
    app.gateway.audit().flush().await;
    let records =
        app.store.find_records(&AuditQuery { details_filter: "call".into(), ..AuditQuery::default() }, 100).await;
    let records = records.ok().context("no records")?;
    assert_eq!(records.iter().filter(|record| record.status == Some(200)).count(), 6);
    Ok(())
}

/// In SQLite, readers never wait for other connections.
#[tokio::test]
async fn a_store_that_blocks_readers_times_out() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let app = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let cookie = save(&app, None).await?.cookie()?;
    if store.sqlite_path().is_some() {
        return Ok(());
    }
    let mut other_connection = store.connect().await?;
    other_connection.execute("BEGIN").await?;
    other_connection.execute("LOCK TABLE sessions, credentials, keys IN ACCESS EXCLUSIVE MODE").await?;
    let start = Instant::now();
    let (called, page, ready) = tokio::try_join!(
        call(&app, &cookie),
        app.get(OPERATION_PAGE).header("cookie", &cookie).send(),
        app.get("/readyz").send()
    )?;
    assert_unavailable(&called, "Nothing was sent")?;
    assert_eq!([page.status, ready.status].map(|status| status.as_u16()), [200, 503]);
    assert!(start.elapsed() < MAX_DURATION, "{:?}", start.elapsed());
    assert!(upstream.received_requests().is_empty());
    other_connection.execute("ROLLBACK").await?;
    assert!(has_saved_credential(&app, &cookie).await?);
    Ok(())
}

/// A network device that drops connections silently sends no reset.
#[tokio::test]
async fn a_store_behind_a_silent_network_times_out() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    if store.sqlite_path().is_some() {
        return Ok(());
    }
    let relay = Relay::start(store.postgres_address()?).await?;
    let setup = store
        .apply_to(TestEnv::new().with_base_url(&upstream.url))
        .set_var("DATABASE_URL", &store.url_at_port(relay.port)?);
    let app = setup.with_operator_credential().start_app().await?;
    let cookie = save(&app, None).await?.cookie()?;
    assert_eq!(call(&app, &cookie).await?.status, 200);
    relay.set_silent(true);
    let start = Instant::now();
    let (caller_call, operator_call, ready, saved) = tokio::try_join!(
        call(&app, &cookie),
        app.post(OPERATION_TOOL, "").send(),
        app.get("/readyz").send(),
        save(&app, None)
    )?;
    assert_unavailable(&caller_call, "Nothing was sent")?;
    assert_unavailable(&saved, "The credential was not saved")?;
    // The cached snapshot of disabled items is still used for a while.
    assert!(
        operator_call.status == 200 || operator_call.status_and_code()?.1 == "store_unavailable",
        "{}",
        operator_call.text()
    );
    assert_eq!(ready.status, 503);
    assert!(start.elapsed() < MAX_DURATION, "{:?}", start.elapsed());
    relay.set_silent(false);
    assert!(has_saved_credential(&app, &cookie).await?);
    timeout(MAX_DURATION, app.gateway.audit().flush()).await?;
    Ok(())
}

#[tokio::test]
async fn a_record_that_is_inserted_again_is_stored_once() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let [first, second] = ["first", "second"].map(|action| AuditRecord::new("local", None, action));
    app.store.insert_records(std::slice::from_ref(&first)).await.ok().context("not added")?;
    app.store.insert_records(&[first, second]).await.ok().context("not added again")?;
    let records = app.store.find_records(&AuditQuery::default(), 10).await.ok().context("no records")?;
    let actions: Vec<_> = records.iter().map(|record| record.action.as_str()).collect();
    assert_eq!(actions, ["second", "first"]);
    Ok(())
}

#[tokio::test]
async fn a_store_whose_file_was_moved_accepts_no_writes_until_it_is_back() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let app = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let Some(file) = store.sqlite_path() else { return Ok(()) };
    let cookie = save(&app, None).await?.cookie()?;
    let aside = file.with_extension("aside");
    fs::rename(file, &aside)?;
    for replaced in [false, true] {
        if replaced {
            // An old copy is restored while the server runs.
            fs::copy(&aside, file)?;
        }
        let (called, saved, ready, page) = tokio::try_join!(
            call(&app, &cookie),
            save(&app, Some(&cookie)),
            app.get("/readyz").send(),
            app.get(OPERATION_PAGE).header("cookie", &cookie).send()
        )?;
        assert_unavailable(&called, "Nothing was sent")?;
        assert_unavailable(&saved, "The credential was not saved")?;
        assert_eq!([ready.status, page.status].map(|status| status.as_u16()), [503, 200]);
        assert_eq!(app.get("/healthz").send().await?.status, 200);
    }
    assert!(upstream.received_requests().is_empty());
    fs::rename(&aside, file)?;
    assert!(has_saved_credential(&app, &cookie).await?);
    let cookie = save(&app, Some(&cookie)).await?.cookie()?;
    assert!(has_saved_credential(&app, &cookie).await?);
    assert_eq!(app.get("/readyz").send().await?.status, 200);
    Ok(())
}

/// Saves a credential on a server in another process. Returns the status, and the cookie or the error message.
async fn save_on(server: &ServerProcess, cookie: &str, secret: usize) -> Result<(u16, String)> {
    let values = json!({"basicAuth/username": "project-test-1", "basicAuth/password": format!("secret-{secret}")});
    let request = reqwest::Client::new()
        .post(format!("{}/api/credential/save", server.url))
        .header("content-type", "application/json")
        .header("cookie", cookie)
        .body(json!({"provider": "stytch", "values": values}).to_string());
    let response = request.send().await?;
    let cookie = response.headers().get("set-cookie").map(|cookie| cookie.to_str().map(str::to_owned)).transpose()?;
    let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned());
    Ok((
        response.status().as_u16(),
        match cookie {
            Some(cookie) => cookie,
            None => response.text().await?,
        },
    ))
}

/// Returns true if a server in another process makes calls with the credential of a cookie.
async fn has_saved_credential_on(server: &ServerProcess, cookie: &str) -> Result<bool> {
    let cookie = server.session_cookie(cookie.split('=').nth(1).unwrap_or_default());
    let request =
        reqwest::Client::new().post([&server.url, OPERATION_TOOL].concat()).header("cookie", cookie).body("{}");
    let response: Value = serde_json::from_str(&request.send().await?.text().await?)?;
    Ok(response["meta"]["status"] == 200)
}

fn limit_file_size(server: &ServerProcess, bytes: Option<u64>) -> Result<()> {
    prlimit(Some(server.pid()?), Resource::Fsize, Rlimit { current: bytes, maximum: None })?;
    Ok(())
}

/// A file size limit on the process simulates a full disk, because a test may not mount a file system.
#[tokio::test]
async fn a_full_disk_loses_no_data_and_is_reported() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let start = |folder: &Path| {
        // The system kills a process that exceeds its file size limit, unless the process ignores SIGXFSZ.
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\"", env!("CARGO_BIN_EXE_api-explorer")]);
        ServerProcess::start_with(&mut command, folder, &[("STYTCH_BASE_URL", &upstream.url)])
    };
    let server = start(folder.path())?;
    let (mut cookies, mut refused) = (Vec::new(), Vec::new());
    let former = save_on(&server, "", 0).await?.1;
    // The first use of the session would require a write.
    cookies.push(save_on(&server, &former, 0).await?.1);
    let size = |name: &str| fs::metadata(folder.path().join(name)).map(|file| file.len());
    // Leaves space for a few more writes.
    limit_file_size(&server, Some(size("explorer.db-wal")?.max(size("explorer.db")?) + 60_000))?;
    for secret in 1..100 {
        match save_on(&server, "", secret).await? {
            (200, cookie) => cookies.push(cookie),
            (_, message) => refused.push(message),
        }
        if refused.len() == 5 {
            break;
        }
    }
    assert!(cookies.len() > 1 && refused.len() == 5, "{} saves succeeded", cookies.len());
    let is_explained =
        |message: &String| message.contains("store_unavailable") && message.contains("The credential was not saved");
    assert!(refused.iter().all(is_explained), "{refused:?}");
    for cookie in &cookies {
        assert!(has_saved_credential_on(&server, cookie).await?, "an acknowledged write is lost");
    }
    limit_file_size(&server, None)?;
    let (status, cookie) = save_on(&server, "", 1000).await?;
    assert_eq!(status, 200, "{cookie}");
    cookies.push(cookie);
    drop(server);
    let server = start(folder.path())?;
    for cookie in &cookies {
        assert!(has_saved_credential_on(&server, cookie).await?, "an acknowledged write is lost");
    }
    Ok(())
}
