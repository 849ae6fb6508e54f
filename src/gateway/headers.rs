//! Reads headers of requests and responses.

use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// Returns the content type that headers name, or an empty text.
pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
