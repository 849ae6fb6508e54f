//! Limits how often the operator's credential may be used: per caller or access token, and in total.

use super::AuthorizationContext;
use crate::{
    model::error::{ErrorCode, ExplorerError},
    store::{
        Store,
        budgets::{Budget, BudgetExceeded, SpendOutcome},
        with_timeout,
    },
};
use std::time::Duration;

/// Subject of the budget that all callers share.
const SHARED_SUBJECT: &str = "*";

/// Spends one call from each budget that applies, or returns an error if one of them is exhausted.
pub(crate) async fn spend_budget(context: AuthorizationContext<'_>, store: &Store) -> Result<(), ExplorerError> {
    let AuthorizationContext { entry, identity, is_operator_credential, .. } = context;
    let policy = &entry.settings.policy;
    let caller_budget = Budget { subject: &identity.subject, rate: policy.rate_limit, daily: policy.calls_per_day };
    let shared_budget = Budget { subject: SHARED_SUBJECT, rate: None, daily: policy.total_calls_per_day };
    let is_limited = |budget: &Budget| budget.rate.is_some() || budget.daily.is_some();
    let budgets: Vec<_> = [caller_budget, shared_budget].into_iter().filter(is_limited).collect();
    if !is_operator_credential || budgets.is_empty() {
        return Ok(());
    }
    let outcome = with_timeout(store.spend_budgets(&entry.provider.id, &budgets))
        .await
        .map_err(|error| error.to_explorer_error("Nothing was sent. The budget could not be checked"))?;
    match outcome {
        SpendOutcome::Spent => Ok(()),
        SpendOutcome::Refused(budget, exceeded) => {
            Err(budget_exceeded_error(context, budget.subject == SHARED_SUBJECT, exceeded))
        }
    }
}

fn budget_exceeded_error(context: AuthorizationContext, is_shared: bool, exceeded: BudgetExceeded) -> ExplorerError {
    let policy = &context.entry.settings.policy;
    let title = &context.entry.provider.title;
    let (code, wait, reason, rule) = match exceeded {
        BudgetExceeded::RateLimit(wait) => {
            let rate = policy.rate_limit.map(|rate| rate.to_string()).unwrap_or_default();
            (
                ErrorCode::TooManyCalls,
                wait,
                format!("Rate limit exceeded: {rate} for {title} with the operator's credential."),
                format!("rate {rate}"),
            )
        }
        BudgetExceeded::DailyLimit(wait) if is_shared => {
            let daily = policy.total_calls_per_day.unwrap_or_default();
            let reason = format!(
                "The shared limit of {daily} calls a day to {title} with the operator's credential is used up."
            );
            (ErrorCode::BudgetExceeded, wait, reason, format!("daily_total {daily}"))
        }
        BudgetExceeded::DailyLimit(wait) => {
            let daily = policy.calls_per_day.unwrap_or_default();
            let reason =
                format!("Your limit of {daily} calls a day to {title} with the operator's credential is used up.");
            (ErrorCode::BudgetExceeded, wait, reason, format!("daily {daily}"))
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

/// Rounds up to whole seconds, so that a call is available after the stated time.
fn round_up_to_seconds(wait: Duration) -> u32 {
    wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u32::MAX)
}

fn format_wait(wait: Duration) -> String {
    let seconds = round_up_to_seconds(wait);
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}
