//! Request bodies: buffered before a request is handled, within limits on time, size, concurrency and number of JSON
//! values.

use crate::{
    auth::identity::Caller,
    gateway::{BodyShare, Gateway},
    model::error::{ErrorCode, ExplorerError},
    server::route_class::RouteClass,
    server_functions::MAX_REQUEST_BYTES,
    text,
};
use axum::{
    Extension,
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// Maximum size of a small body, in bytes. Of larger bodies, such as file uploads, only a few may be in progress.
const MAX_SMALL_BODY_BYTES: usize = 1_000_000;
/// Memory that a request with a body in progress takes besides its body, in bytes: the state of the connection, and its
/// read buffer of at most 64 KiB (`server::connections`). Measured with 400 requests.
const BYTES_PER_REQUEST: usize = 128 * 1024;
/// Maximum number of JSON values in a body, more than any call has. In memory, each value takes many times its size in
/// bytes.
const MAX_JSON_VALUES: usize = 200_000;

/// The gateway, whose admission shares the memory for bodies, and the timeout for reading a body.
#[derive(Clone)]
pub(crate) struct BodyLimits {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) read_timeout: Duration,
}

/// Middleware that buffers the body, and holds its share of the memory until the response is ready. If the body of a
/// form is rejected, the page's handler reports the error.
pub(crate) async fn buffer_body(
    State(limits): State<BodyLimits>,
    Extension(class): Extension<RouteClass>,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let timeout_error = |_| {
        let message = text!("body-too-slow", seconds = limits.read_timeout.as_secs_f64());
        Err(ExplorerError::new(ErrorCode::RequestTimeout, message))
    };
    let mut share = limits.gateway.admission().share_body(&caller);
    match timeout(limits.read_timeout, read_body(&mut share, body)).await.unwrap_or_else(timeout_error) {
        Ok(bytes) if has_too_many_values(&bytes) => {
            let message = text!("body-too-many-values", max = MAX_JSON_VALUES);
            ExplorerError::new(ErrorCode::RequestTooLarge, message).into_response()
        }
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) if class.has_form_body() => {
            parts.extensions.insert(error);
            next.run(Request::from_parts(parts, Body::empty())).await
        }
        Err(error) => error.into_response(),
    }
}

/// Reads a body. Its share grows with the memory that is allocated for it, not with the part that is filled.
async fn read_body(share: &mut BodyShare, body: Body) -> Result<Bytes, ExplorerError> {
    let declared_bytes = body.size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok());
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let incomplete_body_error = |_| ExplorerError::new(ErrorCode::MalformedRequest, text!("body-incomplete"));
        let chunk = chunk.map_err(incomplete_body_error)?;
        let length = bytes.len() + chunk.len();
        if length > MAX_REQUEST_BYTES {
            return Err(ExplorerError::request_too_large(MAX_REQUEST_BYTES));
        }
        if length > MAX_SMALL_BODY_BYTES {
            share.mark_large()?;
        }
        if length > bytes.capacity() {
            let capacity = (2 * bytes.capacity()).min(declared_bytes.unwrap_or(MAX_REQUEST_BYTES)).max(length);
            let allocated = if bytes.is_empty() { BYTES_PER_REQUEST + capacity } else { capacity - bytes.capacity() };
            share.grow(allocated)?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{Admission, AdmissionLimits};
    use futures::{executor::block_on, stream};
    use std::convert::Infallible;

    const CHUNK: &[u8] = &[b' '; 100_000];

    fn read_chunks(count: usize, max_body_bytes: usize) -> Result<usize, ErrorCode> {
        let admission = Admission::new(AdmissionLimits { max_body_bytes, ..AdmissionLimits::default() }, 1);
        let chunks = stream::iter(vec![CHUNK; count]).map(Ok::<_, Infallible>);
        let mut share = admission.share_body(&Caller::default());
        block_on(read_body(&mut share, Body::from_stream(chunks))).map(|bytes| bytes.len()).map_err(|error| error.code)
    }

    #[test]
    fn shares_count_what_is_allocated() {
        assert_eq!(read_chunks(8, 1_500_000), Ok(800_000));
        // The allocation doubles, from 800 kB to 1.6 MB.
        assert_eq!(read_chunks(9, 1_500_000), Err(ErrorCode::TooBusy));
        assert_eq!(read_chunks(9, 3_000_000), Ok(900_000));
    }

    #[test]
    fn small_bodies_count_with_their_requests() {
        assert_eq!(read_chunks(1, 200_000), Err(ErrorCode::TooBusy));
    }
}
