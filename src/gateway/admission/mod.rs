//! Admission: bounds on what one network or signed-in caller may use, checked before anything is spent.
//!
//! Each bound has a setting under `[limits]` and names it when it refuses something. All tables are bounded: those of
//! rates by [`rate`], those of shares because a key has an entry only while it holds something.

mod rate;
mod shares;

use crate::{
    auth::identity::Caller,
    model::error::{ErrorCode, ExplorerError},
    providers::RateLimit,
    text,
};
use rate::RateBound;
use shares::{Share, ShareExceeded, Shares};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Number of bytes of [`AdmissionLimits::max_body_bytes`] for which one large body may be in progress.
const BYTES_PER_LARGE_BODY: usize = 8_000_000;

/// Limits of the admission. Rates apply per network, and per signed-in caller.
#[derive(Clone, Copy, Debug)]
pub struct AdmissionLimits {
    /// Maximum rate of HTTP requests.
    pub requests: RateLimit,
    /// Maximum rate of new sessions.
    pub sessions: RateLimit,
    /// Maximum rate of sign-in attempts.
    pub sign_ins: RateLimit,
    /// Maximum rate of requests that make this server fetch the metadata of the identity provider.
    pub discoveries: RateLimit,
    /// Maximum number of bytes of request bodies in progress, of all callers.
    pub max_body_bytes: usize,
}

impl Default for AdmissionLimits {
    fn default() -> Self {
        let rate = |calls, period| RateLimit { calls, period };
        Self {
            requests: rate(100, Duration::from_secs(1)),
            sessions: rate(120, Duration::from_hours(1)),
            sign_ins: rate(60, Duration::from_mins(1)),
            discoveries: rate(60, Duration::from_mins(1)),
            max_body_bytes: 96_000_000,
        }
    }
}

/// Counts what networks and signed-in callers use.
pub struct Admission {
    pub(crate) requests: RateBound,
    pub(crate) sign_ins: RateBound,
    pub(crate) discoveries: RateBound,
    sessions: RateBound,
    body_bytes: Arc<Shares>,
    large_bodies: Arc<Shares>,
    max_body_megabytes: usize,
    calls: Arc<Shares>,
    calls_by_provider: Mutex<HashMap<String, Arc<Shares>>>,
    max_concurrent_calls: usize,
}

/// The right to make one call. Dropping it frees the permit.
#[derive(Debug)]
pub(crate) struct CallPermit {
    _of_server: Share,
    _of_provider: Share,
}

/// Share of a request body in the memory for bodies.
#[derive(Debug)]
pub(crate) struct BodyShare {
    bytes: Share,
    large_body: Share,
    is_large: bool,
    max_megabytes: usize,
}

impl Admission {
    pub(crate) fn new(limits: AdmissionLimits, max_concurrent_calls: usize) -> Self {
        Self {
            requests: RateBound::new("limits.requests", "requests", limits.requests),
            sign_ins: RateBound::new("limits.sign_ins", "sign-ins", limits.sign_ins),
            discoveries: RateBound::new("limits.discoveries", "sign-ins", limits.discoveries),
            sessions: RateBound::new("limits.sessions", "sessions", limits.sessions),
            body_bytes: Arc::new(Shares::new(limits.max_body_bytes)),
            large_bodies: Arc::new(Shares::new(limits.max_body_bytes / BYTES_PER_LARGE_BODY)),
            max_body_megabytes: limits.max_body_bytes / 1_000_000,
            calls: Arc::new(Shares::new(max_concurrent_calls)),
            calls_by_provider: Mutex::default(),
            max_concurrent_calls,
        }
    }

    /// Counts a new session of a caller. The operator's own machine has no limit.
    ///
    /// # Errors
    /// Returns an error if the caller's network or account creates sessions too often.
    pub(crate) fn admit_session(&self, caller: &Caller) -> Result<(), ExplorerError> {
        if caller.is_local() { Ok(()) } else { self.sessions.spend(&caller.share_key()) }
    }

