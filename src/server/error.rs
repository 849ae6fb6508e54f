//! Errors as HTTP responses.

use crate::model::error::{ErrorCode, ExplorerError};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde::Serialize;

impl From<ErrorCode> for StatusCode {
    fn from(code: ErrorCode) -> Self {
        // Every code has a valid status.
        Self::from_u16(code.http_status()).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for ExplorerError {
    fn into_response(self) -> Response {
        error_response(self.code, self.retry_after, Json(self))
    }
}

/// Returns an error response with the status of its code, and a `Retry-After` header if the request may be retried.
pub(crate) fn error_response(code: ErrorCode, retry_after: Option<u32>, error: Json<impl Serialize>) -> Response {
    let retry_after = retry_after.or_else(|| (code == ErrorCode::TooBusy).then_some(1));
    with_retry_after((StatusCode::from(code), error).into_response(), retry_after)
}

/// Adds a `Retry-After` header to a response, if the request may be retried.
pub(crate) fn with_retry_after(mut response: Response, retry_after: Option<u32>) -> Response {
    response.headers_mut().extend(retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))));
    response
}
