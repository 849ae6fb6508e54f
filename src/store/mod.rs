//! What outlives a request: sessions, visitors' sealed credentials, access tokens, secrets of replies. SQLite in one file, or a PostgreSQL that several
//! servers share.
//!
//! Everything that is acknowledged is committed: SQLite writes through to the disk before it says so, and a change is one
//! transaction, so that a crash leaves all of it or nothing.

pub mod audit;
pub mod backup;
pub mod budgets;
mod connect;
pub mod credentials;
pub mod documents;
mod files;
pub mod key;
mod migrations;
mod pooler;
mod proof;
pub mod responses;
pub mod rotation;
pub mod sessions;
pub mod switches;
pub mod tokens;
mod unlocks;

use anyhow::Context;
use connect::{Place, Purpose};
use key::{Key, KeySource};
use secrecy::{ExposeSecret, SecretString};
use sqlx::AnyPool;
use std::{
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub use connect::in_time;

/// Which store, and the key to it.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    /// Where it is.
    pub database: Database,
    /// What seals it.
    pub key: KeySource,
    /// Most connections to PostgreSQL at a time; a file of SQLite's always has eight.
    pub connections: u32,
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
    notes: AnyPool,
    key: Key,
}

/// Why the store could not do what was asked.
#[derive(Debug)]
pub enum StoreError {
    /// It does not answer, or refuses; the log has the reason.
    Unavailable,
    /// What it holds was sealed with another key than this server has.
    OtherKey,
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
        let (place, shown) = match &settings.database {
            Database::Sqlite(path) => (Place::sqlite(path)?, format!("the store {}", path.display())),
            Database::Postgres(url) => {
                (Place::postgres(url.expose_secret(), settings.connections), "the store at DATABASE_URL".to_owned())
            }
        };
        let cannot = || format!("{shown} cannot be opened; DATABASE_URL says where it is");
        let unusable = || format!("{shown} cannot be used");
        let first = place.connect(Purpose::Migrate).await.with_context(cannot)?;
        if matches!(settings.database, Database::Postgres(_)) {
            pooler::refuse(&first).await.with_context(unusable)?;
        }
        migrations::run(&first).await.with_context(unusable)?;
        first.close().await;
        let pool = place.connect(Purpose::Keep).await.with_context(cannot)?;
        let key = proof::fitting_key(&pool, &settings.key).await.with_context(unusable)?;
        let is_file = matches!(settings.database, Database::Sqlite(_));
        let notes = if is_file { place.connect(Purpose::Note).await.with_context(cannot)? } else { pool.clone() };
        Ok(Self { pool, notes, key })
    }

    /// Whether it answers.
    pub async fn is_ready(&self) -> bool {
        let answer = sqlx::query("SELECT id FROM keys WHERE id = $1").bind(self.key.id()).fetch_optional(&self.pool);
        matches!(in_time(async { Ok(answer.await?) }).await, Ok(Some(_)))
    }

    /// Forgets what has ended: sessions (of too many, those that were not used for longest), budgets, unlocked data, secrets of
    /// replies.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn sweep(&self, sessions: i64) -> Result<(), StoreError> {
        self.sweep_sessions(sessions).await?;
        self.sweep_budgets().await?;
        self.sweep_unlocks().await?;
        self.sweep_replies().await
    }

    /// Ends all connections, once they have finished what they are doing.
    pub async fn close(&self) {
        self.pool.close().await;
        self.notes.close().await;
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
