//! Runs the code for Stytch's own SDKs with the SDKs, and verifies that it sends what the explorer sends. SDKs that are
//! not available here are replaced by a stand-in that records the method calls.

mod cases;
mod sent;
mod typed;

use crate::{
    stytch_document::{operations, stytch},
    support::{TestEnv, Upstream},
};
use anyhow::{Context, Result, ensure};
use api_explorer::{
    model::{
        check::check_arguments,
        request::{OperationRequest, RequestBody},
    },
    snippet::{SnippetInput, sdk::Sdk},
};
use cases::Case;
use sent::{Called, Sent};
use serde_json::Value;
use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Values of the variables that the code reads.
const VARIABLES: [(&str, &str); 4] = [
    ("STYTCH_PROJECT_ID", "project-test-1"),
    ("STYTCH_SECRET", "secret"),
    ("RESPONSE_1_SESSION_JWT", "kept-jwt"),
    ("RESPONSE_2_TOKEN", "kept-token"),
];
/// The dynamically typed SDKs, which accept any call.
const DYNAMIC: [&str; 4] = ["stytch-node", "stytch-python", "stytch-ruby", "stytch-php"];

fn find(id: &str) -> Result<&'static Sdk> {
    stytch()?.sdks.iter().find(|sdk| sdk.id == id).with_context(|| id.to_owned())
}

fn print(sdk: &Sdk, case: &Case) -> Result<Result<String, &'static str>> {
    let entry = stytch()?;
    let source = SnippetInput {
        provider: &entry.provider_for_operation(&case.documented),
        operation: &case.documented.operation,
        credential_variables: &entry.authentication(&case.documented).credential_variables,
        arguments: &case.arguments,
        environment: "test",
    };
    Ok(sdk.render(source, &case.id))
}

/// Creates a folder with the code of every case.
fn folder(sdk: &Sdk, cases: &[Case]) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let (_, extension) = sdk.file_name.rsplit_once('.').context("no extension")?;
    for case in cases {
        let code = print(sdk, case)?.map_err(|why| anyhow::anyhow!("{} cannot be printed: {why}", case.name()))?;
        fs::write(folder.path().join([&case.name(), ".", extension].concat()), code)?;
    }
    Ok(folder)
}

/// Returns the path of a file in this folder.
fn test_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/sdk").join(name)
}

fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end/node_modules")
}

/// Returns true if a command works here. Returns an error if it does not and `EXPLORER_TEST_ALL` is set.
fn works(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Result<bool> {
    let works = Command::new(&program).args(arguments).output().is_ok_and(|output| output.status.success());
    let name = program.as_ref().to_string_lossy().into_owned();
    ensure!(works || std::env::var_os("EXPLORER_TEST_ALL").is_none(), "{name} {arguments:?} does not work");
    if !works {
        eprintln!("{name} {arguments:?}: not installed");
    }
    Ok(works)
}

/// Returns a runner's output for each program: one line of JSON per program.
fn run_programs(command: &mut Command) -> Result<Vec<(String, Value)>> {
    let output = command.envs(VARIABLES).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let lines = text.split('\n').filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let value: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
            ensure!(value["error"].is_null(), "{}: {}", value["program"], value["error"]);
            Ok((value["program"].as_str().context("no program")?.to_owned(), value))
        })
        .collect()
}

