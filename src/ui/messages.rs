//! Messages about the state of a page.

use crate::{
    model::{
        credential::{CredentialSource, CredentialStatus},
        provider::EXAMPLE_ENVIRONMENT,
        security::OperationAuthentication,
    },
    text,
};

/// Describes the credential that applies: its source, environment and fingerprint, and whether it suffices for the
/// operation.
pub fn describe_credential(status: &CredentialStatus, authentication: &OperationAuthentication) -> String {
    let owner = match status.source {
        CredentialSource::None if authentication.alternatives.is_empty() => {
            return text!("credential-state-none").into();
        }
        CredentialSource::None => {
            return text!("credential-state-none-example").into();
        }
        CredentialSource::Operator => text!("credential-state-operator"),
        CredentialSource::Caller => text!("credential-state-own"),
    };
    let mut parts = vec![owner.to_owned()];
    parts.extend(status.environment.clone());
    let fingerprint = status.fingerprint.as_ref();
    parts.extend(fingerprint.map(|digits| text!("credential-state-fingerprint", fingerprint = digits)));
    if status.schemes.len() > 1 {
        parts.push(text!("credential-state-schemes", schemes = status.schemes.join(", ")));
    }
    if !authentication.is_satisfied_by(&status.schemes) {
        parts.push(text!("credential-state-insufficient").to_owned());
    }
    parts.join(" · ")
}

/// Returns the warning for a call that changes real data.
pub fn live_change_warning() -> &'static str {
    text!("sending-hint-live-change")
}

/// Returns the warning for a call that reads real data.
pub fn live_read_warning() -> &'static str {
    text!("sending-hint-live-read")
}

/// Returns the hint for sending to an environment. `live_warning` is the warning for an environment with real data, and
/// empty for others.
pub fn sending_hint<'a>(environment: &str, live_warning: &'a str, can_authenticate: bool) -> &'a str {
    match (environment, can_authenticate) {
        (EXAMPLE_ENVIRONMENT, _) => text!("sending-hint-example"),
        (_, true) => live_warning,
        (_, false) => text!("sending-hint-credential"),
    }
}
