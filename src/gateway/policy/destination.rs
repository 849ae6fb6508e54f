//! Decides which environment a call goes to, and which credential it uses.

use crate::{
    gateway::credential::Credential,
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
        provider::{EXAMPLE_ENVIRONMENT, Environment},
        security::{SchemeRequirement, SecurityRequirements},
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    text,
};
use std::{borrow::Cow, sync::Arc};
use url::Url;

/// The environment that a call goes to, and its authentication there.
pub(crate) struct Destination<'a> {
    /// The environment, with the values of its server variables.
    pub(crate) environment: Cow<'a, Environment>,
    /// `None` if the call is made without a credential.
    pub(crate) credential_use: Option<CredentialUse<'a>>,
}

/// A credential, and the schemes of it that a call uses.
pub(crate) struct CredentialUse<'a> {
    pub(crate) credential: Arc<Credential>,
    pub(crate) requirements: &'a [SchemeRequirement],
}

/// Returns the requested environment, or else the credential's own, with values of its server variables. Refuses an
/// environment that the credential does not belong to.
pub(crate) fn resolve_destination<'a>(
    entry: &CatalogEntry,
    documented: &'a DocumentedOperation,
    (environment, variables): (Option<&str>, Option<&Arguments>),
    credential: Option<Arc<Credential>>,
) -> Result<Destination<'a>, ExplorerError> {
    let (environments, security) = (&documented.environments, &documented.security);
    if let Some(name) = environment.filter(|name| environments.iter().all(|environment| environment.name != *name)) {
        let environment_names: Vec<&str> =
            environments.iter().map(|environment| environment.name.as_str()).chain([EXAMPLE_ENVIRONMENT]).collect();
        let name = format!("{name:?}");
        let message = text!("destination-unknown-environment", name = name, names = environment_names.join(", "));
        return Err(ExplorerError::new(ErrorCode::NotFound, message));
    }
    let credential_use = select_credential_use(entry, security, credential)?;
    let bound_environment = credential_use.as_ref().and_then(|credential_use| credential_use.credential.environment());
    if let (Some(requested), Some(bound)) = (environment, bound_environment)
        && requested != bound
    {
        let message = text!("destination-other-environment", bound = bound, requested = requested);
        return Err(ExplorerError::new(ErrorCode::EnvironmentMismatch, message));
    }
    let name = environment.or(bound_environment);
    let selected = environments.iter().find(|environment| name.is_none_or(|name| environment.name == name));
    let no_server_error = || ExplorerError::new(ErrorCode::NotFound, text!("destination-no-server"));
    let selected = selected.ok_or_else(no_server_error)?;
    let environment = match variables.filter(|variables| !variables.is_empty()) {
        Some(variables) => Cow::Owned(apply_variables(entry, selected, variables)?),
        None => Cow::Borrowed(selected),
    };
    Ok(Destination { environment, credential_use })
}

/// Refuses a path of a server that the caller chose. The rules for the operator's credential are those of operations
/// below the documented path.
///
/// # Errors
/// Returns an error if server variables change the path.
pub(crate) fn ensure_documented_path(destination: &Destination) -> Result<(), ExplorerError> {
    if !destination.environment.has_chosen_path() {
        return Ok(());
    }
    Err(ExplorerError::new(ErrorCode::Forbidden, text!("destination-chosen-path")))
}

/// Returns an environment with values of its server variables.
fn apply_variables(
    entry: &CatalogEntry,
    environment: &Environment,
    variables: &Arguments,
) -> Result<Environment, ExplorerError> {
    let applied = environment.with_variables(variables);
    let applied = applied.map_err(|problem| ExplorerError::invalid_arguments(vec![problem]))?;
    if entry.settings.base_url.is_some() && applied.has_chosen_values() {
        return Err(ExplorerError::new(ErrorCode::InvalidArguments, text!("destination-fixed-base-url")));
    }
    Ok(applied)
}

