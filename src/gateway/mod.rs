//! Takes a call, adds the credential, sends it, returns the reply. The only code that holds a secret.
//!
//! call → policy → request + credential → provider → reply; each step is a file.

mod compare;
pub mod credential;
mod example;
pub mod metrics;
mod observe;
mod pipeline;
mod policy;
mod providers;
mod receipt;
mod redact;
pub mod request;
pub mod transport;

use crate::audit::{Audit, Entry};
use crate::auth::identity::{Identity, Visitor};
use crate::{
    model::{
        Arguments,
        credential::{CredentialSource, CredentialStatus},
        error::{Code, ExplorerError},
    },
    providers::{Catalog, CatalogEntry},
    store::{Store, StoreError, in_time, sessions::SessionId},
};
use anyhow::Context;
use credential::{Credential, GivenCredential, Typed};
use metrics::Metrics;
use moka::sync::Cache;
use policy::disabled::Switches;
use providers::Served;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

pub use pipeline::Outcome;
pub use providers::Fitted;
pub use transport::client::Limits;

/// How many visitors' credentials are held open, and for how long after their last use.
const OPEN: u64 = 1000;
const OPEN_IDLE: Duration = Duration::from_mins(15);

/// The gateway: the catalog of what may be called, and the credentials to call it with.
pub struct Gateway {
    served: RwLock<Served>,
    /// Held while what is served is changed.
    changing: Mutex<()>,
    /// The operator's credentials as settings give them, for documents that arrive later.
    given: HashMap<String, GivenCredential>,
    client: transport::client::Client,
    store: Store,
    audit: Audit,
    switches: Switches,
    metrics: Metrics,
    /// Visitors' credentials that were opened lately, by their sealed text, with the tokens that they got.
    opened: Cache<String, Arc<Credential>>,
}

