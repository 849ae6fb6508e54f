//! Copies of documents in the store. What the store cannot do is logged, and stops nothing.

use super::Documents;
use crate::{
    providers::{CatalogEntry, DocumentSource, ProviderSettings, ServedCopy, load_text, on_own_thread},
    store::{
        documents::{PackedDocument, sha256},
        in_time,
    },
};
use jiff::Timestamp;

impl Documents {
    /// Deletes the copies of providers that are no longer set, or no longer with a URL.
    pub(crate) async fn forget_others(&self, providers: &[ProviderSettings]) {
        let at_urls = providers.iter().filter(|provider| matches!(provider.document, DocumentSource::Url(_)));
        let ids: Vec<&str> = at_urls.map(|provider| provider.id.as_str()).collect();
        if in_time(self.store.forget_other_documents(&ids)).await.is_err() {
            tracing::warn!("copies of documents that are no longer set stay in the store");
        }
    }

    /// Stores a document that was fetched from a URL.
    pub(crate) async fn keep_copy(&self, settings: &ProviderSettings, text: Option<String>) {
        let (DocumentSource::Url(url), Some(text)) = (&settings.document, text) else { return };
        let confirmed = in_time(self.store.confirm_document(&settings.id, url, &sha256(&text))).await;
        if confirmed.is_ok_and(|is_stored| is_stored) {
            return;
        }
        let packed = on_own_thread(move || PackedDocument::pack(&text)).await;
        let is_kept = match packed {
            Ok(Ok(packed)) => in_time(self.store.keep_document(&settings.id, url, &packed)).await.is_ok(),
            Ok(Err(_)) | Err(_) => false,
        };
        if !is_kept {
            tracing::warn!(provider = settings.id, "no copy of the document was stored");
        }
    }

    /// Reads the stored copy of a provider's document, if it was fetched from the URL that is set and is still readable.
    pub(crate) async fn copy(&self, settings: &ProviderSettings) -> Option<(CatalogEntry, ServedCopy)> {
        let DocumentSource::Url(url) = &settings.document else { return None };
        let copy = in_time(self.store.document(&settings.id, url)).await.ok()??;
        let served = ServedCopy {
            fetched_at: Timestamp::from_millisecond(copy.fetched_at).ok()?,
            sha256: copy.packed.sha256().to_owned(),
        };
        let limit = settings.document_limit.saturating_mul(1_000_000);
        let text = on_own_thread(move || copy.packed.unpack(limit)).await.ok()?;
        let entry = match text {
            Ok(text) => load_text(settings.clone(), text).await.map_err(|error| error.of(settings)),
            Err(error) => Err(error),
        };
        entry
            .inspect_err(|error| tracing::warn!(provider = settings.id, "the stored copy is not used: {error:#}"))
            .ok()
            .map(|entry| (entry, served))
    }
}
