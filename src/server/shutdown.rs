//! Stopping: signals, the drain delay, and what clients are told during it.

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

/// Tells whether the server is about to stop.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Makes `/readyz` respond with 503, and every response end its connection.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether it has begun.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Makes a router follow this state.
    ///
    /// A response with `Connection: close` tells a proxy to open another connection for its next request, which its
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

/// The ways in which the server stops accepting connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownMode {
    /// At once; connections without a request are closed.
    Immediate,
    /// After a drain delay, during which balancers went on sending requests: none that is on its way may be lost.
    AfterDrain,
}

/// Waits for a signal to stop, then for the drain delay.
///
/// `SIGTERM` stops after the delay, and a second signal ends it. `SIGINT` (Ctrl-C) stops at once. Signals are handled from
/// the moment of the call, not from the first poll of the future.
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
        tracing::info!("stopping in {} s (EXPLORER_DRAIN); a second SIGTERM stops now", drain_delay.as_secs());
        tokio::select! {
            () = sleep(drain_delay) => {}
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        ShutdownMode::AfterDrain
    })
}
