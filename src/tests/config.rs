//! Tests for providers in `explorer.toml`: the site that it produces, and the output of `check`.

use crate::support::{
    OPERATION_PAGE, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv, Upstream, basic_authorization,
};
use anyhow::{Context, Result};
use api_explorer::{
    cli::check::{CheckReport, check_settings},
    settings::CONFIG_KEYS,
};
use axum::{Router, routing::get};
use serde_json::json;
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// A small document with two operations, and one that cannot be read.
pub(crate) const DOCUMENT: &str = r#"{
    "openapi": "3.1.0",
    "info": {"title": "Weather", "version": "7"},
    "servers": [{"url": "https://api.weather.example"}],
    "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    "paths": {
        "/today": {"get": {"operationId": "today", "parameters": [
            {"name": "place", "in": "query", "required": true, "schema": {"type": "string"}}
        ]}},
        "/tomorrow": {"get": {"operationId": "tomorrow"}},
        "/broken": {"get": "nothing"}
    }
}"#;

/// Creates a folder with a document and an `explorer.toml`.
pub(crate) fn folder(toml: &str) -> Result<TempDir> {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("weather.json"), DOCUMENT)?;
    fs::write(folder.path().join("explorer.toml"), toml)?;
    Ok(folder)
}

pub(crate) fn setup(folder: &TempDir) -> TestEnv {
    TestEnv::new().set_var("EXPLORER_CONFIG", &folder.path().join("explorer.toml").display().to_string())
}

const WEATHER: &str = "[[provider]]\nid = \"weather\"\ndocument = \"weather.json\"\n";

fn report(toml: &str) -> Result<CheckReport> {
    Ok(check_settings(setup(&folder(toml)?).to_settings()))
}

