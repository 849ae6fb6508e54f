//! Who may change live data for a while.

use super::{Store, StoreError, milliseconds, now};
use std::time::Duration;

impl Store {
    /// Lets a subject change live data of a provider for a while.
    ///
    /// # Errors
    /// Where the store does not answer: it is not unlocked then.
    pub async fn unlock(&self, provider: &str, subject: &str, time: Duration) -> Result<(), StoreError> {
        let unlocked = "INSERT INTO unlocks (provider, subject, until) VALUES ($1, $2, $3) \
                        ON CONFLICT (provider, subject) DO UPDATE SET until = $3";
        let unlocked = sqlx::query(unlocked).bind(provider).bind(subject).bind(now() + milliseconds(time));
        unlocked.execute(&self.pool).await?;
        Ok(())
    }

    /// Whether a subject may change live data of a provider now.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn is_unlocked(&self, provider: &str, subject: &str) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT until FROM unlocks WHERE provider = $1 AND subject = $2 AND until > $3");
        let found = found.bind(provider).bind(subject).bind(now()).fetch_optional(&self.pool).await?;
        Ok(found.is_some())
    }

    /// Forgets what is locked again.
    pub(super) async fn sweep_unlocks(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM unlocks WHERE until <= $1").bind(now()).execute(&self.pool).await?;
        Ok(())
    }
}
