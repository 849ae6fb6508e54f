//! Matches requests to operations by method and path template. The routes of a document are compiled once, when it is
//! loaded.

use super::{
    canonical_path::{CanonicalPath, fold_case},
    path_template::{Comparison, PathTemplate},
};
use crate::{
    model::{decode_fully, operation::Method},
    openapi::Document,
};
use std::{cmp::Reverse, collections::HashMap};

/// The routes of a document.
#[derive(Debug, Default)]
pub struct OperationRouter {
    /// Routes by method and number of segments, the most specific first.
    routes: HashMap<(Method, usize), Vec<OperationRoute>>,
    /// Routes by method whose paths can have more segments than the template, the most specific first.
    spanning_routes: HashMap<Method, Vec<OperationRoute>>,
}

#[derive(Clone, Debug)]
struct OperationRoute {
    template: PathTemplate,
    /// Index of the operation in its document.
    operation_index: usize,
}

/// The operations that a request can lead to, as indices in their document.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MatchedOperations {
    /// The operation that the path matches, and those whose templates are the same, except for the parameters' names.
    pub exact: Vec<usize>,
    /// The operations for whose paths a less strict server could take the path: one that ignores case, decodes reserved
    /// characters before it routes, merges slashes, or ignores what follows a `;`.
    pub lenient: Vec<usize>,
}

impl OperationRouter {
    /// Compiles the routes of a document.
    pub fn new(document: &Document) -> Self {
        let operations = document.operations.iter().enumerate();
        Self::from_templates(operations.map(|(index, operation)| {
            let template = PathTemplate::new(&operation.path, document.slash_parameter(index));
            (operation.method.clone(), template)
        }))
    }

    /// Compiles routes from the methods and path templates of operations, in the order of their indices.
    pub(super) fn from_templates(templates: impl Iterator<Item = (Method, PathTemplate)>) -> Self {
        let mut router = Self::default();
        for (operation_index, (method, template)) in templates.enumerate() {
            let route = OperationRoute { template, operation_index };
            if route.template.is_spanning() {
                router.spanning_routes.entry(method.clone()).or_default().push(route.clone());
            }
            router.routes.entry((method, route.template.segment_count())).or_default().push(route);
        }
        // The sort is stable, so the first of two equally specific routes in the document wins.
        for routes in router.routes.values_mut().chain(router.spanning_routes.values_mut()) {
            routes.sort_by_cached_key(|route| Reverse(route.template.specificity()));
        }
        router
    }

    /// Returns the operations that a path can lead to. It is relative to the base path of the server. A template
    /// without parameters wins over one with parameters (`OpenAPI` 3.1, §4.8.8.1).
    pub fn find_operations(&self, method: &str, path: &CanonicalPath) -> MatchedOperations {
        let Some(method) = Method::from_name(method) else { return MatchedOperations::default() };
        let segments: Vec<&str> = path.segments().collect();
        let exact = self.match_segments(&method, &segments, Comparison::Exact);
        let mut lenient = Vec::new();
        for reading in lenient_readings(&segments) {
            let segments: Vec<&str> = reading.iter().map(String::as_str).collect();
            for index in self.match_segments(&method, &segments, Comparison::Folded) {
                if !exact.contains(&index) && !lenient.contains(&index) {
                    lenient.push(index);
                }
            }
        }
        MatchedOperations { exact, lenient }
    }

    /// Returns the operation of the most specific route that matches, and those with the same template.
    fn match_segments(&self, method: &Method, segments: &[&str], comparison: Comparison) -> Vec<usize> {
        let same_length = self.routes.get(&(method.clone(), segments.len())).map(Vec::as_slice).unwrap_or_default();
        let spanning = self.spanning_routes.get(method).map(Vec::as_slice).unwrap_or_default();
        let mut matching = same_length.iter().chain(spanning);
        let Some(first) = matching.find(|route| route.template.matches(segments, comparison)) else {
            return Vec::new();
        };
        let mut indices = vec![first.operation_index];
        for route in matching {
            // A route that can span segments is in both lists.
            if first.template.is_same(&route.template, comparison) && !indices.contains(&route.operation_index) {
                indices.push(route.operation_index);
            }
        }
        indices
    }
}

