//! Persistent data: sessions, sealed credentials of callers, access tokens and secrets of responses. The database is an
//! SQLite file, or a PostgreSQL database that several servers share.
//!
//! Acknowledged data is committed, and each change is one transaction, so that a crash leaves all of it or nothing.
//! SQLite syncs to disk before a commit returns, except for the data of the relaxed pool.

pub mod accepted_documents;
pub mod access_tokens;
pub mod audit;
pub mod audit_chain;
pub mod backup;
pub mod budgets;
mod connect;
pub mod credentials;
pub mod disabled_items;
pub mod documents;
mod error;
mod files;
pub mod key;
mod key_check;
mod migrations;
mod pooler;
pub mod responses;
pub mod rotation;
pub mod sessions;
mod unlocks;

use anyhow::Context;
use connect::{ConnectionPurpose, DatabaseLocation};
use key::{KeySource, SealingKey};
use secrecy::{ExposeSecret, SecretString};
use sqlx::AnyPool;
use std::{
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub use connect::with_timeout;
pub use error::StoreError;

/// Settings of a store.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// Location of the database.
    pub database: Database,
    /// Source of the key that seals secrets.
    pub key: KeySource,
    /// Maximum number of connections to PostgreSQL. An SQLite file always has eight.
    pub max_connections: u32,
}

/// Database of a store.
#[derive(Clone, Debug)]
pub enum Database {
    /// Path of an SQLite file, which is created if it does not exist.
    Sqlite(PathBuf),
    /// URL of a PostgreSQL database, which may contain a password.
    Postgres(SecretString),
}

/// Store of persistent data, which is cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    /// Pool for budgets, audit records, document copies and secrets of responses. A crash of the machine (not of the
    /// server) may lose the most recent of these.
    relaxed_pool: AnyPool,
    key: SealingKey,
}

impl Store {
    /// Opens a store and migrates its tables.
    ///
    /// # Errors
    /// Returns an error if the store cannot be opened, or if its data was sealed with another key.
    pub async fn open(settings: &StoreSettings) -> anyhow::Result<Self> {
        let (location, store_name) = match &settings.database {
            Database::Sqlite(path) => (DatabaseLocation::sqlite(path)?, format!("the store {}", path.display())),
            Database::Postgres(url) => (
                DatabaseLocation::postgres(url.expose_secret(), settings.max_connections),
                "the store at DATABASE_URL".to_owned(),
            ),
        };
        let open_error = || format!("{store_name} cannot be opened; DATABASE_URL sets its location");
        let use_error = || format!("{store_name} cannot be used");
        let migration_pool = location.connect(ConnectionPurpose::Migrate).await.with_context(open_error)?;
        if matches!(settings.database, Database::Postgres(_)) {
            pooler::ensure_dedicated_sessions(&migration_pool).await.with_context(use_error)?;
        }
        migrations::run(&migration_pool).await.with_context(use_error)?;
        migration_pool.close().await;
        let pool = location.connect(ConnectionPurpose::Durable).await.with_context(open_error)?;
        let key = key_check::load_store_key(&pool, &settings.key).await.with_context(use_error)?;
        let is_file = matches!(settings.database, Database::Sqlite(_));
        let relaxed_pool = if is_file {
            location.connect(ConnectionPurpose::Relaxed).await.with_context(open_error)?
        } else {
            pool.clone()
        };
        Ok(Self { pool, relaxed_pool, key })
    }

    /// Returns true if the store responds and its key has not changed.
    pub async fn is_ready(&self) -> bool {
        let query = sqlx::query("SELECT id FROM keys WHERE id = $1").bind(self.key.id()).fetch_optional(&self.pool);
        matches!(with_timeout(async { Ok(query.await?) }).await, Ok(Some(_)))
    }

    /// Deletes expired data: sessions (also the least recently used beyond `max_sessions`), budgets, unlocks, and
    /// secrets of responses.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn sweep(&self, max_sessions: i64) -> Result<(), StoreError> {
        self.sweep_sessions(max_sessions).await?;
        self.sweep_budgets().await?;
        self.sweep_unlocks().await?;
        self.sweep_response_secrets().await
    }

    /// Closes all connections after they have finished their current work.
    pub async fn close(&self) {
        self.pool.close().await;
        self.relaxed_pool.close().await;
    }
}

/// Returns the current time, in milliseconds since 1970.
fn now_millis() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

fn to_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
