//! The gateway: accepts a call, adds the credential, sends the request, and returns the response. Only this module uses
//! decrypted credentials.
//!
//! The module `pipeline` has one file per step of a call. Each module here has one concern of these steps, such as
//! policy, transport or redaction.

mod call;
mod compare;
pub mod credential;
mod example;
pub mod metrics;
mod observe;
mod pipeline;
mod policy;
mod providers;
pub mod proxy;
mod receipt;
mod redact;
mod request;
pub mod transport;

use crate::{
    audit::{AuditEntry, AuditLog},
    auth::identity::{Caller, Identity},
    model::{
        Arguments,
        credential::{CredentialSource, CredentialStatus},
        error::{ErrorCode, ExplorerError},
    },
    providers::{Catalog, CatalogEntry},
    store::{Store, StoreError, sessions::SessionId, with_timeout},
};
use anyhow::Context;
use credential::{Credential, CredentialConfig, CredentialInput};
use metrics::GatewayMetrics;
use moka::sync::Cache;
use policy::disabled::DisabledItems;
use providers::ServedProviders;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

pub use call::CallOutcome;
pub use providers::ResolvedProvider;
pub use request::proxied::ProxyRequest;
pub use transport::client::Limits;

/// Maximum number of decrypted caller credentials in memory.
const CREDENTIAL_CACHE_CAPACITY: u64 = 1000;
/// Time after its last use at which a decrypted credential leaves the cache.
const CREDENTIAL_CACHE_TIME_TO_IDLE: Duration = Duration::from_mins(15);
/// Text of errors of the store while it reads a credential.
const CREDENTIAL_NOT_READ: &str = "Nothing was sent. Your credential could not be read";
/// Text of errors of the store while it saves a credential.
const CREDENTIAL_NOT_SAVED: &str = "The credential was not saved";

/// The catalog, the credentials, and everything else that is needed to make calls.
pub struct Gateway {
    served_providers: RwLock<ServedProviders>,
    /// Serializes changes of `served_providers`.
    change_lock: Mutex<()>,
    /// The operator's credentials from the settings, by provider id. Each update of a document resolves them again.
    credential_configs: HashMap<String, CredentialConfig>,
    client: transport::client::UpstreamClient,
    store: Store,
    audit: AuditLog,
    disabled_items: DisabledItems,
    metrics: GatewayMetrics,
    /// Recently decrypted credentials of callers, with the access tokens fetched with them. The key is the sealed text.
    credential_cache: Cache<String, Arc<Credential>>,
}

/// A request to call an operation. It has only names, arguments and options: no URL, method or authentication header.
#[derive(Clone, Copy, Debug)]
pub struct CallRequest<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// The operation's name.
    pub operation: &'a str,
    /// The environment's name. By default, the credential's environment, or else the operation's first one.
    pub environment: Option<&'a str>,
    /// The media type of the body, if the operation has several. The first one is the default.
    pub content_type: Option<&'a str>,
    /// The operation's arguments.
    pub arguments: &'a Arguments,
    /// The confirmation of a deletion: the value of the last path parameter, or else the operation's name.
    pub confirm: Option<&'a str>,
    /// True if the call first unlocks changes of live data.
    pub unlock: bool,
    /// True if the caller requests the secrets of the response instead of placeholders.
    pub reveal: bool,
}

impl Gateway {
    /// Creates a gateway to the providers of a catalog, with the operator's credentials by provider id, and a store for
    /// the callers' own credentials.
    ///
    /// # Errors
    /// Returns an error if a credential belongs to no provider or does not match its provider's document, or if the
    /// HTTP client cannot be created.
    pub fn new(
        catalog: Catalog,
        credential_configs: HashMap<String, CredentialConfig>,
        limits: Limits,
        store: Store,
    ) -> anyhow::Result<Self> {
        let mut operator_credentials = HashMap::new();
        for (provider, credential_config) in &credential_configs {
            let provider_state = catalog.provider(provider);
            let provider_state = provider_state
                .with_context(|| format!("there is a credential for {provider}, but no provider with this ID"))?;
            if let Some(entry) = &provider_state.entry {
                operator_credentials.insert(provider.clone(), Arc::new(credential_config.resolve(entry)?));
            }
        }
        let client = transport::client::UpstreamClient::new(limits, transport::address::AddressFilter::new(&catalog))?;
        let credential_cache = Cache::builder()
            .max_capacity(CREDENTIAL_CACHE_CAPACITY)
            .time_to_idle(CREDENTIAL_CACHE_TIME_TO_IDLE)
            .build();
        let audit = AuditLog::start(store.clone());
        Ok(Self {
            served_providers: RwLock::new(ServedProviders { catalog: Arc::new(catalog), operator_credentials }),
            change_lock: Mutex::default(),
            credential_configs,
            client,
            store,
            audit,
            disabled_items: DisabledItems::default(),
            metrics: GatewayMetrics::default(),
            credential_cache,
        })
    }

