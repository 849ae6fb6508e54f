//! Messages about the state of a page, shared by server and browser.

use crate::model::{
    credential::{CredentialSource, CredentialStatus},
    provider::EXAMPLE_ENVIRONMENT,
    security::OperationAuthentication,
};

/// Describes the credential that applies: its source, environment and fingerprint, and whether it suffices for the
/// operation.
pub fn describe_credential(status: &CredentialStatus, authentication: &OperationAuthentication) -> String {
    let owner = match status.source {
        CredentialSource::None if authentication.alternatives.is_empty() => {
            return "No credential saved.".into();
        }
        CredentialSource::None => {
            return "No credential saved. By default, calls use the example environment until you save one.".into();
        }
        CredentialSource::Operator => "Using the operator's credential",
        CredentialSource::Caller => "Using your credential for this session",
    };
    let environment = status.environment.as_ref().map(|environment| [" · ", environment].concat()).unwrap_or_default();
    let fingerprint =
        status.fingerprint.as_ref().map(|digits| [" · fingerprint ", digits].concat()).unwrap_or_default();
    let schemes = match status.schemes.as_slice() {
        [] | [_] => String::new(),
        several => [" · for ", &several.join(", ")].concat(),
    };
    let missing_note =
        if authentication.is_satisfied_by(&status.schemes) { "" } else { " · not sufficient for this operation" };
    [owner, &environment, &fingerprint, &schemes, missing_note].concat()
}

/// Warning for a call that changes real data.
pub const LIVE_CHANGE_WARNING: &str = "LIVE: this call changes real data.";
/// Warning for a call that reads real data.
pub const LIVE_READ_WARNING: &str = "LIVE: this call reads real data.";

/// Returns the hint for sending to an environment. `live_warning` is the warning for an environment with real data, and
/// empty for others.
pub fn sending_hint<'a>(environment: &str, live_warning: &'a str, can_authenticate: bool) -> &'a str {
    match (environment, can_authenticate) {
        (EXAMPLE_ENVIRONMENT, _) => {
            "The example environment returns an example from the documentation. Nothing is sent."
        }
        (_, true) => live_warning,
        (_, false) => "This environment requires a credential. Save yours under Authentication.",
    }
}

/// Hint if another gateway is chosen and its URL is missing.
pub const GATEWAY_URL_MISSING: &str = "Enter a gateway URL above to enable sending.";
