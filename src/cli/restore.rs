//! `api-explorer restore`: creates the store from a backup.

use crate::store::{self, Database, StoreSettings};
use anyhow::bail;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Arguments of `restore`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RestoreCommand {
    /// File that `backup` wrote
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// Restores a backup, and returns the message to print.
///
/// # Errors
/// Returns an error if this version and this key cannot open the backup, or if a store exists already.
pub async fn run_restore(command: &RestoreCommand, settings: &StoreSettings) -> anyhow::Result<String> {
    let file = command.file.display();
    let Database::Sqlite(path) = &settings.database else {
        bail!(
            "the store is a PostgreSQL database, which PostgreSQL's own tools restore, from what pg_dump wrote: pg_restore \
             --dbname=\"$DATABASE_URL\" {file}"
        );
    };
    let schema = store::backup::restore(&command.file, path, &settings.key).await?;
    Ok(format!(
        "{} is restored from {file} (schema {schema}). Start the servers. Access tokens and switches are as they were when \
         the backup was made: see what was revoked or switched off since, with `api-explorer token list` and `api-explorer \
         switch list`.\n",
        path.display()
    ))
}
