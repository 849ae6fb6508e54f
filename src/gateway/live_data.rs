//! Unlocks and locks the live data of a provider for a caller.

use super::{Gateway, policy};
use crate::{
    auth::identity::Caller,
    model::error::ExplorerError,
    store::{StoreError, with_timeout},
    text,
};
use std::time::Duration;

impl Gateway {
    /// Unlocks a provider's live data for a caller, for the duration that the policy sets.
    ///
    /// # Errors
    /// Returns an error if the provider is unknown, the caller must sign in first or lacks the grant, or the store is
    /// unavailable.
    pub async fn unlock_live_data(&self, caller: &Caller, provider: &str) -> Result<(), ExplorerError> {
        let (entry, identity) = (self.require_entry(provider)?, caller.require_identity()?);
        caller.require_known_session()?;
        let credential = self.effective_credential(caller, &entry).await?;
        let is_operator_credential = credential.is_some_and(|credential| credential.is_operator_credential());
        let audit_entry = self.begin_audit_entry(caller, "unlock", &entry)?;
        audit_entry.finish(policy::unlock_live_data(&entry, identity, is_operator_credential, &self.store).await)
    }

    /// Returns the time for which the live data of a provider is still unlocked for a caller; `None` if it is locked.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn remaining_unlock(&self, caller: &Caller, provider: &str) -> Result<Option<Duration>, StoreError> {
        match &caller.identity {
            Some(identity) => with_timeout(self.store.remaining_unlock(provider, &identity.subject)).await,
            None => Ok(None),
        }
    }

    /// Locks a provider's live data for a caller, whatever may have unlocked it.
    ///
    /// # Errors
    /// Returns an error if the provider is unknown, the caller must sign in first, or the store is unavailable.
    pub async fn lock_live_data(&self, caller: &Caller, provider: &str) -> Result<(), ExplorerError> {
        let (entry, identity) = (self.require_entry(provider)?, caller.require_identity()?);
        let audit_entry = self.begin_audit_entry(caller, "lock", &entry)?;
        let result = with_timeout(self.store.lock_live_data(provider, &identity.subject)).await;
        audit_entry.finish(result.map_err(|error| error.to_explorer_error(text!("live-not-locked"))))
    }
}
