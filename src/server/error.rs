//! Errors as HTTP responses.

use crate::model::error::{ErrorCode, ExplorerError};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::Serialize;

impl IntoResponse for ExplorerError {
    fn into_response(self) -> Response {
        error_response(self.code, self.retry_after, Json(self))
    }
}

/// Returns an error response with the status of its code, and a `Retry-After` header if the request may be retried.
pub(crate) fn error_response(code: ErrorCode, retry_after: Option<u32>, error: Json<impl Serialize>) -> Response {
    let status = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, error).into_response();
    if let Some(seconds) = retry_after.or_else(|| (code == ErrorCode::TooBusy).then_some(1)) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
