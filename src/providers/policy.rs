//! What an operator lets others do with a credential, and what nobody does by mistake.

use super::Rule;
use crate::{model::operation::Method, openapi::Documentation, providers::CatalogEntry};
use std::{fmt, time::Duration};

/// The policy of one provider.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The only operations that may be called with the operator's credential; none: all.
    pub allow: Vec<Rule>,
    /// Operations that may not, even where the rules above mean them.
    pub deny: Vec<Rule>,
    /// How often one visitor or token may call with the operator's credential.
    pub rate: Option<Rate>,
    /// How often one visitor or token may do so in a day (UTC).
    pub daily: Option<u32>,
    /// How often all of them together may.
    pub daily_total: Option<u32>,
    /// Names of the environments that hold real data.
    pub live: Vec<String>,
    /// How long changes there are unlocked for.
    pub unlock: Duration,
    /// Operations that change nothing, whatever their method.
    pub reads: Vec<Rule>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            deny: Vec::new(),
            rate: None,
            daily: None,
            daily_total: None,
            live: ["live", "production", "prod"].map(str::to_owned).into(),
            unlock: Duration::from_mins(15),
            reads: Vec::new(),
        }
    }
}

impl Policy {
    /// Whether an environment holds real data.
    pub fn is_live(&self, environment: &str) -> bool {
        self.live.iter().any(|live| live.eq_ignore_ascii_case(environment))
    }

    /// Whether an operation changes nothing (RFC 9110, §9.2.1; or the operator says so).
    pub fn only_reads(&self, entry: &CatalogEntry, documented: &Documentation) -> bool {
        matches!(documented.operation.method, Method::Get | Method::Head | Method::Options | Method::Trace)
            || self.reads.iter().any(|rule| rule.means(entry, documented))
    }

    /// Whether there is a bound on what one visitor may spend.
    pub fn is_bounded(&self) -> bool {
        self.rate.is_some() && self.daily.is_some()
    }
}

/// So many calls in such a time: `30/min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many, of which all may come at once.
    pub calls: u32,
    /// Within what time.
    pub per: Duration,
}

/// Units of time in a rate.
const UNITS: [(&str, Duration); 4] = [
    ("s", Duration::from_secs(1)),
    ("min", Duration::from_mins(1)),
    ("h", Duration::from_hours(1)),
    ("day", Duration::from_hours(24)),
];

impl Rate {
    /// Reads a rate.
    ///
    /// # Errors
    /// What is wrong, to stand after the setting's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let found = text.split_once('/').and_then(|(calls, unit)| {
            let calls = calls.trim().parse().ok().filter(|calls| (1..=1_000_000).contains(calls))?;
            let (_, per) = UNITS.into_iter().find(|(name, _)| *name == unit.trim())?;
            Some(Self { calls, per })
        });
        found.ok_or_else(|| "must be a number of calls in a time, like \"30/min\" (s, min, h, day).".into())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.into_iter().find(|(_, per)| *per == self.per).map_or("?", |(name, _)| name);
        write!(f, "{}/{unit}", self.calls)
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn a_rate_is_printed_as_it_was_written() {
        for text in ["1/s", "30/min", "100/h", "1000/day"] {
            assert_eq!(Rate::parse(text).map(|rate| rate.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "30", "0/min", "-1/s", "30/fortnight", "30 per min", "1.5/s"] {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
    }
}
