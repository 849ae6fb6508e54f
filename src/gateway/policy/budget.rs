//! How often the operator's credential may be used: by each visitor or token, and by all of them together.

use super::Passage;
use crate::{
    model::error::{Code, ExplorerError},
    store::{
        Store,
        budgets::{Budget, Spent},
        in_time,
    },
};
use std::time::Duration;

/// Whose budget the common one is.
const ALL: &str = "*";

/// Spends one call, if there is one left.
pub(crate) async fn spend(passage: Passage<'_>, store: &Store) -> Result<(), ExplorerError> {
    let Passage { entry, identity, is_operators, .. } = passage;
    let policy = &entry.settings.policy;
    let own = Budget { rate: policy.rate.map(|rate| (rate.calls, rate.per)), daily: policy.daily };
    let all = Budget { rate: None, daily: policy.daily_total };
    let is_bound = |(_, budget): &(&str, Budget)| budget.rate.is_some() || budget.daily.is_some();
    let bounds: Vec<_> = [(&*identity.subject, own), (ALL, all)].into_iter().filter(is_bound).collect();
    if !is_operators || bounds.is_empty() {
        return Ok(());
    }
    let spent = in_time(store.spend(&entry.provider.id, &bounds)).await.map_err(|_| {
        let message = "Nothing was sent: what this server keeps its budgets in does not answer. Try again in a moment.";
        ExplorerError::new(Code::StoreUnavailable, message)
    })?;
    spent
        .map_err(|(index, spent)| refuse(passage, bounds.get(index).is_some_and(|(subject, _)| *subject == ALL), spent))
}

fn refuse(passage: Passage, is_all: bool, spent: Spent) -> ExplorerError {
    let policy = &passage.entry.settings.policy;
    let title = &passage.entry.provider.title;
    let (code, wait, why, rule) = match spent {
        Spent::Rate(wait) => {
            let rate = policy.rate.map(|rate| rate.to_string()).unwrap_or_default();
            (
                Code::TooManyCalls,
                wait,
                format!("You may call {title} {rate} with the operator's credential."),
                format!("rate {rate}"),
            )
        }
        Spent::Day(wait) if is_all => {
            let daily = policy.daily_total.unwrap_or_default();
            let why = format!(
                "The {daily} calls a day that everybody here may make of {title} with the operator's credential are used up."
            );
            (Code::BudgetSpent, wait, why, format!("daily_total {daily}"))
        }
        Spent::Day(wait) => {
            let daily = policy.daily.unwrap_or_default();
            let why = format!("Your {daily} calls a day of {title} with the operator's credential are used up.");
            (Code::BudgetSpent, wait, why, format!("daily {daily}"))
        }
    };
    let message = format!("{why} Nothing was sent. Send again in {}, or save a credential of your own.", words(wait));
    ExplorerError { rule: Some(rule), retry_after: Some(seconds(wait)), ..ExplorerError::new(code, message) }
}

/// Whole seconds, rounded up: whoever waits so long finds a call.
fn seconds(wait: Duration) -> u32 {
    wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u32::MAX)
}

fn words(wait: Duration) -> String {
    let seconds = seconds(wait);
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}
