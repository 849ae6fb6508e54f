//! Reads the form of an operation after a change in the browser: what is wrong, and what depends on the input.

use super::{
    prefill::link_with_arguments,
    request_bar::{live_warning, request_url},
    snippets::FormCall,
};
use crate::{
    auth::identity::Caller,
    gateway::Gateway,
    model::{
        credential::CredentialSource,
        error::ExplorerError,
        form::{self, Controls, ParsedForm},
    },
    snippet::{SnippetPreference, SnippetTarget},
    ui::{
        form_state::{CredentialState, FormState},
        messages,
        snippet::RenderedSnippet,
    },
};
use serde_json::Value;

/// Reads the form of an operation. Returns its state, and the snippet settings that it chooses in place of the stored
/// ones.
///
/// # Errors
/// Returns an error if the provider or the operation does not exist, or if the store does not respond.
pub async fn read_form_state(
    gateway: &Gateway,
    caller: &Caller,
    (provider_id, operation_name): (&str, &str),
    controls: &Controls,
    stored_preference: &SnippetPreference,
) -> Result<(FormState, Option<SnippetPreference>), ExplorerError> {
    let (entry, documented) = gateway.find_operation(provider_id, operation_name, controls.get("media"))?;
    let status = gateway.credential_status(caller, provider_id).await?;
    let provider = entry.provider_for_operation(&documented);
    let authentication = entry.authentication(&documented);
    let default_environment = authentication.default_environment(&provider, &status);
    let environment = controls.get("environment").unwrap_or(default_environment);
    let ParsedForm { arguments, problems, has_parse_errors } = form::read(&documented.operation, controls);

    let targets = entry.snippet_choices(&documented);
    let client = controls.get("client").filter(|client| !client.is_empty());
    let target = match client {
        Some(client) => targets.find(client),
        None => Some(targets.find(&stored_preference.target_id).unwrap_or(SnippetTarget::GeneratedSdk(&provider))),
    };
    let preference = target
        .as_ref()
        .filter(|_| client.is_some())
        .map(|target| SnippetPreference::new(&target.id(), controls.get("secret_source").unwrap_or_default()));
    let call = FormCall { provider: &provider, documented: &documented, controls, environment };
    let secret_source = preference.as_ref().unwrap_or(stored_preference).secret_source;
    let snippet = target.map_or_else(RenderedSnippet::unknown_target, |target| {
        call.render_snippet(&target, &authentication.credential_variables, secret_source)
    });

    let warning = live_warning(&entry, &documented, &provider, environment);
    // Another gateway has a credential of its own.
    let can_authenticate =
        controls.get("gateway") == Some("another") || authentication.is_satisfied_by(&status.schemes);
    let hint = messages::sending_hint(environment, warning.unwrap_or_default(), can_authenticate).to_owned();
    let link = link_with_arguments(&documented.operation, &arguments);
    let form_state = FormState {
        problems,
        has_parse_errors,
        arguments: form::to_pretty_json(&Value::Object(arguments)),
        snippet,
        credential: CredentialState {
            description: messages::describe_credential(&status, &authentication),
            is_own: status.source == CredentialSource::Caller,
            reference: status.reference().to_owned(),
            default_environment: default_environment.to_owned(),
        },
        url: request_url(&provider, environment, &documented.operation.path),
        link,
        hint,
        is_live: warning.is_some(),
    };
    Ok((form_state, preference))
}
