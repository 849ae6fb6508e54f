//! Takes a call, adds the credential, sends it, returns the reply. The only code that holds a secret.
//!
//! call → policy → request + credential → provider → reply; each step is a file.

mod address;
mod authenticate;
mod compare;
pub mod credential;
mod example;
mod policy;
mod scrub;
mod send;
mod tokens;
mod wire;

use crate::{
    model::{
        Arguments,
        check::check,
        credential::{CredentialSource, CredentialStatus},
        error::{Code, ExplorerError},
        provider::EXAMPLE,
        reply::Reply,
    },
    openapi::Documentation,
    providers::{Catalog, CatalogEntry},
    store::sessions::{SessionId, Sessions},
};
use anyhow::Context;
use credential::{Credential, GivenCredential, Typed};
use policy::Destination;
use std::{collections::HashMap, sync::Arc, time::Instant};
use uuid::Uuid;

pub use send::Limits;

/// The gateway: the catalog of what may be called, and the credentials to call it with.
pub struct Gateway {
    catalog: Catalog,
    client: send::Client,
    operator: HashMap<String, Arc<Credential>>,
    visitors: Sessions<Arc<Credential>>,
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
}

impl Gateway {
    /// A gateway to the catalog's providers, with the operator's credentials by provider.
    ///
    /// # Errors
    /// Where a credential does not fit its provider's document, or the system's TLS cannot be set up.
    pub fn new(catalog: Catalog, given: HashMap<String, GivenCredential>, limits: Limits) -> anyhow::Result<Self> {
        let mut operator = HashMap::new();
        for (provider, given) in given {
            let entry = catalog.get(&provider);
            let entry = entry.with_context(|| format!("there is a credential for {provider}, but no such provider"))?;
            operator.insert(provider, Arc::new(given.resolve(entry)?));
        }
        let client = send::Client::new(limits, address::Addresses::new(&catalog))?;
        Ok(Self { catalog, client, operator, visitors: Sessions::new() })
    }

    /// What may be called.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What a page may know about the credential in force: the visitor's own, else the operator's.
    pub fn status(&self, visitor: Option<SessionId>, provider: &str) -> CredentialStatus {
        self.credential(visitor, provider).map_or_else(CredentialStatus::default, |(source, credential)| {
            CredentialStatus {
                source,
                environment: credential.environment().map(str::to_owned),
                fingerprint: Some(credential.fingerprint().to_owned()),
                schemes: credential.schemes().map(str::to_owned).collect(),
            }
        })
    }

    /// Keeps a visitor's own credential, in a session with a new name. Values of schemes that nothing was typed for stay.
    ///
    /// # Errors
    /// Where the provider is unknown or the credential cannot be right.
    pub fn save(
        &self,
        visitor: Option<SessionId>,
        provider: &str,
        typed: &Typed,
    ) -> Result<(SessionId, CredentialStatus), ExplorerError> {
        let entry = self.entry(provider)?;
        let before = visitor.and_then(|session| self.visitors.get(session, provider));
        let credential = Credential::new(entry, before.as_deref(), typed).map_err(|problems| ExplorerError {
            code: Code::MalformedCredential,
            ..ExplorerError::invalid(problems)
        })?;
        let session = self.visitors.set(visitor, provider, Arc::new(credential));
        Ok((session, self.status(Some(session), provider)))
    }

    /// Forgets a visitor's own credential; the operator's, if any, is in force again.
    pub fn clear(&self, visitor: Option<SessionId>, provider: &str) -> CredentialStatus {
        if let Some(session) = visitor {
            self.visitors.remove(session, provider);
        }
        self.status(visitor, provider)
    }

    /// Makes a call and logs one line about it.
    ///
    /// # Errors
    /// The explorer's own: a provider that refuses the call has replied.
    pub async fn call(&self, visitor: Option<SessionId>, incoming: Incoming<'_>) -> Result<Reply, ExplorerError> {
        let (start, request_id) = (Instant::now(), Uuid::new_v4().to_string());
        let mut outcome = self.answer(visitor, incoming, &request_id).await;
        let duration_ms = start.elapsed().as_secs_f64() * 1000.0;
        // Names from outside are logged only once they are known to be names.
        let known = self.documentation(incoming).ok().map(|(_, documented)| documented.operation.name.clone());
        let known = known.as_deref().unwrap_or("unknown");
        match &mut outcome {
            Ok(reply) => {
                reply.duration_ms = duration_ms;
                tracing::info!(
                    operation = known,
                    environment = reply.environment,
                    status = reply.status,
                    duration_ms,
                    request_id,
                    "call"
                );
            }
            Err(error) => {
                tracing::warn!(operation = known, code = ?error.code, status = error.code.status(), duration_ms, request_id, "call failed");
            }
        }
        outcome
    }

    async fn answer(
        &self,
        visitor: Option<SessionId>,
        incoming: Incoming<'_>,
        request_id: &str,
    ) -> Result<Reply, ExplorerError> {
        let (entry, documented) = self.documentation(incoming)?;
        let mut problems = check(&documented.operation, incoming.arguments);
        if problems.is_empty() {
            problems = entry.document.check_arguments(&documented.operation, incoming.arguments);
        }
        if !problems.is_empty() {
            return Err(ExplorerError::invalid(problems));
        }
        if incoming.environment == Some(EXAMPLE) {
            return Ok(example::reply(&entry.document, incoming.operation, request_id));
        }
        let credential = self.credential(visitor, incoming.provider).map(|(_, credential)| credential);
        let Destination { environment, access } =
            policy::destination(entry, &documented, incoming.environment, credential)?;
        let request = wire::request(entry, &documented.operation, incoming.arguments, environment, access.is_some())?;
        let (received, tokens) = match &access {
            None => (self.client.send(request).await?, Vec::new()),
            Some(access) => authenticate::send(&self.client, entry, access, request).await?,
        };
        let mut scrubbers: Vec<_> = access.iter().map(|access| access.credential.scrubber()).collect();
        scrubbers.extend(tokens.iter().map(|token| &token.scrubber));
        let differences = compare::compare(&entry.document, &documented.operation, &received, &scrubbers).await;
        Ok(Reply { differences, ..scrub::reply(received, &scrubbers, &environment.name, request_id) })
    }

    fn entry(&self, provider: &str) -> Result<&CatalogEntry, ExplorerError> {
        self.catalog.get(provider).ok_or_else(|| ExplorerError::new(Code::NotFound, "There is no such provider here."))
    }

    fn documentation(&self, incoming: Incoming) -> Result<(&CatalogEntry, Arc<Documentation>), ExplorerError> {
        let entry = self.entry(incoming.provider)?;
        let found = entry.document.operation_with(incoming.operation, incoming.content_type);
        let documented = found.ok_or_else(|| {
            let message =
                format!("{} has no operation of this name. /{} lists all.", entry.provider.title, entry.provider.id);
            ExplorerError::new(Code::NotFound, message)
        })?;
        Ok((entry, documented))
    }

    fn credential(&self, visitor: Option<SessionId>, provider: &str) -> Option<(CredentialSource, Arc<Credential>)> {
        let own = visitor.and_then(|session| self.visitors.get(session, provider));
        own.map(|credential| (CredentialSource::Visitor, credential))
            .or_else(|| self.operator.get(provider).map(|credential| (CredentialSource::Operator, credential.clone())))
    }
}
