//! The way of one call: documentation → policy → request + credential → provider → reply.

use super::{
    Gateway, Incoming, compare,
    credential::{Credential, tokens::Token},
    example,
    observe::{Answered, Call},
    policy::{self, Access, Destination, Passage},
    receipt,
    redact::{
        mask::{Masking, Resolved, denied, may_see},
        scrub::{self, Scrubber},
    },
    request::wire::{self, WireRequest},
    signed_in,
    transport::{authenticate, client::Received},
};
use crate::auth::identity::{Identity, Visitor};
use crate::{
    model::{
        check::check,
        credential::CredentialSource,
        error::{Code, ExplorerError},
        provider::EXAMPLE,
        receipt::Receipt,
        response::Reply,
    },
    openapi::Documentation,
    providers::CatalogEntry,
    store::{audit::Record, sessions::SessionId},
};
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// What came of a call.
#[derive(Debug)]
pub struct Outcome {
    /// What came back.
    pub reply: Reply,
    /// What was sent for it; nothing, where the reply is made up.
    pub receipt: Option<Receipt>,
    /// A session that was begun for somebody who had none, to keep the reply's secrets in.
    pub session: Option<SessionId>,
}

impl Gateway {
    /// Makes a call, writes it down, and logs one line about it.
    ///
    /// # Errors
    /// The explorer's own: a provider that refuses the call has replied.
    pub async fn call(&self, visitor: &Visitor, incoming: Incoming<'_>) -> Result<Outcome, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let found = self.documentation(incoming.provider, incoming.operation, incoming.content_type);
        // Names from outside are told only once they are known to be names.
        let catalog = self.catalog();
        let provider = catalog.slot(incoming.provider).map_or("unknown", |slot| &slot.settings.id);
        let operation = found.as_ref().map_or("unknown".into(), |(_, documented)| documented.operation.name.clone());
        let call = Call::begin(&self.metrics, provider, &operation, &request_id);
        let mut outcome = match found {
            Ok((entry, documented)) => {
                let recorded = self.record(visitor, incoming, (&entry, &documented), &request_id);
                recorded.instrument(call.span.clone()).await
            }
            Err(error) => Err(error),
        };
        if let Ok(Outcome { reply, .. }) = &mut outcome {
            reply.duration_ms = call.elapsed().as_secs_f64() * 1000.0;
        }
        call.end(&outcome.as_ref().map(|Outcome { reply, receipt, .. }| Answered {
            status: reply.status,
            environment: &reply.environment,
            timings: receipt.as_ref().map(|receipt| receipt.timings),
        }));
        outcome
    }

    /// An operation of a provider, with its body in a media type.
    ///
    /// # Errors
    /// Where one of the three is unknown.
    pub fn documentation(
        &self,
        provider: &str,
        operation: &str,
        content_type: Option<&str>,
    ) -> Result<(Arc<CatalogEntry>, Arc<Documentation>), ExplorerError> {
        let entry = self.entry(provider)?;
        let found = entry.document.operation_with(operation, content_type);
        let documented = found.ok_or_else(|| {
            let message =
                format!("{} has no operation of this name. /{} lists all.", entry.provider.title, entry.provider.id);
            ExplorerError::new(Code::NotFound, message)
        })?;
        Ok((entry, documented))
    }

    /// Writes down that the call is made; one that goes nowhere is nobody's business.
    async fn record(
        &self,
        visitor: &Visitor,
        incoming: Incoming<'_>,
        (entry, documented): (&CatalogEntry, &Documentation),
        request_id: &str,
    ) -> Result<Outcome, ExplorerError> {
        if incoming.environment == Some(EXAMPLE) {
            signed_in(visitor)?;
            fitting(entry, documented, incoming)?;
            let reply = example::reply(&entry.document, incoming.operation, request_id);
            return Ok(Outcome { reply, receipt: None, session: None });
        }
        let mut note = self.note(visitor, "call", entry)?;
        note.record.operation = Some(documented.operation.name.clone());
        note.record.request_id = Some(request_id.to_owned());
        let outcome = self.answer(visitor, incoming, (entry, documented), &mut note.record).await;
        note.record.status = outcome.as_ref().ok().map(|outcome| i64::from(outcome.reply.status));
        note.end(outcome)
    }

    async fn answer(
        &self,
        visitor: &Visitor,
        incoming: Incoming<'_>,
        (entry, documented): (&CatalogEntry, &Documentation),
        record: &mut Record,
    ) -> Result<Outcome, ExplorerError> {
        let identity = signed_in(visitor)?;
        let resolved = self.resolve(identity, incoming.provider, &documented.operation, incoming.arguments).await?;
        let arguments = resolved.arguments.as_ref().unwrap_or(incoming.arguments);
        let incoming = Incoming { arguments, ..incoming };
        let outcome = self.send(visitor, identity, incoming, (entry, documented), (&resolved, record)).await;
        outcome.map_err(|error| resolved.clean(error))
    }

