//! Decides which calls are allowed: operations, destinations, budgets and safeguards.

pub(crate) mod accepted;
mod budget;
mod destination;
pub(crate) mod disabled;
mod other_operations;
mod rules;
mod safeguards;

pub(crate) use budget::spend_budget;
pub(crate) use destination::{
    CredentialUse, Destination, can_receive_call, can_receive_client_credentials, ensure_documented_path,
    resolve_destination,
};
pub(crate) use other_operations::{evaluate_rules_of_others, find_safeguarded_operation};
pub(crate) use rules::{evaluate_rules, judge_operation};
pub(crate) use safeguards::{enforce_safeguards, format_minutes, judge_grant, unlock_live_data};

use super::CallRequest;
use crate::{auth::identity::Identity, openapi::DocumentedOperation, providers::CatalogEntry};

/// The data that the policy needs to authorize one call.
#[derive(Clone, Copy)]
pub(crate) struct AuthorizationContext<'a> {
    pub(crate) entry: &'a CatalogEntry,
    pub(crate) documented: &'a DocumentedOperation,
    pub(crate) identity: &'a Identity,
    pub(crate) call_request: CallRequest<'a>,
    /// True if the call uses the operator's credential, and false if it uses the caller's own or none.
    pub(crate) is_operator_credential: bool,
}
