//! Tests with published documents: each loads, and every one of its operations has a page.

use crate::support::{TestApp, TestEnv, visible_text};
use anyhow::{Context, Result, ensure};
use api_explorer::{
    openapi,
    providers::{DocumentSource, ProviderSettings},
};
use serde_json::Value;
use std::{
    env, fs,
    io::{Write, stderr},
    path::{Path, PathBuf},
};
use tokio::task::JoinSet;

/// The npm package of example documents: versions 2.0, 3.0 and 3.1, in JSON and YAML.
const EXAMPLES: &str = "end2end/node_modules/@readme/oas-examples";
/// Number of documents in the package.
const DOCUMENTS: usize = 129;
/// Documents that correctly have no operations: the first has no paths, the others describe only webhooks.
const WITHOUT_OPERATIONS: [&str; 3] =
    ["3-0-json-openapi-workshop-title-json", "3-1-json-webhooks-json", "3-1-yaml-webhooks-yaml"];

/// A document, and the values expected from its raw text.
struct Expected {
    id: String,
    file: PathBuf,
    operations: Vec<Published>,
}

struct Published {
    method: String,
    path: String,
    summary: Option<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_published_examples_has_a_page() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLES);
    if !folder.exists() && env::var_os("EXPLORER_TEST_ALL").is_none() {
        return skip(&folder, "run `make test` once, or `npm ci` in end2end");
    }
    let mut files = Vec::new();
    for version in ["2.0", "3.0", "3.1"] {
        documents(&folder.join(version), &mut files)?;
    }
    ensure!(files.len() == DOCUMENTS, "there are {} documents in {}, not {DOCUMENTS}", files.len(), folder.display());
    let expected = files.into_iter().map(|file| expected(&folder, file)).collect::<Result<Vec<_>>>()?;
    let without: Vec<&str> =
        expected.iter().filter(|document| document.operations.is_empty()).map(|document| &*document.id).collect();
    assert_eq!(without, WITHOUT_OPERATIONS);
    assert_all_have_pages(expected).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_stytchs_official_document_has_a_page() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs");
    let file = folder.join("stytch-openapi.yml");
    if !file.exists() {
        return skip(&file, "put Stytch's document there");
    }
    let document = expected(&folder, file)?;
    assert_eq!(document.operations.len(), 184);
    assert_all_have_pages(vec![document]).await
}

/// Reports a skipped test on the terminal, because the test runner captures the output of passing tests.
fn skip(missing: &Path, remedy: &str) -> Result<()> {
    writeln!(
        stderr(),
        "SKIPPED: {} is not there, so its documents are not tested. To test them, {remedy}.",
        missing.display()
    )?;
    Ok(())
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => documents(&path, found)?,
            Some("json" | "yaml" | "yml") => found.push(path),
            _ => {}
        }
    }
    Ok(())
}

/// Reads a document without using the code under test.
fn expected(folder: &Path, file: PathBuf) -> Result<Expected> {
    const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let text = fs::read_to_string(&file)?;
    // JSON is valid YAML.
    let root: Value = serde_norway::from_str(&text).with_context(|| file.display().to_string())?;
    let mut operations = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        let target = item["$ref"].as_str().and_then(|reference| root.pointer(reference.trim_start_matches('#')));
        let found =
            METHODS.iter().filter_map(|method| Some((method, item.get(method).or_else(|| target?.get(method))?)));
        let found = found.map(|(method, operation)| Published {
            method: method.to_uppercase(),
            path: path.clone(),
            summary: operation["summary"].as_str().map(str::to_owned),
        });
        operations.extend(found);
    }
    let id = file.strip_prefix(folder)?.display().to_string().replace(['/', '.'], "-");
    Ok(Expected { id, file, operations })
}

async fn assert_all_have_pages(documents: Vec<Expected>) -> Result<()> {
    let mut settings = TestEnv::new().to_settings()?;
    let provider =
        |document: &Expected| ProviderSettings::new(&document.id, DocumentSource::File(document.file.clone()));
    settings.providers = documents.iter().map(provider).collect();
    let app = TestApp::new(settings).await?;
    let mut pages = JoinSet::new();
    for document in documents {
        let listings = openapi::parse_document(&fs::read_to_string(&document.file)?)?.operations;
        assert_eq!(listings.len(), document.operations.len(), "{}", document.id);
        let list = app.get(&format!("/{}", document.id)).send().await?;
        assert_eq!(list.status, 200, "{}", document.id);
        let list = list.text();
        for published in document.operations {
            let listing = listings
                .iter()
                .find(|listing| listing.method.as_str() == published.method && listing.path == published.path)
                .with_context(|| format!("{}: {} {} is not listed", document.id, published.method, published.path))?;
            let address = format!("/{}/{}", document.id, listing.name);
            assert!(list.contains(&format!("href=\"{address}\"")), "{address} is not on the provider's page");
            let title = published.summary.filter(|summary| !summary.trim().is_empty());
            let title = title.unwrap_or_else(|| listing.name.clone());
            // A generic title is completed, and keeps its first word.
            let is_completed = listing.summary.as_deref() == Some(title.trim())
                && listing.title.split(' ').next()
                    == title.split_whitespace().next().map(|verb| verb.trim_end_matches('.'));
            pages.spawn(assert_has_page(
                app.clone(),
                address,
                if is_completed { listing.title.clone() } else { title },
            ));
        }
    }
    while let Some(page) = pages.join_next().await {
        page??;
    }
    Ok(())
}

async fn assert_has_page(app: TestApp, address: String, title: String) -> Result<()> {
    let response = app.get(&address).send().await?;
    ensure!(response.status == 200, "{address}: {}", response.status);
    let html = response.text();
    let heading = html.split_once("<h1").and_then(|(_, rest)| rest.split_once("</h1>")).map(|(heading, _)| heading);
    let heading = visible_text(&format!("<body><h1{}</body>", heading.unwrap_or_default()));
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(heading == title, "{address}: its heading is {heading:?}, not {title:?}");
    Ok(())
}
