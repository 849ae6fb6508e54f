//! Visitors' own credentials: sealed, under the session that saved them.

use super::{
    Store, StoreError,
    sessions::{Session, SessionId},
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// Texts by `scheme/part`.
pub type Parts = BTreeMap<String, SecretString>;

/// A credential as it is stored. It is the same one as long as its text is, for every key and place seals differently.
#[derive(Clone, Debug)]
pub struct SealedCredential {
    place: String,
    /// The sealed text.
    pub sealed: String,
}

impl Store {
    /// What a visitor has saved for a provider.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn credential(&self, session: &Session, provider: &str) -> Result<Option<SealedCredential>, StoreError> {
        let found = sqlx::query("SELECT sealed FROM credentials WHERE session = $1 AND provider = $2")
            .bind(&session.id)
            .bind(provider)
            .fetch_optional(&self.pool)
            .await?;
        let place = place(&session.id, provider);
        found.map(|row| Ok(SealedCredential { place, sealed: row.try_get("sealed")? })).transpose()
    }

    /// Opens a credential.
    ///
    /// # Errors
    /// Where it was sealed with another key.
    pub fn open_credential(&self, credential: &SealedCredential) -> Result<Parts, StoreError> {
        let text = self.key.open(&credential.place, &credential.sealed).map_err(|_| StoreError::OtherKey)?;
        let parts: BTreeMap<String, String> =
            serde_json::from_str(text.expose_secret()).map_err(|_| StoreError::OtherKey)?;
        Ok(parts.into_iter().map(|(part, text)| (part, text.into())).collect())
    }

    /// Keeps a credential, in a session that takes the place of the visitor's with all else that it holds.
    ///
    /// # Errors
    /// Where it cannot be stored; what was there before stays.
    pub async fn save_credential(
        &self,
        former: Option<&Session>,
        provider: &str,
        parts: &Parts,
    ) -> Result<SessionId, StoreError> {
        let exposed: BTreeMap<&str, &str> =
            parts.iter().map(|(part, text)| (part.as_str(), text.expose_secret())).collect();
        let text: SecretString = serde_json::to_string(&exposed).map_err(|_| StoreError::Unavailable)?.into();
        let mut change = self.pool.begin().await?;
        // Writing first: SQLite lets nobody in between then.
        let (name, session) = Self::succeed(&mut change, former).await?;
        if let Some(former) = former {
            self.take_over(&mut change, former, &session).await?;
        }
        self.key.hold(&mut change).await?;
        let replaced = sqlx::query("DELETE FROM credentials WHERE session = $1 AND provider = $2");
        replaced.bind(&session.id).bind(provider).execute(&mut *change).await?;
        self.add(&mut change, &session, provider, &text).await?;
        change.commit().await?;
        Ok(name)
    }

    /// Gives a session all credentials of another.
    pub(super) async fn take_over(
        &self,
        change: &mut AnyConnection,
        former: &Session,
        session: &Session,
    ) -> Result<(), StoreError> {
        self.key.hold(change).await?;
        let held = sqlx::query("SELECT provider, sealed FROM credentials WHERE session = $1").bind(&former.id);
        for row in held.fetch_all(&mut *change).await? {
            let (provider, sealed): (String, String) = (row.try_get("provider")?, row.try_get("sealed")?);
            // What cannot be opened any more is lost anyhow.
            if let Ok(text) = self.key.open(&place(&former.id, &provider), &sealed) {
                self.add(change, session, &provider, &text).await?;
            }
        }
        Ok(())
    }

    async fn add(
        &self,
        change: &mut AnyConnection,
        session: &Session,
        provider: &str,
        text: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = self.key.seal(&place(&session.id, provider), text.expose_secret());
        sqlx::query("INSERT INTO credentials (session, provider, sealed) VALUES ($1, $2, $3)")
            .bind(&session.id)
            .bind(provider)
            .bind(sealed.map_err(|_| StoreError::Unavailable)?)
            .execute(change)
            .await?;
        Ok(())
    }

    /// Forgets what a visitor has saved for a provider.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn clear_credential(&self, session: &Session, provider: &str) -> Result<(), StoreError> {
        let cleared = sqlx::query("DELETE FROM credentials WHERE session = $1 AND provider = $2");
        cleared.bind(&session.id).bind(provider).execute(&self.pool).await?;
        Ok(())
    }
}

/// Where a credential is sealed for.
pub(super) fn place(session: &str, provider: &str) -> String {
    ["credential", session, provider].join("\0")
}
