//! The first step: resolves placeholders, validates the arguments, and builds all parts of the request that do not
//! depend on the destination.

use super::{Call, Input};
use crate::{
    auth::identity::Identity,
    gateway::{
        CallRequest, Gateway,
        policy::AuthorizationContext,
        redact::mask::{PlaceholderRequest, ResolvedArguments},
        request::{RequestParts, body_format::check_body_format, content_type::choose_accept, proxied, wire},
        unknown_arguments::find_unknown_arguments,
    },
    model::{Arguments, check::check_arguments, delimiter::find_delimiter_problems, error::ExplorerError},
};
use reqwest::header::ACCEPT;
use serde_json::Value;
use std::borrow::Cow;

/// A call with validated arguments and the parts of its request. The server and the credential are not chosen yet.
pub(super) struct Prepared<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) identity: &'a Identity,
    /// The request without its server and credential.
    pub(super) parts: RequestParts,
    /// The arguments, with placeholders replaced by secrets.
    arguments: Cow<'a, Arguments>,
    /// The text that confirms a deletion.
    confirm: Option<String>,
}

impl Gateway {
    /// Finds the secrets that the placeholders of a call refer to.
    ///
    /// # Errors
    /// Returns an error if the caller must sign in first, or if a placeholder cannot be resolved.
    pub(super) async fn resolve_call_placeholders(&self, call: &Call<'_>) -> Result<ResolvedArguments, ExplorerError> {
        let identity = call.caller.require_identity()?;
        let operation = &call.documented.operation;
        let body_fields;
        let (arguments, other_values) = match call.input {
            Input::Arguments(request) => (request.arguments, Arguments::new()),
            Input::Proxy(request) => {
                let Some(fields) = proxied::fields_with_placeholders(request) else {
                    return Ok(ResolvedArguments::default());
                };
                body_fields = fields;
                (&body_fields, proxied::arguments_beside_body(call.entry, operation, request)?)
            }
        };
        let provider = &call.entry.provider.id;
        let trusted_origins = &call.entry.settings.policy.trusted_origins;
        let request = PlaceholderRequest { identity, provider, operation, arguments, other_values, trusted_origins };
        self.resolve_placeholders(request).await
    }
}

impl<'a> Prepared<'a> {
    /// Prepares a call. `resolved` are its arguments with secrets in place of placeholders, if it has placeholders.
    ///
    /// # Errors
    /// Returns an error if the caller must sign in first, or if the arguments are invalid.
    pub(super) fn new(call: &'a Call<'a>, resolved: Option<Arguments>) -> Result<Self, ExplorerError> {
        let identity = call.caller.require_identity()?;
        let operation = &call.documented.operation;
        match call.input {
            Input::Arguments(request) => {
                let arguments = resolved.map_or(Cow::Borrowed(request.arguments), Cow::Owned);
                validate_arguments(call, &arguments, request.additional_arguments)?;
                let mut parts = wire::build_parts(operation, &arguments)?;
                if let Some(requested) = request.accept.filter(|requested| !requested.is_empty()) {
                    parts.headers.insert(ACCEPT, choose_accept(&call.documented.response_media_types, requested)?);
                }
                Ok(Self { call, identity, parts, arguments, confirm: request.confirm.map(str::to_owned) })
            }
            Input::Proxy(request) => {
                let (parts, arguments) = proxied::build_parts(call.entry, operation, request, resolved)?;
                // SDKs cannot confirm a deletion separately: the method DELETE counts as the confirmation.
                let target = operation.target_parameter().and_then(|field| arguments.get(&field.name));
                let confirm = target.and_then(Value::as_str).unwrap_or(&operation.name).to_owned();
                Ok(Self { call, identity, parts, arguments: Cow::Owned(arguments), confirm: Some(confirm) })
            }
        }
    }

    /// Returns the data that the policy evaluates.
    pub(super) fn context(&self, is_operator_credential: bool) -> AuthorizationContext<'_> {
        let Call { entry, documented, input, .. } = *self.call;
        let (environment, server_variables) = match input {
            Input::Arguments(request) => (request.environment, request.server_variables),
            Input::Proxy(_) => (None, None),
        };
        let (fingerprint, unlock, reveal) = match input {
            Input::Arguments(request) => (request.fingerprint, request.unlock, request.reveal),
            // SDKs need the secrets of responses to work. Masking still applies to callers who may not see them.
            Input::Proxy(_) => (None, false, true),
        };
        let call_request = CallRequest {
            provider: &entry.provider.id,
            operation: &documented.operation.name,
            environment,
            server_variables,
            content_type: None,
            accept: None,
            arguments: &self.arguments,
            confirm: self.confirm.as_deref(),
            fingerprint,
            unlock,
            additional_arguments: false,
            reveal,
        };
        AuthorizationContext { entry, documented, identity: self.identity, call_request, is_operator_credential }
    }
}

/// Validates arguments against the operation, and the request body against its schema.
///
/// # Errors
/// Returns an error that lists all problems of the first check that fails, or an error if the arguments could not be
/// validated.
pub(crate) fn validate_arguments(
    call: &Call,
    arguments: &Arguments,
    allows_additional: bool,
) -> Result<(), ExplorerError> {
    let operation = &call.documented.operation;
    let unknown = find_unknown_arguments(&call.entry.document, operation, arguments, allows_additional);
    let mut problems = check_arguments(operation, arguments);
    problems.retain(|problem| unknown.iter().all(|other| other.location != problem.location));
    problems.extend(unknown);
    if problems.is_empty() {
        problems = call.entry.document.validate_request_body(operation, arguments)?;
    }
    if problems.is_empty() {
        problems = check_body_format(operation, arguments);
        problems.extend(find_delimiter_problems(operation, arguments));
    }
    if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid_arguments(problems)) }
}
