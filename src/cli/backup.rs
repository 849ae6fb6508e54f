//! `api-explorer backup`: copies the store while servers use it.

use crate::store::{Database, StoreSettings, backup::back_up, key::KeySource};
use anyhow::bail;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Arguments of `backup`.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct BackupCommand {
    /// File to write; it must not exist
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// Writes a backup of the store, and returns the message to print.
///
/// # Errors
/// Returns an error if the store cannot be copied to the file, or is a PostgreSQL database.
pub async fn run_backup(command: &BackupCommand, settings: &StoreSettings) -> anyhow::Result<String> {
    let file = command.file.display();
    let Database::Sqlite(path) = &settings.database else {
        bail!(
            "the store is a PostgreSQL database. Back it up with PostgreSQL's tools: pg_dump --format=custom \
             --file={file} --dbname=\"$DATABASE_URL\". {}",
            describe_key_location(&settings.key)
        );
    };
    let schema = back_up(path, &command.file).await?;
    let store = path.display();
    Ok(format!("{file} is a backup of {store} (schema {schema}). {}\n", describe_key_location(&settings.key)))
}

fn describe_key_location(key: &KeySource) -> String {
    let location = match key {
        KeySource::Inline(_) => "it is set in EXPLORER_KEY".to_owned(),
        KeySource::File(path) => format!("it is in {}", path.display()),
    };
    format!("The key that encrypts it is not part of the backup: {location}. Store a copy of the key in another place.")
}
