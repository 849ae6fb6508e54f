//! Tests for documents that define no security scheme: the settings can name one, and callers can choose one.

use crate::support::{
    TestApp, TestEnv, Upstream, basic_authorization,
    locks::{call_operation, save_credentials},
    visible_text,
};
use anyhow::{Context, Result};
use api_explorer::cli::check::check_settings;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// A document that defines no security scheme, and opens one of its operations to everyone.
fn document() -> Value {
    let parameters = json!([{"name": "api_key", "in": "query", "schema": {"type": "string"}}]);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Locks", "version": "1"},
        "servers": [{"url": "https://locks.example"}],
        "paths": {
            "/things": {"get": {"operationId": "things", "parameters": parameters, "responses": {}}},
            "/open": {"get": {"operationId": "open", "security": [], "responses": {}}},
        },
    })
}

/// Creates a folder with the document and settings of the provider.
fn folder(settings: &str) -> Result<(TempDir, TestEnv)> {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("locks.json"), document().to_string())?;
    let file = folder.path().join("explorer.toml");
    fs::write(&file, format!("[[provider]]\nid = \"locks\"\ndocument = \"locks.json\"\n{settings}"))?;
    let env = TestEnv::new().set_var("EXPLORER_CONFIG", &file.display().to_string()).set_var("KEY", "a-key-of-ours");
    Ok((folder, env))
}

async fn start_app(settings: &str) -> Result<TestApp> {
    let (_folder, env) = folder(settings)?;
    env.start_app().await
}

async fn page(app: &TestApp, operation: &str) -> Result<String> {
    Ok(visible_text(&app.get(&format!("/locks/{operation}")).send().await?.text()))
}

#[tokio::test]
async fn the_settings_name_the_scheme_of_the_operators_credential() -> Result<()> {
    for (security, part, authorization, key, query) in [
        ("type = \"bearer\"", "token", "Bearer a-key-of-ours", "", None),
        ("type = \"header\"\nname = \"X-Key\"", "key", "", "a-key-of-ours", None),
        ("type = \"query\"\nname = \"k\"", "key", "", "", Some("k=a-key-of-ours")),
        ("type = \"basic\"", "username", &*basic_authorization("a-key-of-ours", "a-key-of-ours"), "", None),
    ] {
        let upstream = Upstream::succeeding().await?;
        let password = if part == "username" { "password = \"env:KEY\"\n" } else { "" };
        let settings = format!(
            "base_url = {:?}\n[provider.security]\n{security}\n[provider.credential]\n{part} = \"env:KEY\"\n{password}\
             hosts = [\"127.0.0.1\"]\n",
            upstream.url
        );
        let app = start_app(&settings).await?;
        for operation in ["things", "open"] {
            let response = call_operation(&app, "", operation, &json!({})).await?;
            assert_eq!(response.status, 200, "{security}: {}", response.text());
        }
        let sent = upstream.received_requests();
        let found = (sent[0].header("authorization"), sent[0].header("x-key"), sent[0].query.as_deref());
        assert_eq!(found, (authorization, key, query), "{security}");
        assert!(sent[1].header("authorization").is_empty() && sent[1].query.is_none(), "{security}");
        assert!(page(&app, "things").await?.contains("Using the operator's credential"), "{security}");
        assert!(page(&app, "open").await?.contains("This operation needs no credential."), "{security}");
    }
    Ok(())
}

#[tokio::test]
async fn callers_supply_their_own_credential_for_the_scheme_of_the_settings() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let settings = format!("base_url = {:?}\n[provider.security]\ntype = \"cookie\"\nname = \"sid\"\n", upstream.url);
    let app = start_app(&settings).await?;
    assert_eq!(call_operation(&app, "", "things", &json!({})).await?.status_and_code()?.1, "no_credential");
    let cookie = save_credentials(&app, "", json!({"cookie/key": "mine"})).await?;
    assert_eq!(call_operation(&app, &cookie, "things", &json!({})).await?.status, 200);
    assert_eq!(upstream.only_request()?.header("cookie"), "sid=mine");
    Ok(())
}

#[tokio::test]
async fn callers_can_choose_a_scheme_if_nothing_names_one() -> Result<()> {
    for (values, authorization, key, query) in [
        (json!({}), "", "", None),
        (json!({"bearer/token": "mine"}), "Bearer mine", "", None),
        (json!({"header/key": "mine"}), "", "mine", None),
        (json!({"query/key": "mine"}), "", "", Some("api_key=mine")),
    ] {
        let upstream = Upstream::succeeding().await?;
        let app = start_app(&format!("base_url = {:?}\n", upstream.url)).await?;
        let html = page(&app, "things").await?;
        for expected in ["The document names no credential.", "Bearer token", "header X-API-Key", "parameter api_key"] {
            assert!(html.contains(expected), "{expected}: {html}");
        }
        let has_values = values.as_object().is_some_and(|values| !values.is_empty());
        let cookie = if has_values { save_credentials(&app, "", values).await? } else { String::new() };
        assert_eq!(call_operation(&app, &cookie, "things", &json!({})).await?.status, 200);
        let sent = upstream.only_request()?;
        let found = (sent.header("authorization"), sent.header("x-api-key"), sent.query.as_deref());
        assert_eq!(found, (authorization, key, query));
    }
    Ok(())
}

#[tokio::test]
async fn nothing_is_offered_if_no_credential_could_be_sent() -> Result<()> {
    let app = start_app("").await?;
    let html = page(&app, "things").await?;
    assert!(html.contains("The document names no credential.") && !html.contains("Save credentials"), "{html}");
    assert!(!html.contains("needs no credential"), "{html}");
    Ok(())
}

#[tokio::test]
async fn a_documented_parameter_is_not_taken_for_an_offered_key() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = start_app(&format!("base_url = {:?}\n", upstream.url)).await?;
    assert_eq!(app.get("/proxy/locks/things?api_key=typed").send().await?.status, 200);
    assert_eq!(upstream.only_request()?.query.as_deref(), Some("api_key=typed"));
    Ok(())
}

#[test]
fn a_credential_without_a_scheme_is_refused_with_the_remedy() -> Result<()> {
    for (settings, expected) in [
        ("[provider.credential]\ntoken = \"env:KEY\"\nhosts = [\"a.example\"]", "[provider.security]"),
        ("[provider.credential]\nscheme = \"b\"\ntoken = \"env:KEY\"\nhosts = [\"a.example\"]", "[provider.security]"),
        ("[provider.security]\ntype = \"digest\"", "`provider.security.type` must be bearer, basic"),
        ("[provider.security]\nname = \"X-Key\"", "`provider.security.type` is missing"),
        ("[provider.security]\ntype = \"header\"", "`provider.security.name` is missing"),
        ("[provider.security]\ntype = \"header\"\nname = \"a b\"", "must be the name of a header or cookie"),
        ("[provider.security]\ntype = \"bearer\"\nname = \"X-Key\"", "has no effect"),
    ] {
        let (_folder, env) = folder(settings)?;
        let message = env.startup_error()?;
        assert!(message.contains(expected), "{settings}: {message}");
        assert!(check_settings(env.to_settings()).text.contains(expected), "{settings}");
    }
    let (folder, env) = folder("[provider.security]\ntype = \"bearer\"\n")?;
    let mut document = document();
    document["components"] = json!({"securitySchemes": {"own": {"type": "http", "scheme": "bearer"}}});
    fs::write(folder.path().join("locks.json"), document.to_string()).context("not written")?;
    let message = env.startup_error()?;
    assert!(message.contains("the document defines security schemes: own"), "{message}");
    Ok(())
}
