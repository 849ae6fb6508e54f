//! Tests for overlays in the settings: they change the document that pages, calls, `check` and the acceptance use.

use crate::{
    config::{DOCUMENT, setup},
    support::{TestApp, Upstream, visible_text},
};
use anyhow::Result;
use api_explorer::cli::check::{CheckReport, check_settings};
use axum::{Router, routing::get};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

const SETTINGS: &str = "[[provider]]\nid = \"weather\"\ndocument = \"weather.json\"\n";

const OVERLAY: &str = r#"
overlay: 1.0.0
info: { title: Corrections, version: "1" }
actions:
  - target: $.paths['/today'].get
    update:
      summary: Das Wetter von heute
      parameters: [ { name: unit, in: query, schema: { type: string } } ]
  - target: $.paths['/yesterday']
    remove: true
  - target: $.paths['/tomorrow']
    remove: true
"#;

const COPYING: &str = r#"{
    "overlay": "1.1.0",
    "info": {"title": "Copies", "version": "1"},
    "actions": [
        {"target": "$.paths", "update": {"/later": {}}},
        {"target": "$.paths['/later']", "copy": "$.paths['/today']"},
        {"target": "$.paths['/later'].get.operationId", "update": "later"},
        {"target": "$.paths['/later'].get.summary", "update": {"text": "not a text"}}
    ]
}"#;

/// An overlay that refers to files beside the document.
const REFERRING: &str = r#"
overlay: 1.1.0
info: { title: Files, version: "1" }
actions:
  - target: $.paths
    update:
      /later: { $ref: extra/later.yaml }
      /outside: { $ref: ../outside.yaml }
      /lost: { $ref: lost.yaml }
  - target: $.paths['/today'].get.parameters
    update: { $ref: "./extra/parts.json#/unit~1name" }
"#;

const LATER: &str = r#"
get:
  operationId: later
  parameters: [{ $ref: "parts.json#/unit~1name" }, { name: back, in: query, schema: { $ref: "../weather.json#/components/securitySchemes/basicAuth" } }]
  responses: { "200": { description: OK } }
"#;

const PARTS: &str = r#"{"unit/name": {"name": "unit", "in": "query", "schema": {"enum": ["C", "F"]}}}"#;

/// Creates a folder with the settings, the document and files.
fn folder(settings: &str, files: &[(&str, &str)]) -> Result<TempDir> {
    let folder = TempDir::new()?;
    for (name, text) in [("explorer.toml", settings), ("weather.json", DOCUMENT)].iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, text)?;
    }
    Ok(folder)
}

fn report(folder: &TempDir) -> CheckReport {
    check_settings(setup(folder).to_settings())
}

/// Starts the app with both overlays.
async fn start() -> Result<(TempDir, TestApp)> {
    let settings = [SETTINGS, "overlays = [\"german.yaml\", \"copies.json\"]\n"].concat();
    let folder = folder(&settings, &[("german.yaml", OVERLAY), ("copies.json", COPYING)])?;
    let app = setup(&folder).start_app().await?;
    Ok((folder, app))
}

#[tokio::test]
async fn overlays_change_pages_calls_and_the_shown_document() -> Result<()> {
    let (_folder, app) = start().await?;
    let page = visible_text(&app.get("/weather/today").send().await?.text());
    assert!(page.contains("Das Wetter von heute") && page.contains("unit"), "{page}");
    assert_eq!(app.get("/weather/tomorrow").send().await?.status, 404);
    let call = json!({"args": {"place": "Rome", "unit": "C"}, "environment": "example"});
    for (operation, status) in [("today", 200), ("later", 200), ("tomorrow", 404)] {
        let response = app.post_json(&format!("/tools/weather/{operation}"), &call).send().await?;
        assert_eq!(response.status, status, "{operation}: {}", response.text());
    }
    let shown: Value = app.get("/weather/openapi.json").send().await?.json()?;
    let paths: Vec<&String> = shown["paths"].as_object().into_iter().flatten().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/today", "/broken", "/later"]);
    assert_eq!(shown["paths"]["/later"]["get"]["parameters"][1]["name"], "unit");
    Ok(())
}

#[tokio::test]
async fn actions_that_change_nothing_are_reported() -> Result<()> {
    let (folder, app) = start().await?;
    let page = app.get("/weather").send().await?.text();
    let report = report(&folder).text;
    for expected in [
        "german.yaml: actions.1: changes nothing: $.paths['/yesterday'] selects no part of the document",
        "copies.json: actions.3: is not applied: the target is a single value, not an object",
    ] {
        assert!(visible_text(&page).contains(expected), "{expected}: {page}");
        assert!(report.contains(&["fault         ", expected].concat()), "{expected}: {report}");
    }
    assert!(report.contains("overlay       ") && report.contains("3 faults"), "{report}");
    Ok(())
}

