//! `/proxy/{provider}/…`: a documented request carried through, for SDKs whose base URL is the explorer. For programs only.
//! Those that keep only the origin of their base URL reach it at the root.

use super::pages::App;
use crate::server::OWN_PATHS;
use crate::{
    auth::identity::Visitor,
    gateway::{Gateway, request::proxy::RawRequest},
    model::error::{Code, ExplorerError},
    server_functions::LARGEST_REQUEST,
};
use axum::{
    Extension,
    body::{Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// What comes back is data: whoever opens it in a browser sees it inert.
const INERT: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Leads what a provider documents and no page of ours has to where it is carried through.
pub(crate) async fn find(State(gateway): State<Arc<Gateway>>, mut request: Request) -> Request {
    let uri = request.uri();
    let first = uri.path().split('/').nth(1).unwrap_or_default();
    if OWN_PATHS.contains(&first) {
        return request;
    }
    let Some((provider, path)) = gateway.at_the_root(request.method().as_str(), uri.path()) else { return request };
    let query = uri.query().map_or_else(String::new, |query| ["?", query].concat());
    let target = ["/proxy/", &provider, path, &query].concat();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(target).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// Carries a request through.
pub(crate) async fn carry(
    State(app): State<App>,
    Path((provider, _)): Path<(String, String)>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Result<Response, ExplorerError> {
    let (parts, body) = request.into_parts();
    // Every browser says so of what its pages ask for.
    if parts.headers.contains_key("sec-fetch-site") || parts.headers.contains_key(header::ORIGIN) {
        let message = "This address is for programs: no page may use it. Nothing was sent.";
        return Err(ExplorerError::new(Code::Forbidden, message));
    }
    let body: Bytes = to_bytes(body, LARGEST_REQUEST).await.map_err(|_| ExplorerError::too_large(LARGEST_REQUEST))?;
    let prefix = ["/proxy/", &provider].concat();
    let raw = RawRequest {
        provider: &provider,
        method: parts.method.as_str(),
        path: parts.uri.path().strip_prefix(&prefix).unwrap_or_default(),
        query: parts.uri.query(),
        headers: &parts.headers,
        body: &body,
    };
    let reply = app.gateway.carry(&visitor, raw).await?;
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status, reply.body).into_response();
    // The default of bytes without a type says too much.
    response.headers_mut().remove(header::CONTENT_TYPE);
    response.headers_mut().extend(reply.headers);
    let ours = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    response.headers_mut().extend(ours);
    if let Ok(id) = HeaderValue::try_from(reply.request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-explorer-request-id"), id);
    }
    Ok(response)
}
