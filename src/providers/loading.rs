//! Loads providers on a running server, without blocking.

use super::{CatalogEntry, DocumentSource, ProviderSettings};
use anyhow::Context;
use std::{num::NonZeroUsize, sync::LazyLock, thread};
use tokio::sync::{Semaphore, oneshot};

/// Stack size of a thread that reads a document, in bytes. Real documents nest deeply.
pub(super) const READER_STACK_BYTES: usize = 8_000_000;

/// Permits to read a document. A document takes much more memory while it is read than afterwards.
static READER_PERMITS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(max_concurrent_readers()));

/// Returns the number of documents that are read at the same time.
pub(super) fn max_concurrent_readers() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// The reason why a provider cannot be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// The document cannot be fetched, or is not a document.
    Document(anyhow::Error),
    /// A setting does not match the document.
    Setting(anyhow::Error),
}

impl LoadError {
    /// Returns the error with the provider's id and the location of its settings, for operators.
    pub fn with_provider(self, settings: &ProviderSettings) -> anyhow::Error {
        let (Self::Document(error) | Self::Setting(error)) = self;
        error.context(format!("{}: provider {}", settings.source_location, settings.id))
    }

    /// Returns the reason as pages may show it, without the directories of this machine.
    pub(super) fn public_reason(&self, settings: &ProviderSettings) -> String {
        let (Self::Document(error) | Self::Setting(error)) = self;
        let sources = std::iter::once(&settings.document).chain(&settings.overlays);
        sources.fold(format!("{error:#}"), |reason, source| match source {
            DocumentSource::File(path) => reason.replace(&path.display().to_string(), &source.public_name()),
            DocumentSource::Text(_) | DocumentSource::Url(_) => reason,
        })
    }
}

/// Fetches and reads the document of a provider. Returns its text too if it came from a URL.
///
/// # Errors
/// Returns an error if the document cannot be fetched or read, or a setting does not match it.
pub async fn load(settings: ProviderSettings) -> Result<(CatalogEntry, Option<String>), LoadError> {
    if !matches!(settings.document, DocumentSource::Url(_)) {
        return Ok((read(move || CatalogEntry::load(settings)).await??, None));
    }
    let (overlays, limit) = (settings.overlays.clone(), settings.document_limit_mb);
    let references = read(move || DocumentSource::read_overlay_references(&overlays, limit)).await?;
    let text = settings.document.fetch(limit, &references).await.map_err(LoadError::Document)?;
    let (entry, text) = read(move || (CatalogEntry::from_text(settings, &text), text)).await?;
    Ok((entry?, Some(text)))
}

/// Reads the document of a provider from text.
///
/// # Errors
/// Returns an error if the text is not a document, or a setting does not match it.
pub async fn load_text(settings: ProviderSettings, text: String) -> Result<CatalogEntry, LoadError> {
    read(move || CatalogEntry::from_text(settings, &text)).await?
}

/// Reads a document on its own thread, as soon as few enough others are being read.
async fn read<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    let permit = READER_PERMITS.acquire().await.context("no document can be read").map_err(LoadError::Document)?;
    let result = run_on_own_thread(work).await.map_err(LoadError::Document);
    drop(permit);
    result
}

/// Runs work on its own thread, with a stack large enough for deeply nested documents. A runtime that shuts down does
/// not wait for it.
///
/// # Errors
/// Returns an error if no thread can be started, or the work panics.
pub async fn run_on_own_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> anyhow::Result<T> {
    let (sender, receiver) = oneshot::channel();
    // Sending fails only if the receiver was dropped, and then the result is not needed.
    let work = move || drop(sender.send(work()));
    thread::Builder::new().stack_size(READER_STACK_BYTES).spawn(work).context("a thread cannot be started")?;
    receiver.await.context("it failed with an internal error; the server log shows the cause")
}
