//! Finds the page that a URL means which differs from the page's own only in its spelling.

use crate::providers::Catalog;
use axum::http::{Method, Uri};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The end of the path of an operation's responses.
const RESPONSES_PAGE: &str = "/replies";

/// Returns the URL of the only page that a request for an unknown URL can mean, on this site and with the query of the
/// request. Letters can have another case, an operation can have the spelling of its `operationId`, and a slash can
/// follow.
pub(super) fn find_canonical_location(catalog: &Catalog, method: &Method, uri: &Uri) -> Option<String> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let path = uri.path().strip_prefix('/')?;
    let decoded = percent_decode_str(path.strip_suffix('/').unwrap_or(path)).decode_utf8().ok()?;
    let page = decoded.strip_suffix(RESPONSES_PAGE);
    let mut segments = page.unwrap_or(&decoded).split('/');
    let provider = find_provider(catalog, segments.next()?)?;
    let location = match (segments.next(), segments.next(), page) {
        (None, _, None) => format!("/{provider}"),
        (Some("openapi.json"), None, None) => format!("/{provider}/openapi.json"),
        (Some(name), None, page) => {
            let operation = utf8_percent_encode(find_operation(catalog, provider, name)?, NON_ALPHANUMERIC);
            format!("/{provider}/{operation}{}", page.map_or("", |_| RESPONSES_PAGE))
        }
        _ => return None,
    };
    if location == uri.path() {
        return None;
    }
    Some(uri.query().map_or_else(|| location.clone(), |query| format!("{location}?{query}")))
}

fn find_provider<'a>(catalog: &'a Catalog, text: &str) -> Option<&'a str> {
    let ids = || catalog.providers().iter().map(|provider| provider.settings.id.as_str());
    ids().find(|id| *id == text).or_else(|| only(ids().filter(|id| id.eq_ignore_ascii_case(text))))
}

fn find_operation<'a>(catalog: &'a Catalog, provider: &str, text: &str) -> Option<&'a str> {
    let names = || catalog.entry(provider).into_iter().flat_map(|entry| &entry.document.operations);
    let names = || names().map(|operation| operation.name.as_str());
    let folded = fold(text);
    names().find(|name| *name == text).or_else(|| only(names().filter(|name| fold(name) == folded)))
}

/// Returns the letters and digits of a name, in lowercase: names and `operationId`s differ only in the rest.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the only item, or `None` if there are none or several.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}
