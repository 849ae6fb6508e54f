//! Limits how often the operator's credential may be used: per caller or access token, per network of anonymous callers,
//! and in total.

use super::AuthorizationContext;
use crate::{
    gateway::admission::{format_wait, round_up_to_seconds},
    model::error::{ErrorCode, ExplorerError},
    providers::Policy,
    store::{
        Store,
        budgets::{Budget, BudgetExceeded, SpendOutcome},
        with_timeout,
    },
};

/// Subject of the budget that all callers share.
const SHARED_SUBJECT: &str = "*";

/// Spends one call from each budget that applies, or returns an error if one of them is exhausted.
///
/// A call of an anonymous caller counts for its session and for its network, because anybody can start new sessions.
pub(crate) async fn spend_budget(context: AuthorizationContext<'_>, store: &Store) -> Result<(), ExplorerError> {
    let AuthorizationContext { entry, identity, is_operator_credential, .. } = context;
    let policy = &entry.settings.policy;
    let network_subject = identity.network_subject();
    // Without a session, the network is the caller's subject.
    let caller_subject = Some(&identity.subject).filter(|subject| Some(*subject) != network_subject.as_ref());
    let caller_budget =
        caller_subject.map(|subject| Budget { subject, rate: policy.rate_limit, daily: policy.calls_per_day });
    let network_budget = network_subject.as_deref().map(|subject| network_budget(subject, policy));
    let shared_budget = Some(Budget { subject: SHARED_SUBJECT, rate: None, daily: policy.total_calls_per_day });
    let is_limited = |budget: &Budget| budget.rate.is_some() || budget.daily.is_some();
    let budgets: Vec<_> =
        [caller_budget, network_budget, shared_budget].into_iter().flatten().filter(is_limited).collect();
    if !is_operator_credential || budgets.is_empty() {
        return Ok(());
    }
    let outcome = with_timeout(store.spend_budgets(&entry.provider.id, &budgets))
        .await
        .map_err(|error| error.to_explorer_error("Nothing was sent. The budget could not be checked"))?;
    match outcome {
        SpendOutcome::Spent => Ok(()),
        SpendOutcome::Refused(budget, exceeded) => {
            let owner = match budget.subject {
                SHARED_SUBJECT => BudgetOwner::Everyone,
                subject if Some(subject) == network_subject.as_deref() => BudgetOwner::Network,
                _ => BudgetOwner::Caller,
            };
            Err(budget_exceeded_error(context, owner, budget, exceeded))
        }
    }
}

/// The callers that share a budget.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BudgetOwner {
    Caller,
    Network,
    Everyone,
}

/// Returns the budget of a network, which is that of one caller unless the policy sets another one.
fn network_budget<'a>(subject: &'a str, policy: &Policy) -> Budget<'a> {
    Budget {
        subject,
        rate: policy.network_rate_limit.or(policy.rate_limit),
        daily: policy.network_calls_per_day.or(policy.calls_per_day),
    }
}

fn budget_exceeded_error(
    context: AuthorizationContext,
    owner: BudgetOwner,
    budget: Budget,
    exceeded: BudgetExceeded,
) -> ExplorerError {
    let policy = &context.entry.settings.policy;
    let title = &context.entry.provider.title;
    let is_network = owner == BudgetOwner::Network;
    let (code, wait, reason, rule) = match exceeded {
        BudgetExceeded::RateLimit(wait) => {
            let rate = budget.rate.map(|rate| rate.to_string()).unwrap_or_default();
            let (of_network, setting) = match policy.network_rate_limit {
                Some(_) if is_network => (" of your network", "rate_network"),
                _ if is_network => (" of your network", "rate"),
                _ => ("", "rate"),
            };
            let reason = format!("Rate limit{of_network} exceeded: {rate} for {title} with the operator's credential.");
            (ErrorCode::TooManyCalls, wait, reason, format!("{setting} {rate}"))
        }
        BudgetExceeded::DailyLimit(wait) => {
            let daily = budget.daily.unwrap_or_default();
            let calls = if daily == 1 { "call" } else { "calls" };
            let (whose_limit, setting) = match owner {
                BudgetOwner::Everyone => ("The shared limit", "daily_total"),
                BudgetOwner::Network if policy.network_calls_per_day.is_some() => {
                    ("The limit of your network", "daily_network")
                }
                BudgetOwner::Network => ("The limit of your network", "daily"),
                BudgetOwner::Caller => ("Your limit", "daily"),
            };
            let reason =
                format!("{whose_limit} of {daily} {calls} a day to {title} with the operator's credential is used up.");
            (ErrorCode::BudgetExceeded, wait, reason, format!("{setting} {daily}"))
        }
    };
    let message =
        format!("{reason} Nothing was sent. Send again in {}, or save your own credential.", format_wait(wait));
    ExplorerError {
        rule: Some(rule),
        retry_after: Some(round_up_to_seconds(wait)),
        ..ExplorerError::new(code, message)
    }
}
