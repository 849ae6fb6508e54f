//! Kill switches: credentials and tokens that are off until somebody switches them on again.

use super::{Store, StoreError, now_millis};
use sqlx::{Row, any::AnyRow};

/// Something that is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisabledItem {
    /// `credential:stytch`, `token:1f9c03ab`
    pub item_id: String,
    /// Since when, in milliseconds since 1970.
    pub disabled_at: i64,
    /// Who did it.
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
    /// Switches something off; whether it was on.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn disable(&self, item_id: &str, disabled_by: &str) -> Result<bool, StoreError> {
        let statement =
            "INSERT INTO switches (subject, since, who) VALUES ($1, $2, $3) ON CONFLICT (subject) DO NOTHING";
        let result =
            sqlx::query(statement).bind(item_id).bind(now_millis()).bind(disabled_by).execute(&self.pool).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Switches something on again; whether it was off.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn enable(&self, item_id: &str) -> Result<bool, StoreError> {
        let result = sqlx::query("DELETE FROM switches WHERE subject = $1").bind(item_id).execute(&self.pool).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Everything that is off, the latest first.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn disabled_items(&self) -> Result<Vec<DisabledItem>, StoreError> {
        let rows = sqlx::query("SELECT * FROM switches ORDER BY since DESC, subject").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(DisabledItem::try_from).collect::<Result<_, _>>()?)
    }
}