    /// Counts a session that a user begins by signing in.
    ///
    /// # Errors
    /// Returns an error if the user signs in too often.
    pub(crate) fn admit_user_session(&self, subject: &str) -> Result<(), ExplorerError> {
        self.sessions.spend(subject)
    }

    /// Takes a permit for a call. A provider that responds slowly gets at most three quarters of the permits, and a caller
    /// its share of those.
    ///
    /// # Errors
    /// Returns an error if no permit is free, or if the caller uses its share.
    pub(crate) fn take_call_permit(&self, provider: &str, caller: &Caller) -> Result<CallPermit, ExplorerError> {
        let key = caller.share_key();
        let of_provider = {
            let mut by_provider = self.calls_by_provider.lock().unwrap_or_else(PoisonError::into_inner);
            let capacity = self.max_concurrent_calls - self.max_concurrent_calls / 4;
            let shares = by_provider.entry(provider.to_owned()).or_insert_with(|| Arc::new(Shares::new(capacity)));
            shares.share(&key)
        };
        let (mut of_server, mut of_provider) = (self.calls.share(&key), of_provider);
        of_server.grow(1).and_then(|()| of_provider.grow(1)).map_err(|exceeded| self.call_permit_error(exceeded))?;
        Ok(CallPermit { _of_server: of_server, _of_provider: of_provider })
    }

    /// Returns the number of calls in progress.
    pub(crate) fn calls_in_progress(&self) -> usize {
        self.calls.in_use()
    }

    /// Returns the share of a body that is about to be read.
    pub(crate) fn share_body(&self, caller: &Caller) -> BodyShare {
        let key = caller.share_key();
        BodyShare {
            bytes: self.body_bytes.share(&key),
            large_body: self.large_bodies.share(&key),
            is_large: false,
            max_megabytes: self.max_body_megabytes,
        }
    }

    fn call_permit_error(&self, exceeded: ShareExceeded) -> ExplorerError {
        let setting = "limits.calls";
        let message = match exceeded {
            ShareExceeded::Full => text!("bound-calls-full", setting = setting),
            ShareExceeded::OwnShare => text!("bound-calls-own-share", setting = setting),
        };
        busy_error(message, setting, self.max_concurrent_calls)
    }
}

impl BodyShare {
    /// Takes the memory for further bytes of the body.
    ///
    /// # Errors
    /// Returns an error if the bodies in progress use all memory for bodies, or the caller's share of it.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ExplorerError> {
        self.bytes.grow(bytes).map_err(|exceeded| self.error(exceeded))
    }

    /// Marks the body as a large one, of which only a few may be in progress.
    ///
    /// # Errors
    /// Returns an error if there are too many large bodies.
    pub(crate) fn mark_large(&mut self) -> Result<(), ExplorerError> {
        if !self.is_large {
            self.large_body.grow(1).map_err(|exceeded| self.error(exceeded))?;
            self.is_large = true;
        }
        Ok(())
    }

    fn error(&self, exceeded: ShareExceeded) -> ExplorerError {
        let setting = "limits.body_mb";
        let message = match exceeded {
            ShareExceeded::Full => text!("bound-bodies-full", setting = setting),
            ShareExceeded::OwnShare => text!("bound-bodies-own-share", setting = setting),
        };
        busy_error(message, setting, self.max_megabytes)
    }
}

fn busy_error(message: String, setting: &str, limit: usize) -> ExplorerError {
    ExplorerError {
        rule: Some(format!("{setting} {limit}")),
        retry_after: Some(1),
        ..ExplorerError::new(ErrorCode::TooBusy, message)
    }
}

/// Rounds up to whole seconds, so that a use is possible after the stated time.
pub(crate) fn round_up_to_seconds(wait: Duration) -> u32 {
    wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u32::MAX)
}

/// Returns a time as text for users.
pub(crate) fn format_wait(wait: Duration) -> String {
    let seconds = round_up_to_seconds(wait);
    match seconds {
        0..=90 => text!("wait-seconds", count = seconds),
        91..=5400 => text!("duration-minutes", count = seconds.div_ceil(60)),
        _ => text!("wait-hours", count = seconds.div_ceil(3600)),
    }
}
