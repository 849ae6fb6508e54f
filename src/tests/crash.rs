//! A server that is killed in the middle of its work loses nothing that it acknowledged, and leaves nothing half-written.

use crate::support::OWN_PROJECT;
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// How often the server is killed: enough of it where everything is tested, and a taste where one is developing.
fn kills() -> u64 {
    if std::env::var_os("EXPLORER_TEST_ALL").is_some() { 200 } else { 15 }
}

/// A server in a process of its own, killed without warning when this value goes.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_api-explorer"))
            .env_clear()
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            // Pages without the browser's part, which these tests do not build.
            .env("LEPTOS_OUTPUT_NAME", "api-explorer")
            .env("LEPTOS_HASH_FILES", "false")
            .env("LEPTOS_SITE_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/public"))
            .env("DATABASE_URL", format!("sqlite:{}", folder.join("explorer.db").display()))
            .stderr(Stdio::piped())
            .spawn()?;
        let log = BufReader::new(process.stderr.take().context("no log")?).lines();
        let mut said = Vec::new();
        for line in log {
            let line = line?;
            if let Some((_, url)) = line.split_once("listening on ") {
                return Ok(Self { process, url: url.to_owned() });
            }
            said.push(line);
        }
        process.wait()?;
        anyhow::bail!("it does not start: {}", said.join("\n"))
    }

    async fn has(&self, saved: &Saved) -> Result<bool> {
        let page = reqwest::Client::new().get(format!("{}/stytch/apiUserV1Create", self.url));
        let page = page.header("cookie", &saved.cookie).send().await?.text().await?;
        Ok(page.contains(&saved.fingerprint))
    }
}

/// Saves a credential; nothing, where no whole answer came.
async fn save(url: String, number: u64) -> Result<Option<Saved>> {
    let values = json!({"basicAuth/username": OWN_PROJECT, "basicAuth/password": format!("secret-test-{number:020}")});
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

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL: nothing of its own runs after that.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What was acknowledged.
struct Saved {
    cookie: String,
    fingerprint: String,
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_saves_loses_nothing_that_it_acknowledged() -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir()?;
    let mut acknowledged: Vec<Saved> = Vec::new();
    for kill in 0..kills() {
        let mut server = Server::start(folder.path())?;
        for saved in acknowledged.iter().rev().take(10) {
            ensure!(server.has(saved).await?, "lost after kill {kill}: {}", saved.fingerprint);
        }
        // It is killed once some of the saves were answered: none, one, up to all but one.
        let mut saves: FuturesUnordered<_> =
            (0..12).map(|save| self::save(server.url.clone(), kill * 100 + save)).collect();
        let enough = acknowledged.len() + usize::try_from(kill % 12)?;
        while acknowledged.len() < enough
            && let Some(answer) = saves.next().await
        {
            acknowledged.push(answer?.context("a save was not answered")?);
        }
        server.process.kill()?;
        while let Some(answer) = saves.next().await {
            acknowledged.extend(answer?);
        }
    }
    let server = Server::start(folder.path())?;
    for saved in &acknowledged {
        ensure!(server.has(saved).await?, "lost: {}", saved.fingerprint);
    }
    ensure!(!acknowledged.is_empty(), "nothing was acknowledged");
    Ok(())
}
