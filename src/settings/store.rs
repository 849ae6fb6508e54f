//! Reads the location of the store and the source of its key.

use super::env_vars::EnvVars;
use crate::store::{Database, StoreSettings, key::KeySource};
use anyhow::{bail, ensure};
use std::path::PathBuf;
use url::Url;

/// Reads the settings of the store from environment variables.
///
/// # Errors
/// Returns an error if a setting is invalid. No message contains the URL, which may include a password.
pub(crate) fn read_store_settings(env_vars: EnvVars) -> anyhow::Result<StoreSettings> {
    let url = env_vars.value("DATABASE_URL");
    let database = match url.split_once(':') {
        None if url.is_empty() => Database::Sqlite(default_sqlite_path(env_vars)),
        Some(("sqlite", path)) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            ensure!(!path.is_empty() && !path.contains('?'), "DATABASE_URL must name a file, like sqlite:explorer.db");
            Database::Sqlite(path.into())
        }
        Some(("postgres" | "postgresql", _)) => {
            ensure!(
                is_well_formed(&url),
                "DATABASE_URL is not a valid URL: percent-encode characters like / ? # @ in the password, as %2F %3F \
                 %23 %40"
            );
            Database::Postgres(url.into())
        }
        _ => bail!("DATABASE_URL must be like sqlite:explorer.db or postgres://user:password@host/database"),
    };
    let key_text = env_vars.value("EXPLORER_KEY");
    let key = match &database {
        _ if !key_text.is_empty() => KeySource::Inline(key_text.into()),
        Database::Sqlite(path) => KeySource::File(path.with_extension("key")),
        Database::Postgres(_) => bail!(
            "EXPLORER_KEY is missing: servers that share a PostgreSQL store must have the same key. `api-explorer key \
             new` prints a new one"
        ),
    };
    let connections = u32::try_from(env_vars.parse_number("EXPLORER_DATABASE_CONNECTIONS", 1..=100)?)?;
    Ok(StoreSettings { database, key, max_connections: connections })
}

/// Returns true if the parts of a URL are separated where its author intended. After an unencoded `/` or `?` in a
/// password, the rest of the password would be parsed as the database or a parameter, and logged.
fn is_well_formed(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| !url.username().is_empty() || !url.as_str().contains('@'))
}

/// Returns the default path of the SQLite file, in the user's data folder (XDG Base Directory Specification), or in the
/// working directory if the user has no home.
fn default_sqlite_path(env_vars: EnvVars) -> PathBuf {
    let data_folder = |name: &str, subfolder: &str| {
        let path = env_vars.value(name);
        (!path.is_empty()).then(|| PathBuf::from(path).join(subfolder).join("api-explorer"))
    };
    let base_folder = data_folder("XDG_DATA_HOME", "").or_else(|| data_folder("HOME", ".local/share"));
    base_folder.unwrap_or_default().join("explorer.db")
}
