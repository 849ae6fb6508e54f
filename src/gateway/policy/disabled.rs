//! Kill switches, as every call asks for them: what the store said lately.

use crate::{auth::identity::Identity, gateway::Gateway};
use crate::{
    model::error::{Code, ExplorerError},
    store::in_time,
};
use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

/// How long what the store said counts: a switch works everywhere after so long.
const FRESH: Duration = Duration::from_secs(1);
/// How long it counts where the store does not answer.
const USABLE: Duration = Duration::from_secs(10);

/// What was off when the store was last asked.
#[derive(Debug, Default)]
pub(crate) struct Switches(RwLock<Option<Known>>);

#[derive(Debug)]
struct Known {
    off: HashSet<String>,
    at: Instant,
}

impl Switches {
    fn look(&self, subject: &str, age: Duration) -> Option<bool> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|known| known.at.elapsed() < age).map(|known| known.off.contains(subject))
    }

    fn know(&self, known: Option<Known>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

impl Gateway {
    /// Refuses what somebody has switched off.
    pub(crate) async fn is_on(&self, subject: &str) -> Result<(), ExplorerError> {
        let mut off = self.switches.look(subject, FRESH);
        if off.is_none() {
            if let Ok(found) = in_time(self.store().switched_off()).await {
                let off = found.into_iter().map(|switch| switch.subject).collect();
                self.switches.know(Some(Known { off, at: Instant::now() }));
            }
            off = self.switches.look(subject, USABLE);
        }
        match off {
            Some(false) => Ok(()),
            Some(true) => {
                let message = "The operator's credential is switched off. Nothing was sent. Ask whoever runs this server, or save \
                               a credential of your own.";
                let rule = Some(["switched off: ", subject].concat());
                Err(ExplorerError { rule, ..ExplorerError::new(Code::SwitchedOff, message) })
            }
            None => {
                let message =
                    "Nothing was sent: what this server keeps its switches in does not answer. Try again in a moment.";
                Err(ExplorerError::new(Code::StoreUnavailable, message))
            }
        }
    }

    /// The operator's credentials: the provider of each, and its fingerprint.
    pub fn operators_credentials(&self) -> Vec<(String, String)> {
        let served = self.served();
        let credentials = served.operator.iter();
        let mut all: Vec<_> =
            credentials.map(|(provider, credential)| (provider.clone(), credential.fingerprint().to_owned())).collect();
        all.sort();
        all
    }

    /// Switches a credential or a token on or off, for everybody.
    ///
    /// # Errors
    /// Where the store does not answer, or what was done cannot be recorded: nothing is switched then.
    pub async fn switch(&self, identity: &Identity, subject: &str, on: bool) -> Result<(), ExplorerError> {
        let mut note = self.audit().begin(identity, if on { "switch_on" } else { "switch_off" })?;
        note.record.target = Some(subject.to_owned());
        let who = identity.name.as_deref().unwrap_or(&identity.subject);
        let switched =
            if on { self.store().switch_on(subject).await } else { self.store().switch_off(subject, who).await };
        note.end(switched.map_err(|_| {
            let message = "Nothing was switched: what this server keeps its switches in does not answer. Try again.";
            ExplorerError::new(Code::StoreUnavailable, message)
        }))?;
        // It counts here at once.
        self.switches.know(None);
        Ok(())
    }
}