/// Returns the segments as less strict servers can read them: decoded, case-folded, and without what follows a `;`. A
/// second reading takes encoded slashes for slashes, and a third one also merges consecutive slashes.
fn lenient_readings(segments: &[&str]) -> Vec<Vec<String>> {
    let read = |segment: &str| {
        let decoded = fold_case(&String::from_utf8_lossy(&decode_fully(segment)));
        decoded.split(';').next().unwrap_or_default().to_owned()
    };
    let decoded: Vec<String> = segments.iter().map(|segment| read(segment)).collect();
    let split: Vec<String> = decoded.iter().flat_map(|segment| segment.split('/')).map(str::to_owned).collect();
    let (first, rest) = split.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
    let merged: Vec<String> = first.into_iter().chain(rest.iter().filter(|text| !text.is_empty())).cloned().collect();
    let mut readings = vec![decoded, split, merged];
    readings.dedup();
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(templates: &[(Method, &str, Option<&str>)]) -> OperationRouter {
        let templates = templates.iter();
        OperationRouter::from_templates(
            templates
                .map(|(method, path, slash_parameter)| (method.clone(), PathTemplate::new(path, *slash_parameter))),
        )
    }

    fn find(router: &OperationRouter, method: &str, path: &str) -> (Vec<usize>, Vec<usize>) {
        let matched = CanonicalPath::parse(path).map(|path| router.find_operations(method, &path));
        matched.map(|matched| (matched.exact, matched.lenient)).unwrap_or_default()
    }

    #[test]
    fn a_path_is_routed_to_its_most_specific_operation() {
        let router = router(&[
            (Method::Get, "/users/{id}", None),
            (Method::Get, "/users/me", None),
            (Method::Get, "/users/{id}.json", None),
            (Method::Get, "/{kind}/me", None),
            (Method::Delete, "/users/{id}", None),
            (Method::Get, "/users/{other}/posts", None),
            (Method::Get, "/compare/{base}...{head}", None),
        ]);
        for (method, path, operation_index) in [
            ("GET", "/users/1", Some(0)),
            ("GET", "/users/me", Some(1)),
            ("GET", "/users/%6d%65", Some(1)),
            ("GET", "/users/1.json", Some(2)),
            ("GET", "/users/1%2Ejson", Some(2)),
            ("GET", "/users/.json", Some(0)),
            ("GET", "/posts/me", Some(3)),
            ("DELETE", "/users/me", Some(4)),
            ("GET", "/users/1/posts", Some(5)),
            ("GET", "/compare/main...next", Some(6)),
            ("GET", "/compare/main", None),
            ("GET", "/compare/...next", None),
            ("GET", "/users/a%2Fb", Some(0)),
            ("GET", "/users/", None),
            ("GET", "/users", None),
            ("GET", "/users/1/", None),
            ("GET", "//users/1", None),
            ("POST", "/users/1", None),
            ("get", "/users/1", None),
            ("GET", "users/1", None),
        ] {
            let (exact, _) = find(&router, method, path);
            assert_eq!(exact.first().copied(), operation_index, "{method} {path}");
        }
    }

    #[test]
    fn a_path_that_servers_can_read_in_several_ways_leads_to_several_operations() {
        let router = router(&[
            (Method::Get, "/users/{id}", None),
            (Method::Get, "/users/me", None),
            (Method::Get, "/users/{id}/keys", None),
            (Method::Get, "/users", None),
            (Method::Get, "/users/{name}", None),
            (Method::Get, "/jobs/{id}", None),
            (Method::Get, "/jobs/all:run", None),
        ]);
        for (path, exact, lenient) in [
            ("/users/1", &[0, 4][..], &[][..]),
            ("/users/me", &[1], &[]),
            ("/users/ME", &[0, 4], &[1]),
            ("/users/me;x=1", &[0, 4], &[1]),
            ("/users/me%3Bx", &[0, 4], &[1]),
            ("/users/1%2Fkeys", &[0, 4], &[2]),
            ("/users/1%2F%2FKeys", &[0, 4], &[2]),
            ("/users/%2Fme", &[0, 4], &[1]),
            ("/users/;x", &[0, 4], &[3]),
            ("/jobs/all%3Arun", &[5], &[6]),
            ("/jobs/all:run", &[6], &[]),
            ("/Users/1", &[], &[0, 4]),
        ] {
            assert_eq!(find(&router, "GET", path), (exact.to_vec(), lenient.to_vec()), "{path}");
        }
    }

    #[test]
    fn a_parameter_with_slashes_spans_several_segments() {
        let router = router(&[
            (Method::Get, "/repos/{repo}/contents/{path}", Some("path")),
            (Method::Get, "/repos/{repo}/contents/{path}/raw", None),
            (Method::Get, "/{path}/end", Some("path")),
        ]);
        for (path, operation_index) in [
            ("/repos/r/contents/a", Some(0)),
            ("/repos/r/contents/a/b/c", Some(0)),
            ("/repos/r/contents/a%2Fb", Some(0)),
            ("/repos/r/contents/a/raw", Some(1)),
            ("/repos/r/contents/a/b/raw", Some(0)),
            ("/repos/r/contents/a//b", None),
            ("/repos/r/contents/", None),
            ("/repos/r/contents/a/", None),
            ("/a/b/c/end", Some(2)),
            ("/a/b/c", None),
        ] {
            let (exact, _) = find(&router, "GET", path);
            assert_eq!(exact.first().copied(), operation_index, "{path}");
        }
    }
}