#[tokio::test]
async fn three_lines_of_settings_define_a_provider() -> Result<()> {
    let folder = folder(WEATHER)?;
    let app = setup(&folder).start_app().await?;
    let home = app.get("/").send().await?.text();
    assert!(home.contains("href=\"/weather\"") && home.contains("href=\"/stytch\""));
    for path in ["/weather", "/weather/today", "/weather/openapi.json", OPERATION_PAGE] {
        assert_eq!(app.get(path).send().await?.status, 200, "{path}");
    }
    assert!(app.get("/weather").send().await?.text().contains("paths./broken.get"));
    let call = json!({"args": {"place": "Rome"}, "environment": "example"});
    assert_eq!(app.post_json("/tools/weather/today", &call).send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn title_and_servers_in_the_settings_override_the_document() -> Result<()> {
    let toml = "title = \"The sky\"\nservers = [{ name = \"main\", url = \"https://sky.example/v1/\" }, \"https://b.example\"]";
    let app = setup(&folder(&[WEATHER, toml].concat())?).start_app().await?;
    let page = app.get("/weather").send().await?.text();
    assert!(
        page.contains("https://sky.example/v1<") && page.contains("server2") && !page.contains("api.weather.example")
    );
    assert!(app.get("/").send().await?.text().contains("The sky"));
    Ok(())
}

#[tokio::test]
async fn a_document_at_a_url_is_read_once_at_start() -> Result<()> {
    let web = Upstream::start(Router::new().route("/docs/a.json", get(|| async { DOCUMENT }))).await?;
    let toml = format!("[[provider]]\nid = \"weather\"\ndocument = \"{}/docs/a.json\"\n", web.url);
    let folder = folder(&toml)?;
    let app = setup(&folder).start_app().await?;
    for _ in 0..2 {
        assert_eq!(app.get("/weather/tomorrow").send().await?.status, 200);
    }
    assert_eq!(web.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_entry_for_the_built_in_provider_changes_its_settings() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let toml = format!(
        "[[provider]]\nid = \"stytch\"\ntitle = \"Sign-in\"\nbase_url = \"{}\"\n[provider.credential]\nusername = \
         \"env:A_PROJECT\"\npassword = \"file:secret\"\n",
        upstream.url
    );
    let folder = folder(&toml)?;
    fs::write(folder.path().join("secret"), [OPERATOR_SECRET, "\n"].concat())?;
    let app: TestApp = setup(&folder).set_var("A_PROJECT", OPERATOR_PROJECT).start_app().await?;
    assert!(app.get("/").send().await?.text().contains("Sign-in"));
    let response = app.post_json(OPERATION_TOOL, &json!({"email": "sandbox@stytch.com"})).send().await?;
    assert_eq!(response.status, 200);
    assert_eq!(
        upstream.only_request()?.header("authorization"),
        basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET)
    );
    Ok(())
}

#[test]
fn the_example_of_every_configuration_key_is_valid() -> Result<()> {
    let under = |table: &str| {
        let keys = CONFIG_KEYS.iter().filter(|key| !key.example.is_empty());
        let keys = keys.filter(|key| key.path.rsplit_once('.').is_some_and(|(parent, _)| parent == table));
        keys.map(|key| format!("{} = {}\n", key.path.rsplit('.').next().unwrap_or_default(), key.example))
            .collect::<Vec<_>>()
    };
    let (provider, credential, preset) = (under("provider"), under("provider.credential"), under("provider.preset"));
    let (secrets, rest): (Vec<String>, Vec<String>) =
        credential.into_iter().partition(|line| line.contains("env:") || line.contains("file:"));
    assert_eq!(secrets.len(), 6);
    for part in ["token", "username", "key", "client_id"] {
        let with = match part {
            "username" => "password = \"env:SECRET\"\n",
            "client_id" => "client_secret = \"env:SECRET\"\n",
            _ => "",
        };
        let credential = [&rest.concat(), part, " = \"env:SECRET\"\n", with].concat();
        let toml = format!(
            "[[provider]]\n{}[provider.credential]\n{credential}[[provider.preset]]\n{}",
            provider.concat(),
            preset.concat()
        );
        let folder = folder(&toml)?;
        fs::write(folder.path().join("github.svg"), r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#)?;
        let settings = setup(&folder).set_var("SECRET", "a-long-secret-value").to_settings()?;
        assert!(settings.credentials["github"].parts.contains_key(part));
        assert_eq!(settings.providers[1].presets[0].arguments["repo"], "rust");
    }
    Ok(())
}

#[test]
fn check_prints_the_configuration_without_secrets() -> Result<()> {
    let toml = "[provider.credential]\nscheme = \"basicAuth\"\nusername = \"env:U\"\npassword = \"env:P\"\nhosts = \
                [\"other.example\"]\n[[provider.preset]]\noperation = \"today\"\ntitle = \"Rome\"\narguments = {}\n";
    let folder = folder(&[WEATHER, toml].concat())?;
    let report = check_settings(setup(&folder).set_var("U", "a-user-name").set_var("P", OPERATOR_SECRET).to_settings());
    for expected in [
        "weather: Weather",
        "weather.json",
        "version       7",
        "operations    2, in groups: 1",
        "https://api.weather.example",
        "server1, example",
        "basicAuth (HTTP Basic)",
        "set: password and username for basicAuth; sent only to: other.example",
        "`hosts` does not list api.weather.example",
        "paths./broken.get",
        "preset \"Rome\": /place: This field is required.",
        "The server can start. 2 faults",
    ] {
        assert!(report.text.contains(expected), "{expected} is missing in\n{}", report.text);
    }
    assert!(!report.text.contains(OPERATOR_SECRET) && !report.text.contains("a-user-name"), "{}", report.text);
    assert!(report.can_serve_all && report.is_success(false) && !report.is_success(true));
    Ok(())
}

#[test]
fn a_document_cannot_forge_a_line_of_the_report() -> Result<()> {
    let forged = r"Weather\u001b[2J\nThe server can start. No faults.\n";
    let named_server = format!(r#""https://api.weather.example", "x-name": "{forged}""#);
    for document in [
        DOCUMENT.replacen("Weather", forged, 1),
        DOCUMENT.replacen(r#""https://api.weather.example""#, &named_server, 1),
    ] {
        let folder = folder(WEATHER)?;
        fs::write(folder.path().join("weather.json"), document)?;
        let text = check_settings(setup(&folder).to_settings()).text;
        assert!(text.contains("\\u{1b}[2J\\n") && !text.contains('\u{1b}'), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("The server ")).count(), 1, "{text}");
    }
    Ok(())
}

#[test]
fn check_reads_every_operation() -> Result<()> {
    let folder = folder(WEATHER)?;
    let lost = r##""/today": {"get": {"parameters": [{"$ref": "#/components/parameters/Lost"}]}}, "/then""##;
    fs::write(folder.path().join("weather.json"), DOCUMENT.replacen("\"/today\"", lost, 1))?;
    let report = check_settings(setup(&folder).to_settings());
    assert!(report.text.contains("#/components/parameters/Lost") && report.fault_count == 2, "{}", report.text);
    Ok(())
}

#[test]
fn check_names_the_providers_that_cannot_be_served() -> Result<()> {
    let report = report(&WEATHER.replace("weather.json", "lost.json"))?;
    assert!(
        !report.can_serve_all && report.text.contains("The server can start, but without weather."),
        "{}",
        report.text
    );
    assert!(report.text.contains("lost.json") && report.text.contains("stytch: Stytch"), "{}", report.text);
    Ok(())
}

#[test]
fn the_exit_status_of_check_matches_its_result() -> Result<()> {
    for (toml, arguments, status) in
        [("", vec![], 0), (WEATHER, vec![], 0), (WEATHER, vec!["--strict"], 1), ("[[provider]]\nid = \"x\"", vec![], 1)]
    {
        let folder = folder(toml)?;
        let config = folder.path().join("explorer.toml");
        let mut program = Command::new(env!("CARGO_BIN_EXE_api-explorer"));
        // The command-line argument takes precedence over the variable.
        let program =
            program.env_clear().env("EXPLORER_CONFIG", "/no/such/file").arg("check").arg("--config").arg(config);
        let output = program.args(&arguments).output()?;
        assert_eq!(
            output.status.code(),
            Some(status),
            "{toml} {arguments:?} {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    Ok(())
}

#[test]
fn the_examples_have_no_faults() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers/examples/explorer.toml");
    let report = check_settings(
        TestEnv::new().set_var("EXPLORER_CONFIG", path.to_str().context("a path in UTF-8")?).to_settings(),
    );
    assert!(report.is_success(true), "{}", report.text);
    assert!(report.text.contains("open-meteo: ") && report.text.contains("github: "), "{}", report.text);
    Ok(())
}
