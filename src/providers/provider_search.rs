//! Finds providers by category, and by words of their titles and ids. Finds webhooks by words of their names and titles.

use super::{Catalog, CatalogEntry, ProviderState};
use crate::openapi::WebhookSummary;
use std::collections::BTreeMap;

/// Maximum number of webhooks that one search visits.
const MAX_SEARCHED_WEBHOOKS: usize = 100_000;

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
        let words = query_words(&query);
        if words.is_empty() {
            return Vec::new();
        }
        let rank = |provider: &ProviderState| {
            let title = provider.title().to_lowercase();
            let text = format!("{title} {}", provider.settings.id);
            let is_found = words.iter().all(|word| text.contains(word));
            is_found.then(|| (!title.starts_with(words[0]), title.len()))
        };
        let mut found: Vec<_> =
            self.providers().iter().filter_map(|provider| Some((rank(provider)?, provider))).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, provider)| provider).take(limit).collect()
    }

    /// Returns the webhooks whose name and title together contain every word of a query: of one provider, or of all if
    /// `provider` is `None`.
    pub fn find_webhooks(
        &self,
        query: &str,
        provider: Option<&str>,
        limit: usize,
    ) -> Vec<(&CatalogEntry, &WebhookSummary)> {
        let query = query.to_lowercase();
        let words = query_words(&query);
        if words.is_empty() {
            return Vec::new();
        }
        let entries = self.entries().filter(|entry| provider.is_none_or(|id| id == entry.provider.id));
        let webhooks = entries.flat_map(|entry| entry.document.webhooks.iter().map(move |webhook| (entry, webhook)));
        let is_found = |(_, webhook): &(&CatalogEntry, &WebhookSummary)| {
            let text = format!("{} {}", webhook.name, webhook.title).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        webhooks.take(MAX_SEARCHED_WEBHOOKS).filter(is_found).take(limit).collect()
    }
}

/// Returns the words of a query in lowercase.
fn query_words(query: &str) -> Vec<&str> {
    query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

impl ProviderState {
    /// Returns the categories of the provider; none while there is no document.
    pub fn categories(&self) -> &[String] {
        self.entry.as_ref().map(|entry| entry.document.categories.as_slice()).unwrap_or_default()
    }
}
