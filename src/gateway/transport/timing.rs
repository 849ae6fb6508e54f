//! Records the duration of each phase of a call. The phases occur inside the HTTP client, which reports them here
//! through a task-local recorder.

use crate::model::receipt::Timings;
use rustls::{
    NamedGroup,
    client::{ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue},
    pki_types::ServerName,
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

tokio::task_local! {
    static PHASE_RECORDER: PhaseRecorder;
}

/// Records the phase timestamps of one call.
#[derive(Clone, Debug, Default)]
struct PhaseRecorder(Arc<Mutex<PhaseTimestamps>>);

#[derive(Clone, Copy, Debug, Default)]
struct PhaseTimestamps {
    dns: Option<Phase>,
    tls_started: Option<Instant>,
    connect: Option<Phase>,
    head_received: Option<Instant>,
}

/// A finished phase.
#[derive(Clone, Copy, Debug)]
struct Phase {
    started: Instant,
    finished: Instant,
}

impl Phase {
    /// Returns a phase that ends now.
    fn since(started: Instant) -> Self {
        Self { started, finished: Instant::now() }
    }
}

/// Runs a call and returns its output with the duration of each phase.
pub(crate) async fn measure<T>(future: impl Future<Output = T>) -> (T, Timings) {
    let (start, recorder) = (Instant::now(), PhaseRecorder::default());
    let output = PHASE_RECORDER.scope(recorder.clone(), future).await;
    let end = Instant::now();
    let timestamps = *recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    let milliseconds = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1000.0;
    let head_received = timestamps.head_received.unwrap_or(end);
    let timings = match timestamps.connect {
        None => Timings { first_byte_ms: milliseconds(start, head_received), ..Timings::default() },
        Some(connect) => {
            let dns_finished = timestamps.dns.map_or(connect.started, |dns| dns.finished);
            Timings {
                dns_ms: timestamps.dns.map(|dns| milliseconds(dns.started, dns.finished)),
                connect_ms: Some(milliseconds(dns_finished, timestamps.tls_started.unwrap_or(connect.finished))),
                tls_ms: timestamps.tls_started.map(|tls_started| milliseconds(tls_started, connect.finished)),
                first_byte_ms: milliseconds(connect.finished, head_received),
                body_ms: 0.0,
            }
        }
    };
    (output, Timings { body_ms: milliseconds(head_received, end), ..timings })
}

fn record_phase(update: impl FnOnce(&mut PhaseTimestamps)) {
    // A connection that the client opens in the background belongs to no call, so no recorder is set.
    let _ = PHASE_RECORDER.try_with(|recorder| update(&mut recorder.0.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// Records a DNS lookup that started at `started` and ends now.
pub(crate) fn record_dns_lookup(started: Instant) {
    record_phase(|timestamps| timestamps.dns = Some(Phase::since(started)));
}

/// Records a connection attempt, TLS handshake included, that started at `started` and ends now.
pub(crate) fn record_connect(started: Instant) {
    record_phase(|timestamps| timestamps.connect = Some(Phase::since(started)));
}

/// Records that the status line and headers of the response have arrived.
pub(crate) fn record_head_received() {
    record_phase(|timestamps| timestamps.head_received = Some(Instant::now()));
}

/// A TLS session store that also records the start of the handshake, because rustls queries the store first.
#[derive(Debug)]
pub(crate) struct TimedSessionStore(pub(crate) ClientSessionMemoryCache);

impl ClientSessionStore for TimedSessionStore {
    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        record_phase(|timestamps| timestamps.tls_started = Some(Instant::now()));
        self.0.kx_hint(name)
    }

    fn set_kx_hint(&self, name: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(name, group);
    }

    fn set_tls12_session(&self, name: ServerName<'static>, session: Tls12ClientSessionValue) {
        self.0.set_tls12_session(name, session);
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(name)
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        self.0.remove_tls12_session(name);
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(name, ticket);
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(name)
    }
}
