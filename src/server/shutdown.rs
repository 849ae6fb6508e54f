//! Shutdown: signals, and the drain delay with its effects on responses.

use super::systemd::Notifier;
use axum::{
    Extension, Router,
    extract::State,
    http::{
        HeaderValue,
        header::{CONNECTION, HeaderMap},
    },
    middleware::map_response_with_state,
    response::Response,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::sleep,
};

/// Shared flag that is set when shutdown begins.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Begins draining: `/readyz` responds with 503, and every response closes its connection.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true if draining has begun.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Adds this state to a router.
    ///
    /// A response with `Connection: close` makes a proxy open another connection for its next request, which its load
    /// balancer may then send to another server.
    pub fn apply_to(&self, router: Router) -> Router {
        router.layer(map_response_with_state(self.clone(), set_connection_close)).layer(Extension(self.clone()))
    }
}

async fn set_connection_close(State(draining): State<Draining>, mut response: Response) -> Response {
    if draining.has_begun() {
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Modes in which the server stops accepting connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownMode {
    /// Immediately; connections without a request are closed.
    Immediate,
    /// After the drain delay. Load balancers may still send requests at that time, and none of those may be lost.
    AfterDrain,
}

/// Waits for a signal to stop, then for the drain delay.
///
/// `SIGTERM` stops the server after the delay, and a second signal ends the delay. `SIGINT` (Ctrl-C) stops it
/// immediately. Signals are handled from the time of the call, not from the first poll of the future.
///
/// # Errors
/// Returns an error if a signal handler cannot be installed.
pub fn shutdown_signal(
    drain_delay: Duration,
    draining: Draining,
    notifier: Arc<Notifier>,
) -> anyhow::Result<impl Future<Output = ShutdownMode>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        let should_drain = tokio::select! {
            _ = interrupt.recv() => false,
            _ = terminate.recv() => !drain_delay.is_zero(),
        };
        draining.begin();
        notifier.notify_stopping();
        if !should_drain {
            return ShutdownMode::Immediate;
        }
        tracing::info!(
            "stopping in {} s (EXPLORER_DRAIN); a second SIGTERM stops the server immediately",
            drain_delay.as_secs()
        );
        tokio::select! {
            () = sleep(drain_delay) => {}
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        ShutdownMode::AfterDrain
    })
}
