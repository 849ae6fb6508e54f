//! Request bodies: buffered before a request is handled, within limits on time, size, concurrency and number of JSON
//! values.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    server::route_class::RouteClass,
    server_functions::MAX_REQUEST_BYTES,
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// Maximum size of a body that needs no permit, in bytes. Larger bodies, such as file uploads, need a permit.
const MAX_SMALL_BODY_BYTES: usize = 1_000_000;
/// Maximum number of large bodies that are read or handled at the same time.
const MAX_CONCURRENT_LARGE_BODIES: usize = 8;
/// Maximum number of JSON values in a body, more than any call has. In memory, each value takes many times its size in
/// bytes.
const MAX_JSON_VALUES: usize = 200_000;

/// Permits for large bodies, and the timeout for reading a body.
#[derive(Clone)]
pub(crate) struct BodyPermits {
    large_bodies: Arc<Semaphore>,
    read_timeout: Duration,
}

impl BodyPermits {
    pub(crate) fn new(read_timeout: Duration) -> Self {
        Self { large_bodies: Arc::new(Semaphore::new(MAX_CONCURRENT_LARGE_BODIES)), read_timeout }
    }
}

/// Middleware that buffers the body, and holds its permit until the response is ready. If the body of a form is
/// rejected, the page's handler reports the error.
pub(crate) async fn buffer_body(
    State(permits): State<BodyPermits>,
    Extension(class): Extension<RouteClass>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let timeout_error = |_| {
        let message = format!(
            "The full request did not arrive within {} s. Nothing was sent. Send it again.",
            permits.read_timeout.as_secs_f64()
        );
        Err(ExplorerError::new(ErrorCode::RequestTimeout, message))
    };
    match timeout(permits.read_timeout, read_body(&permits, body)).await.unwrap_or_else(timeout_error) {
        Ok((bytes, _)) if has_too_many_values(&bytes) => {
            let message = format!("The request has more than {MAX_JSON_VALUES} values. Nothing was sent. Send fewer.");
            ExplorerError::new(ErrorCode::RequestTooLarge, message).into_response()
        }
        Ok((bytes, _permit)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) if class.has_form_body() => {
            parts.extensions.insert(error);
            next.run(Request::from_parts(parts, Body::empty())).await
        }
        Err(error) => error.into_response(),
    }
}

async fn read_body(permits: &BodyPermits, body: Body) -> Result<(Bytes, Option<SemaphorePermit<'_>>), ExplorerError> {
    let (mut bytes, mut permit) = (Vec::new(), None);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let incomplete_body_error = |_| {
            let message = "The connection closed before the full request arrived. Nothing was sent.";
            ExplorerError::new(ErrorCode::MalformedRequest, message)
        };
        bytes.extend_from_slice(&chunk.map_err(incomplete_body_error)?);
        if bytes.len() > MAX_REQUEST_BYTES {
            return Err(ExplorerError::request_too_large(MAX_REQUEST_BYTES));
        }
        if bytes.len() > MAX_SMALL_BODY_BYTES && permit.is_none() {
            permit = Some(permits.large_bodies.try_acquire().map_err(|_| {
                let message =
                    "This server is processing too many large requests. Nothing was sent. Try again in a moment.";
                ExplorerError::new(ErrorCode::TooBusy, message)
            })?);
        }
    }
    Ok((bytes.into(), permit))
}

/// Returns true for a JSON object or list with too many values. The content of strings is not counted.
///
/// The text decides, not the Content-Type header, because tool calls and proxy requests are parsed as JSON whatever
/// their header says.
fn has_too_many_values(json: &[u8]) -> bool {
    if !matches!(json.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return false;
    }
    let (mut values, mut in_string, mut escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
    }
    values > MAX_JSON_VALUES
}
