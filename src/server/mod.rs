//! HTTP server: the router, its middleware and its routes.

mod assets;
mod canonical_location;
pub mod connections;
pub mod documents;
mod error;
mod layers;
mod listener;
mod log_fields;
mod outer_layers;
mod plain_text;
mod route_class;
mod routes;
pub mod shutdown;
mod state;
pub mod systemd;
mod telemetry;

pub use assets::{Asset, EmbeddedSite, SiteFiles};
pub(crate) use plain_text::{escape_control_characters, format_error};
pub use telemetry::{TraceExporter, start_telemetry};

use crate::{
    auth::{identity::Caller, startup_token::SIGN_IN_LINK_PATH},
    gateway::Gateway,
    model::error::ErrorCode,
    pages::shell::Site,
    server_functions::{Call, MAX_REQUEST_BYTES},
    settings::Settings,
};
use any_spawner::Executor;
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::State,
    http::{
        HeaderValue, Request, StatusCode,
        header::{ACCEPT, CACHE_CONTROL},
    },
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use error::error_response;
use layers::{admission, authentication, body, language, security};
use leptos::{prelude::provide_context, server_fn::ServerFn};
use outer_layers::OuterLayers;
use route_class::{ClassifiedRouter, RouteClass};
use routes::{
    admin, frames::FrameFormat, logos, metrics::HttpMetrics, oidc, page_call, pages::page_routes, placeholder_uses,
    preferences, programs, proxy, response_files, response_parts, reveal, sign_in, sitemap, texts, tools,
};
use serde_json::Value;
use state::{AppState, ProgramListener};
use std::{sync::Arc, time::Duration};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
};

/// Time that a request may take in addition to its body and its call. Every step has a shorter timeout of its own, so
/// this one should never be exceeded.
const PROCESSING_TIMEOUT: Duration = Duration::from_mins(1);

/// Path pattern of the gateway for scripts and other explorers.
const TOOLS_PATH: &str = "/tools/{provider}/{operation}";
/// Path patterns of the gateway for SDKs: of an operation at the root of its API, and of all others.
const PROXY_PATHS: [&str; 2] = ["/proxy/{provider}/", "/proxy/{provider}/{*path}"];

/// Routers of the listeners.
#[derive(Clone, Debug)]
pub struct Routers {
    /// Pages, server functions and static files; also the routes of programs, if they have no listener of their own.
    pub pages: Router,
    /// Routes of programs, if they have a listener of their own.
    pub programs: Option<Router>,
}

/// Builds the routers: pages, server functions, the gateway over HTTP and static files, with the middleware of each.
///
/// # Errors
/// Returns an error if a setting is invalid.
pub fn build_routers(gateway: Arc<Gateway>, settings: &Settings, site_files: &SiteFiles) -> anyhow::Result<Routers> {
    // Leptos renders on this executor. The call fails in the second server of a process, where it is set already.
    let _ = Executor::init_tokio();
    let leptos_options = site_files.leptos_options();
    let security_config = security::SecurityConfig::new(settings, &leptos_options);
    let origin = settings.allowed_hosts.first().map(|host| format!("https://{host}").into());
    let app = AppState {
        gateway,
        site: Site {
            options: leptos_options,
            loader: site_files.loader()?,
            inline_styles: site_files.styles(),
            origin,
            branding: Arc::new(settings.branding.clone()),
        },
        access: Arc::new(settings.access.clone()),
        allowed_origins: settings.allowed_origins.clone().into(),
        allow_other_gateways: settings.allow_other_gateways,
        program_listener: settings.api_address.map(|_| ProgramListener { origin: settings.program_origin() }),
    };
    let body_limits = body::BodyLimits { gateway: app.gateway.clone(), read_timeout: settings.client_timeouts.body };
    let limit_sign_ins = from_fn_with_state(app.clone(), admission::limit_sign_ins);
    let limit_discoveries = from_fn_with_state(app.clone(), admission::limit_discoveries);
    let csrf_layer = security::csrf_layer(&[])?;
    let pages = page_routes(&app)
        .merge(logos::logo_routes())
        .merge(texts::text_routes())
        .route(RouteClass::PublicPage, "/sitemap.xml", get(sitemap::sitemap_xml))
        .route(RouteClass::Machine, "/robots.txt", get(sitemap::robots_txt))
        .route(
            RouteClass::SignIn,
            "/sign-in",
            get(sign_in::show_sign_in).merge(post(sign_in::sign_in_with_token).layer(limit_sign_ins.clone())),
        )
        .route(RouteClass::SignIn, SIGN_IN_LINK_PATH, get(sign_in::sign_in_with_startup_token).layer(limit_sign_ins))
        .route(RouteClass::SignIn, "/theme", post(preferences::choose_theme))
        .route(RouteClass::SignIn, "/language", post(preferences::choose_language))
        .route(RouteClass::Operation, "/sign-out", post(sign_in::sign_out))
        .route(RouteClass::SignIn, "/auth/begin", get(oidc::login).layer(limit_discoveries.clone()))
        .route(RouteClass::SignIn, "/auth/callback", get(oidc::callback).layer(limit_discoveries.clone()))
        .route(RouteClass::SignIn, "/auth/logout", post(oidc::back_channel_logout).layer(limit_discoveries))
        .route(RouteClass::Operation, "/responses/{id}", get(response_files::download_file))
        .route(RouteClass::Operation, "/responses/{id}/tree", get(response_parts::show_part))
        .route(RouteClass::Operation, "/responses/{id}/value", get(response_parts::copy_value))
        .route(RouteClass::Operation, "/responses/uses", get(placeholder_uses::show_uses))
        .route(RouteClass::Operation, "/reveal", post(reveal::show_secret))
        .route(RouteClass::Admin, "/admin", get(admin::show_admin_page))
        .route(RouteClass::Admin, "/admin/switch", post(admin::set_enabled))
        .route(RouteClass::Admin, "/admin/documents", post(admin::accept_document))
        .route(RouteClass::Admin, "/admin/audit", get(admin::show_audit))
        .route(RouteClass::Admin, "/admin/audit.jsonl", get(admin::download_audit))
        .route(RouteClass::Call, "/api/{*function}", post(handle_server_function))
        .map(|router| {
            router
                .layer(from_fn_with_state(body_limits.clone(), body::buffer_body))
                .layer(compression())
                .layer(csrf_layer)
        });
    let program_routes = program_routes(&body_limits, settings)?;
    let (pages, programs) = match app.program_listener {
        None => (pages.merge(program_routes), None),
        Some(_) => (pages.merge(refused_program_routes(settings)?), Some(program_routes)),
    };
    let identify_callers = |routes: ClassifiedRouter| {
        routes.map(|router| {
            router
                .layer(from_fn_with_state(app.clone(), admission::limit_caller))
                .layer(from_fn_with_state(app.clone(), authentication::authenticate))
                .layer(CatchPanicLayer::custom(security::panic_response))
                .layer(from_fn(language::set_language))
        })
    };
    let pages = identify_callers(pages).merge(site_files.router());
    let programs = programs.map(|routes| identify_callers(routes).map(|router| router.fallback(programs::refuse_page)));
    let metrics = settings.metrics_enabled.then(|| HttpMetrics::new(app.gateway.clone(), settings));
    let metrics_routes = metrics.as_ref().map(|metrics| metrics.router(security_config.clone()));
    let outer_layers = OuterLayers {
        app: app.clone(),
        site_files: site_files.clone(),
        request_timeout: settings.client_timeouts.body + settings.limits.timeout + PROCESSING_TIMEOUT,
        metrics,
        is_traced: settings.otlp_endpoint.is_some(),
    };
    let program_hosts = security_config.clone().with_origin(settings.program_origin().as_deref());
    Ok(Routers {
        pages: outer_layers.apply(pages, metrics_routes, security_config)?,
        programs: programs.map(|routes| outer_layers.apply(routes, None, program_hosts)).transpose()?,
    })
}

