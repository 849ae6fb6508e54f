//! Finds operations: by search, by group, and from another operation.

use super::{Catalog, CatalogEntry};
use crate::openapi::{OperationGroup, OperationSummary};

/// Maximum number of related operations.
const MAX_RELATED: usize = 5;
/// Number of operations before and after an operation, in path order, that are considered as related.
const RELATED_SEARCH_RADIUS: usize = 40;

/// Results of a search.
#[derive(Debug)]
pub struct SearchResults<'a> {
    /// Best matches, best first.
    pub operations: Vec<(&'a CatalogEntry, &'a OperationSummary)>,
    /// Total number of matches.
    pub total: usize,
    /// True if no operation matches every word of the query, and these match the most words.
    pub are_nearest: bool,
}

/// The operations next to and related to an operation.
#[derive(Debug)]
pub struct AdjacentOperations<'a> {
    /// Group of the operation.
    pub group: &'a OperationGroup,
    /// Position of the operation in its group.
    pub position: usize,
    /// Previous operation of the group.
    pub previous: Option<&'a OperationSummary>,
    /// Next operation of the group.
    pub next: Option<&'a OperationSummary>,
    /// Related operations by path, the closest first.
    pub related: Vec<&'a OperationSummary>,
}

impl Catalog {
    /// Returns the operations that match every word of the query, best first: of one provider, or of all if `provider`
    /// is `None`. If there are none, returns those that match at least half of the words.
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
            are_nearest: hits.are_nearest,
        }
    }

    /// Returns an operation by its number among those of all providers.
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
    /// Returns the group with a slug or name.
    pub fn find_group(&self, name: &str) -> Option<&OperationGroup> {
        let groups = &self.document.groups;
        groups.iter().find(|group| group.slug == name).or_else(|| groups.iter().find(|group| group.name == name))
    }

    /// Returns the operations of a group, in the order of the document.
    pub fn operations_in_group<'a>(&'a self, group: &'a OperationGroup) -> impl Iterator<Item = &'a OperationSummary> {
        group.operation_indices.iter().filter_map(|index| self.document.operations.get(*index))
    }

    /// Returns the operations next to and related to an operation.
    pub fn adjacent_operations(&self, name: &str) -> Option<AdjacentOperations<'_>> {
        let operations = &self.document.operations;
        let (operation_index, group, position) = self.find_position(name)?;
        let operation = operations.get(operation_index)?;
        let operation_at_position = |position: Option<usize>| operations.get(*group.operation_indices.get(position?)?);
        Some(AdjacentOperations {
            group,
            position,
            previous: operation_at_position(position.checked_sub(1)),
            next: operation_at_position(position.checked_add(1)),
            related: self.find_related(operation_index, operation),
        })
    }

    /// Returns true if an operation is listed in a group, so that it has adjacent operations.
    pub fn is_listed(&self, name: &str) -> bool {
        self.find_position(name).is_some()
    }

    /// Returns the index of an operation, its group, and its position in the group.
    fn find_position(&self, name: &str) -> Option<(usize, &OperationGroup, usize)> {
        let index = self.document.operation_index(name)?;
        let operation = self.document.operations.get(index)?;
        let group = self.document.groups.iter().find(|group| group.name == operation.group)?;
        Some((index, group, group.operation_indices.binary_search(&index).ok()?))
    }

    /// Returns the operations that are closest by path: of the same path, of its parent, of its children, then of its
    /// siblings.
    fn find_related(&self, operation_index: usize, operation: &OperationSummary) -> Vec<&OperationSummary> {
        let operations = &self.document.operations;
        let start = self.indices_by_path.partition_point(|other| operations[*other].path < operation.path);
        let nearby =
            start.saturating_sub(RELATED_SEARCH_RADIUS)..self.indices_by_path.len().min(start + RELATED_SEARCH_RADIUS);
        let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
        for &other in self.indices_by_path[nearby].iter().filter(|other| **other != operation_index) {
            let (shared, distance) = path_similarity(&operation.path, &operations[other].path);
            // Paths that differ in more segments than they share, such as two with only a version in common, are not
            // related.
            if distance <= shared {
                ranked.push((distance, shared, other));
            }
        }
        ranked.sort_unstable();
        ranked.into_iter().take(MAX_RELATED).map(|(_, _, other)| &operations[other]).collect()
    }
}

/// Returns the number of leading segments that two paths share, and the number of segments in which they differ.
fn path_similarity(one: &str, other: &str) -> (usize, usize) {
    let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).count();
    let pairs = one.split('/').zip(other.split('/')).filter(|(one, _)| !one.is_empty());
    let shared = pairs.take_while(|(one, other)| one == other).count();
    (shared, segments(one) + segments(other) - 2 * shared)
}

/// Returns the indices of operations, sorted by path.
pub(super) fn indices_by_path(operations: &[OperationSummary]) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..operations.len()).collect();
    indices.sort_by_key(|index| &operations[*index].path);
    indices
}
