//! Bodies of requests: read whole before anything else happens, within bounds of time, bytes, number and values.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    server_functions::MAX_REQUEST_BYTES,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::header::CONTENT_TYPE,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// Bytes that every request may have at any time. Larger ones, which bring files, take turns.
const MAX_SMALL_BODY_BYTES: usize = 1_000_000;
/// How many larger ones are taken at the same time.
const MAX_CONCURRENT_LARGE_BODIES: usize = 8;
/// More values than any call has: in memory, each takes many times its bytes.
const MAX_JSON_VALUES: usize = 200_000;

/// The turns of large bodies, and how long one may take to arrive.
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

/// Reads the body, and gives its turn back when the request is answered. A form that cannot be taken is refused by its page.
pub(crate) async fn buffer_body(State(permits): State<BodyPermits>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_form = !["/api/", "/tools/", "/proxy/"].iter().any(|prefix| parts.uri.path().starts_with(prefix));
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // Without a word on what it is, the gateway takes it for JSON.
    let is_json = content_type.is_empty() || content_type.contains("json");
    let timeout_error = |_| {
        let message =
            format!("The request did not arrive whole within {} s. Send it again.", permits.read_timeout.as_secs_f64());
        Err(ExplorerError::new(ErrorCode::RequestTimeout, message))
    };
    match timeout(permits.read_timeout, read_body(&permits, body)).await.unwrap_or_else(timeout_error) {
        Ok((bytes, _)) if is_json && has_too_many_values(&bytes) => {
            let message = format!("The request holds more than {MAX_JSON_VALUES} values. Send it in parts.");
            ExplorerError::new(ErrorCode::RequestTooLarge, message).into_response()
        }
        Ok((bytes, _permit)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) if is_form => {
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
        let incomplete_body_error =
            |_| ExplorerError::new(ErrorCode::MalformedRequest, "The request broke off before it was whole.");
        bytes.extend_from_slice(&chunk.map_err(incomplete_body_error)?);
        if bytes.len() > MAX_REQUEST_BYTES {
            return Err(ExplorerError::request_too_large(MAX_REQUEST_BYTES));
        }
        if bytes.len() > MAX_SMALL_BODY_BYTES && permit.is_none() {
            permit = Some(permits.large_bodies.try_acquire().map_err(|_| {
                let message = "This server is taking as many large requests as it may. Send again in a moment.";
                ExplorerError::new(ErrorCode::TooBusy, message)
            })?);
        }
    }
    Ok((bytes.into(), permit))
}

/// Whether JSON text has more values than are read; what stands in texts does not count.
fn has_too_many_values(json: &[u8]) -> bool {
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
