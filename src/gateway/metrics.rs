//! What the gateway counts. No label can be chosen from outside: there are as many series as the settings make.

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

/// Calls, and how long they took.
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
    /// The reply's status, or the code of the explorer's own error.
    outcome: String,
}

/// Upper bounds in seconds: from half a millisecond (what the gateway itself takes) to half a minute (a provider's timeout).
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
    /// Makes them known under their names.
    pub fn register(&self, registry: &mut Registry) {
        let Self { calls, call_durations, overhead_durations, revealed_secrets } = self.clone();
        registry.register("calls", "Calls by what came of them", calls);
        registry.register_with_unit(
            "call_duration",
            "Time of answered calls, the provider's included",
            Unit::Seconds,
            call_durations,
        );
        registry.register_with_unit(
            "call_added",
            "Time that the gateway itself added to answered calls",
            Unit::Seconds,
            overhead_durations,
        );
        registry.register("revealed", "Secrets of replies that were shown", revealed_secrets);
    }

    /// A call that was answered, by the provider or by what the document makes up.
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

    /// A call that the explorer itself did not make, or not to its end.
    pub(crate) fn record_error(&self, provider: &str, code: ErrorCode) {
        let [provider, environment, outcome] = [provider, "", code.as_str()].map(str::to_owned);
        self.calls.get_or_create(&CallLabels { provider, environment, outcome }).inc();
    }

    /// A secret, or a reply with secrets, was shown.
    pub(crate) fn record_reveal(&self, provider: &str) {
        self.revealed_secrets.get_or_create(&ProviderMetricLabels { provider: provider.to_owned() }).inc();
    }
}
