//! The catalog: every provider that is set, with its document or the reason why there is none.

use super::{CatalogEntry, LoadError, Outage, ProviderSettings, navigation, search::SearchIndex};
use anyhow::anyhow;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    thread,
};

/// Size in bytes of the stack of a thread that reads a document: real documents nest deeply.
pub(super) const READER_STACK_BYTES: usize = 8_000_000;

/// One provider of the catalog.
#[derive(Clone, Debug)]
pub struct ProviderState {
    /// The settings as they were given.
    pub settings: Arc<ProviderSettings>,
    /// The provider as it is served; none while there is no document.
    pub entry: Option<Arc<CatalogEntry>>,
    /// Why the document, or its current version, is missing; none if all is well.
    pub outage: Option<Outage>,
}

/// A change of one provider in the catalog.
#[derive(Clone, Debug)]
pub struct ProviderUpdate {
    /// The entry to serve from now on; none to keep what is served.
    pub entry: Option<Arc<CatalogEntry>>,
    /// The outage from now on; none ends it.
    pub outage: Option<Outage>,
}

/// All providers, in the order of the settings. A catalog never changes: [`Catalog::with`] makes another one.
#[derive(Debug, Default)]
pub struct Catalog {
    providers: Vec<ProviderState>,
    index_by_id: Arc<HashMap<String, usize>>,
    pub(super) index: Arc<SearchIndex>,
}

impl Catalog {
    /// Makes a catalog of providers, and the search index over those that are served.
    pub fn new(providers: Vec<ProviderState>) -> Self {
        let index_by_id =
            providers.iter().enumerate().map(|(position, provider)| (provider.settings.id.clone(), position)).collect();
        let mut catalog = Self { providers, index_by_id: Arc::new(index_by_id), index: Arc::default() };
        catalog.index = Arc::new(navigation::build_index(&catalog));
        catalog
    }

    /// Reads the documents of all providers, side by side.
    ///
    /// # Errors
    /// If a document cannot be read at all, or a setting does not fit it; the message names provider and place.
    pub fn load(settings: Vec<ProviderSettings>) -> anyhow::Result<Self> {
        let loaded = Self::load_each(settings.clone());
        let providers = settings.into_iter().zip(loaded).map(|(settings, entry)| match entry {
            Ok(entry) => Ok(ProviderState::with_entry(settings, entry)),
            Err(error) => Err(error.with_provider(&settings)),
        });
        Ok(Self::new(providers.collect::<anyhow::Result<_>>()?))
    }

    /// Reads the documents of all providers, and says of each whether it can be used.
    pub fn load_each(settings: Vec<ProviderSettings>) -> Vec<Result<CatalogEntry, LoadError>> {
        thread::scope(|scope| {
            let readers: Vec<_> = settings
                .into_iter()
                .map(|settings| {
                    thread::Builder::new()
                        .stack_size(READER_STACK_BYTES)
                        .spawn_scoped(scope, move || CatalogEntry::load(settings))
                })
                .collect();
            let entry = |reader: std::io::Result<thread::ScopedJoinHandle<_>>| {
                let failed = || anyhow!("reading the document failed in a way that it never should");
                let read = reader.map_err(|error| LoadError::Document(error.into()))?.join();
                read.unwrap_or_else(|_| Err(LoadError::Document(failed())))
            };
            readers.into_iter().map(entry).collect()
        })
    }

    /// Returns this catalog with changes of providers, by id. The search index is built again if an entry changes, which
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
            catalog.index = Arc::new(navigation::build_index(&catalog));
        }
        catalog
    }

    /// Returns all providers, also those that are not served.
    pub fn slots(&self) -> &[ProviderState] {
        &self.providers
    }

    /// Returns the provider with an id, also if it is not served.
    pub fn provider(&self, id: &str) -> Option<&ProviderState> {
        self.providers.get(*self.index_by_id.get(id)?)
    }

    /// All providers that are served, in the order in which they were set.
    pub fn entries(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.providers.iter().filter_map(|provider| provider.entry.as_deref())
    }

    /// The provider with an id, if it is served.
    pub fn entry(&self, id: &str) -> Option<&Arc<CatalogEntry>> {
        self.provider(id)?.entry.as_ref()
    }
}

impl ProviderState {
    /// Makes the slot of a provider whose document was read.
    pub fn with_entry(settings: ProviderSettings, entry: CatalogEntry) -> Self {
        Self { settings: Arc::new(settings), entry: Some(Arc::new(entry)), outage: None }
    }

    /// Returns what people call the provider, as far as that is known without its document.
    pub fn title(&self) -> &str {
        let document_title = self.entry.as_ref().map(|entry| entry.provider.title.as_str());
        document_title.or(self.settings.title.as_deref()).unwrap_or(&self.settings.id)
    }
}
