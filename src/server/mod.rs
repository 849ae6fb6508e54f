//! The server: the whole way of a request on one screen.

mod assets;
pub mod connections;
pub mod documents;
mod layers;
mod listener;
mod routes;
pub mod shutdown;
pub mod systemd;
mod telemetry;

pub use assets::{Asset, EmbeddedSite, SiteFiles};
pub use telemetry::{Traces, start as start_telemetry};

use crate::settings::Settings;
use crate::{gateway::Gateway, model::error::Code, pages::shell::Site, server_functions::LARGEST_REQUEST};
use any_spawner::Executor;
use axum::{
    Extension, Json, Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderValue, Request, StatusCode, header::CACHE_CONTROL},
    middleware::{from_fn, from_fn_with_state, map_request_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use layers::{body, identify, security};
use leptos::prelude::provide_context;
use routes::{
    admin, health,
    metrics::{self, Metrics},
    oidc,
    pages::{App, pages},
    proxy, reveal, sign_in, sitemap, tools,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    timeout::TimeoutLayer,
};

/// First parts of the site's own addresses, present and to come: no provider can have one of them as its id.
pub const OWN_PATHS: [&str; 24] = [
    "account",
    "admin",
    "api",
    "assets",
    "auth",
    "docs",
    "favicon.ico",
    "favicon.svg",
    "healthz",
    "help",
    "history",
    "mcp",
    "metrics",
    "pkg",
    "proxy",
    "readyz",
    "reveal",
    "robots.txt",
    "search",
    "settings",
    "sign-in",
    "sign-out",
    "sitemap.xml",
    "tools",
];

/// What a request may take beside its body and the call that it makes. Every part has bounds of its own, so nobody should
/// ever come to feel this one.
const TO_WORK: Duration = Duration::from_mins(1);

/// The site: pages, server functions, the gateway over HTTP, files; each behind the same guards.
///
/// # Errors
/// Where a setting cannot be used.
pub fn router(gateway: Arc<Gateway>, settings: &Settings, files: &SiteFiles) -> anyhow::Result<Router> {
    // Leptos renders on it; the second of two servers in one process finds it there already.
    let _ = Executor::init_tokio();
    let options = files.options();
    let guard = security::Guard::new(settings, &options);
    let origin = settings.hosts.first().map(|host| ["https://", host].concat().into());
    let app = App {
        gateway,
        site: Site { options, styles: files.styles(), origin },
        access: Arc::new(settings.access.clone()),
        other_gateways: settings.other_gateways,
    };
    let turns = body::Turns::new(settings.patience.body);
    let longest = settings.patience.body + settings.limits.timeout + TO_WORK;
    // Pages of other origins reach the gateway where the operator lists them, and nothing else.
    let tools = Router::new()
        .route("/tools/{provider}/{operation}", post(tools::call))
        .layer(from_fn_with_state(turns.clone(), body::read))
        .layer(security::csrf(&settings.allowed_origins)?)
        .layer(security::cors(&settings.allowed_origins)?);
    let proxy = Router::new()
        .route("/proxy/{provider}/{*path}", any(proxy::carry))
        .layer(from_fn_with_state(turns.clone(), body::read));
    let site = pages(&app)
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/reveal", post(reveal::show))
        .route("/admin", get(admin::show_switches))
        .route("/admin/switch", post(admin::switch))
        .route("/admin/audit", get(admin::show_audit))
        .route("/admin/audit.jsonl", get(admin::download_audit))
        .route("/auth/begin", get(oidc::leave))
        .route("/auth/callback", get(oidc::come_back))
        .route("/api/{*function}", post(server_function))
        .layer(from_fn_with_state(turns, body::read))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
        .layer(security::csrf(&[])?)
        .merge(tools)
        .merge(proxy)
        .layer(from_fn_with_state(app.clone(), identify::identify))
        .layer(CatchPanicLayer::custom(security::fault))
        .merge(files.router())
        .layer(DefaultBodyLimit::disable())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, longest))
        .layer(from_fn_with_state(guard.clone(), security::answer_only_to_own_names))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready).layer(Extension(files.clone())));
    let site = if settings.traces.is_some() { site.layer(from_fn(telemetry::trace)) } else { site };
    let site = match settings.metrics.then(|| Metrics::new(app.gateway.clone(), settings)) {
        Some(metrics) => site.merge(metrics.router(guard.clone())).layer(from_fn_with_state(metrics, metrics::count)),
        None => site,
    };
    let site = site.layer(from_fn_with_state(guard, security::bound_pages));
    // Outside of all routes, as it chooses among them.
    let find = map_request_with_state(app.gateway.clone(), proxy::find);
    Ok(Router::new().fallback_service(site.with_state(app)).layer(find))
}

/// Leptos 0.8 answers every error with 500; here it gets the status that goes with its code.
async fn server_function(State(app): State<App>, request: Request<Body>) -> Response {
    let gateway = app.gateway.clone();
    let answer = leptos_axum::handle_server_fns_with_context(move || provide_context(gateway.clone()), request).await;
    let mut answer = answer.into_response();
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return answer;
    }
    let error = to_bytes(answer.into_body(), LARGEST_REQUEST).await.unwrap_or_default();
    let error: Value = serde_json::from_slice(&error).unwrap_or_default();
    let code = Code::from_name(error["code"].as_str().unwrap_or_default());
    let retry_after = error["retryAfter"].as_u64().and_then(|seconds| seconds.try_into().ok());
    tools::with_status(code, retry_after, Json(error))
}
