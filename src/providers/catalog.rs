//! The catalog: every configured provider, with its document or the reason why there is none.

use super::{
    CatalogEntry, LoadError, Outage, ProviderSettings,
    indexing::build_index,
    loading::{READER_STACK_BYTES, max_concurrent_readers},
    search::SearchIndex,
};
use anyhow::anyhow;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    thread,
};

/// The state of one provider in the catalog.
#[derive(Clone, Debug)]
pub struct ProviderState {
    /// The settings as configured.
    pub settings: Arc<ProviderSettings>,
    /// The provider as it is served; `None` while there is no document.
    pub entry: Option<Arc<CatalogEntry>>,
    /// The reason why the document, or its current version, is missing; `None` if there is no outage.
    pub outage: Option<Outage>,
}

/// A change of one provider in the catalog.
#[derive(Clone, Debug)]
pub struct ProviderUpdate {
    /// The entry to serve from now on; `None` leaves the current entry in place.
    pub entry: Option<Arc<CatalogEntry>>,
    /// The outage from now on; `None` ends it.
    pub outage: Option<Outage>,
}

/// All providers, in the order of the settings. A catalog is immutable: [`Catalog::with_updates`] returns a new one.
#[derive(Debug, Default)]
pub struct Catalog {
    providers: Vec<ProviderState>,
    index_by_id: Arc<HashMap<String, usize>>,
    pub(super) index: Arc<SearchIndex>,
}

impl Catalog {
    /// Creates a catalog of providers, and the search index of those that are served.
    pub fn new(providers: Vec<ProviderState>) -> Self {
        let index_by_id =
            providers.iter().enumerate().map(|(position, provider)| (provider.settings.id.clone(), position)).collect();
        let mut catalog = Self { providers, index_by_id: Arc::new(index_by_id), index: Arc::default() };
        catalog.index = Arc::new(build_index(&catalog.entries().collect::<Vec<_>>()));
        catalog
    }

    /// Reads the documents of all providers.
    ///
    /// # Errors
    /// Returns an error if a document cannot be read at all, or a setting does not match it. The message names the
    /// provider and the location of its settings.
    pub fn load(settings: Vec<ProviderSettings>) -> anyhow::Result<Self> {
        let loaded = Self::load_each(settings.clone());
        let providers = settings.into_iter().zip(loaded).map(|(settings, entry)| match entry {
            Ok(entry) => Ok(ProviderState::with_entry(settings, entry)),
            Err(error) => Err(error.with_provider(&settings)),
        });
        Ok(Self::new(providers.collect::<anyhow::Result<_>>()?))
    }

    /// Reads the documents of all providers, some at the same time, and returns one result per provider.
    pub fn load_each(settings: Vec<ProviderSettings>) -> Vec<Result<CatalogEntry, LoadError>> {
        let mut remaining = settings.into_iter();
        let mut results = Vec::new();
        while remaining.len() > 0 {
            results.extend(Self::load_at_once(remaining.by_ref().take(max_concurrent_readers())));
        }
        results
    }

    /// Reads the documents of providers at the same time.
    fn load_at_once(settings: impl Iterator<Item = ProviderSettings>) -> Vec<Result<CatalogEntry, LoadError>> {
        thread::scope(|scope| {
            let readers: Vec<_> = settings
                .map(|settings| {
                    thread::Builder::new()
                        .stack_size(READER_STACK_BYTES)
                        .spawn_scoped(scope, move || CatalogEntry::load(settings))
                })
                .collect();
            let entry = |reader: std::io::Result<thread::ScopedJoinHandle<_>>| {
                let failed = || anyhow!("reading the document failed with an internal error");
                let load_result = reader.map_err(|error| LoadError::Document(error.into()))?.join();
                load_result.unwrap_or_else(|_| Err(LoadError::Document(failed())))
            };
            readers.into_iter().map(entry).collect()
        })
    }

    /// Returns this catalog with changes of providers, by id. The search index is rebuilt if an entry changes, which
    /// takes seconds for many large documents.
    #[must_use]
    pub fn with_updates(&self, updates: BTreeMap<String, ProviderUpdate>) -> Self {
        let has_new_entry = updates.values().any(|update| update.entry.is_some());
        let mut providers = self.providers.clone();
        for (id, update) in updates {
            if let Some(provider) = self.index_by_id.get(&id).and_then(|position| providers.get_mut(*position)) {
                provider.entry = update.entry.or_else(|| provider.entry.take());
                provider.outage = update.outage;
            }
        }
        let mut catalog = Self { providers, index_by_id: self.index_by_id.clone(), index: self.index.clone() };
        if has_new_entry {
            catalog.index = Arc::new(build_index(&catalog.entries().collect::<Vec<_>>()));
        }
        catalog
    }

    /// Returns all providers, including those that are not served.
    pub fn providers(&self) -> &[ProviderState] {
        &self.providers
    }

    /// Returns the provider with an id, even if it is not served.
    pub fn provider(&self, id: &str) -> Option<&ProviderState> {
        self.providers.get(*self.index_by_id.get(id)?)
    }

    /// Returns all providers that are served, in the order of the settings.
    pub fn entries(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.providers.iter().filter_map(|provider| provider.entry.as_deref())
    }

    /// Returns the provider with an id if it is served.
    pub fn entry(&self, id: &str) -> Option<&Arc<CatalogEntry>> {
        self.provider(id)?.entry.as_ref()
    }
}

impl ProviderState {
    /// Creates the state of a provider whose document was read.
    pub fn with_entry(settings: ProviderSettings, entry: CatalogEntry) -> Self {
        Self { settings: Arc::new(settings), entry: Some(Arc::new(entry)), outage: None }
    }

    /// Returns the title of the provider: from the settings or its document, or else its id.
    pub fn title(&self) -> &str {
        let document_title = self.entry.as_ref().map(|entry| entry.provider.title.as_str());
        document_title.or(self.settings.title.as_deref()).unwrap_or(&self.settings.id)
    }
}
