//! Accepted documents: for each provider, the version of its document whose operations the operator's credential may be
//! used for.

use super::{Database, Store, StoreError, StoreSettings, connect::file_url, now_millis};
use anyhow::Context;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use sqlx::{AnyConnection, Connection, Row, any::AnyRow, any::install_default_drivers};

/// `accepted_by` of a document that was accepted because it was the first one.
pub const FIRST_USE: &str = "first use";

/// The accepted version of a provider's document, without its operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedVersion {
    /// ID of the provider.
    pub provider: String,
    /// SHA-256 of the document's text, in hexadecimal.
    pub sha256: String,
    /// Time at which it was accepted, in milliseconds since 1970.
    pub accepted_at: i64,
    /// Name of the user who accepted it, or how it was accepted.
    pub accepted_by: String,
}

impl AcceptedVersion {
    /// Describes when and by whom it was accepted: "accepted at first use, 2026-11-24 12:00 UTC".
    pub fn describe(&self) -> String {
        let preposition = if self.accepted_by == FIRST_USE { "at" } else { "by" };
        let time = Timestamp::from_millisecond(self.accepted_at).unwrap_or_default().strftime("%F %R UTC").to_string();
        format!("accepted {preposition} {}, {time}", self.accepted_by)
    }
}

/// A version of a document to accept.
#[derive(Clone, Copy, Debug)]
pub struct NewAcceptedDocument<'a> {
    /// ID of the provider.
    pub provider: &'a str,
    /// SHA-256 of the document's text, in hexadecimal.
    pub sha256: &'a str,
    /// The facts about its operations, as JSON.
    pub operations: &'a str,
    /// Name of the user who accepts it, or how it is accepted.
    pub accepted_by: &'a str,
}

impl TryFrom<&AnyRow> for AcceptedVersion {
    type Error = sqlx::Error;

    fn try_from(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            provider: row.try_get("provider")?,
            sha256: row.try_get("sha256")?,
            accepted_at: row.try_get("accepted_at")?,
            accepted_by: row.try_get("accepted_by")?,
        })
    }
}

impl Store {
    /// Returns the accepted versions of all documents.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn accepted_versions(&self) -> Result<Vec<AcceptedVersion>, StoreError> {
        let statement = "SELECT provider, sha256, accepted_at, accepted_by FROM accepted_documents";
        let rows = sqlx::query(statement).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(AcceptedVersion::try_from).collect::<Result<_, _>>()?)
    }

    /// Returns the accepted version of a provider's document and the facts about its operations, as JSON.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_accepted_document(
        &self,
        provider: &str,
    ) -> Result<Option<(AcceptedVersion, String)>, StoreError> {
        let statement = "SELECT * FROM accepted_documents WHERE provider = $1";
        let row = sqlx::query(statement).bind(provider).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| read_document(&row)).transpose()?)
    }

    /// Accepts a version of a document in place of the version with the hash `replaced`, or as the first one. Returns
    /// false if another version was accepted in the meantime.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn accept_document(
        &self,
        document: NewAcceptedDocument<'_>,
        replaced: Option<&str>,
    ) -> Result<bool, StoreError> {
        let NewAcceptedDocument { provider, sha256, operations, accepted_by } = document;
        let statement = match replaced {
            None => {
                "INSERT INTO accepted_documents (provider, sha256, accepted_at, accepted_by, operations) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (provider) DO NOTHING"
            }
            Some(_) => {
                "UPDATE accepted_documents SET sha256 = $2, accepted_at = $3, accepted_by = $4, operations = $5 \
                 WHERE provider = $1 AND sha256 = $6"
            }
        };
        let query = sqlx::query(statement).bind(provider).bind(sha256).bind(now_millis()).bind(accepted_by);
        let mut query = query.bind(operations);
        if let Some(replaced) = replaced {
            query = query.bind(replaced);
        }
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }
}

/// Reads the accepted documents of a store without changing it: an SQLite file that does not exist is not created, and
/// the tables are not migrated.
///
/// # Errors
/// Returns an error if the store cannot be read.
pub async fn read_accepted_documents(settings: &StoreSettings) -> anyhow::Result<Vec<(AcceptedVersion, String)>> {
    install_default_drivers();
    let (url, count_tables) = match &settings.database {
        Database::Sqlite(path) if !path.exists() => return Ok(Vec::new()),
        Database::Sqlite(path) => {
            (file_url(path)?, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'accepted_documents'")
        }
        Database::Postgres(url) => (
            url.expose_secret().to_owned(),
            "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE relname = 'accepted_documents'",
        ),
    };
    // The original error could contain a part of the URL.
    let mut connection = AnyConnection::connect(&url).await.ok().context("it cannot be opened")?;
    let documents = async {
        let tables: i64 = sqlx::query_scalar(count_tables).fetch_one(&mut connection).await?;
        if tables == 0 {
            return Ok(Vec::new());
        }
        let rows = sqlx::query("SELECT * FROM accepted_documents").fetch_all(&mut connection).await?;
        anyhow::Ok(rows.iter().map(read_document).collect::<Result<_, _>>()?)
    };
    let documents = documents.await;
    connection.close().await?;
    documents
}

fn read_document(row: &AnyRow) -> Result<(AcceptedVersion, String), sqlx::Error> {
    Ok((AcceptedVersion::try_from(row)?, row.try_get("operations")?))
}
