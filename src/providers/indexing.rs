//! Builds the search index of a catalog.

use super::{CatalogEntry, search::SearchIndex};

/// Maximum length of a provider's title in the search index, in characters.
const MAX_TITLE_CHARS: usize = 100;

/// Builds the search index of all operations.
pub(super) fn build_index(entries: &[&CatalogEntry]) -> SearchIndex {
    let describe_provider = |entry: &&CatalogEntry| {
        let title: String = entry.provider.title.chars().take(MAX_TITLE_CHARS).collect();
        [entry.provider.id.as_str(), " ", &title].concat()
    };
    let provider_texts: Vec<String> = entries.iter().map(describe_provider).collect();
    let operations = entries.iter().zip(&provider_texts).flat_map(|(entry, provider_text)| {
        let document = &entry.document;
        document.operations.iter().map(|operation| (provider_text.as_str(), operation, document.field_names(operation)))
    });
    SearchIndex::new(operations)
}
