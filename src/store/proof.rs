//! Which key a store is sealed with: its id, and a known text under it, stand in the store itself.

use super::{
    StoreError,
    key::{Key, KeySource, next_to},
};
use anyhow::{Context, ensure};
use sqlx::{AnyConnection, AnyPool, Row, any::AnyRow};
use std::fs::rename;

/// Where the known text is sealed, and the text itself.
const PROOF: &str = "proof";

/// The key of the settings, if it is the one of the store; of a new store, it becomes that.
pub(super) async fn fitting_key(pool: &AnyPool, source: &KeySource) -> anyhow::Result<Key> {
    let known = known_keys(&mut *pool.acquire().await?).await?;
    let key = Key::load(source, known.is_empty())?;
    if known.is_empty() {
        key.prove(&mut *pool.acquire().await?).await?;
    }
    let known = known_keys(&mut *pool.acquire().await?).await?;
    match (choose(key, source, &known)?, source) {
        ((next, true), KeySource::File(path)) => {
            rename(next_to(path), path)?;
            Ok(next)
        }
        ((key, _), _) => Ok(key),
    }
}

/// Checks that the key of the settings is the one of a store, without changing either.
///
/// # Errors
/// If it is another, or there is none.
pub(super) async fn check(connection: &mut AnyConnection, source: &KeySource) -> anyhow::Result<()> {
    let known = known_keys(connection).await?;
    ensure!(!known.is_empty(), "it does not say which key it was sealed with, so it is not a whole store");
    choose(Key::load(source, false)?, source, &known).map(|_| ())
}

async fn known_keys(connection: &mut AnyConnection) -> Result<Vec<AnyRow>, sqlx::Error> {
    sqlx::query("SELECT id, proof FROM keys").fetch_all(connection).await
}

/// Returns the key that fits, and whether it is the next one: a rotation broke off after everything was sealed with it, and
/// before it was moved to its place.
fn choose(key: Key, source: &KeySource, known: &[AnyRow]) -> anyhow::Result<(Key, bool)> {
    if known.iter().any(|row| fits(&key, row)) {
        return Ok((key, false));
    }
    if let KeySource::File(path) = source
        && let Ok(next) = Key::load(&KeySource::File(next_to(path)), false)
        && known.iter().any(|row| fits(&next, row))
    {
        return Ok((next, true));
    }
    let ids: Vec<String> = known.iter().filter_map(|row| row.try_get("id").ok()).collect();
    anyhow::bail!(
        "it was sealed with the key {}, and this is the key {}. Set EXPLORER_KEY, or bring the key file back, to the one \
         that sealed it",
        ids.join(", "),
        key.id()
    )
}

fn fits(key: &Key, row: &AnyRow) -> bool {
    let proof: Option<String> = row.try_get("proof").ok();
    proof.is_some_and(|proof| key.open(PROOF, &proof).is_ok())
}

impl Key {
    /// Becomes the key of a store that has none.
    pub(super) async fn prove(&self, connection: &mut AnyConnection) -> anyhow::Result<()> {
        let proof = self.seal(PROOF, PROOF).ok().context("the key seals nothing")?;
        let added = "INSERT INTO keys (id, proof) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM keys)";
        sqlx::query(added).bind(self.id()).bind(proof).execute(connection).await?;
        Ok(())
    }

    /// Keeps it the key of the store until the change is committed.
    pub(super) async fn hold(&self, change: &mut AnyConnection) -> Result<(), StoreError> {
        let held = sqlx::query("UPDATE keys SET proof = proof WHERE id = $1").bind(self.id()).execute(change).await?;
        // It was changed meanwhile: nobody could open what this one seals.
        if held.rows_affected() == 1 { Ok(()) } else { Err(StoreError::OtherKey) }
    }
}
