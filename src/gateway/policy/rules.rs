//! Decides which operations may be called with the operator's credential.

use super::AuthorizationContext;
use crate::{
    auth::identity::Identity,
    model::error::{ErrorCode, ExplorerError},
    openapi::DocumentedOperation,
    providers::{CatalogEntry, Rule},
    text,
};

/// Why a call with the operator's credential is denied.
pub(crate) struct Denial {
    /// The reason in one sentence.
    pub(crate) reason: String,
    /// The rule that denies it.
    pub(crate) rule: String,
}

impl Denial {
    /// Returns the error of a denied call.
    pub(crate) fn into_error(self) -> ExplorerError {
        let message = text!("policy-denied", reason = self.reason);
        ExplorerError { rule: Some(self.rule), ..ExplorerError::new(ErrorCode::PolicyDenied, message) }
    }
}

/// Returns the rules that allow an operation, or an error that names the rule that denies it.
pub(crate) fn evaluate_rules(context: AuthorizationContext) -> Result<String, ExplorerError> {
    let AuthorizationContext { entry, documented, identity, is_operator_credential, .. } = context;
    if !is_operator_credential {
        return Ok("no operator credential".into());
    }
    judge_operation(entry, documented, identity).map_err(Denial::into_error)
}

/// Returns the rules that allow an operation with the operator's credential.
///
/// # Errors
/// Returns the denial if one of the rules denies it, or if they allow only others.
pub(crate) fn judge_operation(
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    identity: &Identity,
) -> Result<String, Denial> {
    let is_match = |rule: &&Rule| rule.matches(entry, documented);
    let policy = &entry.settings.policy;
    let title = &entry.provider.title;
    if let Some(rule) = policy.deny.iter().find(is_match) {
        let reason = text!("policy-denies-rule", provider = title, rule = rule);
        return Err(Denial { reason, rule: format!("deny {rule}") });
    }
    let mut matched = Vec::new();
    for (list_name, allow) in [("allow", &policy.allow), ("token allow", &identity.allow_rules)] {
        match allow.iter().find(is_match) {
            Some(rule) => matched.push(format!("{list_name} {rule}")),
            None if allow.is_empty() => {}
            None if list_name == "allow" => {
                let rules = join_rules(allow);
                let reason = text!("policy-allows-only", provider = title, rules = rules);
                return Err(Denial { reason, rule: format!("allow {rules}") });
            }
            None => {
                let rules = join_rules(allow);
                let reason = text!("policy-token-allows-only", rules = rules);
                return Err(Denial { reason, rule: format!("token allow {rules}") });
            }
        }
    }
    Ok(if matched.is_empty() { "everything is allowed".into() } else { matched.join(", ") })
}

fn join_rules(rules: &[Rule]) -> String {
    rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
