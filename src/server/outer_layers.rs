//! The outer layers of a listener's router, which are the same for all listeners.

use super::{
    SiteFiles,
    layers::{
        admission,
        security::{self, SecurityConfig},
    },
    route_class::{ClassifiedRouter, RouteClass},
    routes::{
        health,
        metrics::{self, HttpMetrics},
        proxy,
    },
    state::AppState,
    telemetry,
};
use crate::providers::RESERVED_PATHS;
use anyhow::ensure;
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state, map_request_with_state},
    routing::get,
};
use std::time::Duration;
use tower_http::timeout::TimeoutLayer;

/// Parts of the outer layers.
pub(super) struct OuterLayers {
    pub(super) app: AppState,
    pub(super) site_files: SiteFiles,
    pub(super) request_timeout: Duration,
    /// Metrics that count the requests of all listeners.
    pub(super) metrics: Option<HttpMetrics>,
    /// True if requests are traced.
    pub(super) is_traced: bool,
}

impl OuterLayers {
    /// Adds the limits, the checks of liveness and readiness, and the middleware that every response passes through.
    /// The routes in `unlimited` have no limits.
    ///
    /// # Errors
    /// Returns an error if a provider could have the path of a route.
    pub(super) fn apply(
        &self,
        routes: ClassifiedRouter,
        unlimited: Option<ClassifiedRouter>,
        security_config: SecurityConfig,
    ) -> anyhow::Result<Router> {
        let routes = routes
            .map(|router| {
                router
                    .layer(DefaultBodyLimit::disable())
                    .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, self.request_timeout))
                    .layer(from_fn_with_state(security_config.clone(), security::allowed_hosts))
            })
            .route(RouteClass::Machine, "/healthz", get(health::liveness))
            .route(RouteClass::Machine, "/readyz", get(health::readiness).layer(Extension(self.site_files.clone())))
            .map(|router| router.layer(from_fn_with_state(self.app.clone(), admission::limit_network)));
        let routes =
            if self.is_traced { routes.map(|router| router.layer(from_fn(telemetry::trace_request))) } else { routes };
        let routes = match unlimited {
            Some(unlimited) => routes.merge(unlimited),
            None => routes,
        };
        let routes = match self.metrics.clone() {
            Some(metrics) => routes.map(|router| router.layer(from_fn_with_state(metrics, metrics::count_requests))),
            None => routes,
        };
        for segment in routes.first_segments() {
            ensure!(
                RESERVED_PATHS.contains(&segment),
                "RESERVED_PATHS does not contain {segment:?}, the start of a route"
            );
        }
        let routes = routes.into_router().layer(from_fn_with_state(security_config, security::security_headers));
        // This layer is outside the router because it changes which route matches.
        let rewrite_root_requests = map_request_with_state(self.app.gateway.clone(), proxy::rewrite_root_request);
        Ok(Router::new().fallback_service(routes.with_state(self.app.clone())).layer(rewrite_root_requests))
    }
}
