//! Finds providers by category, and by words of their titles and ids.

use super::{Catalog, ProviderState};
use std::collections::BTreeMap;

impl Catalog {
    /// Returns the categories of all providers by name, each with its number of providers.
    pub fn categories(&self) -> BTreeMap<&str, usize> {
        let mut categories = BTreeMap::new();
        for category in self.providers().iter().flat_map(ProviderState::categories) {
            *categories.entry(category.as_str()).or_default() += 1;
        }
        categories
    }

    /// Returns the providers whose title and id together contain every word of a query, best first.
    pub fn find_providers(&self, query: &str, limit: usize) -> Vec<&ProviderState> {
        let query = query.to_lowercase();
        let words: Vec<&str> = query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let rank = |provider: &ProviderState| {
            let title = provider.title().to_lowercase();
            let text = [title.as_str(), " ", &provider.settings.id].concat();
            let is_found = words.iter().all(|word| text.contains(word));
            is_found.then(|| (!title.starts_with(words[0]), title.len()))
        };
        let mut found: Vec<_> =
            self.providers().iter().filter_map(|provider| Some((rank(provider)?, provider))).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, provider)| provider).take(limit).collect()
    }
}

impl ProviderState {
    /// Returns the categories of the provider; none while there is no document.
    pub fn categories(&self) -> &[String] {
        self.entry.as_ref().map(|entry| entry.document.categories.as_slice()).unwrap_or_default()
    }
}
