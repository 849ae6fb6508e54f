//! The current state that the gateway serves: the catalog, and the operator's credentials that match its documents.
//! Both change together when a document is updated.

use super::{Gateway, credential::Credential};
use crate::{
    model::error::{ErrorCode, ExplorerError},
    providers::{Catalog, CatalogEntry, Outage, ProviderUpdate},
    text,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLockReadGuard},
};

/// The catalog and the operator's credentials by provider id.
pub(crate) struct ServedProviders {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) operator_credentials: HashMap<String, Arc<Credential>>,
}

/// A provider's catalog entry with the operator's credential resolved against its document.
#[derive(Debug)]
pub struct ResolvedProvider {
    entry: Arc<CatalogEntry>,
    credential: Option<Arc<Credential>>,
}

impl ResolvedProvider {
    /// Returns true if the provider has an operator's credential.
    pub fn has_credential(&self) -> bool {
        self.credential.is_some()
    }

    /// Returns the catalog entry.
    pub fn entry(&self) -> &Arc<CatalogEntry> {
        &self.entry
    }
}

/// A change of a served provider.
#[derive(Debug)]
pub struct DocumentUpdate {
    /// The new entry; `None` leaves the current one.
    pub provider: Option<ResolvedProvider>,
    /// The outage that applies from now on.
    pub outage: Option<Outage>,
}

impl Gateway {
    /// Returns the current catalog. The returned snapshot does not change.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.served_providers().catalog.clone()
    }

    /// Resolves the operator's credential for a provider against its document.
    ///
    /// # Errors
    /// Returns an error if there is a credential and it does not match the document.
    pub fn resolve_credential(&self, entry: CatalogEntry) -> anyhow::Result<ResolvedProvider> {
        let credential_config = self.credential_configs.get(&entry.provider.id);
        let credential =
            credential_config.map(|credential_config| credential_config.resolve(&entry)).transpose()?.map(Arc::new);
        Ok(ResolvedProvider { entry: Arc::new(entry), credential })
    }

    /// Updates the served providers, by id. Blocks while the search index is built.
    pub fn apply_changes(&self, changes: BTreeMap<String, DocumentUpdate>) {
        let _guard = self.change_lock.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut catalog_changes, mut credentials) = (BTreeMap::new(), Vec::new());
        for (id, DocumentUpdate { provider, outage }) in changes {
            let entry = provider.map(|ResolvedProvider { entry, credential }| {
                credentials.push((id.clone(), credential));
                entry
            });
            catalog_changes.insert(id, ProviderUpdate { entry, outage });
        }
        let catalog = Arc::new(self.catalog().with_updates(catalog_changes));
        let has_new_entry = !credentials.is_empty();
        {
            let mut served_providers = self.served_providers.write().unwrap_or_else(PoisonError::into_inner);
            served_providers.catalog = catalog;
            for (id, credential) in credentials {
                match credential {
                    Some(credential) => served_providers.operator_credentials.insert(id, credential),
                    None => served_providers.operator_credentials.remove(&id),
                };
            }
        }
        if has_new_entry {
            // Cached caller credentials belong to the previous documents.
            self.credential_cache.invalidate_all();
        }
    }

    pub(crate) fn served_providers(&self) -> RwLockReadGuard<'_, ServedProviders> {
        self.served_providers.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the operator's credential for a provider.
    pub(crate) fn operator_credential(&self, provider: &str) -> Option<Arc<Credential>> {
        self.served_providers().operator_credentials.get(provider).cloned()
    }

    /// Returns the providers that have an operator's credential, with the fingerprint of each credential.
    pub fn operator_credential_fingerprints(&self) -> Vec<(String, String)> {
        let served_providers = self.served_providers();
        let credentials = served_providers.operator_credentials.iter();
        let mut all: Vec<_> =
            credentials.map(|(provider, credential)| (provider.clone(), credential.fingerprint().to_owned())).collect();
        all.sort();
        all
    }

    /// Returns the entry of a provider, or an error if the provider is unknown or its document could not be loaded.
    pub(crate) fn require_entry(&self, provider: &str) -> Result<Arc<CatalogEntry>, ExplorerError> {
        let catalog = self.catalog();
        let Some(provider_state) = catalog.provider(provider) else {
            return Err(ExplorerError::new(ErrorCode::NotFound, text!("call-unknown-provider")));
        };
        provider_state.entry.clone().ok_or_else(|| {
            let id = &provider_state.settings.id;
            let message = text!("call-document-not-loaded", id = id);
            let retry_after = provider_state.outage.as_ref().and_then(Outage::retry_after_seconds);
            ExplorerError { retry_after, ..ExplorerError::new(ErrorCode::ProviderUnavailable, message) }
        })
    }

    /// Caches a caller's opened credential, unless the provider's document has changed in the meantime.
    pub(crate) fn cache_credential(&self, entry: &CatalogEntry, sealed: &str, credential: &Arc<Credential>) {
        self.credential_cache.insert(sealed.to_owned(), credential.clone());
        // Checked after the insertion: a later change of the entry clears the cache.
        let catalog = self.catalog();
        if !catalog.entry(&entry.provider.id).is_some_and(|current| std::ptr::eq(&raw const **current, entry)) {
            self.credential_cache.invalidate(sealed);
        }
    }
}
