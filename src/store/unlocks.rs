//! Temporary permissions to change live data.

use super::{Store, StoreError, now_millis, to_millis};
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

    /// Returns true if a subject may currently change live data of a provider.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn is_live_data_unlocked(&self, provider: &str, subject: &str) -> Result<bool, StoreError> {
        let statement = sqlx::query("SELECT until FROM unlocks WHERE provider = $1 AND subject = $2 AND until > $3");
        let row = statement.bind(provider).bind(subject).bind(now_millis()).fetch_optional(&self.pool).await?;
        Ok(row.is_some())
    }

    /// Deletes expired unlocks.
    pub(super) async fn sweep_unlocks(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM unlocks WHERE until <= $1").bind(now_millis()).execute(&self.pool).await?;
        Ok(())
    }
}
