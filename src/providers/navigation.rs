//! Ways to an operation: by search, by group, and from another one.

use super::{Catalog, CatalogEntry, search::SearchIndex};
use crate::openapi::{OperationGroup, OperationSummary};

/// Letters of a provider's title that its operations are found by.
const MAX_TITLE_CHARS: usize = 100;
/// How many operations are named as related to one.
const MAX_RELATED: usize = 5;
/// How far around an operation, in the order of paths, related ones are looked for.
const RELATED_SEARCH_RADIUS: usize = 40;

/// What a search found.
#[derive(Debug)]
pub struct SearchResults<'a> {
    /// The best, in their order.
    pub operations: Vec<(&'a CatalogEntry, &'a OperationSummary)>,
    /// How many there are.
    pub total: usize,
}

/// The operations around one.
#[derive(Debug)]
pub struct AdjacentOperations<'a> {
    /// Its group.
    pub group: &'a OperationGroup,
    /// Its place in the group.
    pub position: usize,
    /// The one before it in the group.
    pub previous: Option<&'a OperationSummary>,
    /// The one after it in the group.
    pub next: Option<&'a OperationSummary>,
    /// Those that work on the same thing, the nearest first.
    pub related: Vec<&'a OperationSummary>,
}

impl Catalog {
    /// The operations that have every word of the query, the best first: of all providers, or of one.
    pub fn search(&self, query: &str, provider: Option<&str>, limit: usize) -> SearchResults<'_> {
        let mut first = 0;
        let mut range = if provider.is_some() { 0..0 } else { 0..usize::MAX };
        for entry in self.entries() {
            let next = first + entry.document.operations.len();
            if provider == Some(entry.provider.id.as_str()) {
                range = first..next;
            }
            first = next;
        }
        let hits = self.index.search(query, range, limit);
        SearchResults {
            operations: hits.operations.into_iter().filter_map(|number| self.operation_at(number)).collect(),
            total: hits.total,
        }
    }

    /// An operation by its number among those of all providers.
    fn operation_at(&self, mut number: usize) -> Option<(&CatalogEntry, &OperationSummary)> {
        for entry in self.entries() {
            match entry.document.operations.get(number) {
                Some(listing) => return Some((entry, listing)),
                None => number -= entry.document.operations.len(),
            }
        }
        None
    }
}

impl CatalogEntry {
    /// The group that a name or a slug means.
    pub fn find_group(&self, name: &str) -> Option<&OperationGroup> {
        let groups = &self.document.groups;
        groups.iter().find(|group| group.slug == name).or_else(|| groups.iter().find(|group| group.name == name))
    }

    /// The operations of a group, in the document's order.
    pub fn operations_in_group<'a>(&'a self, group: &'a OperationGroup) -> impl Iterator<Item = &'a OperationSummary> {
        group.operation_indices.iter().filter_map(|place| self.document.operations.get(*place))
    }

    /// What is around the operation with a name.
    pub fn adjacent_operations(&self, name: &str) -> Option<AdjacentOperations<'_>> {
        let operations = &self.document.operations;
        let operation_index = self.document.operation_index(name)?;
        let operation = operations.get(operation_index)?;
        let group = self.document.groups.iter().find(|group| group.name == operation.group)?;
        let position = group.operation_indices.binary_search(&operation_index).ok()?;
        let operation_at_position = |position: Option<usize>| operations.get(*group.operation_indices.get(position?)?);
        Some(AdjacentOperations {
            group,
            position,
            previous: operation_at_position(position.checked_sub(1)),
            next: operation_at_position(position.checked_add(1)),
            related: self.find_related(operation_index, operation),
        })
    }

    /// The nearest by path: the same path, then its parent, then its children, then what is beside it.
    fn find_related(&self, operation_index: usize, operation: &OperationSummary) -> Vec<&OperationSummary> {
        let operations = &self.document.operations;
        let start = self.indices_by_path.partition_point(|other| operations[*other].path < operation.path);
        let nearby =
            start.saturating_sub(RELATED_SEARCH_RADIUS)..self.indices_by_path.len().min(start + RELATED_SEARCH_RADIUS);
        let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
        for &other in self.indices_by_path[nearby].iter().filter(|other| **other != operation_index) {
            let (shared, distance) = path_similarity(&operation.path, &operations[other].path);
            // Paths that differ in more than they share, as after a version, are not about the same thing.
            if distance <= shared {
                ranked.push((distance, shared, other));
            }
        }
        ranked.sort_unstable();
        ranked.into_iter().take(MAX_RELATED).map(|(_, _, other)| &operations[other]).collect()
    }
}

/// Segments in which two paths begin alike, and segments in which they differ afterwards.
fn path_similarity(one: &str, other: &str) -> (usize, usize) {
    let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).count();
    let pairs = one.split('/').zip(other.split('/')).filter(|(one, _)| !one.is_empty());
    let shared = pairs.take_while(|(one, other)| one == other).count();
    (shared, segments(one) + segments(other) - 2 * shared)
}

/// The index of all operations.
pub(super) fn build_index(catalog: &Catalog) -> SearchIndex {
    let describe_provider = |entry: &CatalogEntry| {
        let title: String = entry.provider.title.chars().take(MAX_TITLE_CHARS).collect();
        [entry.provider.id.as_str(), " ", &title].concat()
    };
    let provider_texts: Vec<String> = catalog.entries().map(describe_provider).collect();
    let operations = catalog.entries().zip(&provider_texts).flat_map(|(entry, provider_text)| {
        let document = &entry.document;
        document.operations.iter().map(|operation| (provider_text.as_str(), operation, document.field_names(operation)))
    });
    SearchIndex::new(operations)
}

/// Places of operations in the order of their paths.
pub(super) fn indices_by_path(operations: &[OperationSummary]) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..operations.len()).collect();
    indices.sort_by_key(|index| &operations[*index].path);
    indices
}
