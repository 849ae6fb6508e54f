//! Backups of an SQLite store: created while servers use it, validated, and restored. The key is never part of a
//! backup.

use super::{
    connect::file_url,
    files::{PartialFile, SQLITE_COMPANION_SUFFIXES, create_parent_directory, exists, with_suffix},
    key::KeySource,
    key_check, migrations,
};
use anyhow::{Context, bail, ensure};
use sqlx::{AnyConnection, Connection, any::install_default_drivers};
use std::{
    fs::{File, metadata},
    io::{self, ErrorKind, Read, Seek},
    path::{Path, PathBuf},
};

/// First bytes of every SQLite database.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Copies a store to a new file as a consistent snapshot, while servers may continue to write. Returns the schema
/// version.
///
/// # Errors
/// Returns an error if there is no store, the file exists already or cannot be written, or the store is damaged.
pub async fn back_up(store: &Path, file: &Path) -> anyhow::Result<i64> {
    let display_path = store.display();
    ensure!(store.is_file(), "there is no store at {display_path}; DATABASE_URL sets its location");
    ensure!(!exists(file), "{}", already_exists_message(file));
    let write_error = || format!("the backup {} cannot be written", file.display());
    // SQLite writes into an existing empty file, which already has the right mode.
    let (partial_file, _) = PartialFile::create_beside(file).with_context(write_error)?;
    let mut connection = connect(store).await.with_context(|| format!("the store {display_path} cannot be opened"))?;
    let result = copy(&mut connection, partial_file.path()).await;
    connection.close().await?;
    result.with_context(|| format!("the store {display_path} cannot be copied"))?;
    let schema = validate_store(partial_file.path(), None)
        .await
        .with_context(|| format!("the copy of {display_path} cannot be used"))?;
    persist_file(partial_file, file).with_context(write_error)?;
    Ok(schema)
}

/// Restores a backup to a path where no store exists. Returns the schema version.
///
/// # Errors
/// Returns an error if the file is not an intact store that this version and this key can open, or if the path exists.
pub async fn restore(file: &Path, store: &Path, key: &KeySource) -> anyhow::Result<i64> {
    let existing: Vec<PathBuf> = existing_paths(
        store,
        &["", SQLITE_COMPANION_SUFFIXES[0], SQLITE_COMPANION_SUFFIXES[1], SQLITE_COMPANION_SUFFIXES[2]],
    );
    ensure!(existing.is_empty(), "{}", store_exists_message(store, &existing));
    if let Some(companion) = existing_paths(file, &SQLITE_COMPANION_SUFFIXES)
        .iter()
        .find(|companion| metadata(companion).is_ok_and(|file_metadata| file_metadata.len() > 0))
    {
        bail!(
            "{0} contains changes that {1} lacks, so {1} is not a backup but the file of a store in use. Create a \
             backup with `api-explorer backup`.",
            companion.display(),
            file.display()
        );
    }
    let write_error = || format!("the store {} cannot be written", store.display());
    let mut source = open_database(file)?;
    create_parent_directory(store).with_context(write_error)?;
    // The copy is validated rather than the source, because the source could change in between.
    let (partial_file, mut target) = PartialFile::create_beside(store).with_context(write_error)?;
    io::copy(&mut source, &mut target).with_context(write_error)?;
    let result = validate_store(partial_file.path(), Some(key)).await;
    let schema = result.with_context(|| format!("{} cannot be restored", file.display()))?;
    persist_file(partial_file, store).with_context(write_error)?;
    Ok(schema)
}

async fn connect(path: &Path) -> anyhow::Result<AnyConnection> {
    install_default_drivers();
    Ok(AnyConnection::connect(&file_url(path)?).await?)
}

async fn copy(connection: &mut AnyConnection, target: &Path) -> anyhow::Result<()> {
    migrations::ensure_known_schema(connection).await?;
    let target = target.to_str().context("its path is not UTF-8")?.to_owned();
    sqlx::query("VACUUM INTO $1").bind(target).execute(connection).await?;
    Ok(())
}

/// Checks that a file is an intact store with a schema that this version knows, and, if a key is given, sealed with
/// that key.
async fn validate_store(path: &Path, key: Option<&KeySource>) -> anyhow::Result<i64> {
    let mut connection = connect(path).await?;
    let result = validate_content(&mut connection, key).await;
    connection.close().await?;
    result
}

async fn validate_content(connection: &mut AnyConnection, key: Option<&KeySource>) -> anyhow::Result<i64> {
    let problems: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
    ensure!(problems == ["ok"], "it is damaged: {}", problems.first().map_or("no result", String::as_str));
    let table_count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('_sqlx_migrations', 'keys', 'sessions')",
    )
    .fetch_one(&mut *connection)
    .await?;
    ensure!(table_count == 3, "it is a database, but not an api-explorer store");
    let schema = migrations::ensure_known_schema(connection).await?;
    if let Some(key) = key {
        key_check::ensure_matching_key(connection, key).await?;
    }
    Ok(schema)
}

/// Opens an SQLite database file for reading from its beginning.
fn open_database(path: &Path) -> anyhow::Result<File> {
    let read_error = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(read_error)?;
    let mut header = Vec::new();
    (&mut file).take(SQLITE_MAGIC.len() as u64).read_to_end(&mut header).with_context(read_error)?;
    ensure!(header == SQLITE_MAGIC, "{} is not an SQLite database", path.display());
    file.rewind().with_context(read_error)?;
    Ok(file)
}

fn persist_file(partial_file: PartialFile, path: &Path) -> anyhow::Result<()> {
    partial_file.persist_noclobber(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow::Error::msg(already_exists_message(path)),
        _ => error.into(),
    })
}

fn already_exists_message(path: &Path) -> String {
    format!("{} already exists and is not overwritten. Choose another name, or move the file", path.display())
}

fn existing_paths(path: &Path, suffixes: &[&str]) -> Vec<PathBuf> {
    suffixes.iter().map(|suffix| with_suffix(path, suffix)).filter(|path| exists(path)).collect()
}

fn store_exists_message(store: &Path, existing: &[PathBuf]) -> String {
    let files: Vec<String> = existing.iter().map(|path| path.display().to_string()).collect();
    let backup_dir = store.with_file_name("before-restore");
    format!(
        "there is already a store at {}, and a restore never overwrites one. Stop the servers that use it, then move \
         it: mkdir {1} && mv {2} {1}",
        store.display(),
        backup_dir.display(),
        files.join(" ")
    )
}
