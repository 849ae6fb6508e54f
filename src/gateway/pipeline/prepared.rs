//! The first step: resolves placeholders, validates the arguments, and builds all parts of the request that do not
//! depend on the destination.

use super::{Call, Input};
use crate::{
    auth::identity::Identity,
    gateway::{
        CallRequest, Gateway,
        policy::AuthorizationContext,
        proxy::ProxyRequest,
        redact::mask::ResolvedArguments,
        request::{RequestParts, proxied, wire},
        require_identity,
    },
    model::{Arguments, check::check_arguments, error::ExplorerError},
};
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

impl<'a> Prepared<'a> {
    /// Prepares a call. Also returns the secrets that replaced placeholders, so that later steps can redact them.
    ///
    /// # Errors
    /// Returns an error if the caller must sign in first, a placeholder cannot be resolved, or the arguments are
    /// invalid.
    pub(super) async fn new(gateway: &Gateway, call: &'a Call<'a>) -> Result<(Self, ResolvedArguments), ExplorerError> {
        let identity = require_identity(call.caller)?;
        let body_fields = match call.input {
            Input::Arguments(_) => None,
            Input::Proxy(request) => proxied::fields_with_placeholders(request),
        };
        let arguments = match (&call.input, &body_fields) {
            (Input::Arguments(request), _) => Some(request.arguments),
            (Input::Proxy(_), fields) => fields.as_ref(),
        };
        let mut placeholders = match arguments {
            Some(arguments) => {
                let operation = &call.documented.operation;
                gateway.resolve_placeholders(identity, &call.entry.provider.id, operation, arguments).await?
            }
            None => ResolvedArguments::default(),
        };
        let resolved = placeholders.arguments.take();
        let prepared = match call.input {
            Input::Arguments(request) => Self::from_arguments(call, identity, request, resolved),
            Input::Proxy(request) => Self::from_proxy_request(call, identity, request, resolved),
        };
        match prepared {
            Ok(prepared) => Ok((prepared, placeholders)),
            Err(error) => Err(placeholders.redact_error(error)),
        }
    }

    fn from_arguments(
        call: &'a Call<'a>,
        identity: &'a Identity,
        request: CallRequest<'a>,
        resolved: Option<Arguments>,
    ) -> Result<Self, ExplorerError> {
        let arguments = resolved.map_or(Cow::Borrowed(request.arguments), Cow::Owned);
        validate_arguments(call, &arguments)?;
        let parts = wire::build_parts(&call.documented.operation, &arguments)?;
        Ok(Self { call, identity, parts, arguments, confirm: request.confirm.map(str::to_owned) })
    }

    fn from_proxy_request(
        call: &'a Call<'a>,
        identity: &'a Identity,
        request: ProxyRequest<'a>,
        resolved: Option<Arguments>,
    ) -> Result<Self, ExplorerError> {
        let operation = &call.documented.operation;
        let body = resolved.and_then(|fields| serde_json::to_vec(&fields).ok());
        let request = ProxyRequest { body: body.as_deref().unwrap_or(request.body), ..request };
        let arguments = proxied::extract_arguments(operation, request);
        let parts = proxied::build_parts(operation, request)?;
        // SDKs cannot confirm a deletion separately: the method DELETE counts as the confirmation.
        let target = operation.target_parameter().and_then(|field| arguments.get(&field.name));
        let confirm = target.and_then(Value::as_str).unwrap_or(&operation.name).to_owned();
        Ok(Self { call, identity, parts, arguments: Cow::Owned(arguments), confirm: Some(confirm) })
    }

    /// Returns the data that the policy evaluates.
    pub(super) fn context(&self, is_operator_credential: bool) -> AuthorizationContext<'_> {
        let Call { entry, documented, input, .. } = *self.call;
        let request = CallRequest {
            provider: &entry.provider.id,
            operation: &documented.operation.name,
            environment: None,
            content_type: None,
            arguments: &self.arguments,
            confirm: self.confirm.as_deref(),
            unlock: false,
            // SDKs need the secrets of responses to work. Masking still applies to callers who may not see them.
            reveal: true,
        };
        let call_request = match input {
            Input::Arguments(CallRequest { environment, unlock, reveal, .. }) => {
                CallRequest { environment, unlock, reveal, ..request }
            }
            Input::Proxy(_) => request,
        };
        AuthorizationContext { entry, documented, identity: self.identity, call_request, is_operator_credential }
    }
}

/// Validates arguments against the operation, and the request body against its schema.
///
/// # Errors
/// Returns an error that lists all problems of the first check that fails.
pub(crate) fn validate_arguments(call: &Call, arguments: &Arguments) -> Result<(), ExplorerError> {
    let operation = &call.documented.operation;
    let mut problems = check_arguments(operation, arguments);
    if problems.is_empty() {
        problems = call.entry.document.validate_request_body(operation, arguments);
    }
    if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid_arguments(problems)) }
}
