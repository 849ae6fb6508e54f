//! The catalog: every provider that is set, with its document or the reason why there is none.

use super::{CatalogEntry, LoadError, Outage, ProviderSettings, finding, search::Index};
use anyhow::anyhow;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    thread,
};

/// Size in bytes of the stack of a thread that reads a document: real documents nest deeply.
pub(super) const STACK: usize = 8_000_000;

/// One provider of the catalog.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The settings as they were given.
    pub settings: Arc<ProviderSettings>,
    /// The provider as it is served; none while there is no document.
    pub entry: Option<Arc<CatalogEntry>>,
    /// Why the document, or its current version, is missing; none if all is well.
    pub outage: Option<Outage>,
}

/// A change of one provider in the catalog.
#[derive(Clone, Debug)]
pub struct Change {
    /// The entry to serve from now on; none to keep what is served.
    pub entry: Option<Arc<CatalogEntry>>,
    /// The outage from now on; none ends it.
    pub outage: Option<Outage>,
}

/// All providers, in the order of the settings. A catalog never changes: [`Catalog::with`] makes another one.
#[derive(Debug, Default)]
pub struct Catalog {
    slots: Vec<Slot>,
    places: Arc<HashMap<String, usize>>,
    pub(super) index: Arc<Index>,
}

impl Catalog {
    /// Makes a catalog of providers, and the search index over those that are served.
    pub fn new(slots: Vec<Slot>) -> Self {
        let places = slots.iter().enumerate().map(|(place, slot)| (slot.settings.id.clone(), place)).collect();
        let mut catalog = Self { slots, places: Arc::new(places), index: Arc::default() };
        catalog.index = Arc::new(finding::index(&catalog));
        catalog
    }

    /// Reads the documents of all providers, side by side.
    ///
    /// # Errors
    /// If a document cannot be read at all, or a setting does not fit it; the message names provider and place.
    pub fn load(settings: Vec<ProviderSettings>) -> anyhow::Result<Self> {
        let loaded = Self::load_each(settings.clone());
        let slots = settings.into_iter().zip(loaded).map(|(settings, entry)| match entry {
            Ok(entry) => Ok(Slot::served(settings, entry)),
            Err(error) => Err(error.of(&settings)),
        });
        Ok(Self::new(slots.collect::<anyhow::Result<_>>()?))
    }

    /// Reads the documents of all providers, and says of each whether it can be used.
    pub fn load_each(settings: Vec<ProviderSettings>) -> Vec<Result<CatalogEntry, LoadError>> {
        thread::scope(|scope| {
            let readers: Vec<_> = settings
                .into_iter()
                .map(|settings| {
                    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || CatalogEntry::load(settings))
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
    pub fn with(&self, changes: BTreeMap<String, Change>) -> Self {
        let has_new_entry = changes.values().any(|change| change.entry.is_some());
        let mut slots = self.slots.clone();
        for (id, change) in changes {
            if let Some(slot) = self.places.get(&id).and_then(|place| slots.get_mut(*place)) {
                slot.entry = change.entry.or_else(|| slot.entry.take());
                slot.outage = change.outage;
            }
        }
        let mut catalog = Self { slots, places: self.places.clone(), index: self.index.clone() };
        if has_new_entry {
            catalog.index = Arc::new(finding::index(&catalog));
        }
        catalog
    }

    /// Returns all providers, also those that are not served.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Returns the provider with an id, also if it is not served.
    pub fn slot(&self, id: &str) -> Option<&Slot> {
        self.slots.get(*self.places.get(id)?)
    }

    /// All providers that are served, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.slots.iter().filter_map(|slot| slot.entry.as_deref())
    }

    /// The provider with an id, if it is served.
    pub fn get(&self, id: &str) -> Option<&Arc<CatalogEntry>> {
        self.slot(id)?.entry.as_ref()
    }
}

impl Slot {
    /// Makes the slot of a provider whose document was read.
    pub fn served(settings: ProviderSettings, entry: CatalogEntry) -> Self {
        Self { settings: Arc::new(settings), entry: Some(Arc::new(entry)), outage: None }
    }

    /// Returns what people call the provider, as far as that is known without its document.
    pub fn title(&self) -> &str {
        let known = self.entry.as_ref().map(|entry| entry.provider.title.as_str());
        known.or(self.settings.title.as_deref()).unwrap_or(&self.settings.id)
    }
}
