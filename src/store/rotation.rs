//! Changing the key of a store: all that is sealed is sealed anew, in one transaction.

use super::{
    Store, StoreSettings, credentials,
    key::{Key, KeySource, next_to},
    responses,
};
use anyhow::{Context, ensure};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{AnyConnection, Row};

/// Seals everything in a store under another key: the given one where the settings hold the key, else a new one in the key
/// file. Servers that run with the old key serve no credential any more, until they are started again.
///
/// A rotation that breaks off leaves the old key in force, or the new one: never both, never none.
///
/// # Errors
/// Where the store cannot be opened or written; the old key is in force then.
pub async fn rotate(settings: &StoreSettings, given: Option<&SecretString>) -> anyhow::Result<String> {
    let store = Store::open(settings).await?;
    let next = match (&settings.key, given) {
        (KeySource::File(path), None) => Key::load(&KeySource::File(next_to(path)), true)?,
        (KeySource::Given(_), Some(text)) => {
            Key::from_text(text.expose_secret()).context("EXPLORER_NEW_KEY cannot be used")?
        }
        (KeySource::File(path), Some(_)) => {
            anyhow::bail!("EXPLORER_NEW_KEY goes with EXPLORER_KEY; this store's key is in {}", path.display())
        }
        (KeySource::Given(_), None) => {
            anyhow::bail!("EXPLORER_NEW_KEY is missing: the key to change to. `api-explorer key new` prints one")
        }
    };
    ensure!(next.id() != store.key.id(), "the new key is the same as the old one");
    let resealed = store.reseal(&next).await?;
    if let KeySource::File(path) = &settings.key {
        std::fs::rename(next_to(path), path).with_context(|| {
            format!("the new key is in force, but {} could not be moved over {0}", next_to(path).display())
        })?;
    }
    let (old, new) = (store.key.id(), next.id());
    store.close().await;
    Ok(format!("{resealed} credentials were sealed anew: the key is now {new}, it was {old}."))
}

impl Store {
    async fn reseal(&self, next: &Key) -> anyhow::Result<usize> {
        let mut change = self.pool.begin().await?;
        // Writing first: nothing is sealed with the old key from here on.
        let ended = sqlx::query("DELETE FROM keys WHERE id = $1").bind(self.key.id()).execute(&mut *change).await?;
        ensure!(ended.rows_affected() == 1, "the key was changed by somebody else meanwhile");
        next.prove(&mut change).await?;
        let sealed = sqlx::query("SELECT session, provider, sealed FROM credentials").fetch_all(&mut *change).await?;
        for row in &sealed {
            let (session, provider): (String, String) = (row.try_get("session")?, row.try_get("provider")?);
            let place = credentials::place(&session, &provider);
            let opened = self.key.open(&place, row.try_get("sealed")?);
            let resealed = opened.and_then(|text| next.seal(&place, text.expose_secret()));
            let resealed = resealed.ok().with_context(|| format!("a credential for {provider} cannot be opened"))?;
            let replaced = sqlx::query("UPDATE credentials SET sealed = $1 WHERE session = $2 AND provider = $3");
            replaced.bind(resealed).bind(session).bind(provider).execute(&mut *change).await?;
        }
        self.reseal_replies(next, &mut change).await?;
        change.commit().await?;
        Ok(sealed.len())
    }

    /// What cannot be opened is forgotten: whoever wants it makes the call again.
    async fn reseal_replies(&self, next: &Key, change: &mut AnyConnection) -> anyhow::Result<()> {
        let sealed = sqlx::query("SELECT subject, number, sealed FROM replies").fetch_all(&mut *change).await?;
        for row in &sealed {
            let (subject, number): (String, i64) = (row.try_get("subject")?, row.try_get("number")?);
            let place = responses::place(&subject, number);
            let opened = self.key.open(&place, row.try_get("sealed")?);
            let resealed = opened.and_then(|text| next.seal(&place, text.expose_secret())).unwrap_or_default();
            let replaced = sqlx::query("UPDATE replies SET sealed = $1 WHERE subject = $2 AND number = $3");
            replaced.bind(resealed).bind(subject).bind(number).execute(&mut *change).await?;
        }
        Ok(())
    }
}
