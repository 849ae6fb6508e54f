//! Stores for tests: SQLite files, or databases of the PostgreSQL that `TEST_POSTGRES` names (`scripts/postgres`).

use super::TestEnv;
use anyhow::{Result, ensure};
use api_explorer::store::{
    Database, StoreSettings,
    key::{KeySource, SealingKey},
};
use secrecy::ExposeSecret;
use sqlx::{AnyConnection, Connection, Executor, any::install_default_drivers};
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// An empty store, for any number of servers in a test.
pub(crate) struct TestStore {
    url: String,
    key: String,
    _folder: TempDir,
}

impl TestStore {
    pub(crate) async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = match std::env::var("TEST_POSTGRES") {
            Err(_) => format!("sqlite:{}", folder.path().join("explorer.db").display()),
            Ok(server) => {
                install_default_drivers();
                let name = format!("test_{}", Uuid::new_v4().simple());
                let mut connection = AnyConnection::connect(&format!("{server}/postgres")).await?;
                connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
                connection.close().await?;
                format!("{server}/{name}")
            }
        };
        Ok(Self { url, key: SealingKey::generate_base64().expose_secret().to_owned(), _folder: folder })
    }

    /// Adds this store to a server's environment.
    pub(crate) fn apply_to(&self, env: TestEnv) -> TestEnv {
        env.set_var("DATABASE_URL", &self.url).set_var("EXPLORER_KEY", &self.key)
    }

    /// Opens another connection to the database.
    pub(crate) async fn connect(&self) -> Result<AnyConnection> {
        install_default_drivers();
        Ok(AnyConnection::connect(&self.url).await?)
    }

    /// Returns the URL of the same store at another local port.
    pub(crate) fn url_at_port(&self, port: u16) -> Result<String> {
        let mut url = url::Url::parse(&self.url)?;
        ensure!(url.set_port(Some(port)).is_ok(), "{url} has no port");
        Ok(url.into())
    }

    /// Returns the address that PostgreSQL listens on.
    pub(crate) fn postgres_address(&self) -> Result<String> {
        let url = url::Url::parse(&self.url)?;
        Ok(format!("{}:{}", url.host_str().unwrap_or_default(), url.port().unwrap_or(5432)))
    }

    /// Returns the URL, for servers in other processes.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the key that seals the store.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Returns the path of SQLite's file, or `None` for PostgreSQL.
    pub(crate) fn sqlite_path(&self) -> Option<&Path> {
        self.url.strip_prefix("sqlite:").map(Path::new)
    }

    pub(crate) fn settings(&self) -> StoreSettings {
        let database = match self.url.strip_prefix("sqlite:") {
            Some(path) => Database::Sqlite(path.into()),
            None => Database::Postgres(self.url.clone().into()),
        };
        StoreSettings { database, key: KeySource::Inline(self.key.clone().into()), max_connections: 8 }
    }
}
