//! What outlives a request: sessions, visitors' sealed credentials, access tokens, secrets of replies. SQLite in one file, or a PostgreSQL that several
//! servers share.
//!
//! Everything that is acknowledged is committed: SQLite writes through to the disk before it says so, and a change is one
//! transaction, so that a crash leaves all of it or nothing.

pub mod access_tokens;
pub mod audit;
pub mod backup;
pub mod budgets;
mod connect;
pub mod credentials;
pub mod disabled_items;
pub mod documents;
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

/// Which store, and the key to it.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// Where it is.
    pub database: Database,
    /// What seals it.
    pub key: KeySource,
    /// Most connections to PostgreSQL at a time; a file of SQLite's always has eight.
    pub max_connections: u32,
}

/// Where a store is.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of SQLite's, made where there is none.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database; it may hold a password.
    Postgres(SecretString),
}

/// The store.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    /// For what a crash of the machine (not of the server) may take the last moments of: budgets, the audit.
    relaxed_pool: AnyPool,
    key: SealingKey,
}

/// Why the store could not do what was asked.
#[derive(Debug)]
pub enum StoreError {
    /// It does not answer, or refuses; the log has the reason.
    Unavailable,
    /// What it holds was sealed with another key than this server has.
    WrongKey,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // The values of a statement are not part of it.
        tracing::error!(%error, "the store does not answer");
        Self::Unavailable
    }
}

impl Store {
    /// Opens a store and brings its tables up to date.
    ///
    /// # Errors
    /// Where it cannot be opened, or its key is not the one that sealed what it holds.
    pub async fn open(settings: &StoreSettings) -> anyhow::Result<Self> {
        let (location, store_name) = match &settings.database {
            Database::Sqlite(path) => (DatabaseLocation::sqlite(path)?, format!("the store {}", path.display())),
            Database::Postgres(url) => (
                DatabaseLocation::postgres(url.expose_secret(), settings.max_connections),
                "the store at DATABASE_URL".to_owned(),
            ),
        };
        let open_error = || format!("{store_name} cannot be opened; DATABASE_URL says where it is");
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

    /// Whether it answers.
    pub async fn is_ready(&self) -> bool {
        let query = sqlx::query("SELECT id FROM keys WHERE id = $1").bind(self.key.id()).fetch_optional(&self.pool);
        matches!(with_timeout(async { Ok(query.await?) }).await, Ok(Some(_)))
    }

    /// Forgets what has ended: sessions (of too many, those that were not used for longest), budgets, unlocked data, secrets of
    /// replies.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn sweep(&self, max_sessions: i64) -> Result<(), StoreError> {
        self.sweep_sessions(max_sessions).await?;
        self.sweep_budgets().await?;
        self.sweep_unlocks().await?;
        self.sweep_response_secrets().await
    }

    /// Ends all connections, once they have finished what they are doing.
    pub async fn close(&self) {
        self.pool.close().await;
        self.relaxed_pool.close().await;
    }
}

/// Milliseconds since 1970.
fn now_millis() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

fn to_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
