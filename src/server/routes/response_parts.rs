//! `GET /responses/{id}/tree`: parts of a large JSON body, as a page or as a fragment for scripts; and
//! `GET /responses/{id}/value`: the text of one value.

use super::{SANDBOX_CSP, response_files::no_longer_kept};
use crate::{
    auth::identity::Caller,
    gateway::ResponseFile,
    pages::{response_body::response_body_page, shell::PageHead},
    server::state::AppState,
    text, texts,
    ui::large_json::LargeJson,
};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;

/// Maximum size of a value that scripts copy, in bytes.
const MAX_COPIED_BYTES: usize = 1_000_000;

/// The requested part of a body.
#[derive(Deserialize)]
pub(crate) struct PartQuery {
    /// JSON Pointer to an object or a list.
    #[serde(default)]
    pointer: String,
    /// Index of the first value in it.
    #[serde(default)]
    from: usize,
    /// JSON Pointer to a value that is shown with those around it.
    at: Option<String>,
    /// Text to search for.
    q: Option<String>,
    /// The part of a page that a script requests.
    fragment: Option<Fragment>,
}

/// A part of a page.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fragment {
    /// The replacement of a link in the tree.
    Part,
    /// The content of an element of the page.
    View,
}

/// Shows a part of a body to the caller that received the response.
pub(crate) async fn show_part(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(query): Query<PartQuery>,
    request: Request<Body>,
) -> Response {
    let is_fragment = query.fragment.is_some();
    match read_file(&app, &caller, &id, move |file| render_part(file, &query)).await {
        Some(part) if is_fragment => ([(header::CACHE_CONTROL, "no-store")], Html(part)).into_response(),
        Some(part) => {
            let head = PageHead {
                title: text!("body-part-title").into(),
                description: text!("body-part-summary").into(),
                ..PageHead::default()
            };
            app.render(request, head, move || response_body_page(&part)).await
        }
        None => no_longer_kept(&app, request).await,
    }
}

/// Reads the file of a response that the caller received; `None` if it is no longer kept. Reading a large body takes some
/// time.
async fn read_file<T: Send + 'static>(
    app: &AppState,
    caller: &Caller,
    id: &str,
    read: impl FnOnce(&ResponseFile) -> Option<T> + Send + 'static,
) -> Option<T> {
    let file = app.gateway.find_response_file(caller, id)?;
    texts::spawn_blocking(move || read(&file)).await.ok().flatten()
}

fn render_part(file: &ResponseFile, query: &PartQuery) -> Option<String> {
    let json = LargeJson::new(file)?;
    if let Some(text) = &query.q {
        return Some(if query.fragment.is_some() { json.render_matches(text) } else { json.render_search(text) });
    }
    if let Some(Fragment::Part) = query.fragment {
        return json.render_part(&query.pointer, query.from);
    }
    let slice = match &query.at {
        Some(pointer) => json.render_around(pointer)?,
        None => json.render_slice(&query.pointer, query.from, "")?,
    };
    Some(if query.fragment.is_some() { slice } else { json.render_with_search(&slice) })
}

/// Returns the text of a value to the caller that received the response.
pub(crate) async fn copy_value(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(query): Query<PartQuery>,
    request: Request<Body>,
) -> Response {
    let find = move |file: &ResponseFile| LargeJson::new(file)?.value_text(&query.pointer).map(str::to_owned);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, SANDBOX_CSP),
        (header::CACHE_CONTROL, "no-store"),
    ];
    match read_file(&app, &caller, &id, find).await {
        Some(text) if text.len() <= MAX_COPIED_BYTES => (headers, text).into_response(),
        Some(_) => (StatusCode::PAYLOAD_TOO_LARGE, headers, text!("body-part-too-large")).into_response(),
        None => no_longer_kept(&app, request).await,
    }
}
