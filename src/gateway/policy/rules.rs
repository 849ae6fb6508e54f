//! Decides which operations may be called with the operator's credential.

use super::AuthorizationContext;
use crate::{
    model::error::{ErrorCode, ExplorerError},
    providers::Rule,
};

/// Returns the rules that allow an operation, or an error that names the rule that denies it.
pub(crate) fn evaluate_rules(context: AuthorizationContext) -> Result<String, ExplorerError> {
    let AuthorizationContext { entry, documented, identity, is_operator_credential, .. } = context;
    if !is_operator_credential {
        return Ok("no operator credential".into());
    }
    let is_match = |rule: &&Rule| rule.matches(entry, documented);
    let policy = &entry.settings.policy;
    let title = &entry.provider.title;
    if let Some(rule) = policy.deny.iter().find(is_match) {
        let reason = format!("The operator's policy for {title} denies {rule}.");
        return Err(policy_denied_error(&reason, format!("deny {rule}")));
    }
    let mut matched = Vec::new();
    for (list_name, allow) in [("allow", &policy.allow), ("token allow", &identity.allow_rules)] {
        match allow.iter().find(is_match) {
            Some(rule) => matched.push(format!("{list_name} {rule}")),
            None if allow.is_empty() => {}
            None if list_name == "allow" => {
                let reason = format!("The operator's policy for {title} allows only {}.", join_rules(allow));
                return Err(policy_denied_error(&reason, format!("allow {}", join_rules(allow))));
            }
            None => {
                let reason = format!("Your access token may call only {}.", join_rules(allow));
                return Err(policy_denied_error(&reason, format!("token allow {}", join_rules(allow))));
            }
        }
    }
    Ok(if matched.is_empty() { "everything is allowed".into() } else { matched.join(", ") })
}

fn join_rules(rules: &[Rule]) -> String {
    rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Builds the error for a denied call, with the rule that denied it.
pub(crate) fn policy_denied_error(reason: &str, rule: String) -> ExplorerError {
    let message =
        format!("{reason} Nothing was sent. Ask the operator of this server for access, or save your own credential.");
    ExplorerError { rule: Some(rule), ..ExplorerError::new(ErrorCode::PolicyDenied, message) }
}
