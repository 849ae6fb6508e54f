//! Secrets of responses, which are sealed and stored for a limited time for the subject that received them.

use super::{Store, StoreError, now_millis, to_millis};
use crate::model::response::SECRETS_LIFETIME_HOURS;
use secrecy::{ExposeSecret, SecretString};
use sqlx::Row;
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// Time for which secrets are stored.
const SECRETS_TTL: Duration = Duration::from_hours(SECRETS_LIFETIME_HOURS);
/// Maximum number of responses per subject whose secrets are stored. The oldest are deleted first.
const MAX_RESPONSES_PER_SUBJECT: i64 = 200;

/// Secrets of a response to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewResponseSecrets<'a> {
    /// Provider ID.
    pub provider: &'a str,
    /// Environment of the call.
    pub environment: &'a str,
    /// True if the call was made with the operator's credential.
    pub is_operator_credential: bool,
    /// Secrets by their labels.
    pub secrets: &'a BTreeMap<String, SecretString>,
}

/// Stored secrets of a response.
#[derive(Clone, Debug)]
pub struct StoredResponseSecrets {
    /// Provider ID.
    pub provider: String,
    /// Environment of the call.
    pub environment: String,
    /// True if the call was made with the operator's credential.
    pub is_operator_credential: bool,
    /// Secrets by their labels.
    pub secrets: HashMap<String, SecretString>,
}

impl Store {
    /// Stores the secrets of a subject's response, and returns the number that the response is given.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn save_response_secrets(
        &self,
        subject: &str,
        response: NewResponseSecrets<'_>,
    ) -> Result<u32, StoreError> {
        let exposed: BTreeMap<&str, &str> =
            response.secrets.iter().map(|(label, secret)| (label.as_str(), secret.expose_secret())).collect();
        let plaintext: SecretString = serde_json::to_string(&exposed).map_err(|_| StoreError::Unavailable)?.into();
        let mut transaction = self.relaxed_pool.begin().await?;
        let statement = sqlx::query(
            "INSERT INTO reply_numbers (subject, last, received) VALUES ($1, 1, $2) \
             ON CONFLICT (subject) DO UPDATE SET last = reply_numbers.last + 1, received = $2 RETURNING last",
        );
        let row = statement.bind(subject).bind(now_millis()).fetch_one(&mut *transaction).await?;
        let number: i64 = row.try_get("last")?;
        let sealed = self.key.seal(&associated_data(subject, number), plaintext.expose_secret());
        sqlx::query(
            "INSERT INTO replies (subject, number, provider, environment, operators, sealed, received) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(subject)
        .bind(number)
        .bind(response.provider)
        .bind(response.environment)
        .bind(i64::from(response.is_operator_credential))
        .bind(sealed.map_err(|_| StoreError::Unavailable)?)
        .bind(now_millis())
        .execute(&mut *transaction)
        .await?;
        let statement = sqlx::query("DELETE FROM replies WHERE subject = $1 AND number <= $2");
        statement.bind(subject).bind(number - MAX_RESPONSES_PER_SUBJECT).execute(&mut *transaction).await?;
        transaction.commit().await?;
        u32::try_from(number).map_err(|_| StoreError::Unavailable)
    }

    /// Returns the stored secrets of a subject's response, or `None` if they have expired or were sealed with another
    /// key.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_response_secrets(
        &self,
        subject: &str,
        number: u32,
    ) -> Result<Option<StoredResponseSecrets>, StoreError> {
        let statement = sqlx::query(
            "SELECT provider, environment, operators, sealed FROM replies \
             WHERE subject = $1 AND number = $2 AND received > $3",
        );
        let number = i64::from(number);
        let oldest = now_millis() - to_millis(SECRETS_TTL);
        let Some(row) = statement.bind(subject).bind(number).bind(oldest).fetch_optional(&self.pool).await? else {
            return Ok(None);
        };
        let sealed: String = row.try_get("sealed")?;
        let Ok(plaintext) = self.key.open(&associated_data(subject, number), &sealed) else { return Ok(None) };
        let secrets: HashMap<String, String> = serde_json::from_str(plaintext.expose_secret()).unwrap_or_default();
        Ok(Some(StoredResponseSecrets {
            provider: row.try_get("provider")?,
            environment: row.try_get("environment")?,
            is_operator_credential: row.try_get::<i64, _>("operators")? != 0,
            secrets: secrets.into_iter().map(|(label, secret)| (label, secret.into())).collect(),
        }))
    }

    /// Deletes expired secrets.
    pub(crate) async fn sweep_response_secrets(&self) -> Result<(), StoreError> {
        let oldest = now_millis() - to_millis(SECRETS_TTL);
        for statement in ["DELETE FROM replies WHERE received <= $1", "DELETE FROM reply_numbers WHERE received <= $1"]
        {
            sqlx::query(statement).bind(oldest).execute(&self.relaxed_pool).await?;
        }
        Ok(())
    }
}

/// Returns the associated data that binds sealed secrets to their subject and response.
pub(crate) fn associated_data(subject: &str, number: i64) -> String {
    ["reply", subject, &number.to_string()].join("\0")
}
