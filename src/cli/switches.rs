//! `api-explorer switch`: credentials and tokens are switched off here, and on again.

use super::shown;
use crate::store::{Store, StoreError, audit::Record};
use anyhow::{anyhow, ensure};
use clap::Subcommand;

/// What can be done about kill switches.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum SwitchCommand {
    /// Switch something off: credential:stytch (the operator's, of a provider) or token:1f9c03ab
    Off {
        /// What
        subject: String,
    },
    /// Switch it on again
    On {
        /// What
        subject: String,
    },
    /// List what is off
    List,
}

/// Does what is asked, and says so.
///
/// # Errors
/// Where it is nothing that can be switched, or the store does not answer.
pub async fn switch(asked: &SwitchCommand, store: &Store) -> anyhow::Result<String> {
    let unanswered = |_: StoreError| anyhow!("the store does not answer; its log line above says why");
    let (subject, to_on) = match asked {
        SwitchCommand::Off { subject } => (subject, false),
        SwitchCommand::On { subject } => (subject, true),
        SwitchCommand::List => {
            let off = store.switched_off().await.map_err(unanswered)?;
            let lines =
                off.iter().map(|off| format!("{}  off since {}, by {}\n", off.subject, shown(off.since), off.who));
            return Ok(if off.is_empty() { "Nothing is switched off.\n".into() } else { lines.collect() });
        }
    };
    let is_known =
        subject.split_once(':').is_some_and(|(kind, id)| matches!(kind, "credential" | "token") && !id.is_empty());
    ensure!(is_known, "{subject:?} must be like credential:stytch or token:1f9c03ab");
    let changed =
        if to_on { store.switch_on(subject).await } else { store.switch_off(subject, "the command line").await };
    if changed.map_err(unanswered)? {
        let action = if to_on { "switch_on" } else { "switch_off" };
        let record = Record { target: Some(subject.clone()), ..Record::new("command-line", None, action) };
        store.add_records(&[record]).await.map_err(unanswered)?;
    }
    Ok(format!("{subject} is {}, everywhere within a second.\n", if to_on { "on" } else { "off" }))
}
