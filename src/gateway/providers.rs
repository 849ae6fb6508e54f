//! The state that the gateway serves at a moment: the catalog, and the operator's credentials that fit its documents. Both change
//! together when a document arrives.

use super::{Gateway, credential::Credential};
use crate::{
    model::error::{ErrorCode, ExplorerError},
    providers::{Catalog, CatalogEntry, Outage, ProviderUpdate},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLockReadGuard},
};

/// The catalog, and the operator's credentials by provider.
pub(crate) struct ServedProviders {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) operator_credentials: HashMap<String, Arc<Credential>>,
}

/// A provider's entry with the operator's credential fitted to its document.
#[derive(Debug)]
pub struct ResolvedProvider {
    entry: Arc<CatalogEntry>,
    credential: Option<Arc<Credential>>,
}

impl ResolvedProvider {
    /// Returns the entry.
    pub fn entry(&self) -> &Arc<CatalogEntry> {
        &self.entry
    }
}

impl Gateway {
    /// Returns the catalog as it is now; it stays the same for as long as the caller holds it.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.served_providers().catalog.clone()
    }

    /// Fits the operator's credential to the document of a provider that is to be served.
    ///
    /// # Errors
    /// If there is a credential, and it does not fit.
    pub fn resolve_credential(&self, entry: CatalogEntry) -> anyhow::Result<ResolvedProvider> {
        let credential_config = self.credential_configs.get(&entry.provider.id);
        let credential =
            credential_config.map(|credential_config| credential_config.resolve(&entry)).transpose()?.map(Arc::new);
        Ok(ResolvedProvider { entry: Arc::new(entry), credential })
    }

    /// Changes what is served of providers, by id: a new entry, or none to keep the one that is served, and the outage from
    /// now on. Blocks while the search index is built.
    pub fn apply_changes(&self, changes: BTreeMap<String, (Option<ResolvedProvider>, Option<Outage>)>) {
        let _guard = self.change_lock.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut catalog_changes, mut credentials) = (BTreeMap::new(), Vec::new());
        for (id, (resolved_provider, outage)) in changes {
            let entry = resolved_provider.map(|ResolvedProvider { entry, credential }| {
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
            // Visitors' credentials were opened for the documents before.
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

    /// Returns a provider that is served.
    pub(crate) fn require_entry(&self, provider: &str) -> Result<Arc<CatalogEntry>, ExplorerError> {
        let catalog = self.catalog();
        let Some(provider_state) = catalog.provider(provider) else {
            return Err(ExplorerError::new(ErrorCode::NotFound, "There is no such provider here."));
        };
        provider_state.entry.clone().ok_or_else(|| {
            let id = &provider_state.settings.id;
            let message =
                format!("Nothing was sent: the OpenAPI document of {id} could not be loaded. The page /{id} says why.");
            let retry_after = provider_state.outage.as_ref().and_then(Outage::retry_after_seconds);
            ExplorerError { retry_after, ..ExplorerError::new(ErrorCode::ProviderUnavailable, message) }
        })
    }

    /// Holds a visitor's credential open that was opened for an entry, unless another document has arrived meanwhile.
    pub(crate) fn cache_credential(&self, entry: &CatalogEntry, sealed: &str, credential: &Arc<Credential>) {
        self.credential_cache.insert(sealed.to_owned(), credential.clone());
        // Looked at afterwards: whoever changes the entry later removes it.
        let catalog = self.catalog();
        if !catalog.entry(&entry.provider.id).is_some_and(|current| std::ptr::eq(&raw const **current, entry)) {
            self.credential_cache.invalidate(sealed);
        }
    }
}
