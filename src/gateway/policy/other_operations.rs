//! Judges a call also as the other operations that a server could take its path for: one that ignores case, or decodes
//! `%2F` before it routes.

use super::{AuthorizationContext, rules::evaluate_rules};
use crate::{model::error::ExplorerError, openapi::DocumentedOperation, text};
use std::sync::Arc;

/// Evaluates the rules for the other operations that a path could lead to.
///
/// # Errors
/// Returns an error if one of them may not be called. The error names the operation and the rule.
pub(crate) fn evaluate_rules_of_others(
    context: AuthorizationContext,
    others: &[Arc<DocumentedOperation>],
) -> Result<(), ExplorerError> {
    others.iter().try_for_each(|documented| {
        evaluate_rules(AuthorizationContext { documented, ..context }).map(drop).map_err(|error| {
            let name = &documented.operation.name;
            let message = text!("policy-other-operation", name = name, reason = error.message);
            ExplorerError { message, ..error }
        })
    })
}

/// Returns the operation to which the safeguards apply: the call's own, or another one that its path could lead to if
/// only that one changes data.
pub(crate) fn find_safeguarded_operation<'a>(
    context: AuthorizationContext<'a>,
    others: &'a [Arc<DocumentedOperation>],
) -> &'a DocumentedOperation {
    let AuthorizationContext { entry, documented, .. } = context;
    let is_read_only = |documented: &DocumentedOperation| entry.settings.policy.is_read_only(entry, documented);
    if !is_read_only(documented) {
        return documented;
    }
    others.iter().find(|other| !is_read_only(other)).map_or(documented, |other| other)
}
