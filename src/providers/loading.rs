//! Loads providers on a server that runs: nothing here blocks.

use super::{CatalogEntry, DocumentSource, ProviderSettings, catalog::READER_STACK_BYTES};
use anyhow::Context;
use std::thread;
use tokio::sync::oneshot;

/// Why a provider cannot be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// The document cannot be fetched, or what was fetched is not a document.
    Document(anyhow::Error),
    /// A setting does not fit the document.
    Setting(anyhow::Error),
}

impl LoadError {
    /// Returns the error with the provider's name and the place of its settings, for operators.
    pub fn with_provider(self, settings: &ProviderSettings) -> anyhow::Error {
        let (Self::Document(error) | Self::Setting(error)) = self;
        error.context(format!("{}: provider {}", settings.source_location, settings.id))
    }

    /// Returns the reason as pages may show it: without the folders of this machine.
    pub(super) fn public_reason(&self, source: &DocumentSource) -> String {
        let (Self::Document(error) | Self::Setting(error)) = self;
        let reason = format!("{error:#}");
        match source {
            DocumentSource::File(path) => reason.replace(&path.display().to_string(), &source.public_name()),
            DocumentSource::Text(_) | DocumentSource::Url(_) => reason,
        }
    }
}

/// Fetches and reads a provider's document; returns the text too if it came from a URL.
///
/// # Errors
/// If the document cannot be fetched or read, or a setting does not fit it.
pub async fn load(settings: ProviderSettings) -> Result<(CatalogEntry, Option<String>), LoadError> {
    if !matches!(settings.document, DocumentSource::Url(_)) {
        return Ok((
            run_on_own_thread(move || CatalogEntry::load(settings)).await.map_err(LoadError::Document)??,
            None,
        ));
    }
    let text = settings.document.fetch(settings.document_limit_mb).await.map_err(LoadError::Document)?;
    let read = run_on_own_thread(move || (CatalogEntry::from_text(settings, &text), text)).await;
    let (entry, text) = read.map_err(LoadError::Document)?;
    Ok((entry?, Some(text)))
}

/// Reads a provider's document from text.
///
/// # Errors
/// If it is not a document, or a setting does not fit it.
pub async fn load_text(settings: ProviderSettings, text: String) -> Result<CatalogEntry, LoadError> {
    run_on_own_thread(move || CatalogEntry::from_text(settings, &text)).await.map_err(LoadError::Document)?
}

/// Runs work on a thread of its own, on which documents may nest deeply. A runtime that stops does not wait for it.
///
/// # Errors
/// If no thread can be started, or the work panics.
pub async fn run_on_own_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    let (sender, receiver) = oneshot::channel();
    // Nobody waits any more for what cannot be sent.
    let work = move || drop(sender.send(work()));
    thread::Builder::new().stack_size(READER_STACK_BYTES).spawn(work).context("no thread can be started")?;
    receiver.await.context("it failed in a way that it never should; the log says where")
}
