//! An upstream whose responses are streams that the test controls chunk by chunk.

use super::{RESPONSE_TIMEOUT, Upstream};
use anyhow::{Context, Result};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use std::{io, sync::Arc};
use tokio::{
    sync::{Mutex, mpsc},
    time::timeout,
};

type Chunk = io::Result<Bytes>;

/// An upstream that responds to every request with a stream.
pub(crate) struct StreamingUpstream {
    pub(crate) upstream: Upstream,
    opened: Mutex<mpsc::UnboundedReceiver<OpenStream>>,
}

/// The response to one request. Dropping it ends the stream.
pub(crate) struct OpenStream(mpsc::Sender<Chunk>);

impl StreamingUpstream {
    /// Starts an upstream whose responses have these headers.
    pub(crate) async fn start(headers: HeaderMap) -> Result<Self> {
        let (sender, opened) = mpsc::unbounded_channel();
        let routes = Router::new().fallback(respond).with_state(Arc::new((headers, sender)));
        Ok(Self { upstream: Upstream::start(routes).await?, opened: Mutex::new(opened) })
    }

    /// Waits for the next request, and returns its response.
    pub(crate) async fn next_stream(&self) -> Result<OpenStream> {
        let opened = timeout(RESPONSE_TIMEOUT, async { self.opened.lock().await.recv().await }).await;
        opened.context("no request arrived")?.context("the upstream stopped")
    }
}

async fn respond(State(shared): State<Arc<(HeaderMap, mpsc::UnboundedSender<OpenStream>)>>) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    // The test may have ended.
    let _ = shared.1.send(OpenStream(sender));
    let chunks = futures::stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    (shared.0.clone(), Body::from_stream(chunks.boxed())).into_response()
}

impl OpenStream {
    /// Sends a chunk.
    pub(crate) async fn send(&self, chunk: impl Into<Bytes>) -> Result<()> {
        Ok(self.0.send(Ok(chunk.into())).await?)
    }

    /// Closes the connection before the end of the stream.
    pub(crate) async fn interrupt(self) -> Result<()> {
        Ok(self.0.send(Err(io::Error::other("interrupted"))).await?)
    }

    /// Waits until the client has closed the connection.
    pub(crate) async fn closed(&self) -> Result<()> {
        timeout(RESPONSE_TIMEOUT, self.0.closed()).await.context("the connection is still open")
    }
}
