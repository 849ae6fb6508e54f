//! Accepted documents: the operator's credential is used only for operations of the accepted version of a provider's
//! document. The versions are cached from the store, so that an acceptance takes effect on all servers.

use super::{AuthorizationContext, rules::Denial};
use crate::{
    model::error::{ErrorCode, ExplorerError},
    openapi::{DocumentedOperation, OperationFacts},
    providers::{Acceptance, CanonicalPath, CatalogEntry, DocumentChanges},
    store::{
        Store, StoreError,
        accepted_documents::{AcceptedVersion, FIRST_USE, NewAcceptedDocument},
        with_timeout,
    },
    text,
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// Time for which a snapshot is used before the store is queried again. An acceptance takes effect on all servers
/// within it.
const CACHE_TTL: Duration = Duration::from_secs(1);
/// Maximum age of a snapshot that is still used while the store is unavailable.
const MAX_STALENESS: Duration = Duration::from_secs(10);
/// `accepted_by` of a document that was accepted because of the setting.
const SETTING: &str = "the setting accept = \"automatic\"";

/// The accepted documents in the store, the latest snapshot of them, and their differences from the served documents.
#[derive(Debug)]
pub struct AcceptedDocuments {
    store: Store,
    snapshot: RwLock<Option<VersionSnapshot>>,
    /// Reviews by provider ID.
    reviews: RwLock<HashMap<String, Arc<DocumentReview>>>,
}

#[derive(Debug)]
struct VersionSnapshot {
    versions: HashMap<String, AcceptedVersion>,
    fetched_at: Instant,
}

/// A served document that is not the accepted one, and its differences from that one.
#[derive(Debug)]
pub struct DocumentReview {
    /// SHA-256 of the served document's text, in hexadecimal.
    pub sha256: String,
    /// The accepted version; `None` if none was accepted yet.
    pub accepted: Option<AcceptedVersion>,
    /// The differences.
    pub changes: DocumentChanges,
}

/// The hashes of the two versions that an administrator has compared.
#[derive(Clone, Copy, Debug)]
pub struct ComparedVersions<'a> {
    /// SHA-256 of the version to accept.
    pub sha256: &'a str,
    /// SHA-256 of the accepted version; `None` if none was accepted yet.
    pub accepted: Option<&'a str>,
}

impl AcceptedDocuments {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, snapshot: RwLock::default(), reviews: RwLock::default() }
    }

    /// Returns the accepted version of a provider's document. Accepts the served version first if the settings say so.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn accepted_version(&self, entry: &CatalogEntry) -> Result<Option<AcceptedVersion>, StoreError> {
        if let Some(cached) = self.cached_version(&entry.provider.id, CACHE_TTL) {
            return Ok(Some(cached));
        }
        if self.fetch_versions().await.is_ok()
            && self.cached_version(&entry.provider.id, CACHE_TTL).is_none()
            && entry.settings.policy.acceptance != Acceptance::Manual
        {
            accept_by_setting(&self.store, entry).await?;
            self.fetch_versions().await?;
        }
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        let snapshot = snapshot.as_ref().filter(|snapshot| snapshot.fetched_at.elapsed() < MAX_STALENESS);
        Ok(snapshot.ok_or(StoreError::Unavailable)?.versions.get(&entry.provider.id).cloned())
    }

    fn cached_version(&self, provider: &str, max_age: Duration) -> Option<AcceptedVersion> {
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        snapshot.as_ref().filter(|snapshot| snapshot.fetched_at.elapsed() < max_age)?.versions.get(provider).cloned()
    }

    async fn fetch_versions(&self) -> Result<(), StoreError> {
        let versions = with_timeout(self.store.accepted_versions()).await?;
        let versions = versions.into_iter().map(|version| (version.provider.clone(), version)).collect();
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) =
            Some(VersionSnapshot { versions, fetched_at: Instant::now() });
        Ok(())
    }

    /// Compares the served document of a provider with the accepted version. Returns `None` if it is that version, or
    /// if every version is accepted.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn review(&self, entry: &CatalogEntry) -> Result<Option<Arc<DocumentReview>>, StoreError> {
        if !entry.settings.must_accept_changes() {
            return Ok(None);
        }
        let accepted = self.accepted_version(entry).await?;
        if accepted.as_ref().is_some_and(|accepted| accepted.sha256 == entry.document_sha256) {
            return Ok(None);
        }
        let cached = self.reviews.read().unwrap_or_else(PoisonError::into_inner).get(&entry.provider.id).cloned();
        let is_current =
            |review: &Arc<DocumentReview>| review.sha256 == entry.document_sha256 && review.accepted == accepted;
        if let Some(review) = cached.filter(is_current) {
            return Ok(Some(review));
        }
        let found = with_timeout(self.store.find_accepted_document(&entry.provider.id)).await?;
        let (accepted, operations) = found.unzip();
        let operations = operations.map(|operations| parse_operations(entry, &operations)).unwrap_or_default();
        let changes = DocumentChanges::new(operations, entry);
        let review = Arc::new(DocumentReview { sha256: entry.document_sha256.clone(), accepted, changes });
        let mut reviews = self.reviews.write().unwrap_or_else(PoisonError::into_inner);
        reviews.insert(entry.provider.id.clone(), review.clone());
        Ok(Some(review))
    }

    /// Refuses a call with the operator's credential that the accepted version of the document does not have: the call's
    /// operation, one of the others that a server can take the path for, or the path. Fails closed if the store is
    /// unavailable.
    pub(crate) async fn ensure_accepted(
        &self,
        context: AuthorizationContext<'_>,
        others: &[Arc<DocumentedOperation>],
        path: &CanonicalPath,
    ) -> Result<(), ExplorerError> {
        let AuthorizationContext { entry, documented, is_operator_credential, .. } = context;
        if !is_operator_credential {
            return Ok(());
        }
        let review =
            self.review(entry).await.map_err(|error| error.to_explorer_error(text!("acceptance-version-not-read")))?;
        let Some(review) = review else { return Ok(()) };
        let operation = &documented.operation;
        let names = std::iter::once(operation).chain(others.iter().map(|other| &other.operation));
        let mut reasons = names.filter_map(|operation| review.changes.unaccepted_reason(&operation.name));
        let reason = reasons.next().map(str::to_owned);
        let reason = reason.or_else(|| review.changes.unaccepted_path_reason(operation, path));
        reason.map_or(Ok(()), |reason| Err(unaccepted_error(entry, review.accepted.is_some(), &reason)))
    }

    /// Accepts the served document of a provider, if it is the one that the administrator has seen, in place of the one
    /// that it was compared with.
    ///
    /// # Errors
    /// Returns an error if one of the two is no longer the current one, or if the store is unavailable.
    pub async fn accept(
        &self,
        entry: &CatalogEntry,
        compared: ComparedVersions<'_>,
        accepted_by: &str,
    ) -> Result<(), ExplorerError> {
        let is_accepted = if compared.sha256 == entry.document_sha256 {
            let accepting = accept(&self.store, entry, compared.accepted, accepted_by);
            accepting.await.map_err(|error| error.to_explorer_error(text!("acceptance-failed")))?
        } else {
            false
        };
        // Without a snapshot, the next call on this server queries the store.
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = None;
        if is_accepted {
            return Ok(());
        }
        Err(ExplorerError::new(ErrorCode::MalformedRequest, text!("acceptance-outdated")))
    }
}

