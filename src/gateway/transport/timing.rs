//! When each step of a call happened. The steps are taken deep inside of the HTTP client, which tells them here.

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
    static MARKS: Marks;
}

/// The moments of one call.
#[derive(Clone, Debug, Default)]
struct Marks(Arc<Mutex<Moments>>);

#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    named: Option<(Instant, Instant)>,
    encrypting: Option<Instant>,
    connected: Option<(Instant, Instant)>,
    answered: Option<Instant>,
}

/// Runs a call and tells how long its steps took.
pub(crate) async fn timed<T>(call: impl Future<Output = T>) -> (T, Timings) {
    let (start, marks) = (Instant::now(), Marks::default());
    let outcome = MARKS.scope(marks.clone(), call).await;
    let end = Instant::now();
    let moments = *marks.0.lock().unwrap_or_else(PoisonError::into_inner);
    let milliseconds = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1000.0;
    let answered = moments.answered.unwrap_or(end);
    let timings = match moments.connected {
        None => Timings { first_byte_ms: milliseconds(start, answered), ..Timings::default() },
        Some((begun, connected)) => {
            let named = moments.named.map_or(begun, |(_, named)| named);
            Timings {
                name_ms: moments.named.map(|(asked, named)| milliseconds(asked, named)),
                connect_ms: Some(milliseconds(named, moments.encrypting.unwrap_or(connected))),
                tls_ms: moments.encrypting.map(|encrypting| milliseconds(encrypting, connected)),
                first_byte_ms: milliseconds(connected, answered),
                body_ms: 0.0,
            }
        }
    };
    (outcome, Timings { body_ms: milliseconds(answered, end), ..timings })
}

fn mark(change: impl FnOnce(&mut Moments)) {
    // A connection that is made for a later call belongs to none.
    let _ = MARKS.try_with(|marks| change(&mut marks.0.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// The name was looked up since then.
pub(crate) fn named(asked: Instant) {
    mark(|moments| moments.named = Some((asked, Instant::now())));
}

/// The connection was made since then.
pub(crate) fn connected(begun: Instant) {
    mark(|moments| moments.connected = Some((begun, Instant::now())));
}

/// The head of the reply is there.
pub(crate) fn answered() {
    mark(|moments| moments.answered = Some(Instant::now()));
}

/// The memory of TLS sessions, which is asked first when encryption begins.
#[derive(Debug)]
pub(crate) struct TimedSessions(pub(crate) ClientSessionMemoryCache);

impl ClientSessionStore for TimedSessions {
    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        mark(|moments| moments.encrypting = Some(Instant::now()));
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
