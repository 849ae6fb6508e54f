//! `/proxy/{provider}/…`: a documented request carried through, for SDKs whose base URL is the explorer. For programs only.

use crate::{
    api::LARGEST_REQUEST,
    app::App,
    gateway::{identity::Visitor, proxy::RawRequest},
    model::error::{Code, ExplorerError},
};
use axum::{
    Extension,
    body::{Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// What comes back is data: whoever opens it in a browser sees it inert.
const INERT: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Carries a request through.
pub(super) async fn carry(
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
