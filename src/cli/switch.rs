//! `api-explorer switch`: disables and enables credentials, tokens and users.

use super::format_timestamp;
use crate::store::{Store, audit::AuditRecord, disabled_items::parse_item_id};
use anyhow::Context;
use clap::Subcommand;

/// Commands that disable and enable credentials, tokens and users.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum SwitchCommand {
    /// Disable the operator's credential for a provider (credential:stytch), an access token (token:1f9c03ab), or a user
    /// (person:ann@example.com)
    Off {
        /// Credential, token or user
        subject: String,
    },
    /// Enable it again
    On {
        /// Credential, token or user
        subject: String,
    },
    /// List disabled credentials, tokens and users
    List,
}

/// Runs a `switch` command, and returns the message to print.
///
/// # Errors
/// Returns an error if the subject is no credential, token or user, or if the store is unavailable.
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
    let subject = &parse_item_id(subject).with_context(|| {
        format!("{subject:?} must be like credential:stytch, token:1f9c03ab or person:ann@example.com")
    })?;
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
