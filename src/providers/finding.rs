//! Ways to an operation: by search, by group, and from another one.

use super::{Catalog, CatalogEntry, search::Index};
use crate::openapi::{Group, Listing};

/// Letters of a provider's title that its operations are found by.
const MOST_TITLE: usize = 100;
/// How many operations are named as related to one.
const MOST_RELATED: usize = 5;
/// How far around an operation, in the order of paths, related ones are looked for.
const REACH: usize = 40;

/// What a search found.
#[derive(Debug)]
pub struct Found<'a> {
    /// The best, in their order.
    pub operations: Vec<(&'a CatalogEntry, &'a Listing)>,
    /// How many there are.
    pub total: usize,
}

/// The operations around one.
#[derive(Debug)]
pub struct Neighbours<'a> {
    /// Its group.
    pub group: &'a Group,
    /// Its place in the group.
    pub place: usize,
    /// The one before it in the group.
    pub previous: Option<&'a Listing>,
    /// The one after it in the group.
    pub next: Option<&'a Listing>,
    /// Those that work on the same thing, the nearest first.
    pub related: Vec<&'a Listing>,
}

impl Catalog {
    /// The operations that have every word of the query, the best first: of all providers, or of one.
    pub fn search(&self, query: &str, provider: Option<&str>, most: usize) -> Found<'_> {
        let mut first = 0;
        let mut within = if provider.is_some() { 0..0 } else { 0..usize::MAX };
        for entry in self.iter() {
            let next = first + entry.document.listings.len();
            if provider == Some(entry.provider.id.as_str()) {
                within = first..next;
            }
            first = next;
        }
        let found = self.index.search(query, within, most);
        Found {
            operations: found.operations.into_iter().filter_map(|number| self.listing(number)).collect(),
            total: found.total,
        }
    }

    /// An operation by its number among those of all providers.
    fn listing(&self, mut number: usize) -> Option<(&CatalogEntry, &Listing)> {
        for entry in self.iter() {
            match entry.document.listings.get(number) {
                Some(listing) => return Some((entry, listing)),
                None => number -= entry.document.listings.len(),
            }
        }
        None
    }
}

impl CatalogEntry {
    /// The group that a name or a slug means.
    pub fn group(&self, name: &str) -> Option<&Group> {
        let groups = &self.document.groups;
        groups.iter().find(|group| group.slug == name).or_else(|| groups.iter().find(|group| group.name == name))
    }

    /// The operations of a group, in the document's order.
    pub fn operations_of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Listing> {
        group.operations.iter().filter_map(|place| self.document.listings.get(*place))
    }

    /// What is around the operation with a name.
    pub fn neighbours(&self, name: &str) -> Option<Neighbours<'_>> {
        let listings = &self.document.listings;
        let at = self.document.place(name)?;
        let listing = listings.get(at)?;
        let group = self.document.groups.iter().find(|group| group.name == listing.group)?;
        let place = group.operations.binary_search(&at).ok()?;
        let neighbour = |place: Option<usize>| listings.get(*group.operations.get(place?)?);
        Some(Neighbours {
            group,
            place,
            previous: neighbour(place.checked_sub(1)),
            next: neighbour(place.checked_add(1)),
            related: self.related(at, listing),
        })
    }

    /// The nearest by path: the same path, then its parent, then its children, then what is beside it.
    fn related(&self, at: usize, listing: &Listing) -> Vec<&Listing> {
        let listings = &self.document.listings;
        let begin = self.by_path.partition_point(|other| listings[*other].path < listing.path);
        let around = begin.saturating_sub(REACH)..self.by_path.len().min(begin + REACH);
        let mut near: Vec<(usize, usize, usize)> = Vec::new();
        for &other in self.by_path[around].iter().filter(|other| **other != at) {
            let (shared, apart) = kinship(&listing.path, &listings[other].path);
            // Paths that differ in more than they share, as after a version, are not about the same thing.
            if apart <= shared {
                near.push((apart, shared, other));
            }
        }
        near.sort_unstable();
        near.into_iter().take(MOST_RELATED).map(|(_, _, other)| &listings[other]).collect()
    }
}

/// Segments in which two paths begin alike, and segments in which they differ afterwards.
fn kinship(one: &str, other: &str) -> (usize, usize) {
    let segments = |path: &str| path.split('/').filter(|segment| !segment.is_empty()).count();
    let pairs = one.split('/').zip(other.split('/')).filter(|(one, _)| !one.is_empty());
    let shared = pairs.take_while(|(one, other)| one == other).count();
    (shared, segments(one) + segments(other) - 2 * shared)
}

/// The index of all operations.
pub(super) fn index(catalog: &Catalog) -> Index {
    let about = |entry: &CatalogEntry| {
        let title: String = entry.provider.title.chars().take(MOST_TITLE).collect();
        [entry.provider.id.as_str(), " ", &title].concat()
    };
    let about: Vec<String> = catalog.iter().map(about).collect();
    let operations = catalog.iter().zip(&about).flat_map(|(entry, about)| {
        let document = &entry.document;
        document.listings.iter().map(|listing| (about.as_str(), listing, document.field_names(listing)))
    });
    Index::new(operations)
}

/// Places of operations in the order of their paths.
pub(super) fn by_path(listings: &[Listing]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..listings.len()).collect();
    places.sort_by_key(|place| &listings[*place].path);
    places
}
