//! Server functions: the endpoints that the browser's code calls. Each names an action. None takes a URL, a method or a
//! header, and none returns a credential.
#![allow(missing_docs, clippy::unused_async, reason = "the macro makes undocumented fields, and async is its form")]
#![allow(clippy::too_many_arguments, reason = "the arguments are the fields of the request")]

#[cfg(feature = "ssr")]
use crate::{
    model::error::ErrorCode,
    snippet::{SnippetInput, SnippetPreference},
    text,
    ui::{form_reading::read_form_state, preview::complete_response},
};
use crate::{
    model::{Arguments, credential::CredentialStatus, error::ExplorerError, form::Controls, response::GatewayResponse},
    ui::{form_state::FormState, snippet::RenderedSnippet},
};
use leptos::{prelude::*, server_fn::codec::Json};
use std::collections::BTreeMap;

/// Maximum size of a request's body, in bytes: enough for files of 10 MB in Base64.
pub const MAX_REQUEST_BYTES: usize = 14_000_000;

/// Makes a call with the caller's credential or the operator's.
///
/// # Errors
/// Returns an error if the explorer could not make the call. An error response of the provider is not an error here.
#[server(input = Json, output = Json, endpoint = "call")]
pub async fn call(
    provider: String,
    operation: String,
    environment: Option<String>,
    server_variables: Option<Arguments>,
    content_type: Option<String>,
    accept: Option<String>,
    arguments: Arguments,
    confirm: Option<String>,
    fingerprint: Option<String>,
    unlock: Option<bool>,
) -> Result<GatewayResponse, ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    let call_request = crate::gateway::CallRequest {
        provider: &provider,
        operation: &operation,
        environment: environment.as_deref(),
        server_variables: server_variables.as_ref(),
        content_type: content_type.as_deref(),
        accept: accept.as_deref(),
        arguments: &arguments,
        confirm: confirm.as_deref(),
        fingerprint: fingerprint.as_deref(),
        unlock: unlock.unwrap_or_default(),
        // The page lists them apart from the documented ones.
        additional_arguments: true,
        reveal: false,
    };
    let mut outcome = context.gateway.call(&context.caller, call_request).await?;
    complete_response(&context.gateway, &context.caller, &mut outcome, true).await;
    outcome.new_session.into_iter().for_each(|session| context.set_session_cookie(session));
    Ok(outcome.into_page_response())
}

/// Reads the form of an operation: checks it, and renders the call as source code. `client` is the id or label of the
/// target, which the browser remembers.
///
/// # Errors
/// Returns an error if the provider or the operation is unknown, or if the store does not respond.
#[server(input = Json, output = Json, endpoint = "form")]
pub async fn read_form(provider: String, operation: String, controls: Controls) -> Result<FormState, ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    let names = (provider.as_str(), operation.as_str());
    let (form_state, preference) =
        read_form_state(&context.gateway, &context.caller, names, &controls, &context.preference).await?;
    if let Some(preference) = preference {
        context.set_preference_cookie(&preference);
    }
    Ok(form_state)
}

/// Saves the caller's own credential on the server, sealed, for this session. The keys of the values are `scheme/part`.
///
/// # Errors
/// Returns an error if the credential is malformed, with a problem per part, or if it cannot be stored.
#[server(input = Json, output = Json, endpoint = "credential/save")]
pub async fn save_credential(
    provider: String,
    values: BTreeMap<String, String>,
) -> Result<CredentialStatus, ExplorerError> {
    let values = values.into_iter().map(|(part, text)| (part, text.into())).collect();
    let context = ssr::RequestContext::extract()?;
    let (session, status) = context.gateway.save_credential(&context.caller, &provider, &values).await?;
    context.set_session_cookie(session);
    Ok(status)
}

/// Clears the caller's own credential. The operator's credential, if any, applies again.
///
/// # Errors
/// Returns an error if the credential cannot be removed.
#[server(input = Json, output = Json, endpoint = "credential/clear")]
pub async fn clear_credential(provider: String) -> Result<CredentialStatus, ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    context.gateway.clear_credential(&context.caller, &provider).await
}

/// Unlocks live data of a provider for the caller, for a limited time. For scripts whose calls cannot unlock it
/// themselves.
///
/// # Errors
/// Returns an error if the caller may not change live data.
#[server(input = Json, output = Json, endpoint = "live/unlock")]
pub async fn unlock_live(provider: String) -> Result<(), ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    context.gateway.unlock_live_data(&context.caller, &provider).await
}

