//! Copies of documents in the store. Store errors are logged and are not fatal.

use super::DocumentLoader;
use crate::{
    providers::{CatalogEntry, DocumentSource, ProviderSettings, ServedCopy, load_text, run_on_own_thread},
    store::{
        documents::{CompressedDocument, sha256_hex},
        with_timeout,
    },
};
use jiff::Timestamp;

impl DocumentLoader {
    /// Deletes the copies of providers that are no longer configured, or whose document no longer comes from a URL.
    pub(crate) async fn delete_unused_copies(&self, providers: &[ProviderSettings]) {
        let remote_providers = providers.iter().filter(|provider| matches!(provider.document, DocumentSource::Url(_)));
        let ids: Vec<&str> = remote_providers.map(|provider| provider.id.as_str()).collect();
        if with_timeout(self.store.delete_other_documents(&ids)).await.is_err() {
            tracing::warn!("copies of documents that are no longer configured could not be deleted from the store");
        }
    }

    /// Stores the text of a document that was fetched from a URL.
    pub(crate) async fn store_copy(&self, settings: &ProviderSettings, text: Option<String>) {
        let (DocumentSource::Url(url), Some(text)) = (&settings.document, text) else { return };
        let confirmed = with_timeout(self.store.refresh_document(&settings.id, url, &sha256_hex(&text))).await;
        if confirmed.is_ok_and(|is_stored| is_stored) {
            return;
        }
        let packed = run_on_own_thread(move || CompressedDocument::compress(&text)).await;
        let is_stored = match packed {
            Ok(Ok(packed)) => with_timeout(self.store.save_document(&settings.id, url, &packed)).await.is_ok(),
            Ok(Err(_)) | Err(_) => false,
        };
        if !is_stored {
            tracing::warn!(provider = settings.id, "the copy of the document could not be stored");
        }
    }

    /// Loads the stored copy of a provider's document, if it was fetched from the configured URL and can still be read.
    pub(crate) async fn load_copy(&self, settings: &ProviderSettings) -> Option<(CatalogEntry, ServedCopy)> {
        let DocumentSource::Url(url) = &settings.document else { return None };
        let copy = with_timeout(self.store.find_document(&settings.id, url)).await.ok()??;
        let served_copy = ServedCopy {
            fetched_at: Timestamp::from_millisecond(copy.fetched_at).ok()?,
            sha256: copy.compressed.sha256().to_owned(),
        };
        let max_bytes = settings.document_limit_mb.saturating_mul(1_000_000);
        let text = run_on_own_thread(move || copy.compressed.decompress(max_bytes)).await.ok()?;
        let entry = match text {
            Ok(text) => load_text(settings.clone(), text).await.map_err(|error| error.with_provider(settings)),
            Err(error) => Err(error),
        };
        entry
            .inspect_err(|error| tracing::warn!(provider = settings.id, "the stored copy is not used: {error:#}"))
            .ok()
            .map(|entry| (entry, served_copy))
    }
}
