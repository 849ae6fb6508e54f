//! `/proxy/{provider}/…`: proxies documented requests of SDKs whose base URL is the explorer. For programs only. SDKs
//! that use only the origin of their base URL send their requests to the root.

use super::SANDBOX_CSP;
use crate::{
    auth::identity::Caller,
    cookies::remove_own_cookies,
    gateway::{Gateway, OwnedProxyRequest, ProxyBody, parse_path},
    model::error::{ErrorCode, ExplorerError},
    providers::{CanonicalPath, RESERVED_PATHS},
    server::{routes::frames::with_stream_headers, state::AppState},
    server_functions::MAX_REQUEST_BYTES,
    text,
};
use axum::{
    Extension,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Rewrites the URL of a request at the root that a provider documents, and that is not a page of this site, to the
/// proxy route. The home page is always a page of this site.
pub(crate) async fn rewrite_root_request(State(gateway): State<Arc<Gateway>>, mut request: Request) -> Request {
    let uri = request.uri();
    let Ok(path) = CanonicalPath::parse(uri.path()) else { return request };
    let first_segment = path.segments().nth(1).unwrap_or_default();
    if path.as_str() == "/" || RESERVED_PATHS.contains(&first_segment) {
        return request;
    }
    let Some((provider, path)) = gateway.resolve_root_request(request.method().as_str(), &path) else {
        return request;
    };
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    let path_and_query = format!("/proxy/{provider}{path}{query}");
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(path_and_query).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// Proxies a request.
pub(crate) async fn proxy_request(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, ExplorerError> {
    let (mut parts, body) = request.into_parts();
    // Every browser sends one of these headers with the requests of its pages.
    if parts.headers.contains_key("sec-fetch-site") || parts.headers.contains_key(header::ORIGIN) {
        return Err(ExplorerError::new(ErrorCode::Forbidden, text!("proxy-only-programs")));
    }
    let body: Bytes =
        to_bytes(body, MAX_REQUEST_BYTES).await.map_err(|_| ExplorerError::request_too_large(MAX_REQUEST_BYTES))?;
    let below_proxy = parts.uri.path().strip_prefix("/proxy/").unwrap_or_default();
    let (provider, path) = below_proxy.split_at(below_proxy.find('/').unwrap_or(below_proxy.len()));
    let path = parse_path(path)?;
    remove_own_cookies(&mut parts.headers);
    let proxied_request = OwnedProxyRequest {
        provider: provider.to_owned(),
        method: parts.method.to_string(),
        path,
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: body.into(),
    };
    let proxy_response = app.gateway.clone().proxy_request(caller, proxied_request).await?;
    let status = StatusCode::from_u16(proxy_response.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = match proxy_response.body {
        ProxyBody::Complete(body) => (status, body).into_response(),
        ProxyBody::Stream(items) => with_stream_headers((status, Body::from_stream(items)).into_response()),
    };
    // A byte body sets a default content type, although the provider may have sent none.
    response.headers_mut().remove(header::CONTENT_TYPE);
    response.headers_mut().extend(proxy_response.headers);
    let fixed_headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX_CSP)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    response.headers_mut().extend(fixed_headers);
    if let Ok(id) = HeaderValue::try_from(proxy_response.request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-explorer-request-id"), id);
    }
    Ok(response)
}
