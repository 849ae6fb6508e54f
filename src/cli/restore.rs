//! `api-explorer restore`: creates the store from a backup.

use crate::store::{self, Database, StoreSettings};
use anyhow::bail;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Arguments of `restore`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct RestoreCommand {
    /// File created by `backup`
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
            "the store is a PostgreSQL database. Restore it with PostgreSQL's tools from the output of pg_dump: \
             pg_restore --dbname=\"$DATABASE_URL\" {file}"
        );
    };
    let schema = store::backup::restore(&command.file, path, &settings.key).await?;
    Ok(format!(
        "{} was restored from {file} (schema {schema}). Start the servers. Access tokens and disabled items have their \
         state at the time of the backup. Revoke or disable again what was revoked or disabled since: see \
         `api-explorer token list` and `api-explorer switch list`.\n",
        path.display()
    ))
}
