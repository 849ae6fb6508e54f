//! Metrics of the gateway. Callers cannot choose label values, so the settings bound the number of time series.

use crate::model::error::ErrorCode;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use std::time::Duration;

/// Counters and histograms of calls, registered with [`GatewayMetrics::register`].
#[derive(Clone, Debug)]
pub struct GatewayMetrics {
    calls: Family<CallLabels, Counter>,
    call_durations: Family<ProviderMetricLabels, Histogram>,
    overhead_durations: Family<ProviderMetricLabels, Histogram>,
    revealed_secrets: Family<ProviderMetricLabels, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderMetricLabels {
    provider: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    provider: String,
    environment: String,
    /// The response's status code, or the [`ErrorCode`] of an explorer error.
    outcome: String,
}

/// Creates a histogram whose upper bounds run from 0.5 ms (the gateway's own time) to 32.8 s (a provider's timeout).
pub fn new_duration_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 17))
}

impl Default for GatewayMetrics {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            call_durations: Family::new_with_constructor(new_duration_histogram),
            overhead_durations: Family::new_with_constructor(new_duration_histogram),
            revealed_secrets: Family::default(),
        }
    }
}

impl GatewayMetrics {
    /// Registers the metrics under their names.
    pub fn register(&self, registry: &mut Registry) {
        let Self { calls, call_durations, overhead_durations, revealed_secrets } = self.clone();
        registry.register("calls", "Calls by outcome", calls);
        registry.register_with_unit(
            "call_duration",
            "Duration of calls that received a response, including the provider's time",
            Unit::Seconds,
            call_durations,
        );
        registry.register_with_unit(
            "call_added",
            "Time that the gateway itself added to calls that received a response",
            Unit::Seconds,
            overhead_durations,
        );
        registry.register("revealed", "Secrets of responses that were revealed", revealed_secrets);
    }

    /// Records a call that received a response, from the provider or from the `example` environment.
    pub(crate) fn record_response(
        &self,
        provider: &str,
        environment: &str,
        status: u16,
        total: Duration,
        provider_duration: Duration,
    ) {
        let provider = provider.to_owned();
        let labels =
            CallLabels { provider: provider.clone(), environment: environment.to_owned(), outcome: status.to_string() };
        self.calls.get_or_create(&labels).inc();
        let provider_labels = ProviderMetricLabels { provider };
        self.call_durations.get_or_create(&provider_labels).observe(total.as_secs_f64());
        self.overhead_durations
            .get_or_create(&provider_labels)
            .observe(total.saturating_sub(provider_duration).as_secs_f64());
    }

    /// Records a call whose caller disconnected while its response, a stream, arrived.
    pub(crate) fn record_cancelled(&self, provider: &str, environment: &str, status: u16) {
        let [provider, environment] = [provider, environment].map(str::to_owned);
        self.calls.get_or_create(&CallLabels { provider, environment, outcome: status.to_string() }).inc();
    }

    /// Records a call that failed with an explorer error.
    pub(crate) fn record_error(&self, provider: &str, code: ErrorCode) {
        let [provider, environment, outcome] = [provider, "", code.as_str()].map(str::to_owned);
        self.calls.get_or_create(&CallLabels { provider, environment, outcome }).inc();
    }

    /// Records that a stored secret, or a response with its secrets, was revealed.
    pub(crate) fn record_reveal(&self, provider: &str) {
        self.revealed_secrets.get_or_create(&ProviderMetricLabels { provider: provider.to_owned() }).inc();
    }
}