/// Returns the operation's first security alternative whose schemes the credential all has, or `None` if authentication
/// is optional.
fn select_credential_use<'a>(
    entry: &CatalogEntry,
    security: &'a SecurityRequirements,
    credential: Option<Arc<Credential>>,
) -> Result<Option<CredentialUse<'a>>, ExplorerError> {
    let is_satisfied = |requirements: &&Vec<SchemeRequirement>| {
        credential
            .as_ref()
            .is_some_and(|credential| requirements.iter().all(|requirement| credential.has_scheme(requirement)))
    };
    let satisfied = security.alternatives.iter().find(is_satisfied);
    match (satisfied, credential) {
        (Some(requirements), Some(credential)) => Ok(Some(CredentialUse { credential, requirements })),
        _ if security.is_optional => Ok(None),
        (_, credential) => Err(missing_credential_error(entry, security, credential.as_deref())),
    }
}

/// Builds the error that lists the missing schemes and says where to save them.
fn missing_credential_error(
    entry: &CatalogEntry,
    security: &SecurityRequirements,
    credential: Option<&Credential>,
) -> ExplorerError {
    let title = &entry.provider.title;
    let missing_schemes = |requirements: &Vec<SchemeRequirement>| -> Vec<String> {
        let missing = requirements
            .iter()
            .filter(|requirement| credential.is_none_or(|credential| !credential.has_scheme(requirement)));
        missing
            .map(|requirement| {
                entry.describe_scheme(&requirement.scheme).unwrap_or_else(|_| requirement.scheme.clone())
            })
            .collect()
    };
    let sendable = security.alternatives.iter().filter(|requirements| entry.can_authenticate(requirements));
    let choices: Vec<String> =
        sendable.map(|requirements| missing_schemes(requirements).join(text!("list-and"))).collect();
    let message = if choices.is_empty() {
        let reasons = security.alternatives.iter().flatten().filter_map(|requirement| {
            let reason = entry.describe_scheme(&requirement.scheme).err()?;
            Some(format!("{}: {reason}", requirement.scheme))
        });
        text!("destination-no-sendable-credential", reasons = reasons.collect::<Vec<_>>().join("; "))
    } else {
        let schemes = choices.join(text!("credential-list-alternatives"));
        if credential.is_some() {
            text!("destination-incomplete-credential", provider = title, schemes = schemes)
        } else if entry.document.security_schemes.len() > 1 {
            text!("destination-no-credential-of-schemes", provider = title, schemes = schemes)
        } else {
            text!("destination-no-credential", provider = title)
        }
    };
    ExplorerError::new(ErrorCode::NoCredential, message)
}

/// Returns true if a call may go to a URL.
///
/// With an operator's base URL, only its origin is allowed. Otherwise the host must be listed, and the URL must use TLS
/// on the default port or have the origin of a server that the settings name (such as http on this machine, or another
/// port). Without a credential, a server that the settings name needs no listing, and a provider without listed hosts
/// may be called at any server of its document over TLS, but at no host that a user has chosen by server variables.
pub(crate) fn can_receive_call(
    entry: &CatalogEntry,
    environment: &Environment,
    url: &Url,
    has_credential: bool,
) -> bool {
    if let Some(base_url) = &entry.settings.base_url {
        return url.origin() == base_url.origin();
    }
    let is_configured = entry.settings.server_urls().any(|server| server.origin() == url.origin());
    let is_documented = entry.settings.hosts.is_empty() && !environment.has_chosen_origin();
    let is_open = !has_credential && (is_configured || is_documented);
    (is_encrypted(url) || is_configured) && (is_open || is_listed(entry, url))
}

/// Returns true if a client ID and secret may be sent to a URL to fetch a token: to a listed host over TLS, or to this
/// machine, if it is listed, also over http.
pub(crate) fn can_receive_client_credentials(entry: &CatalogEntry, url: &Url) -> bool {
    let is_local = url.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    is_plain && is_listed(entry, url) && (is_encrypted(url) || (is_local && url.scheme() == "http"))
}

fn is_encrypted(url: &Url) -> bool {
    url.scheme() == "https" && url.port().is_none()
}

fn is_listed(entry: &CatalogEntry, url: &Url) -> bool {
    entry.settings.hosts.iter().any(|allowed| url.host_str() == Some(allowed.as_str()))
}
