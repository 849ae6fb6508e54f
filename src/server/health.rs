//! Whether the server lives, and whether it can work.

use crate::app::App;
use axum::{extract::State, http::StatusCode};

/// 200 while the process answers at all.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// 200 once there is something to show; the store is in memory and always answers.
pub(super) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.gateway.catalog().iter().next() {
        Some(_) => (StatusCode::OK, "ready\n"),
        None => (StatusCode::SERVICE_UNAVAILABLE, "no provider is loaded\n"),
    }
}
