//! Tests that the secrets of a running server cannot be read from its environment, or from a core dump.

use crate::support::{OPERATION_PAGE, OPERATOR_PROJECT, OPERATOR_SECRET, Upstream, process::ServerProcess};
use anyhow::{Context, Result};
use std::{fs, path::Path};

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const METRICS_TOKEN: &str = "a-metrics-token";
const ITEMS_TOKEN: &str = "a-token-that-explorer.toml-refers-to";
const DOCUMENT: &str = r#"{"openapi": "3.1.0", "info": {"title": "Items", "version": "1"}, "paths": {"/items": {"get":
    {"operationId": "getItems", "responses": {"200": {"description": "ok"}}}}},
    "servers": [{"url": "http://127.0.0.1:1"}], "security": [{"bearer": []}],
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}}"#;

/// Starts a server with secrets in its environment, of which one is named by `explorer.toml`.
fn start(folder: &Path, upstream: &Upstream) -> Result<ServerProcess> {
    fs::write(folder.join("items.json"), DOCUMENT)?;
    let config = "[[provider]]\nid = \"items\"\ndocument = \"items.json\"\n[provider.credential]\n\
                  token = \"env:ITEMS_TOKEN\"\nhosts = [\"127.0.0.1\"]\n";
    let path = folder.join("explorer.toml");
    fs::write(&path, config)?;
    ServerProcess::start(
        folder,
        &[
            ("EXPLORER_CONFIG", path.to_str().context("no path")?),
            ("EXPLORER_KEY", KEY),
            ("EXPLORER_METRICS", "on"),
            ("EXPLORER_METRICS_TOKEN", METRICS_TOKEN),
            ("STYTCH_BASE_URL", &upstream.url),
            ("STYTCH_PROJECT_ID", OPERATOR_PROJECT),
            ("STYTCH_SECRET", OPERATOR_SECRET),
            ("ITEMS_TOKEN", ITEMS_TOKEN),
        ],
    )
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_environment_of_a_started_server_contains_no_secret() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let server = start(folder.path(), &upstream)?;
    // Only root may read it, once the process is not dumpable.
    if let Ok(environment) = fs::read(format!("/proc/{}/environ", server.pid()?.as_raw_nonzero())) {
        let environment = String::from_utf8(environment)?;
        assert!(environment.contains("EXPLORER_METRICS=on"), "{environment}");
        for secret in [KEY, METRICS_TOKEN, ITEMS_TOKEN, OPERATOR_SECRET, "EXPLORER_KEY", "ITEMS_TOKEN"] {
            assert!(!environment.contains(secret), "{secret} is in {environment}");
        }
    }
    // The server still has the secrets.
    let client = reqwest::Client::new();
    let metrics = client.get(format!("{}/metrics", server.url)).bearer_auth(METRICS_TOKEN).send().await?;
    assert_eq!(metrics.status(), 200);
    let call = client.post(format!("{}/tools/stytch/apiUserV1Get", server.url)).body(r#"{"user_id": "user-test-1"}"#);
    assert_eq!(call.send().await?.status(), 200);
    assert!(upstream.received_requests()[0].headers["authorization"].to_str()?.starts_with("Basic "));
    let page = client.get(format!("{}/items/getItems", server.url)).send().await?.text().await?;
    assert!(page.contains("operator"), "{page}");
    assert_eq!(client.get(format!("{}{OPERATION_PAGE}", server.url)).send().await?.status(), 200);
    Ok(())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_dumps_no_core_even_if_its_limit_allows_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -c unlimited && exec \"$0\"", env!("CARGO_BIN_EXE_api-explorer")]);
    command.env_clear();
    let server = ServerProcess::start_with(&mut command, folder.path(), &[("EXPLORER_KEY", KEY)])?;
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.pid()?.as_raw_nonzero()))?;
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).context("no limit")?;
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");
    Ok(())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_took_its_secrets_out_of_the_environment_has_nothing_left_on_standard_input() -> Result<()> {
    let (folder, upstream) = (tempfile::tempdir()?, Upstream::succeeding().await?);
    let server = start(folder.path(), &upstream)?;
    let pid = server.pid()?.as_raw_nonzero();
    if let Ok(folder) = fs::read_dir(format!("/proc/{pid}/fd")) {
        assert_eq!(fs::read_link(format!("/proc/{pid}/fd/0"))?, Path::new("/dev/null"));
        for file in folder {
            let target = fs::read_link(file?.path())?;
            assert!(!target.to_string_lossy().contains("memfd"), "{}", target.display());
        }
    }
    Ok(())
}