/// Compresses responses, except streams, whose items would be held back.
fn compression() -> CompressionLayer<impl Predicate> {
    let is_compressed = DefaultPredicate::new().and(NotForContentType::const_new("application/x-ndjson"));
    CompressionLayer::new().quality(CompressionLevel::Precise(5)).compress_when(is_compressed)
}

/// Returns the routes of programs. Pages of the origins that the operator lists may use `/tools`, and nothing else.
fn program_routes(body_limits: &body::BodyLimits, settings: &Settings) -> anyhow::Result<ClassifiedRouter> {
    let (csrf_layer, cors_layer) =
        (security::csrf_layer(&settings.allowed_origins)?, security::cors_layer(&settings.allowed_origins)?);
    let buffer_bodies = |routes: ClassifiedRouter| {
        routes.map(|router| router.layer(from_fn_with_state(body_limits.clone(), body::buffer_body)))
    };
    let tools = ClassifiedRouter::new().route(RouteClass::Tool, TOOLS_PATH, post(tools::call_operation));
    let proxy = PROXY_PATHS
        .into_iter()
        .fold(ClassifiedRouter::new(), |routes, path| routes.route(RouteClass::Proxy, path, any(proxy::proxy_request)));
    let tools = buffer_bodies(tools).map(|router| router.layer(csrf_layer).layer(cors_layer));
    Ok(tools.merge(buffer_bodies(proxy)))
}

/// Returns the routes on the listener of the pages that refuse programs, if these have a listener of their own.
fn refused_program_routes(settings: &Settings) -> anyhow::Result<ClassifiedRouter> {
    let cors_layer = security::cors_layer(&settings.allowed_origins)?;
    Ok([TOOLS_PATH]
        .into_iter()
        .chain(PROXY_PATHS)
        .fold(ClassifiedRouter::new(), |routes, path| {
            routes.route(RouteClass::Machine, path, any(programs::refuse_program))
        })
        .map(|router| router.layer(cors_layer)))
}

/// Runs a server function. The response to a call can be a stream, if the page's script accepts one. Leptos 0.8 responds to
/// every error with status 500; this handler sets the status of the error's code.
async fn handle_server_function(State(app): State<AppState>, mut request: Request<Body>) -> Response {
    let format = FrameFormat::requested(request.headers()).filter(|_| request.uri().path() == Call::PATH);
    if let Some(format) = format {
        let caller = request.extensions().get::<Caller>().cloned().unwrap_or_default();
        let body = to_bytes(request.into_body(), MAX_REQUEST_BYTES).await.unwrap_or_default();
        return page_call::call_from_page(app.gateway, caller, &body, format).await.into_response();
    }
    // Leptos would redirect requests that accept HTML, like forms, to their `Referer`.
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let gateway = app.gateway.clone();
    let response = leptos_axum::handle_server_fns_with_context(move || provide_context(gateway.clone()), request).await;
    let mut response = response.into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let body = to_bytes(response.into_body(), MAX_REQUEST_BYTES).await.unwrap_or_default();
    let error: Value = serde_json::from_slice(&body).unwrap_or_default();
    let code = ErrorCode::from_name(error["code"].as_str().unwrap_or_default());
    let retry_after = error["retryAfter"].as_u64().and_then(|seconds| seconds.try_into().ok());
    error_response(code, retry_after, Json(error))
}
