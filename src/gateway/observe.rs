//! Logs, metrics and traces for calls. None of them contains any part of a request or response except the status,
//! method and host name.

use super::{metrics::GatewayMetrics, transport::response::UpstreamResponse};
use crate::model::{error::ExplorerError, receipt::Timings};
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};
use tracing::{Span, field::Empty};

/// Records one call: its log line, metrics and trace span.
pub(crate) struct CallRecorder<'a> {
    metrics: &'a GatewayMetrics,
    provider: &'a str,
    operation: &'a str,
    request_id: &'a str,
    start: Instant,
    /// Status and environment of a response that is a stream, once its head has arrived.
    stream_head: OnceLock<(u16, String)>,
    is_finished: bool,
    /// Trace span of the call. All work of the call runs inside it.
    pub(crate) span: Span,
}

/// The facts about a response that are logged and counted.
pub(crate) struct CallSummary<'a> {
    pub(crate) status: u16,
    pub(crate) environment: &'a str,
    /// Durations of the request to the provider; `None` if no request was sent.
    pub(crate) timings: Option<Timings>,
}

impl<'a> CallRecorder<'a> {
    /// Starts the timer and creates the span.
    ///
    /// `provider` and `operation` must not be text from the caller: they become log fields and metric labels.
    pub(crate) fn begin(
        metrics: &'a GatewayMetrics,
        provider: &'a str,
        operation: &'a str,
        request_id: &'a str,
    ) -> Self {
        let span = tracing::info_span!(
            "call",
            otel.name = format!("call {operation}"),
            otel.status_code = Empty,
            explorer.provider = provider,
            explorer.operation = operation,
            explorer.request_id = request_id,
            explorer.environment = Empty,
            explorer.code = Empty,
            http.response.status_code = Empty,
        );
        Self {
            metrics,
            provider,
            operation,
            request_id,
            start: Instant::now(),
            stream_head: OnceLock::new(),
            is_finished: false,
            span,
        }
    }

    /// Returns the time since the call began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Notes that the response is a stream. If its caller disconnects before its end, the call is recorded as cancelled.
    pub(crate) fn begin_stream(&self, status: u16, environment: &str) {
        let _ = self.stream_head.set((status, environment.to_owned()));
    }

    /// Logs the outcome, and records it in the metrics and the span.
    pub(crate) fn finish(mut self, outcome: &Result<CallSummary, &ExplorerError>) {
        self.is_finished = true;
        let Self { metrics, provider, operation, request_id, span, .. } = &self;
        let total = self.elapsed();
        let duration_ms = total.as_secs_f64() * 1000.0;
        match outcome {
            &Ok(CallSummary { status, environment, timings }) => {
                tracing::info!(operation, environment, status, duration_ms, request_id, "call");
                metrics.record_response(
                    provider,
                    environment,
                    status,
                    total,
                    timings.map(|timings| timings.total()).unwrap_or_default(),
                );
                span.record("explorer.environment", environment);
                span.record("http.response.status_code", status);
            }
            Err(error) => {
                let status = error.code.http_status();
                tracing::warn!(operation, code = ?error.code, status, duration_ms, request_id, "call failed");
                metrics.record_error(provider, error.code);
                span.record("explorer.code", error.code.as_str());
                span.record("otel.status_code", "ERROR");
            }
        }
    }
}

impl Drop for CallRecorder<'_> {
    fn drop(&mut self) {
        let Some((status, environment)) = self.stream_head.get().filter(|_| !self.is_finished) else { return };
        let Self { metrics, provider, operation, request_id, span, .. } = self;
        let duration_ms = self.start.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(operation, environment, status, duration_ms, request_id, "call cancelled");
        metrics.record_cancelled(provider, environment, *status);
        span.record("explorer.environment", environment);
        span.record("http.response.status_code", status);
    }
}

/// Creates the span of one request to a provider. Of the URL, the span has only `host`, which is the provider's title
/// if the operator sets a base URL.
pub(crate) fn request_span(method: &str, host: &str) -> Span {
    tracing::info_span!(
        "request",
        otel.name = method,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method,
        server.address = host,
        http.response.status_code = Empty,
        explorer.name_ms = Empty,
        explorer.connect_ms = Empty,
        explorer.tls_ms = Empty,
        explorer.first_byte_ms = Empty,
    )
}

/// Records the status and durations of a request in its span, or sets the span's error status.
pub(crate) fn record_request_result(span: &Span, result: &Result<UpstreamResponse, ExplorerError>) {
    match result {
        Ok(UpstreamResponse { status, timings, .. }) => {
            span.record("http.response.status_code", status);
            let steps = [
                ("explorer.name_ms", timings.dns_ms),
                ("explorer.connect_ms", timings.connect_ms),
                ("explorer.tls_ms", timings.tls_ms),
                ("explorer.first_byte_ms", Some(timings.first_byte_ms)),
            ];
            for (name, duration) in steps {
                if let Some(duration) = duration {
                    span.record(name, duration);
                }
            }
        }
        Err(_) => {
            span.record("otel.status_code", "ERROR");
        }
    }
}
