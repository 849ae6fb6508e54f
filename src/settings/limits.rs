//! Reads the limits of what one network or signed-in caller may use.

use super::toml_reader::TomlTable;
use crate::{gateway::AdmissionLimits, providers::RateLimit};

/// Maximum number of concurrent calls by default.
pub(crate) const MAX_CONCURRENT_CALLS: usize = 64;
/// Smallest size of the memory for bodies, in megabytes. Two thirds of it hold the largest body that is accepted.
const MIN_BODY_MEGABYTES: u32 = 24;

/// The limits that a settings file sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileLimits {
    pub(crate) max_concurrent_calls: usize,
    pub(crate) admission: AdmissionLimits,
}

/// Reads the `[limits]` table. Settings that are missing have their defaults.
pub(crate) fn read_limits(table: TomlTable) -> FileLimits {
    let default = AdmissionLimits::default();
    let rate = |key: &str, default: RateLimit| table.parse_string(key, RateLimit::parse).unwrap_or(default);
    let count = |key: &str, minimum: u32, unit: usize| {
        let number = table.parse_integer(key, minimum..=10_000)?;
        usize::try_from(number).ok().map(|number| number * unit)
    };
    FileLimits {
        max_concurrent_calls: count("calls", 1, 1).unwrap_or(MAX_CONCURRENT_CALLS),
        admission: AdmissionLimits {
            requests: rate("requests", default.requests),
            sessions: rate("sessions", default.sessions),
            sign_ins: rate("sign_ins", default.sign_ins),
            discoveries: rate("discoveries", default.discoveries),
            max_body_bytes: count("body_mb", MIN_BODY_MEGABYTES, 1_000_000).unwrap_or(default.max_body_bytes),
        },
    }
}
