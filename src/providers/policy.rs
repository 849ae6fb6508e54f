//! The policy of a provider: permissions and limits of the operator's credential, and safeguards for live data.

use super::{Rule, live::says_harmless};
use crate::{
    model::{operation::Method, provider::Environment},
    openapi::DocumentedOperation,
    providers::CatalogEntry,
};
use std::{fmt, time::Duration};

/// The policy of one provider.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Rules for operations that may be called with the operator's credential; if empty, all may.
    pub allow: Vec<Rule>,
    /// Rules for operations that may not be called with it, even if `allow` matches them.
    pub deny: Vec<Rule>,
    /// Maximum call rate of one caller with the operator's credential.
    pub rate_limit: Option<RateLimit>,
    /// Maximum number of calls per day (UTC) of one caller with the operator's credential.
    pub calls_per_day: Option<u32>,
    /// Maximum call rate of the anonymous callers of one network together with the operator's credential. By default,
    /// that of one caller.
    pub network_rate_limit: Option<RateLimit>,
    /// Maximum number of calls per day (UTC) of the anonymous callers of one network together with the operator's
    /// credential. By default, that of one caller.
    pub network_calls_per_day: Option<u32>,
    /// Maximum number of calls per day (UTC) of all callers together with the operator's credential.
    pub total_calls_per_day: Option<u32>,
    /// Names of environments that have live data, regardless of `test_environments` and of their names and hosts.
    pub live_environments: Vec<String>,
    /// Names of environments that have no live data.
    pub test_environments: Vec<String>,
    /// Duration for which changes of live data are unlocked.
    pub unlock_duration: Duration,
    /// Rules for operations that change nothing, whatever their method.
    pub read_only_rules: Vec<Rule>,
    /// Origins of URLs that callers may send together with a secret that they cannot see, such as
    /// `https://app.example.com`.
    pub trusted_origins: Vec<String>,
    /// Versions of the document that are accepted without an administrator.
    pub acceptance: Acceptance,
}

/// Versions of a document that are accepted without an administrator. The operator's credential is used only for
/// operations of accepted versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acceptance {
    /// The version that is in use when the provider first has an operator's credential.
    #[default]
    FirstUse,
    /// None.
    Manual,
    /// All.
    Automatic,
}

impl Acceptance {
    /// Parses the value of the setting.
    ///
    /// # Errors
    /// Returns an error if there is no such value. The message is worded to follow the name of the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "first-use" => Ok(Self::FirstUse),
            "manual" => Ok(Self::Manual),
            "automatic" => Ok(Self::Automatic),
            _ => Err("must be \"first-use\", \"manual\" or \"automatic\".".into()),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            deny: Vec::new(),
            rate_limit: None,
            calls_per_day: None,
            network_rate_limit: None,
            network_calls_per_day: None,
            total_calls_per_day: None,
            live_environments: Vec::new(),
            test_environments: Vec::new(),
            unlock_duration: Duration::from_mins(15),
            read_only_rules: Vec::new(),
            acceptance: Acceptance::default(),
            trusted_origins: Vec::new(),
        }
    }
}

impl Policy {
    /// Returns true if an environment has live data, which is so unless the settings, its name or its host say otherwise.
    /// Names are compared without regard to case. The settings say nothing about a host that a user has chosen by
    /// variables of the URL.
    pub fn is_live_environment(&self, environment: &Environment) -> bool {
        let is_listed = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(&environment.name));
        let is_test = is_listed(&self.test_environments) && !environment.has_chosen_origin();
        is_listed(&self.live_environments) || !(is_test || says_harmless(environment))
    }

    /// Returns true if an operation changes nothing: its method is safe (RFC 9110, §9.2.1; QUERY, by its draft), or a
    /// rule in `read_only_rules` matches it.
    pub fn is_read_only(&self, entry: &CatalogEntry, documented: &DocumentedOperation) -> bool {
        matches!(
            documented.operation.method,
            Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query
        ) || self.read_only_rules.iter().any(|rule| rule.matches(entry, documented))
    }

    /// Returns true if each caller has both a rate limit and a daily limit, and all callers together a daily limit.
    pub fn has_public_limits(&self) -> bool {
        self.rate_limit.is_some() && self.calls_per_day.is_some() && self.total_calls_per_day.is_some()
    }
}

/// Maximum number of calls in a period: `30/min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Number of calls per period. All of them may be made at once.
    pub calls: u32,
    /// Length of the period.
    pub period: Duration,
}

/// Units of the period.
const UNITS: [(&str, Duration); 4] = [
    ("s", Duration::from_secs(1)),
    ("min", Duration::from_mins(1)),
    ("h", Duration::from_hours(1)),
    ("day", Duration::from_hours(24)),
];

impl RateLimit {
    /// Parses a rate limit.
    ///
    /// # Errors
    /// Returns an error if the text is not a rate limit. The message is worded to follow the name of the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rate_limit = text.split_once('/').and_then(|(calls, unit)| {
            let calls = calls.trim().parse().ok().filter(|calls| (1..=1_000_000).contains(calls))?;
            let (_, period) = UNITS.into_iter().find(|(name, _)| *name == unit.trim())?;
            Some(Self { calls, period })
        });
        rate_limit.ok_or_else(|| "must be a number of calls per period, like \"30/min\" (s, min, h, day).".into())
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.into_iter().find(|(_, period)| *period == self.period).map_or("?", |(name, _)| name);
        write!(f, "{}/{unit}", self.calls)
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimit;

    #[test]
    fn a_rate_is_printed_as_it_was_written() {
        for text in ["1/s", "30/min", "100/h", "1000/day"] {
            assert_eq!(RateLimit::parse(text).map(|rate| rate.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "30", "0/min", "-1/s", "30/fortnight", "30 per min", "1.5/s"] {
            assert!(RateLimit::parse(text).is_err(), "{text}");
        }
    }
}
