//! Snapshots of texts: snippets, `--help`, the names of metrics, and a result with its receipt. A change of a text is a
//! change to review, with `cargo insta review`.

use crate::{
    masking::login,
    snippets::{target_labels, text},
    support::{
        TestApp, TestEnv, Upstream,
        command::run,
        login::{LOGIN_OPERATION, start_login_provider},
        snapshot::{assert_text, join_sections},
    },
};
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;

/// Returns the snippets of a call for all targets.
async fn render_snippets(app: &TestApp, provider: &str, operation: &str, arguments: Value) -> Result<String> {
    let mut snippets = Vec::new();
    let labels = target_labels(app, &format!("/{provider}/{operation}")).await?;
    for label in &labels {
        let request = json!({
            "provider": provider, "operation": operation, "environment": "", "content_type": "",
            "arguments": arguments, "client": label, "secret_source": "environment",
        });
        let response = app.post_json("/api/snippet", &request).send().await?;
        snippets.push((label.as_str(), text(&response.json()?["code"])));
    }
    Ok(join_sections(snippets))
}

#[tokio::test]
async fn snippets_of_a_json_body_with_a_credential() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let arguments = json!({
        "email": "ann@example.com",
        "name": {"first_name": "Ann", "last_name": "O'Neill \"the\" 1st\n"},
        "create_user_as_pending": true,
        "roles": ["editor", "{{response 1.role_token}}"],
        "trusted_metadata": {"price": 10.50, "none": null},
    });
    assert_text("snippets_json", &render_snippets(&app, "stytch", "apiUserV1Create", arguments).await?);
    Ok(())
}

#[tokio::test]
async fn snippets_of_path_and_query_parameters() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let arguments = json!({"organization_id": "org a/b", "member_id": "member-1", "email_address": "a+b@example.com"});
    let operation = "apiOrganizationV1OrganizationsMembersGet";
    assert_text("snippets_query", &render_snippets(&app, "stytch", operation, arguments).await?);
    Ok(())
}

#[tokio::test]
async fn snippets_of_a_file_upload() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (config, document) = (folder.path().join("explorer.toml"), Path::new(env!("CARGO_MANIFEST_DIR")));
    let document = document.join("end2end/kinds.yaml").display().to_string();
    std::fs::write(
        &config,
        format!("[[provider]]\nid = \"kinds\"\ndocument = {document:?}\nservers = [\"https://kinds.example\"]\n"),
    )?;
    let app = TestEnv::new().set_var("EXPLORER_CONFIG", &config.display().to_string()).start_app().await?;
    let photo = json!({"filename": "my photo.png", "contentType": "image/png", "base64": ""});
    let arguments = json!({"title": "On the beach", "photo": photo, "details": {"place": "Rome"}});
    assert_text("snippets_upload", &render_snippets(&app, "kinds", "upload", arguments).await?);
    Ok(())
}

#[test]
fn help_of_every_command() -> Result<()> {
    let lines = [
        "--help",
        "--help config",
        "check --help",
        "key --help",
        "key new --help",
        "key rotate --help",
        "token --help",
        "token create --help",
        "token list --help",
        "token revoke --help",
        "switch --help",
        "switch off --help",
        "switch on --help",
        "audit --help",
        "backup --help",
        "restore --help",
        "healthcheck --help",
        "completions --help",
        "man --help",
    ];
    let mut sections = Vec::new();
    for line in lines {
        let output = run(&line.split(' ').collect::<Vec<_>>(), &[])?;
        assert_eq!(output.status, 0, "{line}: {output:?}");
        sections.push((line, output.stdout));
    }
    assert_text("help", &join_sections(sections));
    Ok(())
}

#[tokio::test]
async fn names_and_labels_of_metrics() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).set_var("EXPLORER_METRICS", "on");
    let app = app.start_app().await?;
    app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &login()).send().await?;
    let metrics = app.get("/metrics").send().await?.text();
    let mut lines: Vec<String> = metrics.lines().map(without_value).collect();
    lines.dedup();
    assert_text("metrics", &lines.join("\n"));
    Ok(())
}

/// Returns a line of the metrics without its value and without the limits of its bucket; a comment, unchanged.
fn without_value(line: &str) -> String {
    let series = if line.starts_with('#') { line } else { line.rsplit_once(' ').map_or(line, |(series, _)| series) };
    match series.split_once("le=\"") {
        Some((start, _)) => format!("{start}le=…}}"),
        None => series.replace(env!("CARGO_PKG_VERSION"), "[version]"),
    }
}

#[tokio::test]
async fn the_result_of_a_call_with_its_receipt() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let arguments = json!({"args": {"email": "ann@example.com"}});
    let mut result = app.post_json("/tools/stytch/apiUserV1Create", &arguments).send().await?.json()?;
    hide_values_that_differ(&mut result["meta"]);
    let text = serde_json::to_string_pretty(&result)?;
    assert_text("result", &text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    let example = app.post_json("/tools/stytch/apiUserV1Create", &json!({"args": {}, "environment": "example"}));
    let mut example = example.send().await?.json()?;
    hide_values_that_differ(&mut example["meta"]);
    assert_text("example", &serde_json::to_string_pretty(&example)?);
    Ok(())
}

/// Replaces durations, times and identifiers, which differ in every call, with the names of their types.
fn hide_values_that_differ(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(hide_values_that_differ),
        Value::Object(fields) => {
            for (name, field) in fields {
                if name.ends_with("Ms") || matches!(&**name, "requestId" | "sentAt" | "date") {
                    *field = if field.is_string() { "[text]" } else { "[number]" }.into();
                }
                hide_values_that_differ(field);
            }
        }
        Value::String(text) if text.starts_with("Basic [credential ") => *text = "Basic [credential …]".into(),
        _ => {}
    }
}
