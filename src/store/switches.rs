//! Kill switches: credentials and tokens that are off until somebody switches them on again.

use super::{Store, StoreError, now};
use sqlx::{Row, any::AnyRow};

/// Something that is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchedOff {
    /// `credential:stytch`, `token:1f9c03ab`
    pub subject: String,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// Who did it.
    pub who: String,
}

impl TryFrom<AnyRow> for SwitchedOff {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { subject: row.try_get("subject")?, since: row.try_get("since")?, who: row.try_get("who")? })
    }
}

impl Store {
    /// Switches something off; whether it was on.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn switch_off(&self, subject: &str, who: &str) -> Result<bool, StoreError> {
        let off = "INSERT INTO switches (subject, since, who) VALUES ($1, $2, $3) ON CONFLICT (subject) DO NOTHING";
        let off = sqlx::query(off).bind(subject).bind(now()).bind(who).execute(&self.pool).await?;
        Ok(off.rows_affected() == 1)
    }

    /// Switches something on again; whether it was off.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn switch_on(&self, subject: &str) -> Result<bool, StoreError> {
        let on = sqlx::query("DELETE FROM switches WHERE subject = $1").bind(subject).execute(&self.pool).await?;
        Ok(on.rows_affected() == 1)
    }

    /// Everything that is off, the latest first.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn switched_off(&self) -> Result<Vec<SwitchedOff>, StoreError> {
        let rows = sqlx::query("SELECT * FROM switches ORDER BY since DESC, subject").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(SwitchedOff::try_from).collect::<Result<_, _>>()?)
    }
}
