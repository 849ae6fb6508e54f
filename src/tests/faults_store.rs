//! Tests for a store that is locked, gone, full or unresponsive: cached data is served as far as possible, writes are
//! refused with a clear message, and everything works again once the store recovers.

use crate::{
    store::{is_known, save},
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
const BOUND: Duration = Duration::from_secs(25);

fn assert_unavailable(answer: &TestResponse, said: &str) -> Result<()> {
    assert_eq!(answer.status_and_code()?, (503, "store_unavailable".into()), "{}", answer.text());
    assert!(answer.text().contains(said), "{}", answer.text());
    Ok(())
}

async fn clear(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    let ask = app.post_json("/api/credential/clear", &json!({"provider": "stytch"}));
    ask.header("origin", "http://127.0.0.1:3000").header("cookie", cookie).send().await
}

/// Makes a call and returns its response.
async fn call(app: &TestApp, cookie: &str) -> Result<TestResponse> {
    app.post(OPERATION_TOOL, "").header("cookie", cookie).send().await
}

#[tokio::test]
async fn while_somebody_else_writes_all_is_read_and_what_cannot_be_saved_is_said() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::new().with_base_url(&upstream.url));
    let app = setup.start_app().await?;
    let (used, new) = (save(&app, None).await?.cookie()?, save(&app, None).await?.cookie()?);
    assert!(is_known(&app, &used).await?);
    let newest = save(&app, Some(&new)).await?.cookie()?;
    app.gateway.audit().flush().await;
    let mut somebody = store.connect().await?;
    let lock =
        if store.sqlite_path().is_some() { "" } else { "LOCK TABLE sessions, credentials, audit IN EXCLUSIVE MODE" };
    somebody.execute(if store.sqlite_path().is_some() { "BEGIN IMMEDIATE" } else { "BEGIN" }).await?;
    somebody.execute(lock).await?;
    let start = Instant::now();
    let (known, page, first, saved, cleared) = tokio::try_join!(
        call(&app, &used),
        app.get(OPERATION_PAGE).header("cookie", &used).send(),
        // The first use of a session requires a write to the store.
        call(&app, &newest),
        save(&app, Some(&used)),
        clear(&app, &used),
    )?;
    assert_eq!([known.status, page.status, first.status], [200; 3], "{}", first.text());
    assert_unavailable(&saved, "The credential was not saved")?;
    assert_unavailable(&cleared, "The credential was not removed")?;
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    somebody.execute("ROLLBACK").await?;
    assert!(is_known(&app, &used).await? && is_known(&app, &newest).await?);
    let saved = save(&app, Some(&used)).await?.cookie()?;
    assert!(is_known(&app, &saved).await? && !is_known(&app, &used).await?);
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
async fn a_store_that_keeps_readers_waiting_is_given_up() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let app = store.apply_to(TestEnv::new().with_base_url(&upstream.url)).start_app().await?;
    let cookie = save(&app, None).await?.cookie()?;
    if store.sqlite_path().is_some() {
        return Ok(());
    }
    let mut somebody = store.connect().await?;
    somebody.execute("BEGIN").await?;
    somebody.execute("LOCK TABLE sessions, credentials, keys IN ACCESS EXCLUSIVE MODE").await?;
    let start = Instant::now();
    let (called, page, ready) = tokio::try_join!(
        call(&app, &cookie),
        app.get(OPERATION_PAGE).header("cookie", &cookie).send(),
        app.get("/readyz").send()
    )?;
    assert_unavailable(&called, "Nothing was sent")?;
    assert_eq!([page.status, ready.status].map(|status| status.as_u16()), [200, 503]);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert!(upstream.received_requests().is_empty());
    somebody.execute("ROLLBACK").await?;
    assert!(is_known(&app, &cookie).await?);
    Ok(())
}

