//! Builds the search index of a catalog.

use super::{CatalogEntry, search::SearchIndex};

/// Maximum length of a provider's title in the search index, in characters.
const MAX_TITLE_CHARS: usize = 100;

/// Builds the search index of all operations.
pub(super) fn build_index(entries: &[&CatalogEntry]) -> SearchIndex {
    let describe_provider = |entry: &&CatalogEntry| {
        let title: String = entry.provider.title.chars().take(MAX_TITLE_CHARS).collect();
        format!("{} {title}", entry.provider.id)
    };
    let provider_texts: Vec<String> = entries.iter().map(describe_provider).collect();
    let operations = entries.iter().zip(&provider_texts).flat_map(|(entry, provider_text)| {
        let operations = entry.document.operations.iter().zip(entry.document.search_fields());
        operations.map(|(operation, fields)| (provider_text.as_str(), operation, fields))
    });
    SearchIndex::new(operations)
}
