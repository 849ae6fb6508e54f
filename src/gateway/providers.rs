//! The state that the gateway serves at a moment: the catalog, and the operator's credentials that fit its documents. Both change
//! together when a document arrives.

use super::{Gateway, credential::Credential};
use crate::{
    model::error::{Code, ExplorerError},
    providers::{Catalog, CatalogEntry, Change, Outage},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLockReadGuard},
};

/// The catalog, and the operator's credentials by provider.
pub(crate) struct Served {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) operator: HashMap<String, Arc<Credential>>,
}

/// A provider's entry with the operator's credential fitted to its document.
#[derive(Debug)]
pub struct Fitted {
    entry: Arc<CatalogEntry>,
    credential: Option<Arc<Credential>>,
}

impl Fitted {
    /// Returns the entry.
    pub fn entry(&self) -> &Arc<CatalogEntry> {
        &self.entry
    }
}

impl Gateway {
    /// Returns the catalog as it is now; it stays the same for as long as the caller holds it.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.served().catalog.clone()
    }

    /// Fits the operator's credential to the document of a provider that is to be served.
    ///
    /// # Errors
    /// If there is a credential, and it does not fit.
    pub fn fit(&self, entry: CatalogEntry) -> anyhow::Result<Fitted> {
        let given = self.given.get(&entry.provider.id);
        let credential = given.map(|given| given.resolve(&entry)).transpose()?.map(Arc::new);
        Ok(Fitted { entry: Arc::new(entry), credential })
    }

    /// Changes what is served of providers, by id: a new entry, or none to keep the one that is served, and the outage from
    /// now on. Blocks while the search index is built.
    pub fn change(&self, changes: BTreeMap<String, (Option<Fitted>, Option<Outage>)>) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut in_catalog, mut credentials) = (BTreeMap::new(), Vec::new());
        for (id, (fitted, outage)) in changes {
            let entry = fitted.map(|Fitted { entry, credential }| {
                credentials.push((id.clone(), credential));
                entry
            });
            in_catalog.insert(id, Change { entry, outage });
        }
        let catalog = Arc::new(self.catalog().with(in_catalog));
        let has_new_entry = !credentials.is_empty();
        {
            let mut served = self.served.write().unwrap_or_else(PoisonError::into_inner);
            served.catalog = catalog;
            for (id, credential) in credentials {
                match credential {
                    Some(credential) => served.operator.insert(id, credential),
                    None => served.operator.remove(&id),
                };
            }
        }
        if has_new_entry {
            // Visitors' credentials were opened for the documents before.
            self.opened.invalidate_all();
        }
    }

    pub(crate) fn served(&self) -> RwLockReadGuard<'_, Served> {
        self.served.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the operator's credential for a provider.
    pub(crate) fn operators(&self, provider: &str) -> Option<Arc<Credential>> {
        self.served().operator.get(provider).cloned()
    }

    /// Returns a provider that is served.
    pub(crate) fn entry(&self, provider: &str) -> Result<Arc<CatalogEntry>, ExplorerError> {
        let catalog = self.catalog();
        let Some(slot) = catalog.slot(provider) else {
            return Err(ExplorerError::new(Code::NotFound, "There is no such provider here."));
        };
        slot.entry.clone().ok_or_else(|| {
            let id = &slot.settings.id;
            let message =
                format!("Nothing was sent: the OpenAPI document of {id} could not be loaded. The page /{id} says why.");
            let retry_after = slot.outage.as_ref().and_then(Outage::retry_after);
            ExplorerError { retry_after, ..ExplorerError::new(Code::ProviderUnavailable, message) }
        })
    }

    /// Holds a visitor's credential open that was opened for an entry, unless another document has arrived meanwhile.
    pub(crate) fn hold_open(&self, entry: &CatalogEntry, sealed: &str, credential: &Arc<Credential>) {
        self.opened.insert(sealed.to_owned(), credential.clone());
        // Looked at afterwards: whoever changes the entry later removes it.
        let catalog = self.catalog();
        if !catalog.get(&entry.provider.id).is_some_and(|now| std::ptr::eq(&raw const **now, entry)) {
            self.opened.invalidate(sealed);
        }
    }
}
