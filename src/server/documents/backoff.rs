//! Backoff between attempts to load a document.

use std::time::Duration;
use uuid::Uuid;

/// Delays between attempts. The delay doubles with each attempt, up to a maximum. A random jitter shortens it by up to
/// half, so that servers started together do not send their requests together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryBackoff {
    /// Delay after the first attempt.
    pub initial_delay: Duration,
    /// Maximum delay.
    pub max_delay: Duration,
}

impl Default for RetryBackoff {
    fn default() -> Self {
        Self { initial_delay: Duration::from_secs(5), max_delay: Duration::from_mins(15) }
    }
}

impl RetryBackoff {
    /// Returns the delay after a number of failed attempts.
    pub fn delay(&self, attempts: u32) -> Duration {
        // The last 32 bits of a version 4 UUID are all random.
        let random = Uuid::new_v4().as_u128() & u128::from(u32::MAX);
        self.delay_with_jitter(attempts, u32::try_from(random).unwrap_or_default())
    }

    fn delay_with_jitter(&self, attempts: u32, random: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let half = self.initial_delay.saturating_mul(factor).min(self.max_delay) / 2;
        half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::RetryBackoff;
    use std::time::Duration;

    #[test]
    fn delays_double_up_to_the_maximum_and_have_up_to_half_jitter() {
        let backoff = RetryBackoff { initial_delay: Duration::from_secs(4), max_delay: Duration::from_mins(1) };
        for (attempts, seconds) in [(1, 4), (2, 8), (3, 16), (4, 32), (5, 60), (6, 60), (1000, 60)] {
            assert_eq!(backoff.delay_with_jitter(attempts, u32::MAX), Duration::from_secs(seconds));
            assert_eq!(backoff.delay_with_jitter(attempts, 0), Duration::from_secs(seconds) / 2);
            let delay = backoff.delay(attempts);
            assert!(delay >= Duration::from_secs(seconds) / 2 && delay <= Duration::from_secs(seconds), "{delay:?}");
        }
    }
}
