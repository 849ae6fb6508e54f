//! Connections to the database, and the bounds of what is done on them.

use super::{
    StoreError,
    files::{FILE_MODE, SQLITE_COMPANION_SUFFIXES, create_parent_directory, restrict_permissions, with_suffix},
};
use anyhow::Context;
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

/// How long a statement waits for a connection, or for another that writes.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long whoever asks waits for everything that the store does for one answer.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to a file of SQLite's.
const SQLITE_CONNECTIONS: u32 = 8;
/// Connections to PostgreSQL for its migrations: one for these, and one to find out about poolers.
const MIGRATION_CONNECTIONS: u32 = 2;

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ConnectionPurpose {
    /// To bring the tables up to date, which may take its time.
    Migrate,
    /// For what is on the disk before it is acknowledged.
    Durable,
    /// For what a crash of the machine (not of the server) may take the last moments of.
    Relaxed,
}

/// Where a database is.
#[derive(Clone)]
pub(super) struct DatabaseLocation {
    url: String,
    /// SQLite's file.
    file: Option<Arc<DatabaseFile>>,
    /// Most connections at a time.
    max_connections: u32,
}

impl DatabaseLocation {
    pub(super) fn sqlite(path: &Path) -> anyhow::Result<Self> {
        create_parent_directory(path)
            .with_context(|| format!("the folder of the store {} cannot be created", path.display()))?;
        Ok(Self {
            url: file_url(path)?,
            file: Some(Arc::new(DatabaseFile::open_or_create(path)?)),
            max_connections: SQLITE_CONNECTIONS,
        })
    }

    pub(super) fn postgres(url: &str, max_connections: u32) -> Self {
        Self { url: url.to_owned(), file: None, max_connections }
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
            .before_acquire(move |_, _| {
                let is_unchanged = is_unchanged();
                Box::pin(async move { Ok(is_unchanged) })
            })
            // A commit that fails, as on a full disk, leaves SQLite and sqlx at odds over what is open: whatever came next on this
            // connection would look saved, and never be.
            .after_release(move |connection, _| {
                Box::pin(async move {
                    if is_file {
                        // What was dropped is rolled back first.
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
            .after_connect(move |connection, _| {
                let is_same_file = is_same_file();
                Box::pin(async move {
                    if !is_same_file {
                        let message = "the store's file was replaced while the server ran; start it again";
                        return Err(sqlx::Error::Configuration(message.into()));
                    }
                    for statement in statements {
                        connection.execute(*statement).await?;
                    }
                    Ok(())
                })
            })
            .connect(&self.url)
            .await
            .map_err(|error| match error {
                // It would repeat a part of the URL.
                sqlx::Error::Configuration(_) if !is_file => {
                    sqlx::Error::Configuration("a parameter after the `?` has a value that cannot be used".into())
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
            // Whoever asked has given up long before a statement is ended, which is for the database's own sake.
            (None, _) => &["SET lock_timeout = '5s'", "SET statement_timeout = '30s'"],
        }
    }
}

/// Returns the URL of an SQLite file. No connection creates the file: one that is gone would come back empty.
///
/// # Errors
/// If the path is not UTF-8.
pub(super) fn file_url(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().with_context(|| format!("the path {} is not UTF-8", path.display()))?;
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Ok(format!("sqlite://{escaped}?mode=rw"))
}

/// A file, and which one it was when it was opened. What is written into one that has been moved or removed would be lost.
struct DatabaseFile {
    path: PathBuf,
    /// Device and number.
    device_and_inode: (u64, u64),
}

impl DatabaseFile {
    /// The file at a path, created if there is none. Nobody but its owner can read it or what SQLite keeps beside it.
    fn open_or_create(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(FILE_MODE).open(path);
        let file_metadata = file.and_then(|file| file.metadata());
        let file_metadata = file_metadata.with_context(|| format!("the store {} cannot be opened", path.display()))?;
        // SQLite follows symbolic links, and gives new files beside the database the database's mode.
        let real_path = canonicalize(path).unwrap_or_else(|_| path.to_owned());
        for file in [""].into_iter().chain(SQLITE_COMPANION_SUFFIXES).map(|suffix| with_suffix(&real_path, suffix)) {
            restrict_permissions(&file).with_context(|| {
                let display_path = file.display();
                format!(
                    "others on this machine can read {display_path}, and its mode cannot be changed; run: chmod 600 {display_path}"
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

/// Gives up what takes too long: of a database behind a network that went silent, nobody ever hears.
///
/// # Errors
/// Those of what is done, and that it took too long.
pub async fn with_timeout<T>(operation: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(OPERATION_TIMEOUT, operation).await.unwrap_or_else(|_| {
        tracing::error!("the store does not answer within {} s", OPERATION_TIMEOUT.as_secs());
        Err(StoreError::Unavailable)
    })
}
