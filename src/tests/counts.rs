//! Tests that every operation, webhook and callback of a document is shown or reported. `scripts/count-document` lists
//! them without any code of this program.

use crate::{
    documents_whole::METHODS,
    openapi_3_2::{CONTENT, TAGS},
    support::{TestApp, TestEnv, programs::find_program},
    webhooks::HOOKS,
};
use anyhow::{Context, Result, ensure};
use api_explorer::{
    model::operation::Method,
    openapi::Diagnostic,
    providers::{CatalogEntry, DocumentSource, ProviderSettings},
};
use serde::Deserialize;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Documents of the repository and of the npm package of examples, which contains versions 2.0, 3.0 and 3.1.
const FOLDERS: [&str; 3] =
    ["end2end/node_modules/@readme/oas-examples", "src/providers/examples", "end2end/kinds.yaml"];

/// The output of `scripts/count-document` for a document: the locations of its parts.
#[derive(Deserialize)]
struct Counted {
    file: PathBuf,
    operations: Vec<String>,
    webhooks: Vec<String>,
    callbacks: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_webhook_and_callback_is_shown_or_reported() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(node) = find_program("node")? else { return Ok(()) };
    if !root.join("end2end/node_modules/yaml").exists() && env::var_os("EXPLORER_TEST_ALL").is_none() {
        println!("The npm package yaml is not installed, so its test is skipped.");
        return Ok(());
    }
    let folder = TempDir::new()?;
    for (name, document) in [("methods", METHODS), ("hooks", HOOKS), ("tags", TAGS), ("content", CONTENT)] {
        fs::write(folder.path().join(name).with_extension("yaml"), document)?;
    }
    let mut files = Vec::new();
    for place in FOLDERS {
        find_documents(&root.join(place), &mut files)?;
    }
    ensure!(files.len() > 3, "{files:?}");
    find_documents(folder.path(), &mut files)?;
    let output = Command::new(node).arg(root.join("scripts/count-document")).args(&files).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counted = String::from_utf8(output.stdout)?;
    let counted = counted.lines().map(serde_json::from_str).collect::<Result<Vec<Counted>, _>>()?;
    assert_eq!(counted.len(), files.len());
    let mut settings = TestEnv::new().to_settings()?;
    let provider = |(index, counted): (usize, &Counted)| {
        ProviderSettings::new(&format!("d{index}"), DocumentSource::File(counted.file.clone()))
    };
    settings.providers = counted.iter().enumerate().map(provider).collect();
    let app = TestApp::new(settings).await?;
    let mut parts = 0;
    for (index, counted) in counted.iter().enumerate() {
        let catalog = app.gateway.catalog();
        let entry = catalog.entry(&format!("d{index}")).context("no entry")?;
        let context = || counted.file.display().to_string();
        assert_complete(&app, entry, counted).await.with_context(context)?;
        parts += counted.operations.len() + counted.webhooks.len() + counted.callbacks.len();
    }
    ensure!(parts > 20, "only {parts} parts");
    Ok(())
}

/// Adds the documents of a folder, or the file itself.
fn find_documents(place: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if place.is_dir() {
        for entry in fs::read_dir(place)? {
            find_documents(&entry?.path(), found)?;
        }
    } else if place.is_file() {
        let text = fs::read_to_string(place).unwrap_or_default();
        let is_document = ["openapi:", "swagger:", "\"openapi\":", "\"swagger\":"].iter().any(|key| text.contains(key));
        let has_ending =
            place.extension().is_some_and(|ending| ["json", "yaml", "yml"].iter().any(|known| ending == *known));
        if is_document && has_ending && place.file_name().is_some_and(|name| name != "package.json") {
            found.push(place.to_owned());
        }
    }
    Ok(())
}

async fn assert_complete(app: &TestApp, entry: &CatalogEntry, counted: &Counted) -> Result<()> {
    let (id, document, diagnostics) = (&entry.provider.id, &entry.document, entry.document.collect_diagnostics());
    let operations = document.operations.iter().map(|operation| {
        let location = format!("paths.{}.{}", operation.path, key(&operation.method));
        (location, format!("/{id}/{}", operation.name))
    });
    let operations: Vec<(String, String)> = operations.collect();
    let webhooks: Vec<String> =
        document.webhooks.iter().map(|webhook| format!("webhooks.{}.{}", webhook.name, key(&webhook.method))).collect();
    let shown: Vec<String> = operations.iter().map(|(location, _)| location.clone()).collect();
    ensure_equal(&shown, &counted.operations, &diagnostics)?;
    ensure_equal(&webhooks, &counted.webhooks, &diagnostics)?;
    let page = app.get(&format!("/{id}")).send().await?.text();
    let links = page.matches(&format!("href=\"/{id}?webhook=")).count();
    ensure!(links == webhooks.len(), "{links} links to {} webhooks", webhooks.len());
    let mut callbacks = 0;
    for (location, address) in &operations {
        let expected = counted.callbacks.iter().filter(|callback| callback.starts_with(&format!("{location}.")));
        if expected.count() > 0 {
            callbacks += app.get(address).send().await?.text().matches("open id=\"request-").count();
        }
    }
    let reported = diagnostics.iter().filter(|diagnostic| diagnostic.to_string().contains("callbacks")).count();
    ensure!(
        callbacks + reported >= counted.callbacks.len() && callbacks <= counted.callbacks.len(),
        "{callbacks} callbacks are shown and {reported} reported of {:?}",
        counted.callbacks
    );
    Ok(())
}

/// Checks that only counted parts are shown, and that the others are reported.
fn ensure_equal(shown: &[String], counted: &[String], diagnostics: &[Diagnostic]) -> Result<()> {
    let invented: Vec<&String> = shown.iter().filter(|location| !counted.contains(location)).collect();
    ensure!(invented.is_empty(), "{invented:?} are not in the document");
    let is_reported = |location: &&String| {
        diagnostics.iter().any(|diagnostic| {
            let rest = location.strip_prefix(&diagnostic.location);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let lost: Vec<&String> =
        counted.iter().filter(|location| !shown.contains(location)).filter(|location| !is_reported(location)).collect();
    ensure!(lost.is_empty(), "{lost:?} are neither shown nor reported");
    Ok(())
}

/// Returns the key of an operation in its path item.
fn key(method: &Method) -> String {
    match method {
        Method::Other(name) => format!("additionalOperations.{name}"),
        method => method.as_str().to_lowercase(),
    }
}
