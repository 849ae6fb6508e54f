//! The way of one call: documentation → policy → request + credential → provider → reply.

use super::{
    CallRequest, Gateway, compare,
    credential::{Credential, tokens::OAuthToken},
    example,
    observe::{CallRecorder, CallSummary},
    policy::{self, AuthorizationContext, CredentialUse, Destination},
    receipt,
    redact::{
        mask::{MaskedResponse, ResolvedArguments, can_reveal_secrets, reveal_denied_error},
        scrub::{self, Scrubber},
    },
    request::wire::{self, WireRequest},
    require_identity,
    transport::{authenticate, client::UpstreamResponse},
};
use crate::auth::identity::{Caller, Identity};
use crate::{
    model::{
        check::check_arguments,
        credential::CredentialSource,
        error::{ErrorCode, ExplorerError},
        provider::EXAMPLE_ENVIRONMENT,
        receipt::Receipt,
        response::CallResponse,
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    store::{audit::AuditRecord, sessions::SessionId},
};
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// What came of a call.
#[derive(Debug)]
pub struct CallOutcome {
    /// What came back.
    pub response: CallResponse,
    /// What was sent for it; nothing, where the reply is made up.
    pub receipt: Option<Receipt>,
    /// A session that was begun for somebody who had none, to keep the reply's secrets in.
    pub new_session: Option<SessionId>,
}

impl Gateway {
    /// Makes a call, writes it down, and logs one line about it.
    ///
    /// # Errors
    /// The explorer's own: a provider that refuses the call has replied.
    pub async fn call(&self, caller: &Caller, call_request: CallRequest<'_>) -> Result<CallOutcome, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let lookup = self.find_operation(call_request.provider, call_request.operation, call_request.content_type);
        // Names from outside are told only once they are known to be names.
        let catalog = self.catalog();
        let provider = catalog.provider(call_request.provider).map_or("unknown", |slot| &slot.settings.id);
        let operation = lookup.as_ref().map_or("unknown".into(), |(_, documented)| documented.operation.name.clone());
        let recorder = CallRecorder::begin(&self.metrics, provider, &operation, &request_id);
        let mut outcome = match lookup {
            Ok((entry, documented)) => {
                let audited_call = self.call_audited(caller, call_request, (&entry, &documented), &request_id);
                audited_call.instrument(recorder.span.clone()).await
            }
            Err(error) => Err(error),
        };
        if let Ok(CallOutcome { response, .. }) = &mut outcome {
            response.duration_ms = recorder.elapsed().as_secs_f64() * 1000.0;
        }
        recorder.finish(&outcome.as_ref().map(|CallOutcome { response, receipt, .. }| CallSummary {
            status: response.status,
            environment: &response.environment,
            timings: receipt.as_ref().map(|receipt| receipt.timings),
        }));
        outcome
    }

    /// An operation of a provider, with its body in a media type.
    ///
    /// # Errors
    /// Where one of the three is unknown.
    pub fn find_operation(
        &self,
        provider: &str,
        operation: &str,
        content_type: Option<&str>,
    ) -> Result<(Arc<CatalogEntry>, Arc<DocumentedOperation>), ExplorerError> {
        let entry = self.require_entry(provider)?;
        let documented = entry.document.operation_with_media_type(operation, content_type);
        let documented = documented.ok_or_else(|| {
            let message =
                format!("{} has no operation of this name. /{} lists all.", entry.provider.title, entry.provider.id);
            ExplorerError::new(ErrorCode::NotFound, message)
        })?;
        Ok((entry, documented))
    }

    /// Writes down that the call is made; one that goes nowhere is nobody's business.
    async fn call_audited(
        &self,
        caller: &Caller,
        call_request: CallRequest<'_>,
        (entry, documented): (&CatalogEntry, &DocumentedOperation),
        request_id: &str,
    ) -> Result<CallOutcome, ExplorerError> {
        if call_request.environment == Some(EXAMPLE_ENVIRONMENT) {
            require_identity(caller)?;
            validate_arguments(entry, documented, call_request)?;
            let response = example::build_example_response(&entry.document, call_request.operation, request_id);
            return Ok(CallOutcome { response, receipt: None, new_session: None });
        }
        let mut audit_entry = self.begin_audit_entry(caller, "call", entry)?;
        audit_entry.record.operation = Some(documented.operation.name.clone());
        audit_entry.record.request_id = Some(request_id.to_owned());
        let outcome = self.resolve_and_call(caller, call_request, (entry, documented), &mut audit_entry.record).await;
        audit_entry.record.status = outcome.as_ref().ok().map(|outcome| i64::from(outcome.response.status));
        audit_entry.finish(outcome)
    }

    async fn resolve_and_call(
        &self,
        caller: &Caller,
        call_request: CallRequest<'_>,
        (entry, documented): (&CatalogEntry, &DocumentedOperation),
        record: &mut AuditRecord,
    ) -> Result<CallOutcome, ExplorerError> {
        let identity = require_identity(caller)?;
        let resolved = self
            .resolve_placeholders(identity, call_request.provider, &documented.operation, call_request.arguments)
            .await?;
        let arguments = resolved.arguments.as_ref().unwrap_or(call_request.arguments);
        let call_request = CallRequest { arguments, ..call_request };
        let outcome = self.send_call(caller, identity, call_request, (entry, documented), (&resolved, record)).await;
        outcome.map_err(|error| resolved.redact_error(error))
    }

    async fn send_call(
        &self,
        caller: &Caller,
        identity: &Identity,
        call_request: CallRequest<'_>,
        (entry, documented): (&CatalogEntry, &DocumentedOperation),
        (resolved, record): (&ResolvedArguments, &mut AuditRecord),
    ) -> Result<CallOutcome, ExplorerError> {
        let effective_credential = self.effective_credential(caller, entry).await?;
        let is_operator_credential = matches!(effective_credential, Some((CredentialSource::Operator, _)));
        let context = AuthorizationContext { entry, documented, identity, call_request, is_operator_credential };
        validate_arguments(entry, documented, call_request)?;
        if call_request.reveal && !can_reveal_secrets(identity, is_operator_credential) {
            return Err(reveal_denied_error());
        }
        let destination = self.authorize(context, effective_credential, (resolved, record)).await?;
        let request = wire::build_request(entry, &documented.operation, call_request.arguments, &destination)?;
        policy::spend_budget(context, &self.store).await?;
        let Destination { environment, credential_use } = destination;
        let (upstream_response, tokens) = self.send_authenticated(entry, credential_use.as_ref(), request).await?;
        let request_id = record.request_id.as_deref().unwrap_or_default();
        let redactions = collect_redactions(credential_use.as_ref(), &tokens, resolved, scrub::CREDENTIAL_REMOVED);
        let expected_response =
            compare::find_expected_response(&entry.document, &documented.operation, &upstream_response);
        let differences =
            compare::find_differences(&documented.operation, &expected_response, &upstream_response, &redactions).await;
        let (size, upstream_response) =
            (upstream_response.body.len() as u64, scrub::scrub_response(upstream_response, &redactions));
        let MaskedResponse { upstream_response, masked, new_session } =
            self.mask(caller, (context, &environment.name, request_id), &expected_response, upstream_response).await?;
        let (response, snapshot_and_timings) =
            scrub::build_call_response(upstream_response, size, &environment.name, request_id);
        let credential_name = credential_display_name(credential_use.as_ref());
        let receipt_redactions = collect_redactions(credential_use.as_ref(), &tokens, resolved, &credential_name);
        let rule = record.rule.as_deref().unwrap_or_default();
        let receipt = receipt::build_receipt(
            snapshot_and_timings,
            &receipt_redactions,
            entry.settings.base_url.as_ref(),
            rule,
            &response,
        );
        let response = CallResponse { differences, masked, receipt: receipt.to_lines(), ..response };
        Ok(CallOutcome { response, receipt: Some(receipt), new_session })
    }

    /// Where a call goes, once nothing speaks against it.
    pub(crate) async fn authorize<'a>(
        &self,
        context: AuthorizationContext<'a>,
        effective_credential: Option<(CredentialSource, Arc<Credential>)>,
        (resolved, record): (&ResolvedArguments, &mut AuditRecord),
    ) -> Result<Destination<'a>, ExplorerError> {
        let AuthorizationContext { entry, documented, call_request, is_operator_credential, .. } = context;
        if is_operator_credential {
            self.ensure_enabled(&["credential:", call_request.provider].concat()).await?;
        }
        record.rule = Some(policy::evaluate_rules(context)?);
        let credential = effective_credential.map(|(_, credential)| credential);
        let destination = policy::resolve_destination(entry, documented, call_request.environment, credential)?;
        record.environment = Some(destination.environment.name.clone());
        policy::enforce_safeguards(context, &destination.environment.name, &self.store).await?;
        resolved.ensure_environment(&destination.environment.name)?;
        Ok(destination)
    }

    /// Sends a request, with a credential where there is one; the tokens that were fetched for it come back too.
    pub(crate) async fn send_authenticated(
        &self,
        entry: &CatalogEntry,
        credential_use: Option<&CredentialUse<'_>>,
        request: WireRequest,
    ) -> Result<(UpstreamResponse, Vec<Arc<OAuthToken>>), ExplorerError> {
        match credential_use {
            None => Ok((self.client.send(request, self.client.deadline()).await?, Vec::new())),
            Some(credential_use) => {
                authenticate::send_with_credential(&self.client, entry, credential_use, request).await
            }
        }
    }
}

