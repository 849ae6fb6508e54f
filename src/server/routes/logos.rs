//! Logos that the operator has set: of the site and of providers.

use crate::{
    model::branding::Logo,
    server::{
        route_class::{ClassifiedRouter, RouteClass},
        state::AppState,
    },
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Policy of a logo. Pages show it as an image, which runs no scripts; opened by itself, it is inert too.
const LOGO_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Returns the routes of the logos.
pub(crate) fn logo_routes() -> ClassifiedRouter {
    ClassifiedRouter::new().route(RouteClass::Asset, "/assets/logo", get(site_logo)).route(
        RouteClass::Asset,
        "/assets/logo/{provider}",
        get(provider_logo),
    )
}

async fn site_logo(State(app): State<AppState>) -> Response {
    logo_response(app.site.branding.logo.as_ref())
}

async fn provider_logo(State(app): State<AppState>, Path(id): Path<String>) -> Response {
    let catalog = app.gateway.catalog();
    logo_response(catalog.provider(&id).and_then(|provider| provider.settings.logo.as_ref()))
}

fn logo_response(logo: Option<&Logo>) -> Response {
    let Some(logo) = logo else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, logo.media_type),
        // Its URL changes with its content.
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, LOGO_CSP),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    (headers, Bytes::from_owner(logo.content.clone())).into_response()
}
