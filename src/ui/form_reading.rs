//! Reads the form of an operation after a change in the browser: what is wrong, and what depends on the input.

use super::{
    form_state::{CredentialState, FormState},
    live_bar::{find_unlocked_live_data, render_live_bar},
    messages,
    snippet::RenderedSnippet,
};
use crate::{
    auth::identity::Caller,
    gateway::{Gateway, form_link::link_with_arguments},
    model::{
        Arguments,
        credential::CredentialSource,
        error::ExplorerError,
        form::{self, Controls, ParsedForm, SERVER_VARIABLE_PREFIX},
        provider::Provider,
        security::CredentialVariable,
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    snippet::{SecretSource, SnippetInput, SnippetPreference, SnippetTarget},
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
    let call = FormCall { provider: &provider, documented: &documented, controls, arguments: &arguments, environment };
    let secret_source = preference.as_ref().unwrap_or(stored_preference).secret_source;
    let snippet = target.map_or_else(RenderedSnippet::unknown_target, |target| {
        call.render_snippet(&target, &authentication.credential_variables, secret_source)
    });

    let warning = live_warning(&entry, &documented, &provider, environment);
    // Another gateway has a credential of its own.
    let can_authenticate =
        controls.get("gateway") == Some("another") || authentication.is_satisfied_by(&status.schemes);
    let hint = messages::sending_hint(environment, warning.unwrap_or_default(), can_authenticate).to_owned();
    let unlocked = find_unlocked_live_data(gateway, caller, provider_id).await;
    let page = format!("/{provider_id}/{}", documented.operation.name);
    let live_bar = unlocked.map(|unlocked| render_live_bar(&unlocked, &page)).unwrap_or_default();
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
        live_bar,
    };
    Ok((form_state, preference))
}

/// Returns the warning for an environment with real data; `None` for others.
pub fn live_warning(
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    provider: &Provider,
    environment: &str,
) -> Option<&'static str> {
    let policy = &entry.settings.policy;
    let server = provider.environments.iter().find(|server| server.name == environment)?;
    policy.is_live_environment(server).then(|| {
        if policy.is_read_only(entry, documented) {
            messages::live_read_warning()
        } else {
            messages::live_change_warning()
        }
    })
}

/// Returns the URL that calls to an environment are sent to, with the parameters of its path.
pub fn request_url(provider: &Provider, environment: &str, path: &str) -> String {
    let server = provider.environments.iter().find(|server| server.name == environment);
    format!("{}{path}", server.map(|server| server.url.as_str()).unwrap_or_default())
}

/// The call that a form describes.
pub struct FormCall<'a> {
    /// The operation's provider.
    pub provider: &'a Provider,
    /// The operation.
    pub documented: &'a DocumentedOperation,
    /// The controls of its form.
    pub controls: &'a Controls,
    /// The arguments in the form. Invalid values are reported at their inputs.
    pub arguments: &'a Arguments,
    /// Name of the environment.
    pub environment: &'a str,
}

impl FormCall<'_> {
    /// Renders the call as source code.
    pub fn render_snippet(
        &self,
        target: &SnippetTarget,
        credential_variables: &[CredentialVariable],
        secret_source: SecretSource,
    ) -> RenderedSnippet {
        let operation = &self.documented.operation_accepting(self.controls.get("accept"));
        let with_variables = self.provider.with_server_variables(self.environment, &server_variables(self.controls));
        let provider = with_variables.as_ref().unwrap_or(self.provider);
        let Self { arguments, environment, .. } = *self;
        let input = SnippetInput { provider, operation, credential_variables, arguments, environment };
        RenderedSnippet::new(target, input, secret_source)
    }
}

/// Returns the values of server variables.
pub fn server_variables(controls: &Controls) -> Arguments {
    let variables = controls.0.iter().filter_map(|(name, text)| {
        let name = name.strip_prefix(SERVER_VARIABLE_PREFIX).filter(|_| !text.is_empty())?;
        Some((name.to_owned(), text.trim().into()))
    });
    variables.collect()
}