/// Everything that a call was made with and nobody is to see, and what stands in its place: one name for the credential, and the
/// handles of secrets.
pub(crate) fn collect_redactions<'a>(
    credential_use: Option<&'a CredentialUse>,
    tokens: &'a [Arc<OAuthToken>],
    resolved: &'a ResolvedArguments,
    credential_replacement: &'a str,
) -> Vec<(&'a Scrubber, &'a str)> {
    let scrubbers = credential_use.map(|credential_use| credential_use.credential.scrubber());
    let scrubbers = scrubbers.into_iter().chain(tokens.iter().map(|token| &token.scrubber));
    scrubbers.map(|scrubber| (scrubber, credential_replacement)).chain(resolved.redactions()).collect()
}

/// What a receipt calls the credential of a call.
fn credential_display_name(credential_use: Option<&CredentialUse>) -> String {
    credential_use.map_or_else(String::new, |credential_use| {
        ["[credential ", credential_use.credential.fingerprint(), "]"].concat()
    })
}

/// Refuses arguments that do not fit the operation.
fn validate_arguments(
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    call_request: CallRequest,
) -> Result<(), ExplorerError> {
    let mut problems = check_arguments(&documented.operation, call_request.arguments);
    if problems.is_empty() {
        problems = entry.document.validate_request_body(&documented.operation, call_request.arguments);
    }
    if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid_arguments(problems)) }
}
