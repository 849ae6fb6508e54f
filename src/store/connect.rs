//! Connections to the database, and the bounds of what is done on them.

use super::{
    StoreError,
    files::{COMPANIONS, FILE_MODE, create_folder_of, narrow, with_ending},
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
const PATIENCE: Duration = Duration::from_secs(5);
/// How long whoever asks waits for everything that the store does for one answer.
const IN_ALL: Duration = Duration::from_secs(10);
/// Connections to a file of SQLite's.
const CONNECTIONS: u32 = 8;
/// Connections to PostgreSQL for its migrations: one for these, and one to find out about poolers.
const CONNECTIONS_TO_MIGRATE: u32 = 2;

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To bring the tables up to date, which may take its time.
    Migrate,
    /// For what is on the disk before it is acknowledged.
    Keep,
    /// For what a crash of the machine (not of the server) may take the last moments of.
    Note,
}

/// Where a database is.
#[derive(Clone)]
pub(super) struct Place {
    url: String,
    /// SQLite's file.
    file: Option<Arc<File>>,
    /// Most connections at a time.
    connections: u32,
}

impl Place {
    pub(super) fn sqlite(path: &Path) -> anyhow::Result<Self> {
        create_folder_of(path)
            .with_context(|| format!("the folder of the store {} cannot be created", path.display()))?;
        Ok(Self { url: file_url(path)?, file: Some(Arc::new(File::make(path)?)), connections: CONNECTIONS })
    }

    pub(super) fn postgres(url: &str, connections: u32) -> Self {
        Self { url: url.to_owned(), file: None, connections }
    }

    pub(super) async fn connect(&self, purpose: Purpose) -> Result<AnyPool, sqlx::Error> {
        install_default_drivers();
        let (settings, file) = (self.settings(purpose), self.file.clone());
        let is_file = file.is_some();
        let is_there = move || file.as_ref().is_none_or(|file| file.is_there());
        let is_same = is_there.clone();
        let connections = match purpose {
            Purpose::Migrate if !is_file => CONNECTIONS_TO_MIGRATE,
            _ => self.connections,
        };
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .before_acquire(move |_, _| {
                let is_there = is_there();
                Box::pin(async move { Ok(is_there) })
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
                let is_same = is_same();
                Box::pin(async move {
                    if !is_same {
                        let message = "the store's file was replaced while the server ran; start it again";
                        return Err(sqlx::Error::Configuration(message.into()));
                    }
                    for setting in settings {
                        connection.execute(*setting).await?;
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

    fn settings(&self, purpose: Purpose) -> &'static [&'static str] {
        const SQLITE: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                              PRAGMA secure_delete = ON";
        match (&self.file, purpose) {
            (Some(_), Purpose::Note) => &[SQLITE, "PRAGMA synchronous = NORMAL"],
            (Some(_), _) => &[SQLITE, "PRAGMA synchronous = FULL"],
            (None, Purpose::Migrate) => &[],
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
struct File {
    path: PathBuf,
    /// Device and number.
    id: (u64, u64),
}

impl File {
    /// The file at a path, created if there is none. Nobody but its owner can read it or what SQLite keeps beside it.
    fn make(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(FILE_MODE).open(path);
        let found = file.and_then(|file| file.metadata());
        let found = found.with_context(|| format!("the store {} cannot be opened", path.display()))?;
        // SQLite follows symbolic links, and gives new files beside the database the database's mode.
        let real = canonicalize(path).unwrap_or_else(|_| path.to_owned());
        for file in [""].into_iter().chain(COMPANIONS).map(|ending| with_ending(&real, ending)) {
            narrow(&file).with_context(|| {
                let shown = file.display();
                format!(
                    "others on this machine can read {shown}, and its mode cannot be changed; run: chmod 600 {shown}"
                )
            })?;
        }
        Ok(Self { path: path.to_owned(), id: (found.dev(), found.ino()) })
    }

    fn is_there(&self) -> bool {
        metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.id)
    }
}

/// Gives up what takes too long: of a database behind a network that went silent, nobody ever hears.
///
/// # Errors
/// Those of what is done, and that it took too long.
pub async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(IN_ALL, work).await.unwrap_or_else(|_| {
        tracing::error!("the store does not answer within {} s", IN_ALL.as_secs());
        Err(StoreError::Unavailable)
    })
}
