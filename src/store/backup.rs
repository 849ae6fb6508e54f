//! Copies of an SQLite store: made while servers use it, checked, and put back. The key is never part of one.

use super::{
    connect::file_url,
    files::{COMPANIONS, PartialFile, create_folder_of, exists, with_ending},
    key::KeySource,
    migrations, proof,
};
use anyhow::{Context, bail, ensure};
use sqlx::{AnyConnection, Connection, any::install_default_drivers};
use std::{
    fs::{File, metadata},
    io::{self, ErrorKind, Read, Seek},
    path::{Path, PathBuf},
};

/// The first bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Copies a store to a new file, as it is between two transactions. Servers may go on writing meanwhile. Returns its schema.
///
/// # Errors
/// If there is no store, the file exists already or cannot be written, or the store is damaged.
pub async fn back_up(store: &Path, file: &Path) -> anyhow::Result<i64> {
    let shown = store.display();
    ensure!(store.is_file(), "there is no store at {shown}; DATABASE_URL says where it is");
    ensure!(!exists(file), "{}", exists_already(file));
    let cannot = || format!("the backup {} cannot be written", file.display());
    // SQLite writes into an empty file, which has the right mode already.
    let (part, _) = PartialFile::beside(file).with_context(cannot)?;
    let mut connection = connect(store).await.with_context(|| format!("the store {shown} cannot be opened"))?;
    let copied = copy(&mut connection, part.path()).await;
    connection.close().await?;
    copied.with_context(|| format!("the store {shown} cannot be copied"))?;
    let schema = check(part.path(), None).await.with_context(|| format!("the copy of {shown} cannot be used"))?;
    publish(part, file).with_context(cannot)?;
    Ok(schema)
}

/// Puts a copy of a store at a path where there is none. Returns its schema.
///
/// # Errors
/// If the copy is not a whole store that this version and this key can open, or the path is taken.
pub async fn restore(file: &Path, store: &Path, key: &KeySource) -> anyhow::Result<i64> {
    let taken: Vec<PathBuf> = present(store, &["", COMPANIONS[0], COMPANIONS[1], COMPANIONS[2]]);
    ensure!(taken.is_empty(), "{}", how_to_move(store, &taken));
    if let Some(rest) = present(file, &COMPANIONS).iter().find(|rest| metadata(rest).is_ok_and(|found| found.len() > 0))
    {
        bail!(
            "{} holds changes that {} lacks: it is not a backup, but the file of a store in use. `api-explorer backup` makes \
             one.",
            rest.display(),
            file.display()
        );
    }
    let cannot = || format!("the store {} cannot be written", store.display());
    let mut source = open_database(file)?;
    create_folder_of(store).with_context(cannot)?;
    // What is checked is the copy: nobody can change it in between.
    let (part, mut target) = PartialFile::beside(store).with_context(cannot)?;
    io::copy(&mut source, &mut target).with_context(cannot)?;
    let checked = check(part.path(), Some(key)).await;
    let schema = checked.with_context(|| format!("{} cannot be restored", file.display()))?;
    publish(part, store).with_context(cannot)?;
    Ok(schema)
}

async fn connect(path: &Path) -> anyhow::Result<AnyConnection> {
    install_default_drivers();
    Ok(AnyConnection::connect(&file_url(path)?).await?)
}

async fn copy(connection: &mut AnyConnection, to: &Path) -> anyhow::Result<()> {
    migrations::check(connection).await?;
    let to = to.to_str().context("its path is not UTF-8")?.to_owned();
    sqlx::query("VACUUM INTO $1").bind(to).execute(connection).await?;
    Ok(())
}

/// Checks that a file is a store, whole, of a schema that this version knows, and sealed with a key, if one is given.
async fn check(path: &Path, key: Option<&KeySource>) -> anyhow::Result<i64> {
    let mut connection = connect(path).await?;
    let checked = check_content(&mut connection, key).await;
    connection.close().await?;
    checked
}

async fn check_content(connection: &mut AnyConnection, key: Option<&KeySource>) -> anyhow::Result<i64> {
    let faults: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
    ensure!(faults == ["ok"], "it is damaged: {}", faults.first().map_or("no answer", String::as_str));
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('_sqlx_migrations', 'keys', 'sessions')",
    )
    .fetch_one(&mut *connection)
    .await?;
    ensure!(tables == 3, "it is a database, but not a store of api-explorer");
    let schema = migrations::check(connection).await?;
    if let Some(key) = key {
        proof::check(connection, key).await?;
    }
    Ok(schema)
}

/// Opens a file to be read from its beginning, if it is an SQLite database.
fn open_database(path: &Path) -> anyhow::Result<File> {
    let cannot = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(cannot)?;
    let mut first = Vec::new();
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut first).with_context(cannot)?;
    ensure!(first == MAGIC, "{} is not an SQLite database", path.display());
    file.rewind().with_context(cannot)?;
    Ok(file)
}

fn publish(part: PartialFile, path: &Path) -> anyhow::Result<()> {
    part.publish(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow::Error::msg(exists_already(path)),
        _ => error.into(),
    })
}

fn exists_already(path: &Path) -> String {
    format!("{} exists already, and no file is overwritten. Give another name, or move it away", path.display())
}

fn present(path: &Path, endings: &[&str]) -> Vec<PathBuf> {
    endings.iter().map(|ending| with_ending(path, ending)).filter(|path| exists(path)).collect()
}

fn how_to_move(store: &Path, taken: &[PathBuf]) -> String {
    let files: Vec<String> = taken.iter().map(|path| path.display().to_string()).collect();
    let aside = store.with_file_name("before-restore");
    format!(
        "there is a store at {} already, and a restore never overwrites one. Stop the servers that use it and move it away: \
         mkdir {1} && mv {2} {1}",
        store.display(),
        aside.display(),
        files.join(" ")
    )
}
