//! Connections: taken as they come, given up where the other side does nothing, ended in good order.
//!
//! Who goes away gives up what they asked for: the connection to the provider is ended too. Whether the call was carried out
//! there nobody knows, and the audit says so.
//!
//! How many there are at a time is bounded by the system alone (`ulimit -n`); where it gives no more, they wait in its queue.

use super::{listener::ignore_new_connections, shutdown::ShutdownMode};
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

/// The longest request line with headers; it is also what an unfinished one can take of the memory.
const MAX_REQUEST_HEAD_BYTES: usize = 64 * 1024;

/// Time that connections which the kernel has begun may take to be accepted, once no more of them can begin.
const ACCEPT_TIMEOUT: Duration = Duration::from_millis(250);
/// Time that the last connections that were accepted may take to send their request.
const LAST_REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct ClientTimeouts {
    /// For the headers of the first request.
    pub first_headers: Duration,
    /// Until the headers of another request on the same connection are there. Proxies close such connections after a minute;
    /// it is better that they do than that we do, in the moment in which they use one.
    pub idle: Duration,
    /// For a request's body, once the headers are there.
    pub body: Duration,
    /// To take any part of an answer.
    pub response_write: Duration,
}

impl Default for ClientTimeouts {
    fn default() -> Self {
        let [first_headers, idle, body, response_write] = [30, 75, 60, 30].map(Duration::from_secs);
        Self { first_headers, idle, body, response_write }
    }
}

/// Serves until it is told to stop. Then the listener is closed, and requests that have begun are finished, as far as
/// `to_finish` allows.
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
    // Where both versions of HTTP are spoken, whoever never says which of them is waited for without end. Browsers speak
    // HTTP/2 over TLS only, which is a proxy's part.
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
            tracing::warn!(%error, "connections that begin now may be reset");
        }
        let _ = timeout(ACCEPT_TIMEOUT, &mut server_future).await;
    }
    // Closes the listener; connections have tasks of their own.
    drop((server_future, listener_clone));
    if shutdown_mode == ShutdownMode::AfterDrain {
        let _ = timeout(LAST_REQUEST_TIMEOUT, wait_until_all_closed(&handle)).await;
    }
    // Closes connections without a request, and the others after their response.
    handle.graceful_shutdown(None);
    if timeout_at(deadline, wait_until_all_closed(&handle)).await.is_err() {
        tracing::warn!(unfinished = handle.connection_count(), "stopped with requests under way");
        handle.shutdown();
    }
    Ok(())
}

/// Waits until there is no connection.
async fn wait_until_all_closed(handle: &Handle<SocketAddr>) {
    let mut ticker = interval(Duration::from_millis(10));
    while handle.connection_count() > 0 {
        ticker.tick().await;
    }
}

/// Gives up whoever takes nothing of an answer for so long.
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