    async fn send(
        &self,
        visitor: &Visitor,
        identity: &Identity,
        incoming: Incoming<'_>,
        (entry, documented): (&CatalogEntry, &Documentation),
        (resolved, record): (&Resolved, &mut Record),
    ) -> Result<Outcome, ExplorerError> {
        let found = self.credential(visitor, entry).await?;
        let is_operators = matches!(found, Some((CredentialSource::Operator, _)));
        let passage = Passage { entry, documented, identity, incoming, is_operators };
        fitting(entry, documented, incoming)?;
        if incoming.reveal && !may_see(identity, is_operators) {
            return Err(denied());
        }
        let destination = self.admit(passage, found, (resolved, record)).await?;
        let request = wire::request(entry, &documented.operation, incoming.arguments, &destination)?;
        policy::spend(passage, &self.store).await?;
        let Destination { environment, access } = destination;
        let (received, tokens) = self.deliver(entry, access.as_ref(), request).await?;
        let request_id = record.request_id.as_deref().unwrap_or_default();
        let names = names_of(access.as_ref(), &tokens, resolved, scrub::REMOVED);
        let promise = compare::promise(&entry.document, &documented.operation, &received);
        let differences = compare::compare(&documented.operation, &promise, &received, &names).await;
        let (size, received) = (received.body.len() as u64, scrub::received(received, &names));
        let Masking { received, masked, session } =
            self.mask(visitor, (passage, &environment.name, request_id), &promise, received).await?;
        let (reply, sent) = scrub::reply(received, size, &environment.name, request_id);
        let credential = name_of(access.as_ref());
        let in_receipt = names_of(access.as_ref(), &tokens, resolved, &credential);
        let rule = record.rule.as_deref().unwrap_or_default();
        let receipt = receipt::receipt(sent, &in_receipt, entry.settings.base_url.as_ref(), rule, &reply);
        let reply = Reply { differences, masked, receipt: receipt.lines(), ..reply };
        Ok(Outcome { reply, receipt: Some(receipt), session })
    }

    /// Where a call goes, once nothing speaks against it.
    pub(crate) async fn admit<'a>(
        &self,
        passage: Passage<'a>,
        found: Option<(CredentialSource, Arc<Credential>)>,
        (resolved, record): (&Resolved, &mut Record),
    ) -> Result<Destination<'a>, ExplorerError> {
        let Passage { entry, documented, incoming, is_operators, .. } = passage;
        if is_operators {
            self.is_on(&["credential:", incoming.provider].concat()).await?;
        }
        record.rule = Some(policy::allowed(passage)?);
        let credential = found.map(|(_, credential)| credential);
        let destination = policy::destination(entry, documented, incoming.environment, credential)?;
        record.environment = Some(destination.environment.name.clone());
        policy::caution(passage, &destination.environment.name, &self.store).await?;
        resolved.stay_in(&destination.environment.name)?;
        Ok(destination)
    }

    /// Sends a request, with a credential where there is one; the tokens that were fetched for it come back too.
    pub(crate) async fn deliver(
        &self,
        entry: &CatalogEntry,
        access: Option<&Access<'_>>,
        request: WireRequest,
    ) -> Result<(Received, Vec<Arc<Token>>), ExplorerError> {
        match access {
            None => Ok((self.client.send(request, self.client.deadline()).await?, Vec::new())),
            Some(access) => authenticate::send(&self.client, entry, access, request).await,
        }
    }
}

/// Everything that a call was made with and nobody is to see, and what stands in its place: one name for the credential, and the
/// handles of secrets.
pub(crate) fn names_of<'a>(
    access: Option<&'a Access>,
    tokens: &'a [Arc<Token>],
    resolved: &'a Resolved,
    credential: &'a str,
) -> Vec<(&'a Scrubber, &'a str)> {
    let own = access.map(|access| access.credential.scrubber());
    let own = own.into_iter().chain(tokens.iter().map(|token| &token.scrubber));
    own.map(|scrubber| (scrubber, credential)).chain(resolved.names()).collect()
}

/// What a receipt calls the credential of a call.
fn name_of(access: Option<&Access>) -> String {
    access.map_or_else(String::new, |access| ["[credential ", access.credential.fingerprint(), "]"].concat())
}

/// Refuses arguments that do not fit the operation.
fn fitting(entry: &CatalogEntry, documented: &Documentation, incoming: Incoming) -> Result<(), ExplorerError> {
    let mut problems = check(&documented.operation, incoming.arguments);
    if problems.is_empty() {
        problems = entry.document.check_arguments(&documented.operation, incoming.arguments);
    }
    if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid(problems)) }
}
