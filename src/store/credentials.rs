//! Credentials of callers, sealed and stored by session.

use super::{
    Store, StoreError,
    sessions::{Session, SessionId},
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// Secret texts, keyed by `scheme/part`.
pub type CredentialParts = BTreeMap<String, SecretString>;

/// A credential in its stored form. Sealing uses a random nonce, so the same sealed text always means the same
/// credential.
#[derive(Clone, Debug)]
pub struct SealedCredential {
    associated_data: String,
    /// Sealed text.
    pub sealed: String,
}

impl Store {
    /// Returns the credential that a caller has saved for a provider.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_credential(
        &self,
        session: &Session,
        provider: &str,
    ) -> Result<Option<SealedCredential>, StoreError> {
        let row = sqlx::query("SELECT sealed FROM credentials WHERE session = $1 AND provider = $2")
            .bind(&session.id_hash)
            .bind(provider)
            .fetch_optional(&self.pool)
            .await?;
        let associated_data = associated_data(&session.id_hash, provider);
        row.map(|row| Ok(SealedCredential { associated_data, sealed: row.try_get("sealed")? })).transpose()
    }

    /// Opens a sealed credential.
    ///
    /// # Errors
    /// Returns an error if the credential was sealed with another key.
    pub fn open_credential(&self, credential: &SealedCredential) -> Result<CredentialParts, StoreError> {
        let plaintext =
            self.key.open(&credential.associated_data, &credential.sealed).map_err(|_| StoreError::WrongKey)?;
        let parts: BTreeMap<String, String> =
            serde_json::from_str(plaintext.expose_secret()).map_err(|_| StoreError::WrongKey)?;
        Ok(parts.into_iter().map(|(part, text)| (part, text.into())).collect())
    }

    /// Saves a credential in a new session, which replaces the caller's session and copies its other credentials. The
    /// network is that of the caller.
    ///
    /// # Errors
    /// Returns an error if the credential cannot be stored. The previous credential is then unchanged.
    pub async fn save_credential(
        &self,
        previous: Option<&Session>,
        network: &str,
        provider: &str,
        parts: &CredentialParts,
    ) -> Result<SessionId, StoreError> {
        let exposed: BTreeMap<&str, &str> =
            parts.iter().map(|(part, text)| (part.as_str(), text.expose_secret())).collect();
        let plaintext: SecretString = serde_json::to_string(&exposed).map_err(|_| StoreError::Unavailable)?.into();
        let mut transaction = self.pool.begin().await?;
        // Beginning with a write makes SQLite lock out other writers for the whole transaction.
        let (session_id, session) = Self::create_successor(&mut transaction, previous, network).await?;
        if let Some(previous) = previous {
            self.copy_credentials(&mut transaction, previous, &session).await?;
        }
        self.key.lock_as_current(&mut transaction).await?;
        let statement = sqlx::query("DELETE FROM credentials WHERE session = $1 AND provider = $2");
        statement.bind(&session.id_hash).bind(provider).execute(&mut *transaction).await?;
        self.insert_credential(&mut transaction, &session, provider, &plaintext).await?;
        transaction.commit().await?;
        Ok(session_id)
    }

    /// Copies all credentials of one session to another.
    pub(super) async fn copy_credentials(
        &self,
        connection: &mut AnyConnection,
        previous: &Session,
        session: &Session,
    ) -> Result<(), StoreError> {
        self.key.lock_as_current(connection).await?;
        let statement =
            sqlx::query("SELECT provider, sealed FROM credentials WHERE session = $1").bind(&previous.id_hash);
        for row in statement.fetch_all(&mut *connection).await? {
            let (provider, sealed): (String, String) = (row.try_get("provider")?, row.try_get("sealed")?);
            // A credential that cannot be opened is lost in any case.
            if let Ok(plaintext) = self.key.open(&associated_data(&previous.id_hash, &provider), &sealed) {
                self.insert_credential(connection, session, &provider, &plaintext).await?;
            }
        }
        Ok(())
    }

    async fn insert_credential(
        &self,
        connection: &mut AnyConnection,
        session: &Session,
        provider: &str,
        plaintext: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = self.key.seal(&associated_data(&session.id_hash, provider), plaintext.expose_secret());
        sqlx::query("INSERT INTO credentials (session, provider, sealed) VALUES ($1, $2, $3)")
            .bind(&session.id_hash)
            .bind(provider)
            .bind(sealed.map_err(|_| StoreError::Unavailable)?)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Deletes the credential that a caller has saved for a provider.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn clear_credential(&self, session: &Session, provider: &str) -> Result<(), StoreError> {
        let statement = sqlx::query("DELETE FROM credentials WHERE session = $1 AND provider = $2");
        statement.bind(&session.id_hash).bind(provider).execute(&self.pool).await?;
        Ok(())
    }
}

/// Returns the associated data that binds a sealed credential to its session and provider.
pub(super) fn associated_data(session: &str, provider: &str) -> String {
    ["credential", session, provider].join("\0")
}
