//! Tests for the call as source code, on the page and from its server function.

use crate::support::{OPERATION_PAGE, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv, Upstream};
use anyhow::{Context, Result, ensure};
use api_explorer::{providers::ProviderSettings, snippet::HTTP_CLIENT_TARGETS};
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

/// Returns the arguments of the server function for a target.
fn message(client: &str, arguments: &Value) -> Value {
    json!({
        "provider": "stytch", "operation": "apiUserV1Create", "environment": "test", "content_type": "",
        "arguments": arguments, "client": client, "secret_source": "environment",
    })
}

async fn fetch_snippet(app: &TestApp, client: &str, arguments: &Value) -> Result<Value> {
    let response = app.post_json("/api/snippet", &message(client, arguments)).send().await?;
    ensure!(response.status == 200, "{client}: {}", response.text());
    response.json()
}

/// Removes the markup from HTML.
pub(crate) fn text(html: &Value) -> String {
    let html = html.as_str().unwrap_or_default();
    let mut text: String = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect();
    for (name, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        text = text.replace(name, c);
    }
    text
}

/// Returns the labels of all targets that an operation's page offers.
pub(crate) async fn target_labels(app: &TestApp, page: &str) -> Result<Vec<String>> {
    let html = app.get(page).send().await?.text();
    let (_, list) = html.split_once("<datalist id=\"clients\">").context("no list")?;
    let (list, _) = list.split_once("</datalist>").context("no end")?;
    let labels = list.split("value=\"").skip(1).filter_map(|rest| Some(text(&rest.split_once('"')?.0.into())));
    Ok(labels.collect())
}

#[tokio::test]
async fn the_page_lists_every_client_and_vendor_sdk_and_renders_the_generated_sdk() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let labels = target_labels(&app, OPERATION_PAGE).await?;
    assert_eq!(labels.first().map(String::as_str), Some("TypeScript"));
    for client in HTTP_CLIENT_TARGETS {
        assert!(labels.contains(&format!("{} · {}", client.language, client.name)), "{client:?}: {labels:?}");
    }
    for language in ["JavaScript", "Python", "Ruby", "Go", "Java", "Kotlin", "PHP", "Rust", "C#"] {
        assert!(labels.contains(&format!("{language} · Stytch SDK")), "{language}: {labels:?}");
    }
    let mut once = labels.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), labels.len(), "no label occurs twice");
    Ok(())
}

#[tokio::test]
async fn every_target_renders_the_call_without_its_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for label in target_labels(&app, OPERATION_PAGE).await? {
        let response =
            app.post_json("/api/snippet", &message(&label, &json!({"email": "ann@example.com"}))).send().await?;
        assert_eq!(response.status, 200, "{label}: {}", response.text());
        let printed = response.json()?;
        let code = text(&printed["code"]);
        assert_eq!(printed["label"], label.as_str());
        assert!(code.contains("ann@example.com"), "{label}: {code}");
        let is_generated = label == "TypeScript";
        let is_http = !is_generated && !label.ends_with("Stytch SDK");
        assert!(!is_http || code.contains("test.stytch.com"), "{label}: {code}");
        assert!(is_generated || code.contains("STYTCH_SECRET"), "{label}: {code}");
        assert!(
            !response.full_text().contains(OPERATOR_SECRET) && !response.full_text().contains(OPERATOR_PROJECT),
            "{label}: {code}"
        );
        let lines = format!("{} lines", code.lines().count());
        assert_eq!(printed["length"], lines.as_str(), "{label}");
    }
    assert!(upstream.received_requests().is_empty(), "nothing is sent");
    Ok(())
}

#[tokio::test]
async fn every_target_renders_a_placeholder_as_a_variable() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let placeholder = "{{response 1.session_token}}";
    for label in target_labels(&app, OPERATION_PAGE).await? {
        let arguments =
            json!({"email": placeholder, "untrusted_metadata": {"a": [placeholder], "b": format!("x {placeholder}")}});
        let code = text(&fetch_snippet(&app, &label, &arguments).await?["code"]);
        assert!(code.contains("RESPONSE_1_SESSION_TOKEN") && !code.contains("{{response"), "{label}: {code}");
    }
    Ok(())
}

