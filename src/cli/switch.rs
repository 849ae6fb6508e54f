//! `api-explorer switch`: disables and enables credentials and tokens.

use super::format_timestamp;
use crate::store::{Store, audit::AuditRecord};
use anyhow::ensure;
use clap::Subcommand;

/// Commands that disable and enable credentials and tokens.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum SwitchCommand {
    /// Disable the operator's credential for a provider (credential:stytch), or an access token (token:1f9c03ab)
    Off {
        /// Credential or token
        subject: String,
    },
    /// Enable it again
    On {
        /// Credential or token
        subject: String,
    },
    /// List disabled credentials and tokens
    List,
}

/// Runs a `switch` command, and returns the message to print.
///
/// # Errors
/// Returns an error if the subject is neither a credential nor a token, or the store is unavailable.
pub async fn run_switch_command(command: &SwitchCommand, store: &Store) -> anyhow::Result<String> {
    let (subject, enable) = match command {
        SwitchCommand::Off { subject } => (subject, false),
        SwitchCommand::On { subject } => (subject, true),
        SwitchCommand::List => {
            let disabled = store.disabled_items().await?;
            let lines = disabled.iter().map(|disabled| {
                format!(
                    "{}  disabled since {}, by {}\n",
                    disabled.item_id,
                    format_timestamp(disabled.disabled_at),
                    disabled.disabled_by
                )
            });
            return Ok(if disabled.is_empty() { "Nothing is disabled.\n".into() } else { lines.collect() });
        }
    };
    let is_valid_subject =
        subject.split_once(':').is_some_and(|(kind, id)| matches!(kind, "credential" | "token") && !id.is_empty());
    ensure!(is_valid_subject, "{subject:?} must be like credential:stytch or token:1f9c03ab");
    let result = if enable { store.enable(subject).await } else { store.disable(subject, "the command line").await };
    if result? {
        let action = if enable { "switch_on" } else { "switch_off" };
        let record = AuditRecord { target: Some(subject.clone()), ..AuditRecord::new("command-line", None, action) };
        store.insert_records(&[record]).await?;
    }
    Ok(format!(
        "{subject} is {}. All servers apply this within a second.\n",
        if enable { "enabled" } else { "disabled" }
    ))
}
