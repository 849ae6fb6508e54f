//! What of a provider can be requested at all: a method and a path template per operation, compiled once, at start.

use crate::{model::operation::Method, openapi::Listing};
use std::{cmp::Ordering, collections::HashMap};

/// The routes of a document.
#[derive(Debug, Default)]
pub struct Routes {
    /// By method and number of segments; those that say more come first.
    routes: HashMap<(&'static str, usize), Vec<Route>>,
}

#[derive(Debug)]
struct Route {
    segments: Box<[Segment]>,
    /// The operation's place among the listings.
    place: usize,
}

/// A part of a path between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// The same text always.
    Text(Box<str>),
    /// A value, between two texts.
    Value(Box<str>, Box<str>),
}

impl Routes {
    /// The routes of all operations.
    pub fn new(listings: &[Listing]) -> Self {
        let mut routes: HashMap<_, Vec<Route>> = HashMap::new();
        for (place, listing) in listings.iter().enumerate() {
            let segments: Box<[Segment]> = listing.path.split('/').map(Segment::new).collect();
            routes.entry((listing.method.as_str(), segments.len())).or_default().push(Route { segments, place });
        }
        for alike in routes.values_mut() {
            // The sort is stable: of two that say the same, the document's first wins.
            alike.sort_by(|a, b| {
                let parts = a.segments.iter().zip(&b.segments).map(|(a, b)| b.weight().cmp(&a.weight()));
                parts.fold(Ordering::Equal, Ordering::then)
            });
        }
        Self { routes }
    }

    /// The operation that a path, percent-encoded and below the server's own, leads to: its place among the listings. A
    /// template without values wins over one with (`OpenAPI` 3.1, §4.8.8.1).
    pub fn find(&self, method: &str, path: &str) -> Option<usize> {
        let segments: Vec<&str> = path.split('/').collect();
        let method = Method::ALL.into_iter().find(|known| known.as_str() == method)?;
        let alike = self.routes.get(&(method.as_str(), segments.len()))?;
        let fits = |route: &&Route| route.segments.iter().zip(&segments).all(|(segment, found)| segment.fits(found));
        alike.iter().find(fits).map(|route| route.place)
    }

    /// Whether two templates mean the same paths, whatever their values are called.
    pub fn are_alike(a: &str, b: &str) -> bool {
        a.split('/').map(Segment::new).eq(b.split('/').map(Segment::new))
    }
}

impl Segment {
    fn new(text: &str) -> Self {
        match (text.find('{'), text.rfind('}')) {
            (Some(open), Some(close)) if open < close => Self::Value(text[..open].into(), text[close + 1..].into()),
            _ => Self::Text(text.into()),
        }
    }

    /// How much of it is said.
    fn weight(&self) -> usize {
        match self {
            Self::Text(_) => usize::MAX,
            Self::Value(before, after) => before.len() + after.len(),
        }
    }

    fn fits(&self, found: &str) -> bool {
        match self {
            Self::Text(text) => **text == *found,
            Self::Value(before, after) => {
                found.len() > before.len() + after.len() && found.starts_with(&**before) && found.ends_with(&**after)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(paths: &[(Method, &str)]) -> Routes {
        let listing = |(method, path): &(Method, &str)| Listing {
            name: String::new(),
            method: *method,
            path: (*path).to_owned(),
            title: String::new(),
            group: String::new(),
            is_deprecated: false,
        };
        Routes::new(&paths.iter().map(listing).collect::<Vec<_>>())
    }

    #[test]
    fn a_path_leads_to_the_operation_that_says_most_of_it() {
        let routes = routes(&[
            (Method::Get, "/users/{id}"),
            (Method::Get, "/users/me"),
            (Method::Get, "/users/{id}.json"),
            (Method::Get, "/{kind}/me"),
            (Method::Delete, "/users/{id}"),
            (Method::Get, "/users/{other}"),
            (Method::Get, "/users/{id}/posts"),
        ]);
        for (method, path, place) in [
            ("GET", "/users/1", Some(0)),
            ("GET", "/users/me", Some(1)),
            ("GET", "/users/1.json", Some(2)),
            ("GET", "/posts/me", Some(3)),
            ("DELETE", "/users/me", Some(4)),
            ("GET", "/users/1/posts", Some(6)),
            ("GET", "/users/", None),
            ("GET", "/users", None),
            ("GET", "/users/1/", None),
            ("POST", "/users/1", None),
            ("get", "/users/1", None),
            ("GET", "users/1", None),
        ] {
            assert_eq!(routes.find(method, path), place, "{method} {path}");
        }
    }
}
