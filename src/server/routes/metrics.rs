//! `/metrics`: what this server did, for Prometheus. Off unless it is set.

use super::pages::App;
use crate::{
    gateway::{Gateway, metrics::buckets},
    model::error::{Code, ExplorerError},
};
use crate::{
    server::layers::security::{Guard, answer_only_to_own_names},
    settings::Settings,
};
use axum::{
    Router,
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
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Instant};

/// The format of `OpenMetrics`, which Prometheus asks for.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted, and who may see it.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<Answer, Counter>,
    durations: Family<Route, Histogram>,
    running: Gauge,
    waiting: Gauge,
    store: Gauge,
    providers: Family<Provider, Gauge>,
    gateway: Arc<Gateway>,
    token: Option<SecretString>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Provider {
    provider: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    /// As it stands in the router, so that nobody can make up another.
    route: String,
    method: &'static str,
    status: u16,
}

impl Metrics {
    pub(crate) fn new(gateway: Arc<Gateway>, settings: &Settings) -> Self {
        let mut registry = Registry::with_prefix("explorer");
        let requests = Family::default();
        let providers = Family::default();
        let durations = Family::<Route, Histogram>::new_with_constructor(buckets);
        let [running, waiting, store] = [(); 3].map(|()| Gauge::default());
        registry.register("build", "This program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("requests", "Requests by route and status", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time until an answer's head",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("calls_running", "Calls to providers that are under way", running.clone());
        registry.register("audit_waiting", "Records of the audit that are not written yet", waiting.clone());
        let help = "Whether a provider is served, be it from a copy of its document";
        registry.register("provider_available", help, providers.clone());
        registry.register("store_up", "Whether the store answers", store.clone());
        gateway.metrics().register(&mut registry);
        let token = settings.metrics_token.clone();
        Self(Arc::new(Inner { registry, requests, durations, running, waiting, store, providers, gateway, token }))
    }

    /// Where it is shown: to whoever knows the token; where there is none, to this machine under its own names.
    pub(crate) fn router(&self, guard: Guard) -> Router<App> {
        let shown = Router::new().route("/metrics", get(show).with_state(self.clone()));
        match self.0.token {
            Some(_) => shown,
            None => shown.layer(from_fn_with_state(guard, answer_only_to_own_names)),
        }
    }

    fn count(&self, route: Option<&MatchedPath>, method: &Method, status: u16, start: Instant) {
        let route = route.map_or("none", MatchedPath::as_str).to_owned();
        let names = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
        let method = names.into_iter().find(|name| method == name).unwrap_or("other");
        let Inner { requests, durations, .. } = &*self.0;
        durations.get_or_create(&Route { route: route.clone() }).observe(start.elapsed().as_secs_f64());
        requests.get_or_create(&Answer { route, method, status }).inc();
    }
}

/// Counts a request.
pub(crate) async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let (start, method) = (Instant::now(), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let answer = next.run(request).await;
    metrics.count(route.as_ref(), &method, answer.status().as_u16(), start);
    answer
}

/// Shows all that is counted.
pub(crate) async fn show(State(metrics): State<Metrics>, headers: HeaderMap) -> Result<Response, ExplorerError> {
    let Inner { registry, running, waiting, store, providers, gateway, token, .. } = &*metrics.0;
    if token.as_ref().is_some_and(|token| !is_token(&headers, token)) {
        let message = "Only whoever knows EXPLORER_METRICS_TOKEN may see this: Authorization: Bearer ….";
        return Err(ExplorerError::new(Code::SignInRequired, message));
    }
    let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    running.set(whole(gateway.running()));
    waiting.set(whole(gateway.audit().waiting()));
    store.set(gateway.store().is_ready().await.into());
    for slot in gateway.catalog().slots() {
        let provider = Provider { provider: slot.settings.id.clone() };
        providers.get_or_create(&provider).set(slot.entry.is_some().into());
    }
    let mut text = String::new();
    encode(&mut text, registry).map_err(|_| ExplorerError::new(Code::Internal, "The metrics cannot be written."))?;
    Ok(([(header::CONTENT_TYPE, FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// Compared by hashes, so that the time it takes tells nothing.
fn is_token(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    Sha256::digest(given) == Sha256::digest(token.expose_secret())
}
