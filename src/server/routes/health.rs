//! Liveness and readiness checks.

use crate::server::{SiteFiles, shutdown::Draining, state::AppState};
use axum::{Extension, extract::State, http::StatusCode};

/// Responds with 200 while the process is running.
pub(crate) async fn liveness() -> &'static str {
    "alive\n"
}

/// Responds with 200 if pages can be rendered, a provider is loaded and the store is available, until shutdown begins.
pub(crate) async fn readiness(
    State(app): State<AppState>,
    Extension(site_files): Extension<SiteFiles>,
    draining: Option<Extension<Draining>>,
) -> (StatusCode, String) {
    let unavailable = |reason: String| (StatusCode::SERVICE_UNAVAILABLE, reason + "\n");
    if draining.is_some_and(|Extension(draining)| draining.has_begun()) {
        return unavailable("draining".into());
    }
    if let Err(error) = site_files.ensure_complete() {
        return unavailable(format!("pages cannot be rendered: {error}"));
    }
    if app.gateway.catalog().entries().next().is_none() {
        return unavailable("no provider is loaded".into());
    }
    if !app.gateway.store().is_ready().await {
        return unavailable("the store is unavailable".into());
    }
    (StatusCode::OK, "ready\n".into())
}
