//! Kill switches: credentials and tokens that are disabled until they are enabled again.

use super::{Store, StoreError, now_millis};
use sqlx::{Row, any::AnyRow};

/// A disabled credential or token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisabledItem {
    /// ID of the item: `credential:stytch`, `token:1f9c03ab`.
    pub item_id: String,
    /// Time at which it was disabled, in milliseconds since 1970.
    pub disabled_at: i64,
    /// Name of the user who disabled it.
    pub disabled_by: String,
}

impl TryFrom<AnyRow> for DisabledItem {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            item_id: row.try_get("subject")?,
            disabled_at: row.try_get("since")?,
            disabled_by: row.try_get("who")?,
        })
    }
}

impl Store {
    /// Disables an item. Returns true if it was enabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn disable(&self, item_id: &str, disabled_by: &str) -> Result<bool, StoreError> {
        let statement =
            "INSERT INTO switches (subject, since, who) VALUES ($1, $2, $3) ON CONFLICT (subject) DO NOTHING";
        let result =
            sqlx::query(statement).bind(item_id).bind(now_millis()).bind(disabled_by).execute(&self.pool).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Enables an item. Returns true if it was disabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn enable(&self, item_id: &str) -> Result<bool, StoreError> {
        let result = sqlx::query("DELETE FROM switches WHERE subject = $1").bind(item_id).execute(&self.pool).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Returns all disabled items, most recent first.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn disabled_items(&self) -> Result<Vec<DisabledItem>, StoreError> {
        let rows = sqlx::query("SELECT * FROM switches ORDER BY since DESC, subject").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(DisabledItem::try_from).collect::<Result<_, _>>()?)
    }
}
