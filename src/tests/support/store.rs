//! Stores for tests: files of SQLite's, or databases of the PostgreSQL that `TEST_POSTGRES` names (`.ci/postgres`).

use super::Setup;
use anyhow::Result;
use api_explorer::store::{
    Database, StoreSettings,
    key::{Key, KeySource},
};
use secrecy::ExposeSecret;
use sqlx::{AnyConnection, Connection, Executor, any::install_default_drivers};
use tempfile::TempDir;
use uuid::Uuid;

/// An empty store, for as many servers as a test starts.
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
        Ok(Self { url, key: Key::new_text().expose_secret().to_owned(), _folder: folder })
    }

    /// A server's setup with this store.
    pub(crate) fn of(&self, setup: Setup) -> Setup {
        setup.set("DATABASE_URL", &self.url).set("EXPLORER_KEY", &self.key)
    }

    pub(crate) fn settings(&self) -> StoreSettings {
        let database = match self.url.strip_prefix("sqlite:") {
            Some(path) => Database::Sqlite(path.into()),
            None => Database::Postgres(self.url.clone().into()),
        };
        StoreSettings { database, key: KeySource::Given(self.key.clone().into()) }
    }
}
