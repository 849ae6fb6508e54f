//! `api-explorer audit`: prints the audit as JSON lines.

use crate::store::{
    Store,
    audit::{AuditQuery, AuditRecord},
};
use anyhow::Context;
use clap::Args;
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use std::io::Write;

/// Number of records read per query.
const BATCH_SIZE: i64 = 1000;

/// Filters of the audit records to print.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct AuditCommand {
    /// Only records since this time: a period before now (7d, 12h), or a date (2026-11-01)
    #[arg(long, default_value = "")]
    pub since: String,
    /// Only records of this caller: part of a name, token ID or e-mail address
    #[arg(long, default_value = "")]
    pub who: String,
    /// Only records that contain this text: an operation, environment or error code
    #[arg(long, default_value = "")]
    pub what: String,
}

/// Writes the matching records as JSON lines, newest first.
///
/// # Errors
/// Returns an error if `--since` is invalid, the store is unavailable, or writing fails.
pub async fn export_audit(command: &AuditCommand, store: &Store, writer: &mut impl Write) -> anyhow::Result<()> {
    let since = parse_since(&command.since)?;
    let mut query = AuditQuery {
        subject_filter: command.who.clone(),
        details_filter: command.what.clone(),
        since_ms: since,
        before_id: None,
    };
    loop {
        let records = store.find_records(&query, BATCH_SIZE).await?;
        for record in &records {
            writeln!(writer, "{}", record.to_json())?;
        }
        match records.last() {
            Some(AuditRecord { id, .. }) => query.before_id = Some(id.clone()),
            None => return Ok(()),
        }
    }
}

fn parse_since(text: &str) -> anyhow::Result<i64> {
    if text.is_empty() {
        return Ok(0);
    }
    let start_time = match text.parse::<Date>() {
        Ok(day) => day.to_zoned(TimeZone::UTC).ok(),
        Err(_) => {
            text.parse::<Span>().ok().and_then(|span| Timestamp::now().to_zoned(TimeZone::UTC).checked_sub(span).ok())
        }
    };
    let start = start_time.with_context(|| format!("--since {text:?} must be like 7d, 12h, or 2026-11-01"))?;
    Ok(start.timestamp().as_millisecond())
}
