//! Connections: taken as they come, given up where the other side does nothing, ended in good order.
//!
//! Who goes away gives up what they asked for: the connection to the provider is ended too. Whether the call was carried out
//! there nobody knows, and the audit says so.
//!
//! How many there are at a time is bounded by the system alone (`ulimit -n`); where it gives no more, they wait in its queue.

use axum::Router;
use axum_server::{Handle, Server, accept::Accept};
use std::{
    future::{Ready, ready},
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    time::Duration,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutWriter;

/// The longest request line with headers; it is also what an unfinished one can take of the memory.
const LONGEST_HEAD: usize = 64 * 1024;

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the headers of the first request.
    pub headers: Duration,
    /// Until the headers of another request on the same connection are there. Proxies close such connections after a minute;
    /// it is better that they do than that we do, in the moment in which they use one.
    pub idle: Duration,
    /// For a request's body, once the headers are there.
    pub body: Duration,
    /// To take any part of an answer.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let [headers, idle, body, answer] = [30, 75, 60, 30].map(Duration::from_secs);
        Self { headers, idle, body, answer }
    }
}

/// Serves until it is told to stop. Then nobody is let in any more, and what is under way is finished, as far as the time
/// for it allows.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
    to_finish: Duration,
) -> io::Result<()> {
    let handle = Handle::new();
    // Where both versions of HTTP are spoken, whoever never says which of them is waited for without end. Browsers speak
    // HTTP/2 over TLS only, which is a proxy's part.
    let mut server = Server::<SocketAddr>::from_listener(listener)
        .acceptor(Patient(patience.answer))
        .http1_only()
        .first_request_timeout(patience.headers)
        .handle(handle.clone());
    server.http_builder().http1().header_read_timeout(patience.idle).max_buf_size(LONGEST_HEAD);
    let mut serving = pin!(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()));
    tokio::select! {
        ended = &mut serving => return ended,
        () = stop => handle.graceful_shutdown(Some(to_finish)),
    }
    serving.await?;
    match handle.connection_count() {
        0 => {}
        unfinished => tracing::warn!(unfinished, "stopped with requests under way"),
    }
    Ok(())
}

/// Gives up whoever takes nothing of an answer for so long.
#[derive(Clone, Copy)]
struct Patient(Duration);

impl<S> Accept<TcpStream, S> for Patient {
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
