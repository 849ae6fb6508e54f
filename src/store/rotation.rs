//! Key rotation: reseals all sealed data of a store with a new key, in one transaction.

use super::{
    Store, StoreSettings, credentials,
    key::{KeySource, SealingKey, next_to},
    responses,
};
use anyhow::{Context, ensure};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AnyConnection, Row};

/// Reseals all sealed data of a store with a new key, and returns the message to print.
///
/// The new key is `new_key_text` if the settings contain the current key, and a new one in the key file otherwise.
/// Servers that run with the old key can use no credential until they are restarted. An interrupted rotation leaves
/// either the old or the new key in effect, never both and never none.
///
/// # Errors
/// Returns an error if the store cannot be opened or written. The old key is then still in effect.
pub async fn rotate_key(settings: &StoreSettings, new_key_text: Option<&SecretString>) -> anyhow::Result<String> {
    let store = Store::open(settings).await?;
    let next_key = match (&settings.key, new_key_text) {
        (KeySource::File(path), None) => SealingKey::load(&KeySource::File(next_to(path)), true)?,
        (KeySource::Inline(_), Some(text)) => {
            SealingKey::from_base64(text.expose_secret()).context("EXPLORER_NEW_KEY cannot be used")?
        }
        (KeySource::File(path), Some(_)) => {
            anyhow::bail!("EXPLORER_NEW_KEY requires EXPLORER_KEY; this store's key is in {}", path.display())
        }
        (KeySource::Inline(_), None) => {
            anyhow::bail!("EXPLORER_NEW_KEY is missing. Set it to the new key; `api-explorer key new` prints one")
        }
    };
    ensure!(next_key.id() != store.key.id(), "the new key is the same as the old one");
    let resealed_count = store.reseal_all(&next_key).await?;
    if let KeySource::File(path) = &settings.key {
        std::fs::rename(next_to(path), path).with_context(|| {
            let (next, current) = (next_to(path), path.display());
            format!("the new key is in effect, but {} could not be renamed to {current}", next.display())
        })?;
    }
    let (old, new) = (store.key.id(), next_key.id());
    store.close().await;
    Ok(format!("{resealed_count} credentials were resealed. The key is now {new}; it was {old}."))
}

impl Store {
    async fn reseal_all(&self, next_key: &SealingKey) -> anyhow::Result<usize> {
        let mut transaction = self.pool.begin().await?;
        // Beginning with a write prevents other connections from sealing with the old key.
        let deleted =
            sqlx::query("DELETE FROM keys WHERE id = $1").bind(self.key.id()).execute(&mut *transaction).await?;
        ensure!(deleted.rows_affected() == 1, "another process changed the key in the meantime");
        next_key.register(&mut transaction).await?;
        let rows =
            sqlx::query("SELECT session, provider, sealed FROM credentials").fetch_all(&mut *transaction).await?;
        for row in &rows {
            let (session, provider): (String, String) = (row.try_get("session")?, row.try_get("provider")?);
            let associated_data = credentials::associated_data(&session, &provider);
            let plaintext = self.key.open(&associated_data, row.try_get("sealed")?);
            let resealed = plaintext.and_then(|plaintext| next_key.seal(&associated_data, plaintext.expose_secret()));
            let resealed = resealed.ok().with_context(|| format!("a credential for {provider} cannot be opened"))?;
            let statement = sqlx::query("UPDATE credentials SET sealed = $1 WHERE session = $2 AND provider = $3");
            statement.bind(resealed).bind(session).bind(provider).execute(&mut *transaction).await?;
        }
        self.reseal_response_secrets(next_key, &mut transaction).await?;
        transaction.commit().await?;
        Ok(rows.len())
    }

    /// Reseals the secrets of responses. Those that cannot be opened are lost, and the call must be made again.
    async fn reseal_response_secrets(
        &self,
        next_key: &SealingKey,
        connection: &mut AnyConnection,
    ) -> anyhow::Result<()> {
        let rows = sqlx::query("SELECT subject, number, sealed FROM replies").fetch_all(&mut *connection).await?;
        for row in &rows {
            let (subject, number): (String, i64) = (row.try_get("subject")?, row.try_get("number")?);
            let associated_data = responses::associated_data(&subject, number);
            let plaintext = self.key.open(&associated_data, row.try_get("sealed")?);
            let resealed = plaintext
                .and_then(|plaintext| next_key.seal(&associated_data, plaintext.expose_secret()))
                .unwrap_or_default();
            let statement = sqlx::query("UPDATE replies SET sealed = $1 WHERE subject = $2 AND number = $3");
            statement.bind(resealed).bind(subject).bind(number).execute(&mut *connection).await?;
        }
        Ok(())
    }
}
