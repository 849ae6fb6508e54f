//! What each visitor and token has spent: one statement counts and decides, so that servers that share a store cannot both
//! give out the last call.

use super::{Store, StoreError, milliseconds, now};
use sqlx::{AnyConnection, Row};
use std::time::Duration;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What may be spent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    /// How many calls in what time; all of them may come at once.
    pub rate: Option<(u32, Duration)>,
    /// How many calls in a day (UTC).
    pub daily: Option<u32>,
}

/// Why nothing can be spent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Too many calls in a short time; there is one again after so long.
    Rate(Duration),
    /// The day's calls are used up; there are some again after so long.
    Day(Duration),
}

impl Store {
    /// Spends one call of each of these subjects' budgets at a provider, if each has one left; else of none, and the place of
    /// the first that has not is given.
    ///
    /// The rate is kept by the generic cell rate algorithm (ITU-T I.371): one number says until when it is used up.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn spend(
        &self,
        provider: &str,
        budgets: &[(&str, Budget)],
    ) -> Result<Result<(), (usize, Spent)>, StoreError> {
        let now = now();
        let mut change = self.notes.begin().await?;
        for (index, (subject, budget)) in budgets.iter().enumerate() {
            if let Err(spent) = spend(&mut change, now, (provider, subject), *budget).await? {
                change.rollback().await?;
                return Ok(Err((index, spent)));
            }
        }
        change.commit().await?;
        Ok(Ok(()))
    }

    /// Forgets budgets that are whole again.
    pub(super) async fn sweep_budgets(&self) -> Result<(), StoreError> {
        let now = now();
        let whole = sqlx::query("DELETE FROM budgets WHERE day < $1 AND free < $2").bind(now / DAY).bind(now);
        whole.execute(&self.notes).await?;
        Ok(())
    }
}

async fn spend(
    change: &mut AnyConnection,
    now: i64,
    (provider, subject): (&str, &str),
    budget: Budget,
) -> Result<Result<(), Spent>, StoreError> {
    let (today, daily) = (now / DAY, budget.daily.map_or(i64::MAX, i64::from));
    let (step, ahead) = budget.rate.map_or((0, i64::MAX), |(calls, per)| {
        let step = milliseconds(per) / i64::from(calls.max(1));
        (step, step * i64::from(calls.saturating_sub(1)))
    });
    let spent = sqlx::query(
        "INSERT INTO budgets (provider, subject, day, used, free) VALUES ($1, $2, $3, 1, $4 + $5) \
         ON CONFLICT (provider, subject) DO UPDATE SET \
         used = CASE WHEN budgets.day < $3 THEN 1 ELSE budgets.used + 1 END, \
         day = CASE WHEN budgets.day < $3 THEN $3 ELSE budgets.day END, \
         free = CASE WHEN budgets.free < $4 THEN $4 ELSE budgets.free END + $5 \
         WHERE budgets.free - $4 <= $6 AND (budgets.day < $3 OR budgets.used < $7) \
         RETURNING used",
    );
    let spent = spent.bind(provider).bind(subject).bind(today).bind(now).bind(step).bind(ahead).bind(daily);
    if spent.fetch_optional(&mut *change).await?.is_some() {
        return Ok(Ok(()));
    }
    let row = sqlx::query("SELECT free FROM budgets WHERE provider = $1 AND subject = $2");
    let row = row.bind(provider).bind(subject).fetch_optional(change).await?;
    let free: i64 = row.map_or(Ok(now), |row| row.try_get("free"))?;
    let wait = |until: i64| Duration::from_millis(u64::try_from(until - now).unwrap_or_default());
    Ok(Err(if free - now > ahead { Spent::Rate(wait(free - ahead)) } else { Spent::Day(wait((today + 1) * DAY)) }))
}
