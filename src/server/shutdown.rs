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
    pub fn layer(&self, router: Router) -> Router {
        router.layer(map_response_with_state(self.clone(), close)).layer(Extension(self.clone()))
    }
}

async fn close(State(draining): State<Draining>, mut response: Response) -> Response {
    if draining.has_begun() {
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The ways in which the server stops accepting connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// At once; connections without a request are closed.
    Now,
    /// After a drain delay, during which balancers went on sending requests: none that is on its way may be lost.
    Drained,
}

/// Waits for a signal to stop, then for the drain delay.
///
/// `SIGTERM` stops after the delay, and a second signal ends it. `SIGINT` (Ctrl-C) stops at once. Signals are handled from
/// the moment of the call, not from the first poll of the future.
///
/// # Errors
/// Returns an error if a signal handler cannot be installed.
pub fn signals(
    delay: Duration,
    draining: Draining,
    notifier: Arc<Notifier>,
) -> anyhow::Result<impl Future<Output = Stop>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        let drains = tokio::select! {
            _ = interrupt.recv() => false,
            _ = terminate.recv() => !delay.is_zero(),
        };
        draining.begin();
        notifier.stopping();
        if !drains {
            return Stop::Now;
        }
        tracing::info!("stopping in {} s (EXPLORER_DRAIN); a second SIGTERM stops now", delay.as_secs());
        tokio::select! {
            () = sleep(delay) => {}
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Stop::Drained
    })
}
