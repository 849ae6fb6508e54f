//! Records why and since when a provider's document is missing.

use super::{LoadError, ProviderSettings};
use crate::text;
use jiff::Timestamp;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// An outage: a document, or its current version, is missing.
#[derive(Clone, Debug)]
pub struct Outage {
    /// Reason of the outage, without secrets.
    pub reason: String,
    /// Time of the first failed attempt.
    pub since: Timestamp,
    /// Number of consecutive failed attempts.
    pub attempts: u32,
    /// Time of the next attempt; `None` if the server does not retry.
    pub next_attempt: Option<Instant>,
    /// Stored copy that is served instead; `None` if there is no copy.
    pub served_copy: Option<ServedCopy>,
}

/// Metadata of a stored copy of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedCopy {
    /// Time at which the document was fetched.
    pub fetched_at: Timestamp,
    /// SHA-256 hash of the document's text, in hexadecimal.
    pub sha256: String,
}

impl Outage {
    /// Creates an outage after the first failed attempt.
    pub fn new(error: &LoadError, settings: &ProviderSettings) -> Self {
        let reason = error.public_reason(settings);
        Self { reason, since: Timestamp::now(), attempts: 1, next_attempt: None, served_copy: None }
    }

    /// Returns this outage after another failed attempt.
    #[must_use]
    pub fn after_failed_attempt(&self, error: &LoadError, settings: &ProviderSettings) -> Self {
        Self { reason: error.public_reason(settings), attempts: self.attempts.saturating_add(1), ..self.clone() }
    }

    /// Returns the time until the next attempt, or `None` if the server does not retry.
    pub fn retry_in(&self) -> Option<Duration> {
        Some(self.next_attempt?.saturating_duration_since(Instant::now()))
    }

    /// Returns the time until the next attempt for a `Retry-After` header, in whole seconds, and at least one.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        let seconds = self.retry_in()?.as_millis().div_ceil(1000).max(1);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    /// Returns the time of the next attempt, or `None` if the server does not retry.
    pub fn retry_at(&self) -> Option<Timestamp> {
        Timestamp::now().checked_add(self.retry_in()?).ok()
    }
}

/// Formats a timestamp for display: `28 November 2026, 10:12:05 UTC`.
pub fn format_timestamp(time: Timestamp) -> impl fmt::Display {
    let part = |format: &str| time.strftime(format).to_string();
    text!("timestamp", day = part("%-d"), month = part("%-m"), year = part("%Y"), time = part("%H:%M:%S"))
}