/// Locks live data of a provider for the caller again.
///
/// # Errors
/// Returns an error if the caller must sign in first, or if the store is unavailable.
#[server(input = Json, output = Json, endpoint = "live/lock")]
pub async fn lock_live(provider: String) -> Result<(), ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    context.gateway.lock_live_data(&context.caller, &provider).await
}

/// Renders the call as source code for a target, given by its id or label. The browser remembers the choice.
///
/// # Errors
/// Returns an error if the provider, the operation or the target is unknown.
#[server(input = Json, output = Json, endpoint = "snippet")]
pub async fn print_snippet(
    provider: String,
    operation: String,
    environment: String,
    server_variables: Option<Arguments>,
    content_type: Option<String>,
    accept: Option<String>,
    arguments: Arguments,
    client: String,
    secret_source: String,
) -> Result<RenderedSnippet, ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    let (entry, documented) = context.gateway.find_operation(&provider, &operation, content_type.as_deref())?;
    let unknown_client = || ExplorerError::new(ErrorCode::NotFound, text!("server-function-unknown-client"));
    let target = entry.snippet_choices(&documented).find(&client).ok_or_else(unknown_client)?;
    let preference = SnippetPreference::new(&target.id(), &secret_source);
    context.set_preference_cookie(&preference);
    let provider = entry.provider_for_operation(&documented);
    let provider = provider
        .with_server_variables(&environment, &server_variables.unwrap_or_default())
        .map_err(|problem| ExplorerError::new(ErrorCode::InvalidArguments, problem.message))?;
    let input = SnippetInput {
        provider: &provider,
        operation: &documented.operation_accepting(accept.as_deref()),
        credential_variables: &entry.authentication(&documented).credential_variables,
        arguments: &arguments,
        environment: &environment,
    };
    Ok(RenderedSnippet::new(&target, input, preference.secret_source))
}

/// Returns the secret of a response that a placeholder refers to. The audit records it.
///
/// # Errors
/// Returns an error if the placeholder is unknown, or if the caller may not see the secret.
#[server(input = Json, output = Json, endpoint = "reveal")]
pub async fn reveal(placeholder: String) -> Result<String, ExplorerError> {
    let context = ssr::RequestContext::extract()?;
    context.gateway.reveal(&context.caller, &placeholder).await
}

/// The request context of server functions.
#[cfg(feature = "ssr")]
mod ssr {
    use crate::{
        auth::identity::Caller,
        cookies::{read_snippet_preference, session_cookie, snippet_preference_cookie},
        gateway::Gateway,
        model::error::{ErrorCode, ExplorerError},
        snippet::SnippetPreference,
        store::sessions::SessionId,
        text,
    };
    use axum::http::{HeaderValue, header::SET_COOKIE, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use std::sync::Arc;

    pub(crate) struct RequestContext {
        pub(crate) gateway: Arc<Gateway>,
        pub(crate) caller: Caller,
        /// The snippet preference in the request's cookie.
        pub(crate) preference: SnippetPreference,
        response: ResponseOptions,
    }

    impl RequestContext {
        pub(crate) fn extract() -> Result<Self, ExplorerError> {
            let outside_request = || ExplorerError::new(ErrorCode::Internal, text!("server-function-outside-request"));
            let parts: Parts = use_context().ok_or_else(outside_request)?;
            Ok(Self {
                gateway: use_context().ok_or_else(outside_request)?,
                caller: parts.extensions.get::<Caller>().cloned().unwrap_or_default(),
                preference: read_snippet_preference(&parts.headers),
                response: use_context().ok_or_else(outside_request)?,
            })
        }

        /// Sets the session cookie in the response.
        pub(crate) fn set_session_cookie(&self, session: SessionId) {
            self.set_cookie(session_cookie(session, self.caller.cookie_scope));
        }

        /// Sets the cookie with the snippet preference in the response, if the preference changed.
        pub(crate) fn set_preference_cookie(&self, preference: &SnippetPreference) {
            if *preference != self.preference {
                self.set_cookie(snippet_preference_cookie(preference, self.caller.cookie_scope));
            }
        }

        fn set_cookie(&self, cookie: String) {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                self.response.append_header(SET_COOKIE, cookie);
            }
        }
    }
}
