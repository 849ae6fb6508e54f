//! Matches requests to operations by method and path template. The routes of a document are compiled once, when it is
//! loaded.

use crate::{model::operation::Method, openapi::OperationSummary};
use std::{cmp::Ordering, collections::HashMap};

/// The routes of a document.
#[derive(Debug, Default)]
pub struct OperationRouter {
    /// Routes by method and number of segments, the most specific first.
    routes: HashMap<(&'static str, usize), Vec<OperationRoute>>,
}

#[derive(Debug)]
struct OperationRoute {
    segments: Box<[PathSegment]>,
    /// Index of the operation in its document.
    operation_index: usize,
}

/// A segment of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PathSegment {
    /// A literal segment.
    Literal(Box<str>),
    /// A segment with a parameter between a literal prefix and suffix.
    Parameter(Box<str>, Box<str>),
}

impl OperationRouter {
    /// Compiles the routes of operations.
    pub fn new(operations: &[OperationSummary]) -> Self {
        let mut routes: HashMap<_, Vec<OperationRoute>> = HashMap::new();
        for (operation_index, operation) in operations.iter().enumerate() {
            let segments: Box<[PathSegment]> = operation.path.split('/').map(PathSegment::new).collect();
            routes
                .entry((operation.method.as_str(), segments.len()))
                .or_default()
                .push(OperationRoute { segments, operation_index });
        }
        for same_length in routes.values_mut() {
            // The sort is stable, so the first of two equally specific routes in the document wins.
            same_length.sort_by(|a, b| {
                let parts = a.segments.iter().zip(&b.segments).map(|(a, b)| b.specificity().cmp(&a.specificity()));
                parts.fold(Ordering::Equal, Ordering::then)
            });
        }
        Self { routes }
    }

    /// Returns the index of the operation that a path matches. The path is percent-encoded and relative to the base
    /// path of the server. A template without parameters wins over one with parameters (`OpenAPI` 3.1, §4.8.8.1).
    pub fn find_operation(&self, method: &str, path: &str) -> Option<usize> {
        let segments: Vec<&str> = path.split('/').collect();
        let method = Method::ALL.into_iter().find(|candidate| candidate.as_str() == method)?;
        let candidates = self.routes.get(&(method.as_str(), segments.len()))?;
        let is_match =
            |route: &&OperationRoute| route.segments.iter().zip(&segments).all(|(segment, text)| segment.matches(text));
        candidates.iter().find(is_match).map(|route| route.operation_index)
    }

    /// Returns true if two templates match the same paths, whatever the names of their parameters.
    pub fn are_equivalent_templates(a: &str, b: &str) -> bool {
        a.split('/').map(PathSegment::new).eq(b.split('/').map(PathSegment::new))
    }
}

impl PathSegment {
    fn new(text: &str) -> Self {
        match (text.find('{'), text.rfind('}')) {
            (Some(open), Some(close)) if open < close => Self::Parameter(text[..open].into(), text[close + 1..].into()),
            _ => Self::Literal(text.into()),
        }
    }

    /// Returns the number of literal bytes, or the maximum for a literal segment.
    fn specificity(&self) -> usize {
        match self {
            Self::Literal(_) => usize::MAX,
            Self::Parameter(prefix, suffix) => prefix.len() + suffix.len(),
        }
    }

    fn matches(&self, value: &str) -> bool {
        match self {
            Self::Literal(text) => **text == *value,
            Self::Parameter(prefix, suffix) => {
                value.len() > prefix.len() + suffix.len() && value.starts_with(&**prefix) && value.ends_with(&**suffix)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(paths: &[(Method, &str)]) -> OperationRouter {
        let summary = |(method, path): &(Method, &str)| OperationSummary {
            name: String::new(),
            method: *method,
            path: (*path).to_owned(),
            title: String::new(),
            group: String::new(),
            is_deprecated: false,
        };
        OperationRouter::new(&paths.iter().map(summary).collect::<Vec<_>>())
    }

    #[test]
    fn a_path_is_routed_to_its_most_specific_operation() {
        let routes = routes(&[
            (Method::Get, "/users/{id}"),
            (Method::Get, "/users/me"),
            (Method::Get, "/users/{id}.json"),
            (Method::Get, "/{kind}/me"),
            (Method::Delete, "/users/{id}"),
            (Method::Get, "/users/{other}"),
            (Method::Get, "/users/{id}/posts"),
        ]);
        for (method, path, operation_index) in [
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
            assert_eq!(routes.find_operation(method, path), operation_index, "{method} {path}");
        }
    }
}
