//! Logs and traces. The log has one line per call, and errors. Traces, if enabled, have spans of requests, calls and
//! requests to providers. Neither contains URLs, arguments, headers or bodies.

use super::log_fields::LineFields;
use crate::providers::http_client_builder;
use anyhow::Context;
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use secrecy::{ExposeSecret, SecretString};
use std::{io::IsTerminal, time::Duration};
use tokio::runtime::Handle;
use tracing::{Instrument, Metadata, field::Empty};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{LevelFilter, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};
use url::Url;

/// Timeout of exporting traces to the collector.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

/// Exporter of traces.
#[derive(Debug)]
pub struct TraceExporter(SdkTracerProvider);

impl TraceExporter {
    /// Exports the remaining traces, and blocks until that is finished.
    pub fn shutdown(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(EXPORT_TIMEOUT) {
            tracing::warn!(%error, "the last traces were not exported");
        }
    }
}

/// Starts logging to standard error, as text or JSON lines. `RUST_LOG` sets the level (default `info`). If an endpoint
/// is given, also starts exporting traces to it, with headers whose values are percent-encoded.
///
/// # Errors
/// Returns an error if the trace exporter cannot be built.
pub fn start_telemetry(
    json: bool,
    otlp_endpoint: Option<&Url>,
    otlp_headers: &[(String, SecretString)],
) -> anyhow::Result<Option<TraceExporter>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    let log = if json { log.json().flatten_event(true).boxed() } else { log.fmt_fields(LineFields).boxed() };
    // Spans are for traces only: in the log, they would repeat the same fields in every line.
    let max_level = filter.max_level_hint().unwrap_or(LevelFilter::TRACE);
    let log = log.with_filter(filter);
    let is_logged = move |metadata: &Metadata| !metadata.is_span() && *metadata.level() <= max_level;
    // Without the hint, the events of libraries would be evaluated one by one at every level.
    let log = log.with_filter(filter_fn(is_logged).with_max_level_hint(max_level));
    let tracer_provider = otlp_endpoint.map(|endpoint| build_tracer_provider(endpoint, otlp_headers)).transpose()?;
    // Only spans of this crate, whose content is known.
    let is_ours = |metadata: &Metadata| metadata.is_span() && metadata.target().starts_with("api_explorer");
    let spans = tracer_provider.as_ref().map(|provider| {
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("api-explorer"));
        layer.with_location(false).with_threads(false).with_target(false).with_filter(filter_fn(is_ours))
    });
    tracing_subscriber::registry().with(log).with(spans).init();
    Ok(tracer_provider.map(TraceExporter))
}

fn build_tracer_provider(endpoint: &Url, headers: &[(String, SecretString)]) -> anyhow::Result<SdkTracerProvider> {
    let http = http_client_builder().timeout(EXPORT_TIMEOUT);
    let client = OtlpHttpClient { client: http.build()?, runtime: Handle::current() };
    let traces_url = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(traces_url)
        .with_headers(headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect())
        .with_timeout(EXPORT_TIMEOUT);
    let exporter = exporter.build().context("traces cannot be exported to OTEL_EXPORTER_OTLP_ENDPOINT")?;
    let name = std::env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "api-explorer".into());
    let resource = Resource::builder().with_service_name(name).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// HTTP client of the trace exporter. Batches are collected on a thread without a runtime, so requests are sent on the
/// server's.
#[derive(Debug)]
struct OtlpHttpClient {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait::async_trait]
impl HttpClient for OtlpHttpClient {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let task = self.runtime.spawn(async move {
            let response = client.execute(request.try_into()?).await?;
            let status = response.status();
            let mut http_response = http::Response::new(response.bytes().await?);
            *http_response.status_mut() = status;
            Ok(http_response)
        });
        task.await?
    }
}

/// Middleware that creates the span of a request.
pub(crate) async fn trace_request(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let method = request.method().clone();
    let span = tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
    );
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    response
}
