//! The credentials of callers: status, save, clear; and the credential that a call uses.

use super::{Credential, CredentialInput};
use crate::{
    auth::identity::Caller,
    gateway::Gateway,
    model::{
        credential::{CredentialSource, CredentialStatus},
        error::{ErrorCode, ExplorerError},
    },
    providers::CatalogEntry,
    store::{StoreError, sessions::SessionId, with_timeout},
    text,
};
use std::sync::Arc;

/// The credential in effect for a caller.
pub(crate) struct EffectiveCredential {
    pub(crate) source: CredentialSource,
    pub(crate) credential: Arc<Credential>,
}

impl EffectiveCredential {
    /// Returns true if it is the operator's.
    pub(crate) fn is_operator_credential(&self) -> bool {
        self.source == CredentialSource::Operator
    }

    /// Returns the public facts about it.
    fn status(&self) -> CredentialStatus {
        CredentialStatus {
            source: self.source,
            environment: self.credential.environment().map(str::to_owned),
            fingerprint: Some(self.credential.fingerprint().to_owned()),
            schemes: self.credential.scheme_ids().map(str::to_owned).collect(),
        }
    }
}

/// Requires that the credential in effect is the one that a call names, if it names one. It changes for example when a
/// session ends, or when the caller saves another one in another tab.
pub(crate) fn require_named_credential(
    named: Option<&str>,
    credential: Option<&EffectiveCredential>,
) -> Result<(), ExplorerError> {
    let status = credential.map(EffectiveCredential::status).unwrap_or_default();
    if named.is_none_or(|named| named == status.reference()) {
        return Ok(());
    }
    let source = match (status.source, &status.fingerprint) {
        (CredentialSource::Operator, Some(_)) => "operator",
        (CredentialSource::Caller, Some(_)) => "own",
        _ => "none",
    };
    let fingerprint = status.fingerprint.unwrap_or_default();
    let message = text!("credential-changed", source = source, fingerprint = fingerprint);
    Err(ExplorerError::new(ErrorCode::CredentialChanged, message))
}

impl Gateway {
    /// Returns the public facts about the credential in effect: the caller's own, or else the operator's.
    ///
    /// # Errors
    /// Returns an error if the caller's own credential cannot be read from the store.
    pub async fn credential_status(&self, caller: &Caller, provider: &str) -> Result<CredentialStatus, ExplorerError> {
        let catalog = self.catalog();
        let Some(entry) = catalog.entry(provider) else {
            return Ok(CredentialStatus::default());
        };
        let effective_credential = self.effective_credential(caller, entry).await?;
        Ok(effective_credential.as_ref().map(EffectiveCredential::status).unwrap_or_default())
    }

    /// Saves a caller's own credential in a new session, which replaces the caller's session. Schemes without input
    /// keep their values.
    ///
    /// # Errors
    /// Returns an error if the provider is unknown, the caller must sign in first, the credential is malformed, or the
    /// credential or its audit record cannot be stored.
    pub async fn save_credential(
        &self,
        caller: &Caller,
        provider: &str,
        input: &CredentialInput,
    ) -> Result<(SessionId, CredentialStatus), ExplorerError> {
        let entry = self.require_entry(provider)?;
        self.begin_audit_entry(caller, "save_credential", &entry)?
            .finish(self.store_credential(caller, &entry, input).await)
    }

    async fn store_credential(
        &self,
        caller: &Caller,
        entry: &CatalogEntry,
        input: &CredentialInput,
    ) -> Result<(SessionId, CredentialStatus), ExplorerError> {
        self.admission().admit_session(caller)?;
        // A credential that was sealed with another key cannot be decrypted any more, so the new one replaces it.
        let previous = self.caller_credential(caller, entry).await.or_else(|error| match error {
            StoreError::WrongKey => Ok(None),
            StoreError::Unavailable => Err(error.to_explorer_error(text!("credential-not-saved"))),
        })?;
        let credential = Credential::new(entry, previous.as_deref(), input).map_err(|problems| ExplorerError {
            code: ErrorCode::MalformedCredential,
            ..ExplorerError::invalid_arguments(problems)
        })?;
        let (session, provider) = (caller.session.as_ref(), &entry.provider.id);
        let (network, parts) = (caller.network.to_string(), credential.to_parts());
        let result = with_timeout(self.store.save_credential(session, &network, provider, &parts)).await;
        let session = result.map_err(|error| error.to_explorer_error(text!("credential-not-saved")))?;
        let saved = EffectiveCredential { source: CredentialSource::Caller, credential: Arc::new(credential) };
        Ok((session, saved.status()))
    }

    /// Deletes a caller's own credential, and returns the status of the one that is then in effect: the operator's, if
    /// there is one.
    ///
    /// # Errors
    /// Returns an error if the provider is unknown, the caller must sign in first, or the store is unavailable. If the
    /// store fails to delete the credential, it stays in effect.
    pub async fn clear_credential(&self, caller: &Caller, provider: &str) -> Result<CredentialStatus, ExplorerError> {
        let entry = self.require_entry(provider)?;
        if let Some(session) = &caller.session {
            let audit_entry = self.begin_audit_entry(caller, "clear_credential", &entry)?;
            audit_entry.finish(
                with_timeout(self.store.clear_credential(session, provider))
                    .await
                    .map_err(|error| error.to_explorer_error(text!("credential-not-removed"))),
            )?;
        }
        self.credential_status(caller, provider).await
    }

    /// Returns the credential in effect and its source. If the caller's own credential cannot be read, returns an error
    /// instead of the operator's credential: the source must not change unnoticed.
    pub(crate) async fn effective_credential(
        &self,
        caller: &Caller,
        entry: &CatalogEntry,
    ) -> Result<Option<EffectiveCredential>, ExplorerError> {
        let caller_credential = self
            .caller_credential(caller, entry)
            .await
            .map_err(|error| error.to_explorer_error(text!("credential-not-read")))?;
        // A caller without an identity must not use the operator's credential.
        let operator_credential = caller.identity.as_ref().and_then(|_| self.operator_credential(&entry.provider.id));
        let with_source = |source| move |credential| EffectiveCredential { source, credential };
        Ok(caller_credential
            .map(with_source(CredentialSource::Caller))
            .or_else(|| operator_credential.map(with_source(CredentialSource::Operator))))
    }

    /// Returns the caller's own credential, from the cache or the store.
    async fn caller_credential(
        &self,
        caller: &Caller,
        entry: &CatalogEntry,
    ) -> Result<Option<Arc<Credential>>, StoreError> {
        if caller.is_store_unavailable {
            return Err(StoreError::Unavailable);
        }
        let Some(session) = &caller.session else { return Ok(None) };
        let stored = with_timeout(self.store.find_credential(session, &entry.provider.id)).await?;
        let Some(stored) = stored else { return Ok(None) };
        if let Some(cached) = self.credential_cache.get(&stored.sealed) {
            return Ok(Some(cached));
        }
        let credential = Arc::new(Credential::from_parts(entry, self.store.open_credential(&stored)?));
        self.cache_credential(entry, &stored.sealed, &credential);
        Ok(Some(credential))
    }
}
