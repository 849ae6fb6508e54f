//! Bodies of requests: read whole before anything else happens, within bounds of time, bytes, number and values.

use crate::{
    model::error::{Code, ExplorerError},
    server_functions::LARGEST_REQUEST,
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
const SMALL: usize = 1_000_000;
/// How many larger ones are taken at the same time.
const LARGE_AT_ONCE: usize = 8;
/// More values than any call has: in memory, each takes many times its bytes.
const MOST_VALUES: usize = 200_000;

/// The turns of large bodies, and how long one may take to arrive.
#[derive(Clone)]
pub(crate) struct Turns {
    large: Arc<Semaphore>,
    patience: Duration,
}

impl Turns {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { large: Arc::new(Semaphore::new(LARGE_AT_ONCE)), patience }
    }
}

/// Reads the body, and gives its turn back when the request is answered. A form that cannot be taken is refused by its page.
pub(crate) async fn read(State(turns): State<Turns>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_form = !["/api/", "/tools/", "/proxy/"].iter().any(|door| parts.uri.path().starts_with(door));
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // Without a word on what it is, the gateway takes it for JSON.
    let is_json = kind.is_empty() || kind.contains("json");
    let late = |_| {
        let message =
            format!("The request did not arrive whole within {} s. Send it again.", turns.patience.as_secs_f64());
        Err(ExplorerError::new(Code::RequestTooSlow, message))
    };
    match timeout(turns.patience, whole(&turns, body)).await.unwrap_or_else(late) {
        Ok((bytes, _)) if is_json && has_too_many_values(&bytes) => {
            let message = format!("The request holds more than {MOST_VALUES} values. Send it in parts.");
            ExplorerError::new(Code::RequestTooLarge, message).into_response()
        }
        Ok((bytes, _turn)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) if is_form => {
            parts.extensions.insert(error);
            next.run(Request::from_parts(parts, Body::empty())).await
        }
        Err(error) => error.into_response(),
    }
}

async fn whole(turns: &Turns, body: Body) -> Result<(Bytes, Option<SemaphorePermit<'_>>), ExplorerError> {
    let (mut bytes, mut turn) = (Vec::new(), None);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let broken = |_| ExplorerError::new(Code::MalformedRequest, "The request broke off before it was whole.");
        bytes.extend_from_slice(&chunk.map_err(broken)?);
        if bytes.len() > LARGEST_REQUEST {
            return Err(ExplorerError::too_large(LARGEST_REQUEST));
        }
        if bytes.len() > SMALL && turn.is_none() {
            turn = Some(turns.large.try_acquire().map_err(|_| {
                let message = "This server is taking as many large requests as it may. Send again in a moment.";
                ExplorerError::new(Code::TooBusy, message)
            })?);
        }
    }
    Ok((bytes.into(), turn))
}

/// Whether JSON text has more values than are read; what stands in texts does not count.
fn has_too_many_values(json: &[u8]) -> bool {
    let (mut values, mut in_text, mut escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    values > MOST_VALUES
}
