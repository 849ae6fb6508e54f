//! Command line: parses the arguments and runs all commands except serving.

pub mod accept;
pub mod arguments;
pub mod audit;
pub mod backup;
pub mod check;
pub mod completions;
pub mod dispatch;
pub mod environment;
pub mod healthcheck;
pub mod man;
pub mod process;
pub mod restore;
pub mod switch;
pub mod token;

use jiff::Timestamp;

/// Formats a timestamp of the store, in milliseconds since 1970: `2026-11-24 12:00 UTC`.
fn format_timestamp(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(|_| "?".into(), |time| time.strftime("%F %R UTC").to_string())
}
