//! Snippets are run, and put the same request on the wire as the explorer itself: client by client, call by call.

mod calls;
mod recorder;

use crate::support::TestApp;
use anyhow::{Context, Result, ensure};
use api_explorer::{
    model::{
        Arguments,
        security::{KeyPlace, Reference},
    },
    snippet::{CLIENTS, Client, Source},
};
use calls::Call;
use recorder::{Recorded, Recorder};
use serde_json::json;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{process::Command, time::timeout};

/// Longer than any of the programs takes, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the variables of a call's snippets hold.
fn variables(references: &[Reference]) -> Vec<(String, &'static str)> {
    let mut variables = vec![("REPLY_1_SESSION_TOKEN".to_owned(), "kept-token")];
    for reference in references {
        let value = match (reference.place, &reference.username_variable, &*reference.before) {
            (KeyPlace::Header, Some(username), _) => {
                variables.push((username.clone(), "ada"));
                "pass-word"
            }
            (KeyPlace::Header, None, "") => "header-key",
            (KeyPlace::Header, None, _) => "bearer-token",
            (KeyPlace::Query, ..) => "query-key",
            (KeyPlace::Cookie, ..) => "cookie-key",
        };
        variables.push((reference.variable.clone(), value));
    }
    variables
}

/// How the code of a client is run.
fn command(client: &Client, folder: &Path) -> Option<Command> {
    let file = folder.join(client.file);
    let program = match client.language {
        "Shell" => {
            // HTTPie comes beside Python's libraries.
            let mut command = Command::new("sh");
            let beside = python().parent().map(Path::to_owned).unwrap_or_default();
            let mut path = OsString::from(beside);
            path.push(":");
            path.push(std::env::var_os("PATH").unwrap_or_default());
            command.arg(file).env("PATH", path);
            return Some(command);
        }
        "JavaScript" => PathBuf::from("node"),
        "Python" => python(),
        _ => return None,
    };
    let mut command = Command::new(program);
    command.arg(file);
    Some(command)
}

fn python() -> PathBuf {
    std::env::var_os("PYTHON_CLIENTS").map_or_else(|| "python3".into(), PathBuf::from)
}

/// Whether the machine has what a client needs.
async fn is_there(client: &Client) -> bool {
    let question: &[&str] = match client.id {
        "curl" | "wget" => &[client.id, "--version"],
        "httpie" => return python().with_file_name("http").exists(),
        "javascript-undici" | "javascript-axios" => {
            return modules().join(client.name).exists();
        }
        "javascript-fetch" => &["node", "--version"],
        "python-requests" | "python-httpx" => {
            let found = Command::new(python()).args(["-c", &format!("import {}", client.name)]).output().await;
            return found.is_ok_and(|output| output.status.success());
        }
        "python-urllib" => &["python3", "--version"],
        _ => return false,
    };
    Command::new(question[0]).args(&question[1..]).output().await.is_ok_and(|output| output.status.success())
}

fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end/node_modules")
}

/// Runs a snippet in a folder of its own.
async fn run(client: &Client, code: &str, call: &Call, references: &[Reference]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join(client.file), code)?;
    for (name, bytes) in &call.files {
        fs::write(folder.path().join(name), bytes)?;
    }
    if client.language == "JavaScript" && modules().exists() {
        std::os::unix::fs::symlink(modules(), folder.path().join("node_modules"))?;
    }
    let mut command = command(client, folder.path()).context("nobody knows how to run it")?;
    command.current_dir(folder.path()).envs(variables(references)).env("NO_PROXY", "*").env("no_proxy", "*");
    let running = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, running).await.context("it does not end")??;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{}: {said}\n{code}", output.status);
    Ok(())
}

/// What the explorer sends for a call.
async fn of_explorer(app: &TestApp, cookie: &str, recorder: &Recorder, call: &Call) -> Result<Recorded> {
    // What is deleted is named once more: by its id, else by the operation's name.
    let confirm = call.arguments["id"].as_str().unwrap_or(call.operation);
    let message = json!({"args": call.arguments, "contentType": call.content_type, "confirm": confirm});
    let answer =
        app.post_json(&format!("/tools/proof/{}", call.operation), &message).header("cookie", cookie).send().await?;
    ensure!(answer.status == 200, "{}: {}", call.title, answer.text());
    recorder.take().with_context(|| format!("{}: the explorer sent nothing", call.title))
}

async fn of_client(client: &Client, app: &TestApp, recorder: &Recorder, call: &Call) -> Result<Option<Recorded>> {
    let entry = app.gateway.catalog().get("proof").context("no provider")?;
    let documented = entry.document.operation_with(call.operation, call.content_type).context("no operation")?;
    let access = entry.access(&documented);
    let arguments: Arguments = call.as_typed.as_object().cloned().unwrap_or_default();
    let source = Source {
        provider: &entry.provider,
        operation: &documented.operation,
        references: &access.references,
        arguments: &arguments,
        environment: &entry.provider.environments.first().context("no server")?.name,
    };
    // What a client cannot do, it says.
    let Ok(code) = client.print(source) else { return Ok(None) };
    run(client, &code, call, &access.references).await?;
    recorder.take().map(Some).with_context(|| format!("it sent nothing\n{code}"))
}

#[tokio::test]
async fn every_snippet_sends_what_the_explorer_sends() -> Result<()> {
    let recorder = Recorder::start().await?;
    let (app, cookie) = calls::app(&recorder).await?;
    let calls = calls::all();
    // All of it takes minutes: `make proof`. Every other time, each client makes a few of the calls.
    let step = if std::env::var_os("PROOF_ALL").is_some() { 1 } else { 7 };
    let mut expected = Vec::new();
    for call in &calls {
        expected.push(of_explorer(&app, &cookie, &recorder, call).await?);
    }
    let mut wrong = Vec::new();
    for client in CLIENTS {
        if !is_there(client).await {
            eprintln!("{}: not on this machine", client.id);
            ensure!(std::env::var_os("EXPLORER_TEST_ALL").is_none() || client.id == "http", "{} is missing", client.id);
            continue;
        }
        let (mut equal, mut unable) = (0, 0);
        for (call, expected) in calls.iter().zip(&expected).step_by(step) {
            match of_client(client, &app, &recorder, call).await {
                Ok(None) => unable += 1,
                Ok(Some(sent)) => match expected.difference(&sent) {
                    None => equal += 1,
                    Some(difference) => wrong.push(format!("{}, {}: {difference}", client.id, call.title)),
                },
                Err(error) => wrong.push(format!("{}, {}: {error:#}", client.id, call.title)),
            }
        }
        eprintln!("{}: {equal} of {} equal, {unable} cannot be made", client.id, calls.len().div_ceil(step));
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}
