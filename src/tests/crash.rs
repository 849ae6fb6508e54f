//! Tests that a killed server loses no acknowledged write, and leaves no partial write.

use crate::support::{CALLER_PROJECT, process::ServerProcess};
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::{Value, json};

/// Returns the number of times that the server is killed: many in a complete test run, few during development.
fn kill_count() -> u64 {
    if std::env::var_os("EXPLORER_TEST_ALL").is_some() { 200 } else { 15 }
}

/// Returns true if a server has a saved credential.
async fn has_credential(server: &ServerProcess, saved: &Saved) -> Result<bool> {
    let page = reqwest::Client::new().get(format!("{}/stytch/apiUserV1Create", server.url));
    let page = page.header("cookie", server.session_cookie(&saved.session)).send().await?.text().await?;
    Ok(page.contains(&saved.fingerprint))
}

/// Saves a credential. Returns `None` if no complete response arrived.
async fn save(url: String, number: u64) -> Result<Option<Saved>> {
    let values =
        json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": format!("secret-test-{number:020}")});
    let request = reqwest::Client::new()
        .post(format!("{url}/api/credential/save"))
        .header("content-type", "application/json")
        .body(json!({"provider": "stytch", "values": values}).to_string());
    let Ok(response) = request.send().await else { return Ok(None) };
    let cookie = response.headers().get("set-cookie").context("no cookie")?.to_str()?.to_owned();
    let Ok(text) = response.text().await else { return Ok(None) };
    let status: Value = serde_json::from_str(&text)?;
    let fingerprint = status["fingerprint"].as_str().context(text)?.to_owned();
    let session = cookie.split([';', '=']).nth(1).unwrap_or_default().to_owned();
    Ok(Some(Saved { session, fingerprint }))
}

/// An acknowledged save.
struct Saved {
    /// Value of the session cookie.
    session: String,
    fingerprint: String,
}

#[tokio::test]
async fn a_server_killed_during_writes_loses_no_acknowledged_write() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut acknowledged: Vec<Saved> = Vec::new();
    for kill in 0..kill_count() {
        let mut server = ServerProcess::start(folder.path(), &[])?;
        for saved in acknowledged.iter().rev().take(10) {
            ensure!(has_credential(&server, saved).await?, "lost after kill {kill}: {}", saved.fingerprint);
        }
        // The server is killed after some of the saves were acknowledged: none, one, up to all but one.
        let mut saves: FuturesUnordered<_> =
            (0..12).map(|save| self::save(server.url.clone(), kill * 100 + save)).collect();
        let enough = acknowledged.len() + usize::try_from(kill % 12)?;
        while acknowledged.len() < enough
            && let Some(result) = saves.next().await
        {
            acknowledged.push(result?.context("a save received no response")?);
        }
        server.kill()?;
        while let Some(result) = saves.next().await {
            acknowledged.extend(result?);
        }
    }
    let server = ServerProcess::start(folder.path(), &[])?;
    for saved in &acknowledged {
        ensure!(has_credential(&server, saved).await?, "lost: {}", saved.fingerprint);
    }
    ensure!(!acknowledged.is_empty(), "nothing was acknowledged");
    Ok(())
}