#[tokio::test]
async fn markup_in_arguments_is_escaped() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for label in target_labels(&app, OPERATION_PAGE).await? {
        let printed = fetch_snippet(&app, &label, &json!({"email": "<script>alert(\"x\")</script>"})).await?;
        assert!(!printed["code"].as_str().unwrap_or_default().contains("<script"), "{label}: {printed}");
    }
    Ok(())
}

#[tokio::test]
async fn the_preference_is_stored_in_a_cookie_that_contains_nothing_else() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let mut snippet_request = message("Python · requests", &json!({}));
    snippet_request["secret_source"] = "vault".into();
    let response = app.post_json("/api/snippet", &snippet_request).send().await?;
    let cookie = response.cookie()?;
    assert_eq!(cookie, "snippet=python-requests.vault");
    let again = app.post_json("/api/snippet", &snippet_request).header("cookie", &cookie).send().await?;
    assert!(again.header("set-cookie").is_empty(), "the cookie is not set again");
    let html = app.get(OPERATION_PAGE).header("cookie", &cookie).send().await?.text();
    assert!(html.contains("aria-label=\"Python · requests\"") && html.contains("vault kv get"), "{html}");
    // A saved target that this operation does not have is not removed from the cookie.
    let html = app.get(OPERATION_PAGE).header("cookie", "snippet=gone-sdk.vault").send().await?;
    assert!(html.header("set-cookie").is_empty());
    assert!(html.text().contains("aria-label=\"TypeScript\""));
    Ok(())
}

#[tokio::test]
async fn without_scripts_the_form_renders_snippets_and_stores_the_preference() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let controls =
        [("text/email", "ann@example.com"), ("client", "python-httpx"), ("secret_source", "aws"), ("intent", "redraw")];
    let posted = app.post_form(OPERATION_PAGE, &controls).send().await?;
    assert_eq!(posted.status, 200);
    assert_eq!(posted.cookie()?, "snippet=python-httpx.aws");
    let html = posted.text();
    assert!(html.contains("aria-label=\"Python · httpx\"") && html.contains("aws secretsmanager"), "{html}");
    Ok(())
}

#[tokio::test]
async fn an_unknown_target_or_operation_is_refused() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.post_json("/api/snippet", &message("COBOL", &json!({}))).send().await?;
    assert!(response.header("set-cookie").is_empty());
    assert_eq!(response.status_and_code()?, (404, "not_found".into()));
    let mut unknown = message("curl", &json!({}));
    unknown["operation"] = "nothing".into();
    assert_eq!(app.post_json("/api/snippet", &unknown).send().await?.status_and_code()?, (404, "not_found".into()));
    Ok(())
}

#[tokio::test]
async fn vendor_samples_are_labeled_as_such_and_filled_with_the_arguments() -> Result<()> {
    let mut settings = TestEnv::new().to_settings()?;
    let sample = |lang: &str, label: &str, source: &str| json!({"lang": lang, "label": label, "source": source});
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Books", "version": "1"}, "servers": [{"url": "https://books.example"}],
        "paths": {"/books/{id}": {"get": {
            "operationId": "getBook", "responses": {"200": {"description": "It."}},
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "x-codeSamples": [
                sample("Shell", "CLI", "books get \"${id}\""),
                sample("Python", "", "const x = require('books');\nx.get();"),
            ],
        }}},
    });
    settings.providers = vec![ProviderSettings::new("books", document.to_string().into())];
    let app = TestApp::new(settings).await?;
    let labels = target_labels(&app, "/books/getBook").await?;
    let vendor_labels: Vec<&String> = labels.iter().filter(|label| label.contains("vendor")).collect();
    assert_eq!(vendor_labels, ["Shell · CLI (vendor sample 1)"], "a sample that is not Python is refused");
    let snippet_request = json!({
        "provider": "books", "operation": "getBook", "environment": "", "arguments": {"id": "b-1"}, "client": vendor_labels[0],
        "secret_source": "environment",
    });
    let printed = app.post_json("/api/snippet", &snippet_request).send().await?.json()?;
    assert_eq!(text(&printed["code"]), "books get \"b-1\"");
    assert!(text(&printed["note"]).starts_with("From the vendor, not verified."), "{printed}");
    Ok(())
}

