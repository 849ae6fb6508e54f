//! `api-explorer audit`: prints the audit as JSON lines, or checks it.

use crate::store::{
    Store,
    audit::{AuditChain, AuditQuery, AuditRecord},
};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use std::io::Write;

/// Number of records read per query.
const BATCH_SIZE: i64 = 1000;

/// Filters of the audit records to print.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(args_conflicts_with_subcommands = true)]
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
    /// Command to run instead of printing.
    #[command(subcommand)]
    pub command: Option<AuditSubcommand>,
}

/// Commands for the audit records.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AuditSubcommand {
    /// Check that no record was changed, removed or added: each has the hash of the one before; exit status 1 if not
    Verify {
        /// Also check that the record with this hash, such as one that was exported, is still there; can be repeated
        #[arg(long, value_name = "HASH")]
        contains: Vec<String>,
    },
}

/// Checks the chains of records, and writes a line about each.
///
/// # Errors
/// Returns an error that names the first fault of each chain, or if the store is unavailable or writing fails.
pub async fn verify_audit(expected_hashes: &[String], store: &Store, writer: &mut impl Write) -> anyhow::Result<()> {
    let (mut faults, mut missing) = (Vec::new(), expected_hashes.to_vec());
    for chain in AuditChain::ALL {
        let report = store.verify_chain(chain, |hash| missing.retain(|expected| expected != hash)).await?;
        let (name, checked, deleted) = (chain.name(), report.checked_records, report.deleted_records);
        let state = if report.fault.is_some() { "FAULTY" } else { "intact" };
        let last_hash = if report.last_hash.is_empty() { "none" } else { &report.last_hash };
        writeln!(
            writer,
            "{name}: {state}; {checked} records checked, {deleted} older ones deleted; last hash: {last_hash}"
        )?;
        faults.extend(report.fault.map(|fault| format!("{name}: {fault}.")));
    }
    let unchained = store.count_unchained_records().await?;
    if unchained > 0 {
        writeln!(writer, "{unchained} records of earlier versions have no hash and cannot be checked")?;
    }
    faults.extend(missing.iter().map(|hash| format!("No record has the hash {hash}.")));
    ensure!(faults.is_empty(), "{}", faults.join(" "));
    Ok(())
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
