//! Runs snippets and verifies that they send the same request as the explorer, for each client and call.
//!
//! `make test` runs some calls of each client. `make proof` runs all, or those of the clients in `PROOF=id,id`, and
//! records the results. Clients whose tools are not installed are skipped, unless `EXPLORER_TEST_ALL` is set.

mod calls;
mod recorder;
mod table;
mod tools;

use crate::support::TestApp;
use anyhow::{Context, Result, ensure};
use api_explorer::{
    model::{
        Arguments,
        security::{CredentialLocation, CredentialVariable},
    },
    snippet::{HTTP_CLIENT_TARGETS, HttpClientTarget, SnippetInput, VerificationResult, verification_results},
};
use calls::Call;
use recorder::{Recorded, Recorder};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tools::{ToolSupport, Tools};

/// `make test` makes one of this number of calls.
const CALL_INTERVAL: usize = 12;

/// Clients whose tools only `make proof` installs, because they are large.
const LARGE_CLIENTS: [&str; 2] = ["swift-urlsession", "dart-http"];

/// Returns the values of the variables that a call's snippets read.
fn variables(references: &[CredentialVariable]) -> Vec<(String, &'static str)> {
    let mut variables = vec![("RESPONSE_1_SESSION_TOKEN".to_owned(), "kept-token")];
    for reference in references {
        let value = match (reference.location, &reference.username_variable, &*reference.prefix) {
            (CredentialLocation::Header, Some(username), _) => {
                variables.push((username.clone(), "ada"));
                "pass-word"
            }
            (CredentialLocation::Header, None, "") => "header-key",
            (CredentialLocation::Header, None, _) => "bearer-token",
            (CredentialLocation::Query, ..) => "query-key",
            (CredentialLocation::Cookie, ..) => "cookie-key",
        };
        variables.push((reference.variable.clone(), value));
    }
    variables
}

/// Returns the request that the explorer sends for a call.
async fn explorer_request(app: &TestApp, cookie: &str, recorder: &Recorder, call: &Call) -> Result<Recorded> {
    // Deletions are confirmed with the id, or else with the operation's name.
    let confirm = call.arguments["id"].as_str().unwrap_or(call.operation);
    let message = json!({
        "args": call.arguments, "contentType": call.content_type, "accept": call.accept, "confirm": confirm, "additionalArguments": true,
    });
    let response =
        app.post_json(&format!("/tools/proof/{}", call.operation), &message).header("cookie", cookie).send().await?;
    ensure!(response.status == 200, "{}: {}", call.title, response.text());
    recorder.take().with_context(|| format!("{}: the explorer sent nothing", call.title))
}

/// Returns the code for a call, or the reason that the client cannot make it.
fn code(client: &HttpClientTarget, app: &TestApp, call: &Call) -> Result<Result<String, &'static str>> {
    let entry = app.gateway.catalog().entry("proof").context("no provider")?.clone();
    let documented =
        entry.document.operation_with_media_type(call.operation, call.content_type).context("no operation")?;
    let arguments: Arguments = call.snippet_arguments.as_object().cloned().unwrap_or_default();
    Ok(client.render(SnippetInput {
        provider: &entry.provider,
        operation: &documented.operation_accepting(call.accept),
        credential_variables: &entry.authentication(&documented).credential_variables,
        arguments: &arguments,
        environment: &entry.provider.environments.first().context("no server")?.name,
    }))
}

/// Returns the variables that a call's code reads.
fn variables_of(app: &TestApp, call: &Call) -> Result<Vec<(String, &'static str)>> {
    let entry = app.gateway.catalog().entry("proof").context("no provider")?.clone();
    let documented =
        entry.document.operation_with_media_type(call.operation, call.content_type).context("no operation")?;
    Ok(variables(&entry.authentication(&documented).credential_variables))
}

