//! The documents as administrators see them: their faults, and for providers that have an operator's credential which
//! version is accepted, and its acceptance.

use super::{
    Gateway,
    policy::accepted::{ComparedVersions, DocumentReview},
};
use crate::{
    model::error::ExplorerError,
    openapi::Diagnostic,
    providers::Acceptance,
    store::{StoreError, accepted_documents::AcceptedVersion},
};
use std::sync::Arc;

/// The served document of a provider, compared with the accepted version.
#[derive(Debug)]
pub struct DocumentStatus {
    /// ID of the provider.
    pub provider: String,
    /// The accepted version; `None` if none was accepted yet.
    pub accepted: Option<AcceptedVersion>,
    /// The differences; `None` if the served version is the accepted one, or if all are accepted.
    pub review: Option<Arc<DocumentReview>>,
    /// True if the settings accept all versions.
    pub accepts_all: bool,
}

/// The parts of a provider's document that could not be read.
pub struct DocumentFaults {
    /// ID of the provider.
    pub provider: String,
    /// Number of parts.
    pub count: usize,
    /// The first parts, with the reasons.
    pub first: Vec<Diagnostic>,
}

impl Gateway {
    /// Returns the faults of all documents that have some, up to this number for each document.
    pub fn document_faults(&self, max_listed: usize) -> Vec<DocumentFaults> {
        let catalog = self.catalog();
        let faults = catalog.entries().map(|entry| (entry, entry.diagnostics()));
        let faults =
            faults.filter(|(_, diagnostics)| !diagnostics.is_empty()).map(|(entry, diagnostics)| DocumentFaults {
                provider: entry.provider.id.clone(),
                count: diagnostics.len(),
                first: diagnostics.iter().take(max_listed).cloned().collect(),
            });
        faults.collect()
    }

    /// Compares the served documents with the accepted versions, for all providers with an operator's credential, except
    /// for the built-in document.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn document_statuses(&self) -> Result<Vec<DocumentStatus>, StoreError> {
        let catalog = self.catalog();
        let mut statuses = Vec::new();
        for (provider, _) in self.operator_credential_fingerprints() {
            let Some(entry) = catalog.entry(&provider).filter(|entry| !entry.settings.is_built_in()) else {
                continue;
            };
            statuses.push(DocumentStatus {
                accepted: self.accepted_documents.accepted_version(entry).await?,
                review: self.accepted_documents.review(entry).await?,
                accepts_all: entry.settings.policy.acceptance == Acceptance::Automatic,
                provider,
            });
        }
        Ok(statuses)
    }

    /// Accepts the served document of a provider. See [`AcceptedDocuments::accept`](super::AcceptedDocuments::accept).
    ///
    /// # Errors
    /// Returns an error if the provider is not served, one of the compared versions is no longer the current one, or the
    /// store is unavailable.
    pub async fn accept_document(
        &self,
        provider: &str,
        compared: ComparedVersions<'_>,
        accepted_by: &str,
    ) -> Result<(), ExplorerError> {
        let entry = self.require_entry(provider)?;
        self.accepted_documents.accept(&entry, compared, accepted_by).await
    }

    /// Returns the reason why the operator's credential, if there is one, is not used for an operation: the accepted
    /// version of the document does not have it.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn unaccepted_reason(&self, provider: &str, operation: &str) -> Result<Option<String>, StoreError> {
        let catalog = self.catalog();
        let entry = catalog.entry(provider).filter(|_| self.operator_credential(provider).is_some());
        let Some(entry) = entry else { return Ok(None) };
        let review = self.accepted_documents.review(entry).await?;
        Ok(review.and_then(|review| review.changes.unaccepted_reason(operation).map(str::to_owned)))
    }
}