/// Compares each program's output with its case.
fn compare(
    cases: &[Case],
    outputs: &[(String, Value)],
    differs: impl Fn(&Case, &Value) -> Result<Option<String>>,
) -> Result<()> {
    let mut wrong = Vec::new();
    for case in cases {
        let (_, value) = outputs.iter().find(|(name, _)| *name == case.name()).with_context(|| case.name())?;
        wrong.extend(differs(case, value)?.map(|difference| [&case.name(), ": ", &difference].concat()));
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn operations_and_sdk_methods_correspond_one_to_one() -> Result<()> {
    let ids: HashSet<String> =
        operations(stytch()?).iter().filter_map(|documented| documented.operation_id.clone()).collect();
    let document = stytch()?.document.to_value();
    let table = document["x-sdks"]["methods"].as_object().context("no table")?;
    let mut seen = HashSet::new();
    for (client, methods) in table {
        let mut client_methods = HashSet::new();
        for (id, method) in methods.as_object().context("no methods")? {
            assert!(ids.contains(id) && seen.insert(id), "{id}");
            assert!(client_methods.insert(method), "two operations are {method} of {client}");
        }
    }
    assert_eq!(seen.len(), ids.len());
    for sdk in &stytch()?.sdks {
        assert!(ids.iter().all(|id| sdk.has_method(id)), "{}", sdk.id);
    }
    Ok(())
}

#[tokio::test]
async fn requests_of_the_sdks_pass_the_proxy() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let (mut refused, mut count) = (Vec::new(), 0);
    for case in cases::all()?.iter().filter(|case| case.kind == "all") {
        let operation = &case.documented.operation;
        let Value::Object(arguments) = cases::replace_placeholders(&Value::Object(case.arguments.clone())) else {
            continue;
        };
        let problems = stytch()?.document.validate_request_body(operation, &arguments);
        if !check_arguments(operation, &arguments).is_empty() || !problems.is_ok_and(|problems| problems.is_empty()) {
            continue;
        }
        let request = OperationRequest::new(operation, &arguments);
        let body = match request.body {
            Some(RequestBody::Text(text)) => text,
            _ => String::new(),
        };
        let path = ["/proxy/stytch", &request.target].concat();
        let sent = app.request_with_body(request.method.as_str(), &path, body.clone());
        let sent = request.headers.iter().fold(sent, |sent, (name, value)| sent.header(name, value));
        let response = sent.send().await?;
        let received = upstream.received_requests().pop().map(|received| received.body);
        if response.status != 200 || received.as_deref() != Some(&*body) {
            refused.push(format!("{}: {} {received:?} {}", case.name(), response.status, response.text()));
        }
        count += 1;
    }
    assert!(refused.is_empty() && count > 100, "{} of {count} refused:\n{}", refused.len(), refused.join("\n"));
    Ok(())
}

#[test]
fn every_header_of_an_operation_is_an_option() -> Result<()> {
    let options = &stytch()?.document.to_value()["x-sdks"]["options"];
    for documented in operations(stytch()?) {
        let headers = documented
            .operation
            .fields
            .iter()
            .filter(|field| field.location == api_explorer::model::schema::FieldLocation::Header);
        for field in headers {
            assert!(options[&field.name].is_string(), "{}", field.name);
        }
    }
    Ok(())
}

#[test]
fn every_call_is_rendered_or_refused_with_a_reason() -> Result<()> {
    for case in cases::all()? {
        for sdk in &stytch()?.sdks {
            match print(sdk, &case)? {
                Ok(code) => assert!(code.contains("STYTCH_SECRET") && code.ends_with('\n'), "{}: {code}", sdk.id),
                Err(why) => {
                    assert!(!DYNAMIC.contains(&sdk.id.as_str()), "{} {}: {why}", sdk.id, case.name());
                    assert!(why.ends_with('.'), "{}: {why}", sdk.id);
                }
            }
        }
    }
    Ok(())
}

#[test]
fn python_sends_what_the_explorer_sends() -> Result<()> {
    let python = std::env::var_os("PYTHON_STYTCH").unwrap_or_else(|| "python3".into());
    if !works(&python, &["-c", "import stytch"])? {
        return Ok(());
    }
    let cases = cases::all()?;
    let folder = folder(find("stytch-python")?, &cases)?;
    let outputs = run_programs(Command::new(python).arg(test_file("python.py")).arg(folder.path()))?;
    compare(&cases, &outputs, Sent::difference)
}

#[test]
fn node_sends_what_the_explorer_sends() -> Result<()> {
    if !modules().join("stytch").exists() && !works("node", &["-e", "require('stytch')"])? {
        return Ok(());
    }
    let cases = cases::all()?;
    let folder = folder(find("stytch-node")?, &cases)?;
    std::os::unix::fs::symlink(modules(), folder.path().join("node_modules"))?;
    let outputs = run_programs(Command::new("node").arg(test_file("node.mjs")).arg(folder.path()))?;
    compare(&cases, &outputs, Sent::difference)
}

/// Compiles the code with the SDK's types, without null checks, because an environment variable can be missing.
#[test]
fn node_code_type_checks_with_the_sdk() -> Result<()> {
    let compiler = modules().join(".bin/tsc");
    if !modules().join("stytch").exists() || !works(&compiler, &["--version"])? {
        return Ok(());
    }
    let folder = folder(find("stytch-node")?, &cases::all()?)?;
    std::os::unix::fs::symlink(modules(), folder.path().join("node_modules"))?;
    let options = serde_json::json!({"compilerOptions": {
        "allowJs": true, "checkJs": true, "noEmit": true, "strict": false, "skipLibCheck": true, "types": ["node"],
        "target": "es2022", "module": "nodenext", "moduleResolution": "nodenext", "esModuleInterop": true,
    }, "include": ["*.mjs"]});
    fs::write(folder.path().join("tsconfig.json"), options.to_string())?;
    let output = Command::new(compiler).current_dir(folder.path()).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

#[test]
fn ruby_calls_the_method_with_the_arguments() -> Result<()> {
    if !works("ruby", &["--version"])? {
        return Ok(());
    }
    let cases = cases::all()?;
    let folder = folder(find("stytch-ruby")?, &cases)?;
    let services = serde_json::to_string(&sent::services()?)?;
    let outputs = run_programs(Command::new("ruby").arg(test_file("ruby.rb")).arg(folder.path()).arg(services))?;
    compare(&cases, &outputs, |case, value| Called::of_ruby(value).difference(case))
}

#[test]
fn php_calls_the_method_with_the_arguments() -> Result<()> {
    if !works("php", &["--version"])? {
        return Ok(());
    }
    let cases = cases::all()?;
    let folder = folder(find("stytch-php")?, &cases)?;
    fs::create_dir(folder.path().join("vendor"))?;
    fs::write(folder.path().join("vendor/autoload.php"), "<?php\n")?;
    let outputs = run_programs(Command::new("php").arg(test_file("php.php")).arg(folder.path()))?;
    compare(&cases, &outputs, |case, value| Called::of_php(value).difference(case))
}
