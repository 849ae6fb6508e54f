//! The second step: checks the policy, destination, safeguards and budget, and builds the request.

use super::{Input, prepared::Prepared};
use crate::{
    gateway::{
        Gateway,
        admission::CallPermit,
        credential::{EffectiveCredential, require_named_credential},
        policy::{self, AuthorizationContext, Destination},
        redact::mask::{ResolvedArguments, can_reveal_secrets, reveal_denied_error},
        request::{wire, wire_request::WireRequest},
    },
    model::error::ExplorerError,
    openapi::DocumentedOperation,
    providers::CanonicalPath,
    store::audit::{AuditChain, AuditRecord},
};
use std::sync::Arc;

/// A call that is allowed, with its request. Only the credential is missing.
pub(super) struct Authorized<'a> {
    pub(super) prepared: Prepared<'a>,
    pub(super) destination: Destination<'a>,
    pub(super) is_operator_credential: bool,
    /// The rule that allowed the call.
    pub(super) rule: String,
    pub(super) request: WireRequest,
    /// The permit that the call uses until its response is complete.
    pub(super) permit: CallPermit,
    /// Prevents construction outside this file.
    _private: (),
}

impl<'a> Prepared<'a> {
    /// Authorizes the call, takes its permit, and spends one call of the budget. Writes the rule and the environment to
    /// `record` as soon as they are known, so that the audit log has them even if a later check refuses the call.
    ///
    /// # Errors
    /// Returns an error if the call is not allowed, or if the store is unavailable.
    pub(super) async fn authorize(
        mut self,
        gateway: &Gateway,
        placeholders: &ResolvedArguments,
        record: &mut AuditRecord,
    ) -> Result<Authorized<'a>, ExplorerError> {
        let (call, store, parts) = (self.call, gateway.store(), std::mem::take(&mut self.parts));
        call.caller.require_known_session()?;
        let credential = gateway.effective_credential(call.caller, call.entry).await?;
        let is_operator_credential = credential.as_ref().is_some_and(EffectiveCredential::is_operator_credential);
        let context = self.context(is_operator_credential);
        require_named_credential(context.call_request.fingerprint, credential.as_ref())?;
        // Only explicit requests for secrets are refused: an SDK without permission receives placeholders instead.
        if matches!(call.input, Input::Arguments(request) if request.reveal)
            && !can_reveal_secrets(self.identity, is_operator_credential)
        {
            return Err(reveal_denied_error());
        }
        if is_operator_credential {
            gateway.disabled_items.ensure_enabled(&format!("credential:{}", call.entry.provider.id)).await?;
        }
        let (rule, other_operations) = judge_path(context, &parts.path)?;
        record.rule = Some(rule.clone());
        gateway.accepted_documents.ensure_accepted(context, &other_operations, &parts.path).await?;
        let credential = credential.map(|effective| effective.credential);
        let requested = (context.call_request.environment, context.call_request.server_variables);
        let destination = policy::resolve_destination(call.entry, call.documented, requested, credential)?;
        if is_operator_credential && destination.credential_use.is_some() {
            policy::ensure_documented_path(&destination)?;
        }
        let environment = &destination.environment.name;
        record.environment = Some(environment.clone());
        let safeguarded = policy::find_safeguarded_operation(context, &other_operations);
        let safeguarded = AuthorizationContext { documented: safeguarded, ..context };
        let must_unlock = policy::enforce_safeguards(safeguarded, &destination.environment, store).await?;
        placeholders.ensure_environment(environment)?;
        let request = wire::build_request(call.entry, &call.documented.operation, &destination, parts)?;
        let permit = gateway.admission().take_call_permit(&call.entry.provider.id, call.caller)?;
        policy::spend_budget(context, store).await?;
        if must_unlock {
            self.unlock_live_data(gateway, environment, is_operator_credential).await?;
        }
        record.chain = AuditChain::Actions;
        Ok(Authorized { prepared: self, destination, is_operator_credential, rule, request, permit, _private: () })
    }

    /// Unlocks live data because the call requests it, with an audit record of its own.
    async fn unlock_live_data(
        &self,
        gateway: &Gateway,
        environment: &str,
        is_operator_credential: bool,
    ) -> Result<(), ExplorerError> {
        let mut audit_entry = gateway.begin_audit_entry(self.call.caller, "unlock", self.call.entry)?;
        audit_entry.record.environment = Some(environment.to_owned());
        audit_entry.record.request_id = Some(self.call.request_id.to_owned());
        let store = gateway.store();
        audit_entry
            .finish(policy::unlock_live_data(self.call.entry, self.identity, is_operator_credential, store).await)
    }
}

/// Applies the rules to a call and to the path that is sent. Returns the rule that allows the call, and the other
/// operations that servers can take the path for.
///
/// # Errors
/// Returns an error if the path leads to another operation, or if the rules do not allow one of the operations.
pub(super) fn judge_path(
    context: AuthorizationContext,
    path: &CanonicalPath,
) -> Result<(String, Vec<Arc<DocumentedOperation>>), ExplorerError> {
    let rule = policy::evaluate_rules(context)?;
    let other_operations = wire::find_other_operations(context.entry, &context.documented.operation, path)?;
    policy::evaluate_rules_of_others(context, &other_operations)?;
    Ok((rule, other_operations))
}