/// Stand-ins for the commands of three secret managers, limited to the calls of the snippets.
const FAKE_COMMANDS: [(&str, &str); 3] = [
    (
        "op",
        "[ \"$1 $2\" = 'run --' ] || exit 1\nshift 2\n[ \"$STYTCH_SECRET\" = op://Private/stytch/STYTCH_SECRET ] || exit 1\n\
         [ \"$STYTCH_PROJECT_ID\" = op://Private/stytch/STYTCH_PROJECT_ID ] || exit 1\n\
         STYTCH_SECRET='the secret' STYTCH_PROJECT_ID='the project' exec \"$@\"",
    ),
    (
        "aws",
        "case \"$*\" in *'--secret-id stytch/STYTCH_SECRET') echo 'the secret' ;;\n\
         *'--secret-id stytch/STYTCH_PROJECT_ID') echo 'the project' ;; *) exit 1 ;; esac",
    ),
    (
        "vault",
        "case \"$*\" in 'kv get -mount=secret -field=STYTCH_SECRET stytch') echo 'the secret' ;;\n\
         'kv get -mount=secret -field=STYTCH_PROJECT_ID stytch') echo 'the project' ;; *) exit 1 ;; esac",
    ),
];

#[tokio::test]
async fn the_commands_of_each_secret_source_provide_the_secrets_to_the_code() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let folder = tempfile::tempdir()?;
    for (name, script) in FAKE_COMMANDS {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    fs::write(folder.path().join(".env"), "STYTCH_PROJECT_ID='the project'\nSTYTCH_SECRET='the secret'\n")?;
    fs::write(folder.path().join("typed"), "the project\nthe secret\n")?;
    fs::write(
        folder.path().join("call.sh"),
        "printf '%s, %s' \"$STYTCH_PROJECT_ID\" \"$STYTCH_SECRET\" > secrets.txt\n",
    )?;
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH")?);
    for secret_source in ["environment", "dotenv", "1password", "aws", "vault"] {
        let mut snippet_request = message("curl", &json!({}));
        snippet_request["secret_source"] = secret_source.into();
        let printed = app.post_json("/api/snippet", &snippet_request).send().await?.json()?;
        let commands = text(&printed["run"]);
        let output = Command::new("sh")
            .args(["-c", &commands])
            .current_dir(folder.path())
            .env("PATH", &path)
            .stdin(Stdio::from(fs::File::open(folder.path().join("typed"))?))
            .output()?;
        let written = fs::read_to_string(folder.path().join("secrets.txt")).unwrap_or_default();
        assert_eq!(written, "the project, the secret", "{secret_source}: {commands}\n{output:?}");
        fs::remove_file(folder.path().join("secrets.txt"))?;
    }
    Ok(())
}

/// Returns the code that the shell clients print for a call of a document with one operation, or the reason that they
/// cannot make it.
async fn shell_snippets(operation: &Value, arguments: &Value) -> Result<Vec<(&'static str, String)>> {
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Hostile", "version": "1"}, "servers": [{"url": "https://a.example"}],
        "paths": {"/things": {"post": operation}},
    });
    let mut settings = TestEnv::new().to_settings()?;
    settings.providers = vec![ProviderSettings::new("hostile", document.to_string().into())];
    let app = TestApp::new(settings).await?;
    let mut snippets = Vec::new();
    for client in HTTP_CLIENT_TARGETS.into_iter().filter(|client| client.language == "Shell") {
        let label = format!("{} · {}", client.language, client.name);
        let mut request = message(&label, arguments);
        (request["provider"], request["operation"], request["environment"]) =
            (json!("hostile"), json!("send"), json!("server1"));
        let response = app.post_json("/api/snippet", &request).send().await?;
        ensure!(response.status == 200, "{label}: {}", response.text());
        snippets.push((client.id, text(&response.json()?["code"])));
    }
    Ok(snippets)
}

