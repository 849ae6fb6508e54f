//! Takes a call, adds the credential, sends it, returns the reply. The only code that holds a secret.
//!
//! call → policy → request + credential → provider → reply; each step is a file.

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

use crate::audit::{AuditEntry, AuditLog};
use crate::auth::identity::{Caller, Identity};
use crate::{
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
pub use transport::client::Limits;

/// How many visitors' credentials are held open, and for how long after their last use.
const CREDENTIAL_CACHE_CAPACITY: u64 = 1000;
const CREDENTIAL_CACHE_TIME_TO_IDLE: Duration = Duration::from_mins(15);

/// The gateway: the catalog of what may be called, and the credentials to call it with.
pub struct Gateway {
    served_providers: RwLock<ServedProviders>,
    /// Held while what is served is changed.
    change_lock: Mutex<()>,
    /// The operator's credentials as settings give them, for documents that arrive later.
    credential_configs: HashMap<String, CredentialConfig>,
    client: transport::client::UpstreamClient,
    store: Store,
    audit: AuditLog,
    disabled_items: DisabledItems,
    metrics: GatewayMetrics,
    /// Visitors' credentials that were opened lately, by their sealed text, with the tokens that they got.
    credential_cache: Cache<String, Arc<Credential>>,
}

/// A call as it arrives: names and arguments, nothing else.
#[derive(Clone, Copy, Debug)]
pub struct CallRequest<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// The operation's name.
    pub operation: &'a str,
    /// Where to send it; the credential's own environment if not said.
    pub environment: Option<&'a str>,
    /// The media type of the body, where the operation takes several; its first if not said.
    pub content_type: Option<&'a str>,
    /// What to send.
    pub arguments: &'a Arguments,
    /// What is to be deleted, named once more.
    pub confirm: Option<&'a str>,
    /// Whether live data is to be unlocked.
    pub unlock: bool,
    /// Whether the reply's secrets are asked for, and not handles.
    pub reveal: bool,
}

impl Gateway {
    /// A gateway to the catalog's providers, with the operator's credentials by provider, and a store of visitors' own.
    ///
    /// # Errors
    /// Where a credential does not fit its provider's document, or the system's TLS cannot be set up.
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
                .with_context(|| format!("there is a credential for {provider}, but no such provider"))?;
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

    /// Where visitors' credentials are kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where it is written down what is done.
    pub fn audit(&self) -> &AuditLog {
        &self.audit
    }

    /// What it counts.
    pub fn metrics(&self) -> &GatewayMetrics {
        &self.metrics
    }

    /// How many calls to providers are under way.
    pub fn in_flight_calls(&self) -> usize {
        self.client.in_flight_requests()
    }

    /// What a page may know about the credential in force: the visitor's own, else the operator's.
    ///
    /// # Errors
    /// Where the store does not tell.
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

    /// Keeps a visitor's own credential, in a session with a new name. Values of schemes that nothing was typed for stay.
    ///
    /// # Errors
    /// Where the provider is unknown, the credential cannot be right, or it cannot be stored.
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
        // What can no longer be opened is replaced.
        let previous = self.caller_credential(caller, entry).await.or_else(|error| match error {
            StoreError::WrongKey => Ok(None),
            StoreError::Unavailable => Err(credential_save_error(&error)),
        })?;
        let credential = Credential::new(entry, previous.as_deref(), input).map_err(|problems| ExplorerError {
            code: ErrorCode::MalformedCredential,
            ..ExplorerError::invalid_arguments(problems)
        })?;
        let (session, provider) = (caller.session.as_ref(), &entry.provider.id);
        let result = with_timeout(self.store.save_credential(session, provider, &credential.to_parts())).await;
        let session = result.map_err(|error| credential_save_error(&error))?;
        Ok((session, build_credential_status(CredentialSource::Visitor, &credential)))
    }

    /// Forgets a visitor's own credential; the operator's, if any, is in force again.
    ///
    /// # Errors
    /// Where the store does not answer: it is not forgotten then.
    pub async fn clear_credential(&self, caller: &Caller, provider: &str) -> Result<CredentialStatus, ExplorerError> {
        let entry = self.require_entry(provider)?;
        if let Some(session) = &caller.session {
            let audit_entry = self.begin_audit_entry(caller, "clear_credential", &entry)?;
            audit_entry.finish(with_timeout(self.store.clear_credential(session, provider)).await.map_err(|_| {
                let message = "The credential could not be removed: what this server keeps its data in does not answer. It \
                               is still in force. Try again in a moment.";
                ExplorerError::new(ErrorCode::StoreUnavailable, message)
            }))?;
        }
        self.credential_status(caller, provider).await
    }

    /// Lets a visitor change live data of a provider for a while.
    ///
    /// # Errors
    /// Where they may not, or the store does not answer.
    pub async fn unlock_live_data(&self, caller: &Caller, provider: &str) -> Result<(), ExplorerError> {
        let (entry, identity) = (self.require_entry(provider)?, require_identity(caller)?);
        let is_operator_credential =
            matches!(self.effective_credential(caller, &entry).await?, Some((CredentialSource::Operator, _)));
        let audit_entry = self.begin_audit_entry(caller, "unlock", &entry)?;
        audit_entry.finish(policy::unlock_live_data(&entry, identity, is_operator_credential, &self.store).await)
    }

    /// Begins to write down what somebody does with a provider's credential.
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

    /// The credential in force. Where it is not known whether the visitor has one, no other is used in its place.
    async fn effective_credential(
        &self,
        caller: &Caller,
        entry: &CatalogEntry,
    ) -> Result<Option<(CredentialSource, Arc<Credential>)>, ExplorerError> {
        let caller_credential =
            self.caller_credential(caller, entry).await.map_err(|error| credential_read_error(&error))?;
        // Nobody in particular has nothing of the operator's.
        let operator_credential = caller.identity.as_ref().and_then(|_| self.operator_credential(&entry.provider.id));
        Ok(caller_credential
            .map(|credential| (CredentialSource::Visitor, credential))
            .or_else(|| operator_credential.map(|credential| (CredentialSource::Operator, credential))))
    }

    /// The visitor's own credential.
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

/// Whoever must sign in first can neither call nor keep anything.
fn require_identity(caller: &Caller) -> Result<&Identity, ExplorerError> {
    if let Some(identity) = &caller.identity {
        return Ok(identity);
    }
    if caller.is_store_unavailable {
        return Err(credential_read_error(&StoreError::Unavailable));
    }
    let message = "Sign in first: nothing was sent. Open /sign-in in another tab, then send again.";
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

fn credential_save_error(error: &StoreError) -> ExplorerError {
    let message = match error {
        StoreError::Unavailable => {
            "The credential was not stored: what this server keeps its data in does not answer. What was in force before \
             still is. Try again in a moment."
        }
        StoreError::WrongKey => {
            "The credential was not stored: the key of this server's store was changed while it ran. Whoever runs this \
             server must start it again."
        }
    };
    ExplorerError::new(ErrorCode::StoreUnavailable, message)
}

fn credential_read_error(error: &StoreError) -> ExplorerError {
    let message = match error {
        StoreError::Unavailable => {
            "Nothing was sent: what this server keeps credentials in does not answer. Try again in a moment."
        }
        StoreError::WrongKey => {
            "Nothing was sent: your credential cannot be opened with this server's key. If that was changed, whoever runs \
             this server must start it again; if that was done, save the credential again under Authentication."
        }
    };
    ExplorerError::new(ErrorCode::StoreUnavailable, message)
}