/// A network device that drops connections silently sends no reset.
#[tokio::test]
async fn a_store_behind_a_network_that_goes_silent_is_given_up() -> Result<()> {
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
    let (own, operators, ready, saved) = tokio::try_join!(
        call(&app, &cookie),
        app.post(OPERATION_TOOL, "").send(),
        app.get("/readyz").send(),
        save(&app, None)
    )?;
    assert_unavailable(&own, "Nothing was sent")?;
    assert_unavailable(&saved, "The credential was not saved")?;
    // The cached snapshot of disabled items is still used for a while.
    assert!(operators.status == 200 || operators.status_and_code()?.1 == "store_unavailable", "{}", operators.text());
    assert_eq!(ready.status, 503);
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    relay.set_silent(false);
    assert!(is_known(&app, &cookie).await?);
    timeout(BOUND, app.gateway.audit().flush()).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_recorded_though_nobody_heard_of_it_is_recorded_once() -> Result<()> {
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
async fn a_store_whose_file_is_moved_away_takes_nothing_until_it_is_back() -> Result<()> {
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
    assert!(is_known(&app, &cookie).await?);
    let cookie = save(&app, Some(&cookie)).await?.cookie()?;
    assert!(is_known(&app, &cookie).await?);
    assert_eq!(app.get("/readyz").send().await?.status, 200);
    Ok(())
}

/// Saves a credential on a server in another process. Returns the status, and the cookie or the error message.
async fn save_there(server: &ServerProcess, cookie: &str, secret: usize) -> Result<(u16, String)> {
    let values = json!({"basicAuth/username": "project-test-1", "basicAuth/password": format!("secret-{secret}")});
    let ask = reqwest::Client::new()
        .post(format!("{}/api/credential/save", server.url))
        .header("content-type", "application/json")
        .header("cookie", cookie)
        .body(json!({"provider": "stytch", "values": values}).to_string());
    let answer = ask.send().await?;
    let cookie = answer.headers().get("set-cookie").map(|cookie| cookie.to_str().map(str::to_owned)).transpose()?;
    let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned());
    Ok((
        answer.status().as_u16(),
        match cookie {
            Some(cookie) => cookie,
            None => answer.text().await?,
        },
    ))
}

/// Returns true if a server in another process makes calls with the credential of a cookie.
async fn is_known_there(server: &ServerProcess, cookie: &str) -> Result<bool> {
    let ask = reqwest::Client::new().post([&server.url, OPERATION_TOOL].concat()).header("cookie", cookie).body("{}");
    let answer: Value = serde_json::from_str(&ask.send().await?.text().await?)?;
    Ok(answer["meta"]["status"] == 200)
}

fn bound_files(server: &ServerProcess, bytes: Option<u64>) -> Result<()> {
    prlimit(Some(server.pid()?), Resource::Fsize, Rlimit { current: bytes, maximum: None })?;
    Ok(())
}

/// A file size limit on the process simulates a full disk, because a test may not mount a file system.
#[tokio::test]
async fn a_full_disk_loses_nothing_takes_nothing_and_is_said() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let start = |folder: &Path| {
        // The system kills a process that exceeds its file size limit, unless the process ignores SIGXFSZ.
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\"", env!("CARGO_BIN_EXE_api-explorer")]);
        ServerProcess::start_with(&mut command, folder, &[("STYTCH_BASE_URL", &upstream.url)])
    };
    let server = start(folder.path())?;
    let (mut cookies, mut refused) = (Vec::new(), Vec::new());
    let former = save_there(&server, "", 0).await?.1;
    // The first use of the session would require a write.
    cookies.push(save_there(&server, &former, 0).await?.1);
    let size = |name: &str| fs::metadata(folder.path().join(name)).map(|file| file.len());
    // Leaves space for a few more writes.
    bound_files(&server, Some(size("explorer.db-wal")?.max(size("explorer.db")?) + 60_000))?;
    for secret in 1..100 {
        match save_there(&server, "", secret).await? {
            (200, cookie) => cookies.push(cookie),
            (_, said) => refused.push(said),
        }
        if refused.len() == 5 {
            break;
        }
    }
    assert!(cookies.len() > 1 && refused.len() == 5, "{} were taken", cookies.len());
    let is_said = |said: &String| said.contains("store_unavailable") && said.contains("The credential was not saved");
    assert!(refused.iter().all(is_said), "{refused:?}");
    for cookie in &cookies {
        assert!(is_known_there(&server, cookie).await?, "what was acknowledged is lost");
    }
    bound_files(&server, None)?;
    let (status, cookie) = save_there(&server, "", 1000).await?;
    assert_eq!(status, 200, "{cookie}");
    cookies.push(cookie);
    drop(server);
    let server = start(folder.path())?;
    for cookie in &cookies {
        assert!(is_known_there(&server, cookie).await?, "what was acknowledged is lost");
    }
    Ok(())
}
