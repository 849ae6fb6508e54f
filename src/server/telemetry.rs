//! Logs: one line per call, and whatever went wrong. No URL, argument, header or body is ever logged.

use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging to standard error, as text or as JSON lines; `RUST_LOG` says how much (default `info`).
pub fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    let registry = tracing_subscriber::registry().with(filter);
    if json {
        registry.with(log.json().flatten_event(true)).init();
    } else {
        registry.with(log).init();
    }
}