/// Writes the code for a call and its files into a folder.
fn write_files(folder: &Path, client: &HttpClientTarget, code: &str, call: &Call) -> Result<()> {
    let file = folder.join(client.file_name);
    fs::create_dir_all(file.parent().context("no folder")?)?;
    fs::write(file, code)?;
    for (name, bytes) in &call.files {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// Returns a digest of all of a client's code, independent of the recorder's address, which detects changes since the
/// proof.
fn digest(client: &HttpClientTarget, app: &TestApp, recorder: &Recorder, calls: &[Call]) -> Result<String> {
    let codes: Result<Vec<String>> = calls
        .iter()
        .map(|call| Ok(code(client, app, call)?.unwrap_or_else(str::to_owned).replace(&recorder.address(), "recorder")))
        .collect();
    Ok(table::digest(&codes?))
}

/// A call whose code has been written into a folder.
struct WrittenCall<'a> {
    call: &'a Call,
    expected: &'a Recorded,
    folder: PathBuf,
}

/// Runs or parses the code of one client for some calls. Returns the number of calls that it made, and of those it
/// cannot make.
async fn verify_client(
    client: &'static HttpClientTarget,
    app: &TestApp,
    recorder: &Recorder,
    calls: &[(&Call, &Recorded)],
    failures: &mut Vec<String>,
) -> Result<Option<(usize, usize)>> {
    let tools = Tools::of(client);
    let support = tools.support().await?;
    if support == ToolSupport::Missing {
        return Ok(None);
    }
    let root = tempfile::tempdir()?;
    let mut written = Vec::new();
    for (number, (call, expected)) in calls.iter().enumerate() {
        if let Ok(code) = code(client, app, call)? {
            let folder = root.path().join(number.to_string());
            write_files(&folder, client, &code, call)?;
            written.push(WrittenCall { call, expected, folder });
        }
    }
    let unable = calls.len() - written.len();
    let folders: Vec<PathBuf> = written.iter().map(|written| written.folder.clone()).collect();
    for verb in if support == ToolSupport::Run { ["build", "format"] } else { ["parse", "format"] } {
        if let Err(error) = tools.run_for_folders(verb, &folders).await {
            failures.push(format!("{}: {error:#}", client.id));
            return Ok(Some((0, unable)));
        }
    }
    if support == ToolSupport::Parse {
        eprintln!("{}: {} parsed, none run", client.id, written.len());
        return Ok(None);
    }
    let mut equal = 0;
    for WrittenCall { call, expected, folder } in written {
        recorder.take();
        let result = tools.run(&folder, &variables_of(app, call)?).await;
        let difference = match (result, recorder.take()) {
            (Err(error), _) => Some(format!("{error:#}")),
            (Ok(()), None) => Some("it sent no request".to_owned()),
            (Ok(()), Some(sent)) => expected.difference(&sent),
        };
        match difference {
            None => equal += 1,
            Some(difference) => failures.push(format!("{}, {}: {difference}", client.id, call.title)),
        }
    }
    Ok(Some((equal, unable)))
}

#[tokio::test]
async fn every_snippet_sends_what_the_explorer_sends() -> Result<()> {
    let recorder = Recorder::start().await?;
    let (app, cookie) = calls::app(&recorder).await?;
    let all = calls::all();
    let is_whole = std::env::var_os("PROOF_ALL").is_some();
    let chosen = std::env::var("PROOF").unwrap_or_default();
    let is_chosen = |client: &HttpClientTarget| chosen.is_empty() || chosen.split(',').any(|id| id == client.id);
    let mut expected = Vec::new();
    for call in &all {
        expected.push(explorer_request(&app, &cookie, &recorder, call).await?);
    }
    let calls: Vec<(&Call, &Recorded)> =
        all.iter().zip(&expected).step_by(if is_whole { 1 } else { CALL_INTERVAL }).collect();
    let (mut failures, mut proven) = (Vec::new(), verification_results().clone());
    for client in HTTP_CLIENT_TARGETS.into_iter().filter(|client| is_chosen(client)) {
        let before = failures.len();
        let made = verify_client(client, &app, &recorder, &calls, &mut failures).await?;
        let Some((equal, unable)) = made else {
            let is_needed =
                std::env::var_os("EXPLORER_TEST_ALL").is_some() && (is_whole || !LARGE_CLIENTS.contains(&client.id));
            ensure!(
                !is_needed || Tools::of(client).support().await? == ToolSupport::Parse,
                "{}: its tools are missing; scripts/setup proof installs them",
                client.id
            );
            continue;
        };
        eprintln!("{}: {equal} of {} equal, {unable} not supported", client.id, calls.len());
        if failures.len() == before {
            let digest = digest(client, &app, &recorder, &all)?;
            proven.insert(
                client.id.into(),
                VerificationResult { matching_calls: equal, unsupported_calls: unable, code_digest: digest },
            );
        } else {
            proven.remove(client.id);
        }
    }
    if is_whole {
        proven.retain(|id, _| HTTP_CLIENT_TARGETS.iter().any(|client| client.id == id));
        table::write(&proven)?;
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}

#[tokio::test]
async fn no_client_was_changed_since_its_code_was_verified() -> Result<()> {
    let recorder = Recorder::start().await?;
    let (app, _) = calls::app(&recorder).await?;
    let all = calls::all();
    for client in HTTP_CLIENT_TARGETS {
        if let Some(proof) = verification_results().get(client.id) {
            let now = digest(client, &app, &recorder, &all)?;
            assert_eq!(now, proof.code_digest, "{0}: verify it again with `make proof PROOF={0}`", client.id);
        }
    }
    Ok(())
}

#[test]
fn the_documentation_shows_the_verification_results() -> Result<()> {
    assert_eq!(table::documented_table()?, table::table(verification_results()), "`make proof` writes it");
    Ok(())
}
