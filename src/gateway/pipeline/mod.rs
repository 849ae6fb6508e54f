//! The pipeline of a call: `Prepared` → `Authorized` → `Sent` → `Redacted`.
//!
//! Only the file of a step can construct its type, and each later step consumes the one before. So no entry point can
//! obtain a response without all four. Entry points differ only in how they build a [`Call`] and how they present a
//! [`Redacted`].

mod authorized;
mod prepared;
#[cfg(test)]
mod property_tests;
mod redact_stream;
mod redacted;
mod sent;

pub(crate) use prepared::validate_arguments;
pub(crate) use redact_stream::{Delivery, RedactedItem, StreamHead, StreamPart};
pub(crate) use redacted::Redacted;

use super::{CallRequest, Gateway, observe::CallRecorder, request::ProxyRequest};
use crate::{
    audit::INCOMPLETE_CODE, auth::identity::Caller, model::error::ExplorerError, openapi::DocumentedOperation,
    providers::CatalogEntry,
};
use prepared::Prepared;

/// The input of the pipeline, as an entry point builds it.
pub(crate) struct Call<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) entry: &'a CatalogEntry,
    pub(crate) documented: &'a DocumentedOperation,
    /// The id that identifies the call in the response, the log and the audit log.
    pub(crate) request_id: &'a str,
    pub(crate) input: Input<'a>,
    /// The way in which the items of a stream reach the caller.
    pub(crate) delivery: &'a Delivery,
    pub(crate) recorder: &'a CallRecorder<'a>,
}

/// The source of a call's request: named arguments, or the HTTP request of an SDK.
#[derive(Clone, Copy)]
pub(crate) enum Input<'a> {
    Arguments(CallRequest<'a>),
    Proxy(ProxyRequest<'a>),
}

impl Gateway {
    /// Makes a call and records it in the audit log. Ends with the response, or with the last item of a stream.
    ///
    /// # Errors
    /// Returns an error if a step of the pipeline fails. An error response of the provider is not an error.
    pub(crate) async fn run(&self, call: &Call<'_>) -> Result<Redacted, ExplorerError> {
        let mut audit_entry = self.begin_audit_entry(call.caller, "call", call.entry)?;
        audit_entry.record.operation = Some(call.documented.operation.name.clone());
        audit_entry.record.request_id = Some(call.request_id.to_owned());
        let record = &mut audit_entry.record;
        let outcome = async {
            let mut placeholders = self.resolve_call_placeholders(call).await?;
            let resolved = placeholders.arguments.take();
            let steps = async {
                let prepared = Prepared::new(call, resolved)?;
                let authorized = prepared.authorize(self, &placeholders, record).await?;
                let sent = authorized.send(self).await?;
                sent.redact(self, &placeholders, record).await
            };
            steps.await.map_err(|error| placeholders.redact_error(error))
        }
        .await;
        audit_entry.record.status = outcome.as_ref().ok().map(|redacted| i64::from(redacted.status));
        if outcome.as_ref().is_ok_and(Redacted::is_incomplete) {
            // An entry that is not finished is recorded with its code.
            audit_entry.record.code = Some(INCOMPLETE_CODE.to_owned());
            return outcome;
        }
        audit_entry.finish(outcome)
    }
}
