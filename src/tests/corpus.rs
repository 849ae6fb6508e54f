//! Documents as they are published: every one loads, and every one of their operations has its page.

use crate::support::TestApp;
use anyhow::{Context, Result, ensure};
use api_explorer::{
    openapi::{self, Listing},
    providers::{DocumentSource, ProviderSettings},
    server::settings::Settings,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The published documents that are at hand: the examples of `@readme/oas-examples`, and Stytch's own.
fn documents() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = here.join("end2end/node_modules/@readme/oas-examples");
    let mut folders = ["2.0", "3.0", "3.1"].map(|version| examples.join(version)).to_vec();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "json" || kind == "yaml") {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        println!("Without `make test`, or `npm ci` in end2end, there are no published documents to try.");
    }
    found.extend(Some(here.join("../shared/specs/stytch-openapi.yml")).filter(|path| path.exists()));
    found.sort();
    found
}

/// An explorer of one document, and what it lists.
fn explorer(path: &Path) -> Result<(TestApp, Vec<Listing>)> {
    let listings = openapi::read(&fs::read_to_string(path)?)?.listings;
    let mut settings = Settings::from_variables(|_| None)?;
    settings.providers = vec![ProviderSettings::new("one", DocumentSource::File(path.to_owned()))];
    Ok((TestApp::new(settings)?, listings))
}

async fn look_at(path: PathBuf) -> Result<usize> {
    let (app, listings) = explorer(&path).with_context(|| format!("{} does not load", path.display()))?;
    ensure!(app.get("/one").send().await?.status == 200, "{}: its own page", path.display());
    for listing in &listings {
        let answer = app.get(&format!("/one/{}", listing.name)).send().await?;
        ensure!(answer.status == 200, "{}: {}: {}", path.display(), listing.name, answer.status);
        ensure!(answer.text().contains("id=\"call\""), "{}: {} has no form", path.display(), listing.name);
    }
    Ok(listings.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_document_loads_and_every_one_of_its_operations_has_its_page() -> Result<()> {
    let documents = documents();
    let count = documents.len();
    let looks = stream::iter(documents).map(|path| async move { tokio::spawn(look_at(path)).await? });
    let operations: Vec<usize> = looks.buffer_unordered(4).try_collect().await?;
    println!("{count} documents, {} operations", operations.iter().sum::<usize>());
    Ok(())
}