    /// Returns the store, which has the callers' credentials.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the audit log.
    pub fn audit(&self) -> &AuditLog {
        &self.audit
    }

    /// Returns the metrics of calls.
    pub fn metrics(&self) -> &GatewayMetrics {
        &self.metrics
    }

    /// Returns the number of requests to providers in flight.
    pub fn in_flight_calls(&self) -> usize {
        self.client.in_flight_requests()
    }

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
        Ok(effective_credential.map_or_else(CredentialStatus::default, |(source, credential)| {
            build_credential_status(source, &credential)
        }))
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
        // A credential that was sealed with another key cannot be decrypted any more, so the new one replaces it.
        let previous = self.caller_credential(caller, entry).await.or_else(|error| match error {
            StoreError::WrongKey => Ok(None),
            StoreError::Unavailable => Err(error.to_explorer_error(CREDENTIAL_NOT_SAVED)),
        })?;
        let credential = Credential::new(entry, previous.as_deref(), input).map_err(|problems| ExplorerError {
            code: ErrorCode::MalformedCredential,
            ..ExplorerError::invalid_arguments(problems)
        })?;
        let (session, provider) = (caller.session.as_ref(), &entry.provider.id);
        let result = with_timeout(self.store.save_credential(session, provider, &credential.to_parts())).await;
        let session = result.map_err(|error| error.to_explorer_error(CREDENTIAL_NOT_SAVED))?;
        Ok((session, build_credential_status(CredentialSource::Caller, &credential)))
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
                    .map_err(|error| error.to_explorer_error("The credential was not removed and stays in effect")),
            )?;
        }
        self.credential_status(caller, provider).await
    }

    /// Unlocks a provider's live data for a caller, for the duration that the policy sets.
    ///
    /// # Errors
    /// Returns an error if the provider is unknown, the caller must sign in first or lacks the grant, or the store is
    /// unavailable.
    pub async fn unlock_live_data(&self, caller: &Caller, provider: &str) -> Result<(), ExplorerError> {
        let (entry, identity) = (self.require_entry(provider)?, require_identity(caller)?);
        let is_operator_credential =
            matches!(self.effective_credential(caller, &entry).await?, Some((CredentialSource::Operator, _)));
        let audit_entry = self.begin_audit_entry(caller, "unlock", &entry)?;
        audit_entry.finish(policy::unlock_live_data(&entry, identity, is_operator_credential, &self.store).await)
    }

    /// Begins the audit entry of an action on a provider. Returns an error if the caller must sign in first, or if the
    /// queue of audit records is full.
    fn begin_audit_entry(
        &self,
        caller: &Caller,
        action: &str,
        entry: &CatalogEntry,
    ) -> Result<AuditEntry, ExplorerError> {
        let mut audit_entry = self.audit.begin_entry(require_identity(caller)?, action)?;
        audit_entry.record.provider = Some(entry.provider.id.clone());
        Ok(audit_entry)
    }

    /// Returns the credential in effect and its source. If the caller's own credential cannot be read, returns an error
    /// instead of the operator's credential: the source must not change unnoticed.
    async fn effective_credential(
        &self,
        caller: &Caller,
        entry: &CatalogEntry,
    ) -> Result<Option<(CredentialSource, Arc<Credential>)>, ExplorerError> {
        let caller_credential = self
            .caller_credential(caller, entry)
            .await
            .map_err(|error| error.to_explorer_error(CREDENTIAL_NOT_READ))?;
        // A caller without an identity must not use the operator's credential.
        let operator_credential = caller.identity.as_ref().and_then(|_| self.operator_credential(&entry.provider.id));
        Ok(caller_credential
            .map(|credential| (CredentialSource::Caller, credential))
            .or_else(|| operator_credential.map(|credential| (CredentialSource::Operator, credential))))
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

/// Returns the caller's identity. Returns an error if the caller must sign in first, or if the store is unavailable.
fn require_identity(caller: &Caller) -> Result<&Identity, ExplorerError> {
    if let Some(identity) = &caller.identity {
        return Ok(identity);
    }
    if caller.is_store_unavailable {
        return Err(StoreError::Unavailable.to_explorer_error("Nothing was sent. Your session could not be read"));
    }
    let message = "You are not signed in. Nothing was sent. Sign in at /sign-in in another tab, then send again.";
    Err(ExplorerError::new(ErrorCode::SignInRequired, message))
}

fn build_credential_status(source: CredentialSource, credential: &Credential) -> CredentialStatus {
    CredentialStatus {
        source,
        environment: credential.environment().map(str::to_owned),
        fingerprint: Some(credential.fingerprint().to_owned()),
        schemes: credential.scheme_ids().map(str::to_owned).collect(),
    }
}