#[tokio::test]
async fn no_value_makes_a_shell_client_read_a_file() -> Result<()> {
    let text = json!({"type": "string"});
    let operation = |media_type: &str, schema: Value| {
        json!({
            "operationId": "send", "parameters": [{"name": "X-Trace", "in": "header", "schema": text}],
            "requestBody": {"content": {media_type: {"schema": schema}}},
        })
    };
    let form = operation("multipart/form-data", json!({"type": "object", "properties": {"title": text}}));
    let plain = operation("text/plain", text.clone());
    for (value, escaped) in [("@/etc/passwd", "\\@/etc/passwd"), ("=@/etc/passwd", "\\=@/etc/passwd"), ("-x", "-x")] {
        for (client, code) in shell_snippets(&form, &json!({"X-Trace": value, "title": value})).await? {
            match client {
                "curl" => {
                    assert!(code.contains(&format!("--form-string 'title={value}'")), "{code}");
                    assert!(code.contains(&format!("--header 'X-Trace: {value}'")), "{code}");
                }
                "httpie" => {
                    assert!(code.contains(&format!("'title={escaped}'")), "{code}");
                    assert!(code.contains(&format!("'X-Trace: {value}'")), "{code}");
                }
                _ => assert!(!code.contains(value), "{client}: {code}"),
            }
        }
        for (client, code) in shell_snippets(&plain, &json!({"body": value})).await? {
            let option = match client {
                "curl" => "--data-raw ",
                "wget" => "--body-data=",
                _ => "--raw=",
            };
            assert!(code.contains(&format!("{option}'{value}'")), "{client}: {code}");
        }
    }
    // A variable may contain anything; a backslash cannot always be written.
    for value in ["{{response 1.token}}", "a\\=b"] {
        for (client, code) in shell_snippets(&form, &json!({"title": value})).await? {
            assert!(client != "httpie" || !code.contains("title="), "{code}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn no_name_in_a_document_makes_a_shell_client_read_a_file() -> Result<()> {
    for name in ["a=@/etc/passwd;x", "a=</etc/passwd", "-F"] {
        let operation = json!({"operationId": "send", "requestBody": {"content": {"multipart/form-data": {
            "schema": {"type": "object", "properties": {name: {"type": "string"}}},
            "encoding": {name: {"contentType": "text/plain"}},
        }}}});
        for (client, code) in shell_snippets(&operation, &json!({name: "x"})).await? {
            assert!(client != "curl" || name == "-F" || !code.contains("/etc/passwd"), "{client}: {code}");
        }
        let mut plain = operation.clone();
        plain["requestBody"]["content"]["multipart/form-data"]["encoding"] = json!({});
        for (client, code) in shell_snippets(&plain, &json!({name: "x"})).await? {
            let is_safe = match client {
                "curl" => name == "-F" || !code.contains("/etc/passwd"),
                "httpie" => code.contains(if name == "-F" { "  -- " } else { "a\\=" }),
                _ => !code.contains("/etc/passwd"),
            };
            assert!(is_safe, "{client}: {code}");
        }
    }
    let header = json!({"operationId": "send", "parameters": [
        {"name": "@/etc/passwd", "in": "header", "schema": {"type": "string"}}]});
    for (client, code) in shell_snippets(&header, &json!({"@/etc/passwd": "x"})).await? {
        assert!(!code.contains("/etc/passwd"), "{client}: {code}");
    }
    Ok(())
}
