//! Temporary permissions to change live data.

use super::{Store, StoreError, now_millis, to_millis};
use sqlx::Row;
use std::time::Duration;

impl Store {
    /// Lets a subject change live data of a provider for a limited time.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable. The data is then not unlocked.
    pub async fn unlock_live_data(&self, provider: &str, subject: &str, duration: Duration) -> Result<(), StoreError> {
        let statement = "INSERT INTO unlocks (provider, subject, until) VALUES ($1, $2, $3) \
                        ON CONFLICT (provider, subject) DO UPDATE SET until = $3";
        let statement = sqlx::query(statement).bind(provider).bind(subject).bind(now_millis() + to_millis(duration));
        statement.execute(&self.pool).await?;
        Ok(())
    }

    /// Returns the time for which a subject may still change live data of a provider; `None` if it may not.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn remaining_unlock(&self, provider: &str, subject: &str) -> Result<Option<Duration>, StoreError> {
        let statement = sqlx::query("SELECT until FROM unlocks WHERE provider = $1 AND subject = $2 AND until > $3");
        let now = now_millis();
        let row = statement.bind(provider).bind(subject).bind(now).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        let remaining = row.try_get::<i64, _>("until")?.saturating_sub(now);
        Ok(Some(Duration::from_millis(remaining.unsigned_abs())))
    }

    /// Ends the permission of a subject to change live data of a provider.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable. The data may then still be unlocked.
    pub async fn lock_live_data(&self, provider: &str, subject: &str) -> Result<(), StoreError> {
        let statement = sqlx::query("DELETE FROM unlocks WHERE provider = $1 AND subject = $2");
        statement.bind(provider).bind(subject).execute(&self.pool).await?;
        Ok(())
    }

    /// Deletes expired unlocks.
    pub(super) async fn sweep_unlocks(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM unlocks WHERE until <= $1").bind(now_millis()).execute(&self.pool).await?;
        Ok(())
    }
}
