//! Visitors' own credentials: sealed, under the session that saved them.

use super::{
    Store, StoreError,
    sessions::{SessionId, hash},
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::Row;
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
    pub async fn credential(&self, session: SessionId, provider: &str) -> Result<Option<SealedCredential>, StoreError> {
        let Some(session) = self.session(session).await? else {
            return Ok(None);
        };
        let found = sqlx::query("SELECT sealed FROM credentials WHERE session = $1 AND provider = $2")
            .bind(&session)
            .bind(provider)
            .fetch_optional(&self.pool)
            .await?;
        let place = place(&session, provider);
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
        session: Option<SessionId>,
        provider: &str,
        parts: &Parts,
    ) -> Result<SessionId, StoreError> {
        let exposed: BTreeMap<&str, &str> =
            parts.iter().map(|(part, text)| (part.as_str(), text.expose_secret())).collect();
        let text: SecretString = serde_json::to_string(&exposed).map_err(|_| StoreError::Unavailable)?.into();
        let former = match session {
            Some(session) => self.session(session).await?,
            None => None,
        };
        let mut change = self.pool.begin().await?;
        // Writing first: SQLite lets nobody in between then.
        let (session, id) = Self::succeed(&mut change, former.as_deref()).await?;
        self.key.hold(&mut change).await?;
        let mut credentials = vec![(provider.to_owned(), text)];
        if let Some(former) = &former {
            let others = sqlx::query("SELECT provider, sealed FROM credentials WHERE session = $1 AND provider <> $2");
            for row in others.bind(former).bind(provider).fetch_all(&mut *change).await? {
                let (provider, sealed): (String, String) = (row.try_get("provider")?, row.try_get("sealed")?);
                if let Ok(text) = self.key.open(&place(former, &provider), &sealed) {
                    credentials.push((provider, text));
                }
            }
        }
        for (provider, text) in credentials {
            let sealed = self.key.seal(&place(&id, &provider), text.expose_secret());
            let added = sqlx::query("INSERT INTO credentials (session, provider, sealed) VALUES ($1, $2, $3)");
            let added = added.bind(&id).bind(provider).bind(sealed.map_err(|_| StoreError::Unavailable)?);
            added.execute(&mut *change).await?;
        }
        change.commit().await?;
        Ok(session)
    }

    /// Forgets what a visitor has saved for a provider.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn clear_credential(&self, session: SessionId, provider: &str) -> Result<(), StoreError> {
        let cleared = sqlx::query("DELETE FROM credentials WHERE session = $1 AND provider = $2");
        cleared.bind(hash(session)).bind(provider).execute(&self.pool).await?;
        Ok(())
    }
}

/// Where a credential is sealed for.
pub(super) fn place(session: &str, provider: &str) -> String {
    ["credential", session, provider].join("\0")
}
