//! Tests that a killed server loses no acknowledged write, and leaves no partial write.

use crate::support::{CALLER_PROJECT, process::ServerProcess};
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::{Value, json};

/// Returns the number of times that the server is killed: many in a complete test run, few during development.
fn kills() -> u64 {
    if std::env::var_os("EXPLORER_TEST_ALL").is_some() { 200 } else { 15 }
}

/// Returns true if a server has a saved credential.
async fn has(server: &ServerProcess, saved: &Saved) -> Result<bool> {
    let page = reqwest::Client::new().get(format!("{}/stytch/apiUserV1Create", server.url));
    let page = page.header("cookie", &saved.cookie).send().await?.text().await?;
    Ok(page.contains(&saved.fingerprint))
}

/// Saves a credential. Returns `None` if no complete response arrived.
async fn save(url: String, number: u64) -> Result<Option<Saved>> {
    let values =
        json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": format!("secret-test-{number:020}")});
    let ask = reqwest::Client::new()
        .post(format!("{url}/api/credential/save"))
        .header("content-type", "application/json")
        .body(json!({"provider": "stytch", "values": values}).to_string());
    let Ok(answer) = ask.send().await else { return Ok(None) };
    let cookie = answer.headers().get("set-cookie").context("no cookie")?.to_str()?.to_owned();
    let Ok(text) = answer.text().await else { return Ok(None) };
    let status: Value = serde_json::from_str(&text)?;
    let fingerprint = status["fingerprint"].as_str().context(text)?.to_owned();
    Ok(Some(Saved { cookie: cookie.split(';').next().unwrap_or_default().to_owned(), fingerprint }))
}

/// An acknowledged save.
struct Saved {
    cookie: String,
    fingerprint: String,
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_saves_loses_nothing_that_it_acknowledged() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut acknowledged: Vec<Saved> = Vec::new();
    for kill in 0..kills() {
        let mut server = ServerProcess::start(folder.path(), &[])?;
        for saved in acknowledged.iter().rev().take(10) {
            ensure!(has(&server, saved).await?, "lost after kill {kill}: {}", saved.fingerprint);
        }
        // The server is killed after some of the saves were acknowledged: none, one, up to all but one.
        let mut saves: FuturesUnordered<_> =
            (0..12).map(|save| self::save(server.url.clone(), kill * 100 + save)).collect();
        let enough = acknowledged.len() + usize::try_from(kill % 12)?;
        while acknowledged.len() < enough
            && let Some(answer) = saves.next().await
        {
            acknowledged.push(answer?.context("a save was not answered")?);
        }
        server.kill()?;
        while let Some(answer) = saves.next().await {
            acknowledged.extend(answer?);
        }
    }
    let server = ServerProcess::start(folder.path(), &[])?;
    for saved in &acknowledged {
        ensure!(has(&server, saved).await?, "lost: {}", saved.fingerprint);
    }
    ensure!(!acknowledged.is_empty(), "nothing was acknowledged");
    Ok(())
}
