//! What the gateway counts. No label can be chosen from outside: there are as many series as the settings make.

use crate::model::error::Code;
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
pub struct Metrics {
    calls: Family<Ended, Counter>,
    durations: Family<Provider, Histogram>,
    added: Family<Provider, Histogram>,
    revealed: Family<Provider, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Provider {
    provider: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    provider: String,
    environment: String,
    /// The reply's status, or the code of the explorer's own error.
    outcome: String,
}

/// Upper bounds in seconds: from half a millisecond (what the gateway itself takes) to half a minute (a provider's timeout).
pub fn buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 17))
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            durations: Family::new_with_constructor(buckets),
            added: Family::new_with_constructor(buckets),
            revealed: Family::default(),
        }
    }
}

impl Metrics {
    /// Makes them known under their names.
    pub fn register(&self, registry: &mut Registry) {
        let Self { calls, durations, added, revealed } = self.clone();
        registry.register("calls", "Calls by what came of them", calls);
        registry.register_with_unit(
            "call_duration",
            "Time of answered calls, the provider's included",
            Unit::Seconds,
            durations,
        );
        registry.register_with_unit(
            "call_added",
            "Time that the gateway itself added to answered calls",
            Unit::Seconds,
            added,
        );
        registry.register("revealed", "Secrets of replies that were shown", revealed);
    }

    /// A call that was answered, by the provider or by what the document makes up.
    pub(crate) fn answered(
        &self,
        provider: &str,
        environment: &str,
        status: u16,
        whole: Duration,
        of_provider: Duration,
    ) {
        let provider = provider.to_owned();
        let outcome =
            Ended { provider: provider.clone(), environment: environment.to_owned(), outcome: status.to_string() };
        self.calls.get_or_create(&outcome).inc();
        let provider = Provider { provider };
        self.durations.get_or_create(&provider).observe(whole.as_secs_f64());
        self.added.get_or_create(&provider).observe(whole.saturating_sub(of_provider).as_secs_f64());
    }

    /// A call that the explorer itself did not make, or not to its end.
    pub(crate) fn failed(&self, provider: &str, code: Code) {
        let [provider, environment, outcome] = [provider, "", code.name()].map(str::to_owned);
        self.calls.get_or_create(&Ended { provider, environment, outcome }).inc();
    }

    /// A secret, or a reply with secrets, was shown.
    pub(crate) fn revealed(&self, provider: &str) {
        self.revealed.get_or_create(&Provider { provider: provider.to_owned() }).inc();
    }
}
