//! `/metrics`: metrics for Prometheus. Disabled by default.

use crate::{
    gateway::{Gateway, metrics::new_duration_histogram},
    model::error::{ErrorCode, ExplorerError},
    server::{
        layers::security::{SecurityConfig, allowed_hosts},
        route_class::{ClassifiedRouter, RouteClass},
    },
    settings::Settings,
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use secrecy::{ExposeSecret, SecretString};
use std::{sync::Arc, time::Instant};
use subtle::ConstantTimeEq;

/// Media type of `OpenMetrics`, the format that Prometheus requests.
const OPENMETRICS_CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Metrics of the HTTP server, and the token that protects them.
#[derive(Clone)]
pub(crate) struct HttpMetrics(Arc<MetricsState>);

struct MetricsState {
    registry: Registry,
    request_count: Family<RequestLabels, Counter>,
    request_durations: Family<RouteLabels, Histogram>,
    running_calls: Gauge,
    pending_audit_records: Gauge,
    store_up: Gauge,
    provider_available: Family<ProviderLabels, Gauge>,
    gateway: Arc<Gateway>,
    token: Option<SecretString>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabels {
    provider: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    /// Route pattern from the router, so that clients cannot create new label values.
    route: String,
    method: &'static str,
    status: u16,
}

impl HttpMetrics {
    pub(crate) fn new(gateway: Arc<Gateway>, settings: &Settings) -> Self {
        let mut registry = Registry::with_prefix("explorer");
        let request_count = Family::default();
        let provider_available = Family::default();
        let request_durations = Family::<RouteLabels, Histogram>::new_with_constructor(new_duration_histogram);
        let [running_calls, pending_audit_records, store_up] = [(); 3].map(|()| Gauge::default());
        registry.register("build", "Build information", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("requests", "Requests by route and status", request_count.clone());
        registry.register_with_unit(
            "request_duration",
            "Time until the response headers are sent",
            Unit::Seconds,
            request_durations.clone(),
        );
        registry.register("calls_running", "Calls to providers in progress", running_calls.clone());
        registry.register("audit_waiting", "Audit records not yet written", pending_audit_records.clone());
        let help = "1 if a provider is served, from its current document or a stored copy, otherwise 0";
        registry.register("provider_available", help, provider_available.clone());
        registry.register("store_up", "1 if the store is available, otherwise 0", store_up.clone());
        gateway.metrics().register(&mut registry);
        let token = settings.metrics_token.clone();
        Self(Arc::new(MetricsState {
            registry,
            request_count,
            request_durations,
            running_calls,
            pending_audit_records,
            store_up,
            provider_available,
            gateway,
            token,
        }))
    }

    /// Returns the route of the metrics. It requires the token; without a token, it accepts only the allowed host
    /// names.
    pub(crate) fn router(&self, security_config: SecurityConfig) -> ClassifiedRouter {
        let routes = ClassifiedRouter::new().route(
            RouteClass::Machine,
            "/metrics",
            get(render_metrics).with_state(self.clone()),
        );
        match self.0.token {
            Some(_) => routes,
            None => routes.map(|router| router.layer(from_fn_with_state(security_config, allowed_hosts))),
        }
    }

    fn record_request(&self, route: Option<&MatchedPath>, method: &Method, status: u16, start: Instant) {
        let route = route.map_or("none", MatchedPath::as_str).to_owned();
        let method_names = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
        let method = method_names.into_iter().find(|name| method == name).unwrap_or("other");
        let MetricsState { request_count, request_durations, .. } = &*self.0;
        request_durations.get_or_create(&RouteLabels { route: route.clone() }).observe(start.elapsed().as_secs_f64());
        request_count.get_or_create(&RequestLabels { route, method, status }).inc();
    }
}

/// Middleware that counts requests and measures their duration.
pub(crate) async fn count_requests(State(metrics): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let (start, method) = (Instant::now(), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    metrics.record_request(route.as_ref(), &method, response.status().as_u16(), start);
    response
}

/// Responds with all metrics.
pub(crate) async fn render_metrics(
    State(metrics): State<HttpMetrics>,
    headers: HeaderMap,
) -> Result<Response, ExplorerError> {
    let MetricsState {
        registry,
        running_calls,
        pending_audit_records,
        store_up,
        provider_available,
        gateway,
        token,
        ..
    } = &*metrics.0;
    if token.as_ref().is_some_and(|token| !has_valid_token(&headers, token)) {
        let message = "To read the metrics, send the token in EXPLORER_METRICS_TOKEN as Authorization: Bearer ….";
        return Err(ExplorerError::new(ErrorCode::SignInRequired, message));
    }
    let to_gauge_value = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    running_calls.set(to_gauge_value(gateway.in_flight_calls()));
    pending_audit_records.set(to_gauge_value(gateway.audit().pending_records()));
    store_up.set(gateway.store().is_ready().await.into());
    for provider_state in gateway.catalog().providers() {
        let labels = ProviderLabels { provider: provider_state.settings.id.clone() };
        provider_available.get_or_create(&labels).set(provider_state.entry.is_some().into());
    }
    let mut text = String::new();
    encode(&mut text, registry)
        .map_err(|_| ExplorerError::new(ErrorCode::Internal, "The metrics cannot be rendered."))?;
    Ok(([(header::CONTENT_TYPE, OPENMETRICS_CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// Returns true if a request has the token. The time of the comparison depends on the length of the token only.
fn has_valid_token(headers: &HeaderMap, token: &SecretString) -> bool {
    let provided = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let provided = provided.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    provided.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
}
