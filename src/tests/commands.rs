//! Tests for the commands that need no store: healthcheck, completions, the man page.

use crate::support::{
    Upstream,
    command::{CommandOutput, run},
    process::ServerProcess,
    unused_address,
};
use anyhow::{Context, Result};
use api_explorer::settings::{ENVIRONMENT_VARIABLES, SECRET_FILES_HELP, variable_names};
use axum::{Router, http::StatusCode};
use std::process::Command;
use tokio::task::spawn_blocking;

/// Runs the healthcheck command in an environment in which no server could start.
fn healthcheck(address: &str) -> Result<CommandOutput> {
    let variables = [
        ("LEPTOS_SITE_ADDR", address),
        ("DATABASE_URL", "sqlite:/no/such/folder/explorer.db"),
        ("EXPLORER_CONFIG", "/no/such/file"),
        ("EXPLORER_KEY_FILE", "/no/such/file"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("http_proxy", "http://127.0.0.1:9"),
    ];
    run(&["healthcheck"], &variables)
}

#[test]
fn the_healthcheck_probes_the_server_that_the_settings_describe() -> Result<()> {
    let folder = tempfile::tempdir()?;
    // Probes must succeed whatever host names the server accepts.
    let server = ServerProcess::start(folder.path(), &[("EXPLORER_HOSTS", "explorer.example.com")])?;
    let port = server.address().rsplit(':').next().context("no port")?;
    for address in [server.address().to_owned(), format!("0.0.0.0:{port}")] {
        let output = healthcheck(&address)?;
        assert_eq!((output.status, output.stdout.as_str()), (0, "ready\n"), "{output:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_not_ready_or_not_running_is_not_healthy() -> Result<()> {
    let not_ready = Upstream::start(Router::new().fallback(|| async { StatusCode::SERVICE_UNAVAILABLE })).await?;
    let not_ready = not_ready.url.trim_start_matches("http://").to_owned();
    for (address, expected_message) in [
        (not_ready, "status 503"),
        (unused_address().await?.to_string(), "Connection refused"),
        ("nowhere".into(), "LEPTOS_SITE_ADDR must"),
    ] {
        let output = spawn_blocking(move || healthcheck(&address)).await??;
        assert_eq!(output.status, 1, "{output:?}");
        assert!(output.stderr.contains(expected_message) && output.stderr.lines().count() == 1, "{output:?}");
    }
    Ok(())
}

#[test]
fn completion_scripts_are_valid_in_their_shells() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell], &[])?;
        assert!(output.status == 0 && output.stdout.contains("healthcheck"), "{shell}");
        let script = folder.path().join(shell);
        std::fs::write(&script, output.stdout)?;
        // If the shell is installed, it must parse the script.
        if let Ok(read) = Command::new(shell).arg("-n").arg(script).status()
            && shell != "elvish"
            && shell != "powershell"
        {
            assert!(read.success(), "{shell}");
        }
    }
    assert_eq!(run(&["completions", "csh"], &[])?.status, 2);
    Ok(())
}

#[test]
fn the_man_page_describes_every_command_and_every_variable() -> Result<()> {
    let page = run(&["man"], &[])?.stdout;
    // Removes the escapes, to compare the text that a reader sees.
    let text = page.replace('\\', "").replace("*(Aq", "'");
    for (name, default, meaning) in ENVIRONMENT_VARIABLES {
        assert!(
            text.contains(&variable_names(name).join(", ")) && text.contains(default) && text.contains(meaning),
            "{name}"
        );
    }
    for part in [
        "backup [OPTIONS] <FILE>",
        "token create",
        "--allow <RULE>",
        ".SH EXAMPLES",
        "bash, elvish",
        "[default: 90d]",
        SECRET_FILES_HELP,
    ] {
        assert!(text.contains(part), "{part}");
    }
    Ok(())
}
