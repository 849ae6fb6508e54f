//! Secrets of replies: sealed, and kept for a while for whoever received them.

use super::{Store, StoreError, milliseconds, now};
use secrecy::{ExposeSecret, SecretString};
use sqlx::Row;
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// How long they are kept.
const KEPT: Duration = Duration::from_hours(12);
/// Of how many replies a subject's are kept; the oldest go first.
const MOST: i64 = 200;

/// What is kept of a reply.
#[derive(Clone, Copy, Debug)]
pub struct NewReply<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// Where the call went.
    pub environment: &'a str,
    /// Whether it was made with the operator's credential.
    pub is_operators: bool,
    /// Its secrets by their labels.
    pub secrets: &'a BTreeMap<String, String>,
}

/// What was kept of a reply.
#[derive(Clone, Debug)]
pub struct KeptReply {
    /// The provider's id.
    pub provider: String,
    /// Where the call went.
    pub environment: String,
    /// Whether it was made with the operator's credential.
    pub is_operators: bool,
    /// Its secrets by their labels.
    pub secrets: HashMap<String, SecretString>,
}

impl Store {
    /// Keeps the secrets of a subject's reply, and gives it a number.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn keep_reply(&self, subject: &str, reply: NewReply<'_>) -> Result<u32, StoreError> {
        let text: SecretString = serde_json::to_string(reply.secrets).map_err(|_| StoreError::Unavailable)?.into();
        let mut change = self.notes.begin().await?;
        let numbered = sqlx::query(
            "INSERT INTO reply_numbers (subject, last, received) VALUES ($1, 1, $2) \
             ON CONFLICT (subject) DO UPDATE SET last = reply_numbers.last + 1, received = $2 RETURNING last",
        );
        let row = numbered.bind(subject).bind(now()).fetch_one(&mut *change).await?;
        let number: i64 = row.try_get("last")?;
        let sealed = self.key.seal(&place(subject, number), text.expose_secret());
        sqlx::query(
            "INSERT INTO replies (subject, number, provider, environment, operators, sealed, received) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(subject)
        .bind(number)
        .bind(reply.provider)
        .bind(reply.environment)
        .bind(i64::from(reply.is_operators))
        .bind(sealed.map_err(|_| StoreError::Unavailable)?)
        .bind(now())
        .execute(&mut *change)
        .await?;
        let old = sqlx::query("DELETE FROM replies WHERE subject = $1 AND number <= $2");
        old.bind(subject).bind(number - MOST).execute(&mut *change).await?;
        change.commit().await?;
        u32::try_from(number).map_err(|_| StoreError::Unavailable)
    }

    /// What is kept of a subject's reply. What was sealed with another key is gone.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn reply(&self, subject: &str, number: u32) -> Result<Option<KeptReply>, StoreError> {
        let found = sqlx::query(
            "SELECT provider, environment, operators, sealed FROM replies \
             WHERE subject = $1 AND number = $2 AND received > $3",
        );
        let number = i64::from(number);
        let oldest = now() - milliseconds(KEPT);
        let Some(row) = found.bind(subject).bind(number).bind(oldest).fetch_optional(&self.pool).await? else {
            return Ok(None);
        };
        let sealed: String = row.try_get("sealed")?;
        let Ok(text) = self.key.open(&place(subject, number), &sealed) else { return Ok(None) };
        let secrets: HashMap<String, String> = serde_json::from_str(text.expose_secret()).unwrap_or_default();
        Ok(Some(KeptReply {
            provider: row.try_get("provider")?,
            environment: row.try_get("environment")?,
            is_operators: row.try_get::<i64, _>("operators")? != 0,
            secrets: secrets.into_iter().map(|(label, secret)| (label, secret.into())).collect(),
        }))
    }

    /// Forgets what is too old.
    pub(crate) async fn sweep_replies(&self) -> Result<(), StoreError> {
        let oldest = now() - milliseconds(KEPT);
        for swept in ["DELETE FROM replies WHERE received <= $1", "DELETE FROM reply_numbers WHERE received <= $1"] {
            sqlx::query(swept).bind(oldest).execute(&self.notes).await?;
        }
        Ok(())
    }
}

/// Where the secrets of a reply are sealed for.
pub(crate) fn place(subject: &str, number: i64) -> String {
    ["reply", subject, &number.to_string()].join("\0")
}