/// Accepts the document of a provider if the settings say so: the first version, or all versions.
///
/// # Errors
/// Returns an error if the store is unavailable.
pub async fn accept_by_setting(store: &Store, entry: &CatalogEntry) -> Result<(), StoreError> {
    let acceptance = entry.settings.policy.acceptance;
    if entry.settings.is_built_in() || acceptance == Acceptance::Manual {
        return Ok(());
    }
    let accepted = with_timeout(store.accepted_versions()).await?;
    let accepted = accepted.into_iter().find(|version| version.provider == entry.provider.id);
    match accepted {
        None => accept(store, entry, None, FIRST_USE).await?,
        Some(accepted) if acceptance == Acceptance::Automatic && accepted.sha256 != entry.document_sha256 => {
            accept(store, entry, Some(&accepted.sha256), SETTING).await?
        }
        Some(_) => false,
    };
    Ok(())
}

async fn accept(
    store: &Store,
    entry: &CatalogEntry,
    replaced: Option<&str>,
    accepted_by: &str,
) -> Result<bool, StoreError> {
    let operations = serialize_operations(entry);
    let document = NewAcceptedDocument {
        provider: &entry.provider.id,
        sha256: &entry.document_sha256,
        operations: &operations,
        accepted_by,
    };
    with_timeout(store.accept_document(document, replaced)).await
}

/// Returns the facts about the operations of a document, as they are stored.
pub fn serialize_operations(entry: &CatalogEntry) -> String {
    serde_json::to_string(&entry.document.operation_facts()).unwrap_or_default()
}

/// Parses the stored facts about the accepted operations. Facts of another version of this program, which cannot be
/// read, accept nothing.
pub fn parse_operations(entry: &CatalogEntry, operations: &str) -> Vec<OperationFacts> {
    serde_json::from_str(operations).unwrap_or_else(|error| {
        tracing::error!(provider = entry.provider.id, %error, "the accepted operations cannot be read");
        Vec::new()
    })
}

fn unaccepted_error(entry: &CatalogEntry, has_accepted_version: bool, reason: &str) -> ExplorerError {
    let title = &entry.provider.title;
    let message = if has_accepted_version {
        text!("acceptance-document-changed", provider = title, reason = reason)
    } else {
        text!("acceptance-no-version", provider = title)
    };
    Denial { reason: message, rule: format!("document change: {reason}") }.into_error()
}
