//! Client connections: accepts them, closes those whose client is idle or too slow, and shuts them down gracefully.
//!
//! If a client disconnects, its request is canceled, and the connection to the provider is closed. The audit records
//! such a call as unfinished, because the provider may or may not have processed it.
//!
//! The number of connections is limited only by the system (`ulimit -n`). Beyond that limit, connections wait in the
//! kernel's accept queue.

use super::{listener::ignore_new_connections, shutdown::ShutdownMode};
use crate::settings::ClientTimeouts;
use axum::Router;
use axum_server::{Handle, Server, accept::Accept};
use std::{
    future::{Ready, ready},
    io,
    net::SocketAddr,
    pin::Pin,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, interval, timeout, timeout_at},
};
use tokio_io_timeout::TimeoutWriter;

/// Maximum size of a request line with headers, in bytes. This is also the memory that an unfinished request head can
/// use.
const MAX_REQUEST_HEAD_BYTES: usize = 64 * 1024;

/// Timeout for accepting the connections that the kernel has already established, once it ignores new ones.
const ACCEPT_TIMEOUT: Duration = Duration::from_millis(250);
/// Timeout for the requests of the connections accepted last.
const LAST_REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves connections until `shutdown_signal` completes. Then closes the listener, and waits up to `shutdown_timeout`
/// for the requests in progress.
///
/// # Errors
/// Returns an error if the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    timeouts: ClientTimeouts,
    shutdown_signal: impl Future<Output = ShutdownMode>,
    shutdown_timeout: Duration,
) -> io::Result<()> {
    let listener = listener.into_std()?;
    let listener_clone = listener.try_clone()?;
    let handle = Handle::new();
    // With HTTP/2 enabled as well, the server would wait without a timeout for a client that sends nothing to detect
    // the version. Browsers use HTTP/2 only over TLS, which a reverse proxy terminates.
    let mut server = Server::<SocketAddr>::from_listener(TcpListener::from_std(listener)?)
        .acceptor(WriteTimeoutAcceptor(timeouts.response_write))
        .http1_only()
        .first_request_timeout(timeouts.first_headers)
        .handle(handle.clone());
    server.http_builder().http1().header_read_timeout(timeouts.idle).max_buf_size(MAX_REQUEST_HEAD_BYTES);
    let mut server_future = Box::pin(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()));
    let shutdown_mode = tokio::select! {
        result = &mut server_future => return result,
        mode = shutdown_signal => mode,
    };
    let deadline = Instant::now() + shutdown_timeout;
    if shutdown_mode == ShutdownMode::AfterDrain {
        if let Err(error) = ignore_new_connections(&listener_clone) {
            tracing::warn!(%error, "new connections may be reset");
        }
        let _ = timeout(ACCEPT_TIMEOUT, &mut server_future).await;
    }
    // Dropping these closes the listener. Connections run in tasks of their own.
    drop((server_future, listener_clone));
    if shutdown_mode == ShutdownMode::AfterDrain {
        let _ = timeout(LAST_REQUEST_TIMEOUT, wait_until_all_closed(&handle)).await;
    }
    // Closes connections without a request now, and the others after their response.
    handle.graceful_shutdown(None);
    if timeout_at(deadline, wait_until_all_closed(&handle)).await.is_err() {
        tracing::warn!(unfinished = handle.connection_count(), "stopped with requests in progress");
        handle.shutdown();
    }
    Ok(())
}

/// Waits until all connections are closed.
async fn wait_until_all_closed(handle: &Handle<SocketAddr>) {
    let mut ticker = interval(Duration::from_millis(10));
    while handle.connection_count() > 0 {
        ticker.tick().await;
    }
}

/// Closes a connection if its client reads no part of a response for this time.
#[derive(Clone, Copy)]
struct WriteTimeoutAcceptor(Duration);

impl<S> Accept<TcpStream, S> for WriteTimeoutAcceptor {
    type Stream = Pin<Box<TimeoutWriter<TcpStream>>>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(stream.set_nodelay(true).map(|()| {
            let mut stream = TimeoutWriter::new(stream);
            stream.set_timeout(Some(self.0));
            (Box::pin(stream), service)
        }))
    }
}