#[tokio::test]
async fn overlays_can_refer_to_files_beside_the_document() -> Result<()> {
    let files = [("files.yaml", REFERRING), ("extra/later.yaml", LATER), ("extra/parts.json", PARTS)];
    let folder = folder(&[SETTINGS, "overlays = [\"files.yaml\"]\n"].concat(), &files)?;
    let app = setup(&folder).start_app().await?;
    for operation in ["later", "today"] {
        for (unit, status) in [("C", 200), ("K", 400)] {
            let call = json!({"args": {"place": "Rome", "unit": unit}, "environment": "example"});
            let call =
                if operation == "later" { json!({"args": {"unit": unit}, "environment": "example"}) } else { call };
            let response = app.post_json(&format!("/tools/weather/{operation}"), &call).send().await?;
            assert_eq!(response.status, status, "{operation} {unit}: {}", response.text());
        }
    }
    let page = visible_text(&app.get("/weather").send().await?.text());
    for (place, reference) in [("paths./outside", "../outside.yaml"), ("paths./lost", "lost.yaml")] {
        let expected = format!("{place}: \"{reference}\" is outside the document");
        assert!(page.contains(&expected), "{expected}: {page}");
    }
    assert!(page.contains("Correct the reference, or move the file there"), "{page}");
    Ok(())
}

#[tokio::test]
async fn overlays_can_refer_to_files_beside_a_document_on_the_web() -> Result<()> {
    let routes = Router::new()
        .route("/docs/weather.json", get(|| async { DOCUMENT }))
        .route("/docs/extra/later.yaml", get(|| async { LATER }))
        .route("/docs/extra/parts.json", get(|| async { PARTS }));
    let web = Upstream::start(routes).await?;
    let settings = format!(
        "[[provider]]\nid = \"weather\"\ndocument = \"{}/docs/weather.json\"\noverlays = [\"files.yaml\"]\n",
        web.url
    );
    let folder = folder(&settings, &[("files.yaml", REFERRING)])?;
    let environment = setup(&folder);
    let report = spawn_blocking(move || check_settings(environment.to_settings())).await?;
    assert!(report.can_serve_all && report.text.contains("3 faults"), "{}", report.text);
    for reported in ["paths./outside: \"../outside.yaml\"", "paths./lost: \"lost.yaml\""] {
        assert!(report.text.contains(reported), "{reported}: {}", report.text);
    }
    Ok(())
}

#[tokio::test]
async fn a_provider_whose_overlay_cannot_be_read_is_unavailable() -> Result<()> {
    for (name, text, expected) in [
        ("lost.yaml", None, "lost.yaml cannot be read"),
        ("bad.yaml", Some("openapi: 3.1.0"), "bad.yaml is not a valid overlay: Its `overlay` field must be"),
        ("bad.yaml", Some("overlay: 1.2.0\nactions: []"), "Its `overlay` field must be 1.0.0 or 1.1.0"),
    ] {
        let files: Vec<(&str, &str)> = text.into_iter().map(|text| (name, text)).collect();
        let folder = folder(&format!("{SETTINGS}overlays = [{name:?}]\n"), &files)?;
        let report = report(&folder);
        assert!(!report.can_serve_all && report.text.contains(expected), "{}", report.text);
        let app = setup(&folder).start_app().await?;
        let page = app.get("/weather").send().await?;
        assert_eq!(page.status, 503, "{name}");
        let (text, directory) = (page.text(), folder.path().display().to_string());
        assert!(visible_text(&text).contains(expected) && !text.contains(&directory), "{text}");
        assert_eq!(app.get("/weather/today").send().await?.status, 503, "{name}");
    }
    Ok(())
}

#[test]
fn invalid_settings_of_overlays_are_refused() -> Result<()> {
    for (value, expected) in [
        ("\"a.yaml\"", "`provider.overlays` must be an array"),
        ("[1]", "`provider.overlays` must be a string in quotes"),
        ("[\"\"]", "`provider.overlays` contains an empty path"),
        ("[\"https://a.example/o.yaml\"]", "overlays cannot be read from URLs"),
    ] {
        let folder = folder(&format!("{SETTINGS}overlays = {value}\n"), &[])?;
        let error = setup(&folder).to_settings().err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(error.contains(expected) && error.contains("explorer.toml, line 4"), "{value}: {error}");
    }
    Ok(())
}

#[tokio::test]
async fn overlays_change_documents_at_urls_and_the_accepted_hash() -> Result<()> {
    let web = Upstream::start(Router::new().route("/a.json", get(|| async { DOCUMENT }))).await?;
    let settings = |overlay: &str| {
        let text = format!("[[provider]]\nid = \"weather\"\ndocument = \"{}/a.json\"\n{overlay}", web.url);
        [&text, "[provider.credential]\nusername = \"env:A\"\npassword = \"env:B\"\nhosts = [\"a.example\"]\n"].concat()
    };
    let mut hashes = Vec::new();
    for overlay in
        ["", "overlays = []\n", "overlays = [\"german.yaml\"]\n", "overlays = [\"german.yaml\", \"copies.json\"]\n"]
    {
        let folder = folder(&settings(overlay), &[("german.yaml", OVERLAY), ("copies.json", COPYING)])?;
        let environment = setup(&folder).set_var("A", "user-name-1").set_var("B", "a-password-of-length");
        let report = spawn_blocking(move || check_settings(environment.to_settings())).await?;
        assert!(report.can_serve_all, "{}", report.text);
        hashes.extend(report.documents.iter().map(|entry| entry.document_sha256.clone()));
    }
    assert_eq!((hashes.len(), &hashes[0]), (4, &hashes[1]));
    assert!(hashes[1] != hashes[2] && hashes[2] != hashes[3]);
    Ok(())
}
