//! Whether the server lives, and whether it can work.

use crate::app::App;
use axum::{extract::State, http::StatusCode};

/// 200 while the process answers at all.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// 200 once there is something to show and the store answers.
pub(super) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.gateway.catalog().iter().next().is_none() {
        return (StatusCode::SERVICE_UNAVAILABLE, "no provider is loaded\n");
    }
    if !app.gateway.store().is_ready().await {
        return (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n");
    }
    (StatusCode::OK, "ready\n")
}