/// A call as it arrives: names and arguments, nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
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
        given: HashMap<String, GivenCredential>,
        limits: Limits,
        store: Store,
    ) -> anyhow::Result<Self> {
        let mut operator = HashMap::new();
        for (provider, given) in &given {
            let slot = catalog.slot(provider);
            let slot = slot.with_context(|| format!("there is a credential for {provider}, but no such provider"))?;
            if let Some(entry) = &slot.entry {
                operator.insert(provider.clone(), Arc::new(given.resolve(entry)?));
            }
        }
        let client = transport::client::Client::new(limits, transport::address::Addresses::new(&catalog))?;
        let opened = Cache::builder().max_capacity(OPEN).time_to_idle(OPEN_IDLE).build();
        let audit = Audit::start(store.clone());
        Ok(Self {
            served: RwLock::new(Served { catalog: Arc::new(catalog), operator }),
            changing: Mutex::default(),
            given,
            client,
            store,
            audit,
            switches: Switches::default(),
            metrics: Metrics::default(),
            opened,
        })
    }

    /// Where visitors' credentials are kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where it is written down what is done.
    pub fn audit(&self) -> &Audit {
        &self.audit
    }

    /// What it counts.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How many calls to providers are under way.
    pub fn running(&self) -> usize {
        self.client.running()
    }

    /// What a page may know about the credential in force: the visitor's own, else the operator's.
    ///
    /// # Errors
    /// Where the store does not tell.
    pub async fn status(&self, visitor: &Visitor, provider: &str) -> Result<CredentialStatus, ExplorerError> {
        let catalog = self.catalog();
        let Some(entry) = catalog.get(provider) else {
            return Ok(CredentialStatus::default());
        };
        let found = self.credential(visitor, entry).await?;
        Ok(found.map_or_else(CredentialStatus::default, |(source, credential)| status(source, &credential)))
    }

    /// Keeps a visitor's own credential, in a session with a new name. Values of schemes that nothing was typed for stay.
    ///
    /// # Errors
    /// Where the provider is unknown, the credential cannot be right, or it cannot be stored.
    pub async fn save(
        &self,
        visitor: &Visitor,
        provider: &str,
        typed: &Typed,
    ) -> Result<(SessionId, CredentialStatus), ExplorerError> {
        let entry = self.entry(provider)?;
        self.note(visitor, "save_credential", &entry)?.end(self.keep(visitor, &entry, typed).await)
    }

    async fn keep(
        &self,
        visitor: &Visitor,
        entry: &CatalogEntry,
        typed: &Typed,
    ) -> Result<(SessionId, CredentialStatus), ExplorerError> {
        // What can no longer be opened is replaced.
        let before = self.own(visitor, entry).await.or_else(|error| match error {
            StoreError::OtherKey => Ok(None),
            StoreError::Unavailable => Err(not_stored(&error)),
        })?;
        let credential = Credential::new(entry, before.as_deref(), typed).map_err(|problems| ExplorerError {
            code: Code::MalformedCredential,
            ..ExplorerError::invalid(problems)
        })?;
        let (session, provider) = (visitor.session.as_ref(), &entry.provider.id);
        let saved = in_time(self.store.save_credential(session, provider, &credential.parts())).await;
        let session = saved.map_err(|error| not_stored(&error))?;
        Ok((session, status(CredentialSource::Visitor, &credential)))
    }

    /// Forgets a visitor's own credential; the operator's, if any, is in force again.
    ///
    /// # Errors
    /// Where the store does not answer: it is not forgotten then.
    pub async fn clear(&self, visitor: &Visitor, provider: &str) -> Result<CredentialStatus, ExplorerError> {
        let entry = self.entry(provider)?;
        if let Some(session) = &visitor.session {
            let note = self.note(visitor, "clear_credential", &entry)?;
            note.end(in_time(self.store.clear_credential(session, provider)).await.map_err(|_| {
                let message = "The credential could not be removed: what this server keeps its data in does not answer. It \
                               is still in force. Try again in a moment.";
                ExplorerError::new(Code::StoreUnavailable, message)
            }))?;
        }
        self.status(visitor, provider).await
    }

    /// Lets a visitor change live data of a provider for a while.
    ///
    /// # Errors
    /// Where they may not, or the store does not answer.
    pub async fn unlock_live(&self, visitor: &Visitor, provider: &str) -> Result<(), ExplorerError> {
        let (entry, identity) = (self.entry(provider)?, signed_in(visitor)?);
        let is_operators = matches!(self.credential(visitor, &entry).await?, Some((CredentialSource::Operator, _)));
        let note = self.note(visitor, "unlock", &entry)?;
        note.end(policy::unlock(&entry, identity, is_operators, &self.store).await)
    }

    /// Begins to write down what somebody does with a provider's credential.
    fn note(&self, visitor: &Visitor, action: &str, entry: &CatalogEntry) -> Result<Entry, ExplorerError> {
        let mut note = self.audit.begin(signed_in(visitor)?, action)?;
        note.record.provider = Some(entry.provider.id.clone());
        Ok(note)
    }

    /// The credential in force. Where it is not known whether the visitor has one, no other is used in its place.
    async fn credential(
        &self,
        visitor: &Visitor,
        entry: &CatalogEntry,
    ) -> Result<Option<(CredentialSource, Arc<Credential>)>, ExplorerError> {
        let own = self.own(visitor, entry).await.map_err(|error| not_read(&error))?;
        // Nobody in particular has nothing of the operator's.
        let operator = visitor.identity.as_ref().and_then(|_| self.operators(&entry.provider.id));
        Ok(own
            .map(|credential| (CredentialSource::Visitor, credential))
            .or_else(|| operator.map(|credential| (CredentialSource::Operator, credential))))
    }

    /// The visitor's own credential.
    async fn own(&self, visitor: &Visitor, entry: &CatalogEntry) -> Result<Option<Arc<Credential>>, StoreError> {
        if visitor.is_unclear {
            return Err(StoreError::Unavailable);
        }
        let Some(session) = &visitor.session else { return Ok(None) };
        let stored = in_time(self.store.credential(session, &entry.provider.id)).await?;
        let Some(stored) = stored else { return Ok(None) };
        if let Some(opened) = self.opened.get(&stored.sealed) {
            return Ok(Some(opened));
        }
        let credential = Arc::new(Credential::from_parts(entry, self.store.open_credential(&stored)?));
        self.hold_open(entry, &stored.sealed, &credential);
        Ok(Some(credential))
    }
}

/// Whoever must sign in first can neither call nor keep anything.
fn signed_in(visitor: &Visitor) -> Result<&Identity, ExplorerError> {
    if let Some(identity) = &visitor.identity {
        return Ok(identity);
    }
    if visitor.is_unclear {
        return Err(not_read(&StoreError::Unavailable));
    }
    let message = "Sign in first: nothing was sent. Open /sign-in in another tab, then send again.";
    Err(ExplorerError::new(Code::SignInRequired, message))
}

fn status(source: CredentialSource, credential: &Credential) -> CredentialStatus {
    CredentialStatus {
        source,
        environment: credential.environment().map(str::to_owned),
        fingerprint: Some(credential.fingerprint().to_owned()),
        schemes: credential.schemes().map(str::to_owned).collect(),
    }
}

fn not_stored(error: &StoreError) -> ExplorerError {
    let message = match error {
        StoreError::Unavailable => {
            "The credential was not stored: what this server keeps its data in does not answer. What was in force before \
             still is. Try again in a moment."
        }
        StoreError::OtherKey => {
            "The credential was not stored: the key of this server's store was changed while it ran. Whoever runs this \
             server must start it again."
        }
    };
    ExplorerError::new(Code::StoreUnavailable, message)
}

fn not_read(error: &StoreError) -> ExplorerError {
    let message = match error {
        StoreError::Unavailable => {
            "Nothing was sent: what this server keeps credentials in does not answer. Try again in a moment."
        }
        StoreError::OtherKey => {
            "Nothing was sent: your credential cannot be opened with this server's key. If that was changed, whoever runs \
             this server must start it again; if that was done, save the credential again under Authentication."
        }
    };
    ExplorerError::new(Code::StoreUnavailable, message)
}
