//! `GET /responses/{id}`: the body of a response as a file to save, as an image, a sound or a video in a page, or as a PDF
//! in a tab of its own. It is never shown as a page of this site.

use super::SANDBOX_CSP;
use crate::{
    auth::identity::Caller,
    gateway::ResponseFile,
    model::NON_UNRESERVED,
    server::state::AppState,
    text,
    ui::preview::{PDF, media_content_type},
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::utf8_percent_encode;
use std::{ops::Range, sync::Arc};

/// Content security policy of a PDF. Chromium's program for PDFs needs the styles.
const PDF_CSP: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Responds about a file that the caller did not receive, or that is no longer kept.
pub(super) async fn no_longer_kept(app: &AppState, request: Request<Body>) -> Response {
    app.render_not_found(request, text!("response-file-gone"), "/", text!("not-found-home")).await
}

/// Returns the file to the caller that received the response.
pub(crate) async fn download_file(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response {
    if let Some(file) = app.gateway.find_response_file(&caller, &id) {
        return file_response(file, request.headers());
    }
    no_longer_kept(&app, request).await
}

/// Shares the bytes of a file with the responses that contain them.
struct SharedBytes(Arc<ResponseFile>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

fn file_response(file: Arc<ResponseFile>, request_headers: &HeaderMap) -> Response {
    let content_type = media_content_type(&file.content_type).unwrap_or("application/octet-stream");
    // Browsers show PDFs by programs of their own, which do not run in a sandbox.
    let is_pdf = content_type == PDF && file.bytes.starts_with(b"%PDF-");
    let (disposition, policy) = if is_pdf { ("inline", PDF_CSP) } else { ("attachment", SANDBOX_CSP) };
    let disposition = format!("{disposition}; filename*=UTF-8''{}", utf8_percent_encode(&file.name, NON_UNRESERVED));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::try_from(disposition).unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    let size = file.bytes.len();
    let bytes = Bytes::from_owner(SharedBytes(file));
    let range = request_headers.get(header::RANGE).and_then(|value| parse_range(value.to_str().ok()?, size));
    match range {
        None => (headers, bytes).into_response(),
        Some(range) => {
            let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            let part = bytes.slice(range);
            (StatusCode::PARTIAL_CONTENT, headers, [(header::CONTENT_RANGE, content_range)], part).into_response()
        }
    }
}

/// Parses a single range of bytes, which players of media request (RFC 9110, §14.1.2). Returns `None` for any other one,
/// which may be ignored.
fn parse_range(text: &str, size: usize) -> Option<Range<usize>> {
    let (start, end) = text.strip_prefix("bytes=")?.split_once('-')?;
    let range = if start.is_empty() {
        size.saturating_sub(end.parse().ok()?)..size
    } else {
        let last: usize = if end.is_empty() { size } else { end.parse::<usize>().ok()?.checked_add(1)? };
        start.parse().ok()?..last.min(size)
    };
    (!range.is_empty()).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::parse_range;

    #[test]
    fn a_single_range_is_parsed_and_others_are_ignored() {
        for (text, expected) in [
            ("bytes=0-", Some(0..10)),
            ("bytes=2-4", Some(2..5)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=10-", None),
            ("bytes=5-2", None),
            ("bytes=-0", None),
            ("bytes=0-1,3-4", None),
            ("bytes=0-18446744073709551615", None),
            ("bytes=x-", None),
            ("items=0-1", None),
        ] {
            assert_eq!(parse_range(text, 10), expected, "{text}");
        }
    }
}
