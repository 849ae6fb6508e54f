//! Why a provider's document is missing, and since when.

use super::{DocumentSource, LoadError};
use jiff::Timestamp;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// A document, or its current version, that is missing.
#[derive(Clone, Debug)]
pub struct Outage {
    /// Why it is missing, without secrets.
    pub reason: String,
    /// When it was first found missing.
    pub since: Timestamp,
    /// Number of attempts that failed, in a row.
    pub attempts: u32,
    /// When the next attempt begins; none if the server does not try again.
    pub next_attempt: Option<Instant>,
    /// The stored copy that is served in its place.
    pub served_copy: Option<ServedCopy>,
}

/// Metadata of a stored copy of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedCopy {
    /// When the document was fetched.
    pub fetched_at: Timestamp,
    /// SHA-256 of the document's text, in hexadecimal.
    pub sha256: String,
}

impl Outage {
    /// Begins an outage: the first attempt has failed.
    pub fn new(error: &LoadError, source: &DocumentSource) -> Self {
        let reason = error.public_reason(source);
        Self { reason, since: Timestamp::now(), attempts: 1, next_attempt: None, served_copy: None }
    }

    /// Returns this outage after another attempt that failed.
    #[must_use]
    pub fn after_failed_attempt(&self, error: &LoadError, source: &DocumentSource) -> Self {
        Self { reason: error.public_reason(source), attempts: self.attempts.saturating_add(1), ..self.clone() }
    }

    /// Returns how long it is until the next attempt; none if the server does not try again.
    pub fn retry_in(&self) -> Option<Duration> {
        Some(self.next_attempt?.saturating_duration_since(Instant::now()))
    }

    /// Returns the time until the next attempt as `Retry-After` has it: whole seconds, at least one.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        let seconds = self.retry_in()?.as_millis().div_ceil(1000).max(1);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    /// Returns when the next attempt begins.
    pub fn retry_at(&self) -> Option<Timestamp> {
        Timestamp::now().checked_add(self.retry_in()?).ok()
    }
}

/// Writes a time for people: `28 November 2026, 10:12:05 UTC`.
pub fn format_timestamp(time: Timestamp) -> impl fmt::Display {
    time.strftime("%-d %B %Y, %H:%M:%S UTC").to_string()
}
