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
    text,
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
        .map_err(|error| error.to_explorer_error(text!("budget-not-checked")))?;
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

impl BudgetOwner {
    /// Returns the name of the owner, as the messages use it.
    fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Network => "network",
            Self::Everyone => "everyone",
        }
    }
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
    let owner_name = owner.name();
    let (code, wait, message, rule) = match exceeded {
        BudgetExceeded::RateLimit(wait) => {
            let rate = budget.rate.map(|rate| rate.to_string()).unwrap_or_default();
            let setting = if is_network && policy.network_rate_limit.is_some() { "rate_network" } else { "rate" };
            let wait_text = format_wait(wait);
            let message =
                text!("budget-rate-exceeded", owner = owner_name, rate = rate, provider = title, wait = wait_text);
            (ErrorCode::TooManyCalls, wait, message, format!("{setting} {rate}"))
        }
        BudgetExceeded::DailyLimit(wait) => {
            let daily = budget.daily.unwrap_or_default();
            let setting = match owner {
                BudgetOwner::Everyone => "daily_total",
                BudgetOwner::Network if policy.network_calls_per_day.is_some() => "daily_network",
                BudgetOwner::Network | BudgetOwner::Caller => "daily",
            };
            let wait_text = format_wait(wait);
            let message =
                text!("budget-daily-used-up", owner = owner_name, daily = daily, provider = title, wait = wait_text);
            (ErrorCode::BudgetExceeded, wait, message, format!("{setting} {daily}"))
        }
    };
    ExplorerError {
        rule: Some(rule),
        retry_after: Some(round_up_to_seconds(wait)),
        ..ExplorerError::new(code, message)
    }
}
