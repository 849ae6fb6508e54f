//! Connections to the database, and their timeouts.

use super::{
    StoreError,
    files::{FILE_MODE, SQLITE_COMPANION_SUFFIXES, create_parent_directory, restrict_permissions, with_suffix},
};
use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    AnyPool, Connection, Executor,
    any::{AnyPoolOptions, install_default_drivers},
};
use std::{
    fs::{OpenOptions, canonicalize, metadata},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::time::timeout;

/// Timeout for acquiring a connection, or a lock that another writer holds.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Timeout for an operation of the store, which may consist of several statements.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum number of connections to an SQLite file.
const SQLITE_CONNECTIONS: u32 = 8;
/// Maximum number of connections to PostgreSQL during migration: one for the migrations, and one to detect poolers.
const MIGRATION_CONNECTIONS: u32 = 2;

/// Purposes of connections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectionPurpose {
    /// Migrations, which may take long.
    Migrate,
    /// Data that must be on disk before it is acknowledged.
    Durable,
    /// Data of which a crash of the machine (not of the server) may lose the last moments.
    Relaxed,
}

/// Location of a database.
#[derive(Clone)]
pub(super) struct DatabaseLocation {
    /// URL, which may contain a password.
    url: SecretString,
    /// The SQLite file, if the database is one.
    file: Option<Arc<DatabaseFile>>,
    /// Maximum number of connections.
    max_connections: u32,
}

impl DatabaseLocation {
    pub(super) fn sqlite(path: &Path) -> anyhow::Result<Self> {
        create_parent_directory(path)
            .with_context(|| format!("the directory of the store {} cannot be created", path.display()))?;
        Ok(Self {
            url: file_url(path)?.into(),
            file: Some(Arc::new(DatabaseFile::open_or_create(path)?)),
            max_connections: SQLITE_CONNECTIONS,
        })
    }

    pub(super) fn postgres(url: &str, max_connections: u32) -> Self {
        Self { url: url.into(), file: None, max_connections }
    }

    pub(super) async fn connect(&self, purpose: ConnectionPurpose) -> Result<AnyPool, sqlx::Error> {
        install_default_drivers();
        let (statements, file) = (self.setup_statements(purpose), self.file.clone());
        let is_file = file.is_some();
        let is_unchanged = move || file.as_ref().is_none_or(|file| file.is_unchanged());
        let is_same_file = is_unchanged.clone();
        let connections = match purpose {
            ConnectionPurpose::Migrate if !is_file => MIGRATION_CONNECTIONS,
            _ => self.max_connections,
        };
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection to a file is tested when it is released, and cannot be lost in between.
            .test_before_acquire(!is_file)
            .before_acquire(move |_, _| {
                let is_unchanged = is_unchanged();
                Box::pin(async move { Ok(is_unchanged) })
            })
            // After a failed commit, for example on a full disk, SQLite and sqlx disagree on the open transaction.
            // Later changes on this connection would seem to be saved, but would never be committed.
            .after_release(move |connection, _| {
                Box::pin(async move {
                    if is_file {
                        // This first rolls back a transaction that was dropped.
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
            .after_connect(move |connection, _| {
                let is_same_file = is_same_file();
                Box::pin(async move {
                    if !is_same_file {
                        let message = "the store's file was replaced while the server was running; restart the server";
                        return Err(sqlx::Error::Configuration(message.into()));
                    }
                    for statement in statements {
                        connection.execute(*statement).await?;
                    }
                    Ok(())
                })
            })
            .connect(self.url.expose_secret())
            .await
            .map_err(|error| match error {
                // The original error would contain a part of the URL.
                sqlx::Error::Configuration(_) if !is_file => {
                    sqlx::Error::Configuration("a parameter after the `?` has an invalid value".into())
                }
                other => other,
            })
    }

    fn setup_statements(&self, purpose: ConnectionPurpose) -> &'static [&'static str] {
        const SQLITE: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                              PRAGMA secure_delete = ON";
        match (&self.file, purpose) {
            (Some(_), ConnectionPurpose::Relaxed) => &[SQLITE, "PRAGMA synchronous = NORMAL"],
            (Some(_), _) => &[SQLITE, "PRAGMA synchronous = FULL"],
            (None, ConnectionPurpose::Migrate) => &[],
            // The caller has timed out long before the statement does. This timeout protects the database.
            (None, _) => &["SET lock_timeout = '5s'", "SET statement_timeout = '30s'"],
        }
    }
}

/// Returns the URL of an SQLite file. A connection never creates the file, because a missing one would be replaced by
/// an empty one.
///
/// # Errors
/// Returns an error if the path is not UTF-8.
pub(super) fn file_url(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().with_context(|| format!("the path {} is not UTF-8", path.display()))?;
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Ok(format!("sqlite://{escaped}?mode=rw"))
}

/// An SQLite file and its identity when it was opened. Data written to a file that was moved or removed since would be
/// lost.
struct DatabaseFile {
    path: PathBuf,
    /// Device and inode numbers.
    device_and_inode: (u64, u64),
}

impl DatabaseFile {
    /// Opens or creates the file at a path. Only its owner can read it and the files that SQLite creates beside it.
    fn open_or_create(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(FILE_MODE).open(path);
        let file_metadata = file.and_then(|file| file.metadata());
        let file_metadata = file_metadata.with_context(|| format!("the store {} cannot be opened", path.display()))?;
        // SQLite follows symbolic links, and gives the files that it creates beside the database the mode of the
        // database.
        let real_path = canonicalize(path).unwrap_or_else(|_| path.to_owned());
        for file in [""].into_iter().chain(SQLITE_COMPANION_SUFFIXES).map(|suffix| with_suffix(&real_path, suffix)) {
            restrict_permissions(&file).with_context(|| {
                let display_path = file.display();
                format!(
                    "other users of this machine can read {display_path}, and its mode cannot be changed; run: chmod \
                     600 {display_path}"
                )
            })?;
        }
        Ok(Self { path: path.to_owned(), device_and_inode: (file_metadata.dev(), file_metadata.ino()) })
    }

    fn is_unchanged(&self) -> bool {
        metadata(&self.path)
            .is_ok_and(|file_metadata| (file_metadata.dev(), file_metadata.ino()) == self.device_and_inode)
    }
}

/// Adds a timeout to an operation of the store: a database behind a broken network may never respond.
///
/// # Errors
/// Returns the error of the operation, or [`StoreError::Unavailable`] if the operation takes too long.
pub async fn with_timeout<T>(operation: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(OPERATION_TIMEOUT, operation).await.unwrap_or_else(|_| {
        tracing::error!("the store did not respond within {} s", OPERATION_TIMEOUT.as_secs());
        Err(StoreError::Unavailable)
    })
}
