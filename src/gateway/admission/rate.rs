//! Rate limits per network or caller, in memory.

use super::{format_wait, round_up_to_seconds};
use crate::{
    model::error::{ErrorCode, ExplorerError},
    providers::RateLimit,
    text,
};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock};
use moka::{policy::EvictionPolicy, sync::Cache};
use std::{num::NonZeroU32, sync::Arc};

/// Maximum number of keys that each bound remembers, which takes about 5 MB. The least recently seen are forgotten
/// first.
const MAX_KEYS: u64 = 20_000;

/// A bound on how often something may be done, per key.
pub(crate) struct RateBound {
    /// The setting that sets the bound, which also names it in errors.
    setting: &'static str,
    /// The things that are counted, as the message `bound-rate-exceeded` names them.
    subject: &'static str,
    rate: RateLimit,
    limiters: Cache<String, Arc<DefaultDirectRateLimiter>>,
}

impl RateBound {
    pub(crate) fn new(setting: &'static str, subject: &'static str, rate: RateLimit) -> Self {
        let limiters = Cache::builder()
            .max_capacity(MAX_KEYS)
            .eviction_policy(EvictionPolicy::lru())
            // A limiter that was unused for this time permits a full burst, like a new one.
            .time_to_idle(rate.period)
            .build();
        Self { setting, subject, rate, limiters }
    }

    /// Counts one use by a key.
    ///
    /// # Errors
    /// Returns an error that names the bound and the time of the next use if the key exceeds the rate.
    pub(crate) fn spend(&self, key: &str) -> Result<(), ExplorerError> {
        let limiter = self.limiters.get_with_by_ref(key, || Arc::new(RateLimiter::direct(quota(self.rate))));
        let Err(not_until) = limiter.check() else { return Ok(()) };
        let wait = not_until.wait_time_from(limiter.clock().now());
        let Self { setting, subject, rate, .. } = self;
        let wait_text = format_wait(wait);
        let message = text!("bound-rate-exceeded", subject = subject, rate = rate, setting = setting, wait = wait_text);
        Err(ExplorerError {
            rule: Some(format!("{setting} {rate}")),
            retry_after: Some(round_up_to_seconds(wait)),
            ..ExplorerError::new(ErrorCode::TooManyCalls, message)
        })
    }
}

/// Returns the quota of a rate: all calls of a period may be made at once.
fn quota(rate: RateLimit) -> Quota {
    let burst = NonZeroU32::new(rate.calls).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(rate.period / burst.get());
    quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst)
}

#[cfg(test)]
mod tests {
    use super::{MAX_KEYS, RateBound};
    use crate::{model::error::ErrorCode, providers::RateLimit};
    use std::time::Duration;

    const RATE: RateLimit = RateLimit { calls: 3, period: Duration::from_hours(1) };

    #[test]
    fn a_key_that_exceeds_its_rate_is_told_the_bound_and_the_wait() {
        let bound = RateBound::new("limits.requests", "requests", RATE);
        assert!((0..3).all(|_| bound.spend("192.0.2.1").is_ok()));
        let error = bound.spend("192.0.2.1").err();
        let error = error.filter(|error| error.code == ErrorCode::TooManyCalls);
        assert_eq!(error.as_ref().and_then(|error| error.rule.as_deref()), Some("limits.requests 3/h"));
        let wait = error.and_then(|error| error.retry_after).unwrap_or_default();
        assert!((1..=1200).contains(&wait), "{wait} s");
        assert!(bound.spend("192.0.2.2").is_ok(), "another key has its own rate");
    }

    #[test]
    fn keys_beyond_the_capacity_are_forgotten() {
        let bound = RateBound::new("limits.requests", "requests", RATE);
        for number in 0..=2 * MAX_KEYS {
            assert!(bound.spend(&number.to_string()).is_ok());
        }
        bound.limiters.run_pending_tasks();
        assert!(bound.limiters.entry_count() <= MAX_KEYS);
    }
}
