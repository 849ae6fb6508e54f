//! Where a call may go, and with which part of which credential.

use crate::gateway::credential::Credential;
use crate::{
    model::{
        error::{Code, ExplorerError},
        provider::Environment,
        security::{Need, Security},
    },
    openapi::Documentation,
    providers::CatalogEntry,
};
use std::sync::Arc;
use url::Url;

/// Where a call goes, and what authenticates it there.
pub(crate) struct Destination<'a> {
    pub(crate) environment: &'a Environment,
    /// Nothing, where the call is made without a credential.
    pub(crate) access: Option<Access<'a>>,
}

/// The schemes of a credential that a call is made with.
pub(crate) struct Access<'a> {
    pub(crate) credential: Arc<Credential>,
    pub(crate) needs: &'a [Need],
}

/// The environment asked for, or the credential's own; never one that the credential does not belong to.
pub(crate) fn destination<'a>(
    entry: &CatalogEntry,
    documented: &'a Documentation,
    environment: Option<&str>,
    credential: Option<Arc<Credential>>,
) -> Result<Destination<'a>, ExplorerError> {
    let (known, security) = (&documented.environments, &documented.security);
    if let Some(name) = environment.filter(|name| known.iter().all(|environment| environment.name != *name)) {
        let names: Vec<&str> = known.iter().map(|environment| environment.name.as_str()).collect();
        let message = format!("There is no environment {name:?}. There are: {}, example.", names.join(", "));
        return Err(ExplorerError::new(Code::NotFound, message));
    }
    let access = access(entry, security, credential)?;
    let belongs_to = access.as_ref().and_then(|access| access.credential.environment());
    if let (Some(asked), Some(own)) = (environment, belongs_to)
        && asked != own
    {
        let message = format!(
            "The credential in force belongs to {own}, so nothing was sent to {asked}. Choose {own}, or save a \
             credential for {asked}."
        );
        return Err(ExplorerError::new(Code::EnvironmentMismatch, message));
    }
    let name = environment.or(belongs_to);
    let found = known.iter().find(|environment| name.is_none_or(|name| environment.name == name));
    let nowhere = || ExplorerError::new(Code::NotFound, "The document names no server to send this to.");
    Ok(Destination { environment: found.ok_or_else(nowhere)?, access })
}

/// The operation's first alternative that the credential has all schemes of; nothing where none is needed.
fn access<'a>(
    entry: &CatalogEntry,
    security: &'a Security,
    credential: Option<Arc<Credential>>,
) -> Result<Option<Access<'a>>, ExplorerError> {
    let is_satisfied =
        |needs: &&Vec<Need>| credential.as_ref().is_some_and(|known| needs.iter().all(|need| known.has(need)));
    let satisfied = security.alternatives.iter().find(is_satisfied);
    match (satisfied, credential) {
        (Some(needs), Some(credential)) => Ok(Some(Access { credential, needs })),
        _ if security.anonymous => Ok(None),
        (_, credential) => Err(missing(entry, security, credential.as_deref())),
    }
}

/// What is missing, and where to save it.
fn missing(entry: &CatalogEntry, security: &Security, credential: Option<&Credential>) -> ExplorerError {
    let title = &entry.provider.title;
    let lacking = |needs: &Vec<Need>| -> Vec<String> {
        let lacking = needs.iter().filter(|need| credential.is_none_or(|credential| !credential.has(need)));
        lacking.map(|need| entry.scheme_words(&need.scheme).unwrap_or_else(|_| need.scheme.clone())).collect()
    };
    let sendable = security.alternatives.iter().filter(|needs| entry.can_send(needs));
    let choices: Vec<String> = sendable.map(|needs| lacking(needs).join(" and ")).collect();
    let message = if choices.is_empty() {
        let reasons = security.alternatives.iter().flatten().filter_map(|need| {
            let reason = entry.scheme_words(&need.scheme).err()?;
            Some(format!("{}: {reason}", need.scheme))
        });
        format!(
            "This operation accepts no credential that can be sent from here ({}). The environment example answers.",
            reasons.collect::<Vec<_>>().join("; ")
        )
    } else if credential.is_none() {
        let needed = if entry.document.schemes.len() > 1 {
            format!(" This operation needs {}.", choices.join(", or "))
        } else {
            String::new()
        };
        format!(
            "No credential for {title} is set.{needed} Save yours under Authentication, or send to the environment example."
        )
    } else {
        format!(
            "The credential for {title} lacks what this operation needs: {}. Save it under Authentication, or send to the \
             environment example.",
            choices.join(", or ")
        )
    };
    ExplorerError::new(Code::NoCredential, message)
}

/// Whether a call may go to a URL: to the operator's base URL, or over TLS to a listed host; to a server that the settings
/// name, also as they name it (http on this machine, another port). Without a credential, such a server needs no listing, and
/// a provider for which no host is listed may be called wherever its document says.
pub(crate) fn may_receive_call(entry: &CatalogEntry, url: &Url, with_credential: bool) -> bool {
    if let Some(base) = &entry.settings.base_url {
        return url.origin() == base.origin();
    }
    let is_set = entry.settings.server_urls().any(|server| server.origin() == url.origin());
    let is_open = !with_credential && (is_set || entry.settings.hosts.is_empty());
    (is_encrypted(url) || is_set) && (is_open || is_listed(entry, url))
}

/// Whether a client's id and secret may be sent to a URL to fetch a token: a listed host over TLS, or this machine where
/// that is listed.
pub(crate) fn may_receive_client(entry: &CatalogEntry, url: &Url) -> bool {
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
