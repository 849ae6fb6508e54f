//! Checks that a store was sealed with the given key, by the ID and a known text that the store contains.

use super::{
    StoreError,
    key::{KeySource, SealingKey, next_to},
};
use anyhow::{Context, ensure};
use sqlx::{AnyConnection, AnyPool, Row, any::AnyRow};
use std::{fs::rename, path::Path};

/// Known text, which is also its associated data.
const CHECK_TEXT: &str = "proof";

/// Loads the key of the settings, and checks that it is the key of the store. In a new store, registers it.
pub(super) async fn load_store_key(pool: &AnyPool, source: &KeySource) -> anyhow::Result<SealingKey> {
    let key_rows = fetch_key_rows(&mut *pool.acquire().await?).await?;
    let key = SealingKey::load(source, key_rows.is_empty())?;
    if key_rows.is_empty() {
        key.register(&mut *pool.acquire().await?).await?;
    }
    let key_rows = fetch_key_rows(&mut *pool.acquire().await?).await?;
    match select_key(key, source, &key_rows)? {
        MatchingKey::Current(key) => Ok(key),
        MatchingKey::Next { key, path } => {
            rename(next_to(path), path)?;
            Ok(key)
        }
    }
}

/// Checks that the key of the settings is the key of a store, and changes neither.
///
/// # Errors
/// Returns an error if the key is missing or does not match.
pub(super) async fn ensure_matching_key(connection: &mut AnyConnection, source: &KeySource) -> anyhow::Result<()> {
    let key_rows = fetch_key_rows(connection).await?;
    ensure!(!key_rows.is_empty(), "it does not record which key it was sealed with, so it is not a complete store");
    select_key(SealingKey::load(source, false)?, source, &key_rows).map(|_| ())
}

async fn fetch_key_rows(connection: &mut AnyConnection) -> Result<Vec<AnyRow>, sqlx::Error> {
    sqlx::query("SELECT id, proof FROM keys").fetch_all(connection).await
}

/// The key that a store was sealed with.
enum MatchingKey<'a> {
    /// The key of the settings.
    Current(SealingKey),
    /// The next key, beside the key file at `path`: a rotation was interrupted after everything was sealed with that
    /// key, but before its file was renamed.
    Next { key: SealingKey, path: &'a Path },
}

/// Returns the key that the store was sealed with.
fn select_key<'a>(key: SealingKey, source: &'a KeySource, key_rows: &[AnyRow]) -> anyhow::Result<MatchingKey<'a>> {
    if key_rows.iter().any(|row| is_matching_key(&key, row)) {
        return Ok(MatchingKey::Current(key));
    }
    if let KeySource::File(path) = source
        && let Ok(next_key) = SealingKey::load(&KeySource::File(next_to(path)), false)
        && key_rows.iter().any(|row| is_matching_key(&next_key, row))
    {
        return Ok(MatchingKey::Next { key: next_key, path });
    }
    let ids: Vec<String> = key_rows.iter().filter_map(|row| row.try_get("id").ok()).collect();
    anyhow::bail!(
        "it was sealed with the key {}, but the current key is {}. Set EXPLORER_KEY to the key that sealed it, or \
         restore its key file",
        ids.join(", "),
        key.id()
    )
}

fn is_matching_key(key: &SealingKey, row: &AnyRow) -> bool {
    let sealed_check: Option<String> = row.try_get("proof").ok();
    sealed_check.is_some_and(|sealed_check| key.open(CHECK_TEXT, &sealed_check).is_ok())
}

impl SealingKey {
    /// Registers this key in a store that has none.
    pub(super) async fn register(&self, connection: &mut AnyConnection) -> anyhow::Result<()> {
        let sealed_check = self.seal(CHECK_TEXT, CHECK_TEXT).ok().context("the key cannot seal data")?;
        let statement = "INSERT INTO keys (id, proof) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM keys)";
        sqlx::query(statement).bind(self.id()).bind(sealed_check).execute(connection).await?;
        Ok(())
    }

    /// Locks this key as the key of the store until the transaction ends.
    pub(super) async fn lock_as_current(&self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        let result =
            sqlx::query("UPDATE keys SET proof = proof WHERE id = $1").bind(self.id()).execute(connection).await?;
        // After a rotation, a text sealed with this key could not be opened.
        if result.rows_affected() == 1 { Ok(()) } else { Err(StoreError::WrongKey) }
    }
}
