//! Call budgets of callers. A single statement checks and updates a budget, so that servers that share a store cannot
//! both spend the last call.

use super::{Store, StoreError, now_millis, to_millis};
use crate::providers::RateLimit;
use sqlx::{AnyConnection, Row};
use std::time::Duration;

/// Number of milliseconds in a day.
const MILLIS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

/// Limits on the number of calls of a subject.
#[derive(Clone, Copy, Debug)]
pub struct Budget<'a> {
    /// Subject whose calls count.
    pub subject: &'a str,
    /// Maximum number of calls within a period; they may all be made at once.
    pub rate: Option<RateLimit>,
    /// Maximum number of calls per day (UTC).
    pub daily: Option<u32>,
}

/// The limit that a call would exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetExceeded {
    /// The rate limit; the next call is possible after this time.
    RateLimit(Duration),
    /// The daily limit; the next call is possible after this time.
    DailyLimit(Duration),
}

/// Outcome of spending one call of several budgets.
#[derive(Clone, Copy, Debug)]
pub enum SpendOutcome<'a> {
    /// One call of each budget is spent.
    Spent,
    /// Nothing is spent, because this budget is exhausted.
    Refused(Budget<'a>, BudgetExceeded),
}

impl Store {
    /// Spends one call of each budget for a provider, or none if one of the budgets is exhausted.
    ///
    /// Rates are limited by the generic cell rate algorithm (ITU-T I.371), which stores a single timestamp per budget.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn spend_budgets<'a>(
        &self,
        provider: &str,
        budgets: &[Budget<'a>],
    ) -> Result<SpendOutcome<'a>, StoreError> {
        let now = now_millis();
        let mut transaction = self.relaxed_pool.begin().await?;
        for budget in budgets {
            if let Err(exceeded) = spend_budget(&mut transaction, now, provider, *budget).await? {
                transaction.rollback().await?;
                return Ok(SpendOutcome::Refused(*budget, exceeded));
            }
        }
        transaction.commit().await?;
        Ok(SpendOutcome::Spent)
    }

    /// Deletes budgets that are full again.
    pub(super) async fn sweep_budgets(&self) -> Result<(), StoreError> {
        let now = now_millis();
        let statement =
            sqlx::query("DELETE FROM budgets WHERE day < $1 AND free < $2").bind(now / MILLIS_PER_DAY).bind(now);
        statement.execute(&self.relaxed_pool).await?;
        Ok(())
    }
}

async fn spend_budget(
    connection: &mut AnyConnection,
    now: i64,
    provider: &str,
    budget: Budget<'_>,
) -> Result<Result<(), BudgetExceeded>, StoreError> {
    let (today, daily) = (now / MILLIS_PER_DAY, budget.daily.map_or(i64::MAX, i64::from));
    let (emission_interval, burst_tolerance) = budget.rate.map_or((0, i64::MAX), |RateLimit { calls, period }| {
        let emission_interval = to_millis(period) / i64::from(calls.max(1));
        (emission_interval, emission_interval * i64::from(calls.saturating_sub(1)))
    });
    let statement = sqlx::query(
        "INSERT INTO budgets (provider, subject, day, used, free) VALUES ($1, $2, $3, 1, $4 + $5) \
         ON CONFLICT (provider, subject) DO UPDATE SET \
         used = CASE WHEN budgets.day < $3 THEN 1 ELSE budgets.used + 1 END, \
         day = CASE WHEN budgets.day < $3 THEN $3 ELSE budgets.day END, \
         free = CASE WHEN budgets.free < $4 THEN $4 ELSE budgets.free END + $5 \
         WHERE budgets.free - $4 <= $6 AND (budgets.day < $3 OR budgets.used < $7) \
         RETURNING used",
    );
    let statement = statement
        .bind(provider)
        .bind(budget.subject)
        .bind(today)
        .bind(now)
        .bind(emission_interval)
        .bind(burst_tolerance)
        .bind(daily);
    if statement.fetch_optional(&mut *connection).await?.is_some() {
        return Ok(Ok(()));
    }
    let row = sqlx::query("SELECT free FROM budgets WHERE provider = $1 AND subject = $2");
    let row = row.bind(provider).bind(budget.subject).fetch_optional(connection).await?;
    let arrival_time: i64 = row.map_or(Ok(now), |row| row.try_get("free"))?;
    let wait = |until: i64| Duration::from_millis(u64::try_from(until - now).unwrap_or_default());
    Ok(Err(if arrival_time - now > burst_tolerance {
        BudgetExceeded::RateLimit(wait(arrival_time - burst_tolerance))
    } else {
        BudgetExceeded::DailyLimit(wait((today + 1) * MILLIS_PER_DAY))
    }))
}
