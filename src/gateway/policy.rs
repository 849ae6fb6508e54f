//! Where a call may go, and with which credential.

use super::credential::Credential;
use crate::{
    model::{
        error::{Code, ExplorerError},
        provider::Environment,
    },
    providers::CatalogEntry,
};
use std::sync::Arc;
use url::Url;

/// Where a call goes, and what authenticates it there.
pub(super) struct Destination<'a> {
    pub(super) environment: &'a Environment,
    pub(super) credential: Arc<Credential>,
}

/// The environment asked for, or the credential's own; never one that the credential does not belong to.
pub(super) fn destination<'a>(
    entry: &'a CatalogEntry,
    environment: Option<&str>,
    credential: Option<Arc<Credential>>,
) -> Result<Destination<'a>, ExplorerError> {
    let known = &entry.provider.environments;
    if let Some(name) = environment.filter(|name| known.iter().all(|environment| environment.name != *name)) {
        let names: Vec<&str> = known.iter().map(|environment| environment.name.as_str()).collect();
        let message = format!("There is no environment {name:?}. There are: {}, example.", names.join(", "));
        return Err(ExplorerError::new(Code::NotFound, message));
    }
    let Some(credential) = credential else {
        let message = format!(
            "No credential for {} is set. Save yours under Authentication, or send to the environment example.",
            entry.provider.title
        );
        return Err(ExplorerError::new(Code::NoCredential, message));
    };
    let belongs_to = credential.environment();
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
    found
        .map(|environment| Destination { environment, credential })
        .ok_or_else(|| ExplorerError::new(Code::NotFound, "The document names no server to send this to."))
}

/// Whether the provider's credential may be sent to a URL: an allowed host over TLS, or the operator's base URL.
pub(super) fn may_receive_credential(entry: &CatalogEntry, url: &Url) -> bool {
    if let Some(base) = &entry.settings.base_url {
        return url.origin() == base.origin();
    }
    let host = url.host_str().unwrap_or_default();
    let standard_port = url.port().is_none();
    url.scheme() == "https" && standard_port && entry.settings.hosts.iter().any(|allowed| allowed == host)
}
