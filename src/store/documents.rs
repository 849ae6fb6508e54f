//! Copies of documents that were fetched from URLs, for a start while a URL is unavailable.

use super::{Store, StoreError, now_millis};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::io::{self, Read, Write};
use url::Url;

/// Text of a document in its stored form: compressed with gzip and encoded in Base64.
#[derive(Debug)]
pub struct CompressedDocument {
    sha256: String,
    gzip_base64: String,
}

/// A stored copy of a document.
#[derive(Debug)]
pub struct DocumentCopy {
    /// Compressed text of the document.
    pub compressed: CompressedDocument,
    /// Time at which the document was fetched, in milliseconds since 1970.
    pub fetched_at: i64,
}

impl CompressedDocument {
    /// Compresses a text, which takes about a second for 50 MB.
    ///
    /// # Errors
    /// Returns an error if the compression fails.
    pub fn compress(text: &str) -> io::Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        Ok(Self { sha256: sha256_hex(text), gzip_base64: BASE64_STANDARD.encode(encoder.finish()?) })
    }

    /// Decompresses the text.
    ///
    /// # Errors
    /// Returns an error if the text is larger than `max_bytes`, or does not match its hash.
    pub fn decompress(&self, max_bytes: u64) -> anyhow::Result<String> {
        let compressed = BASE64_STANDARD.decode(&self.gzip_base64)?;
        let mut bytes = Vec::new();
        GzDecoder::new(&*compressed).take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        anyhow::ensure!(bytes.len() as u64 <= max_bytes, "it is larger than EXPLORER_DOCUMENT_LIMIT_MB allows");
        let text = String::from_utf8(bytes)?;
        anyhow::ensure!(sha256_hex(&text) == self.sha256, "its text differs from the text that was stored");
        Ok(text)
    }

    /// Returns the SHA-256 of the text, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl Store {
    /// Stores a copy of a provider's document, and replaces the previous copy.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn save_document(
        &self,
        provider: &str,
        url: &Url,
        compressed: &CompressedDocument,
    ) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "INSERT INTO documents (provider, url, url_sha256, sha256, fetched_at, body) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (provider) DO UPDATE SET url = $2, url_sha256 = $3, sha256 = $4, fetched_at = $5, body = $6",
        );
        let mut without_query = url.clone();
        without_query.set_query(None);
        without_query.set_fragment(None);
        statement
            .bind(provider)
            .bind(String::from(without_query))
            .bind(sha256_hex(url.as_str()))
            .bind(&compressed.sha256)
            .bind(now_millis())
            .bind(&compressed.gzip_base64)
            .execute(&self.relaxed_pool)
            .await?;
        Ok(())
    }

    /// Updates the time at which a document was fetched. Returns true if the stored copy has this URL and hash.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn refresh_document(&self, provider: &str, url: &Url, sha256: &str) -> Result<bool, StoreError> {
        let statement =
            sqlx::query("UPDATE documents SET fetched_at = $1 WHERE provider = $2 AND url_sha256 = $3 AND sha256 = $4");
        let statement = statement.bind(now_millis()).bind(provider).bind(self::sha256_hex(url.as_str())).bind(sha256);
        Ok(statement.execute(&self.relaxed_pool).await?.rows_affected() > 0)
    }

    /// Returns the copy of a provider's document, if it was fetched from this URL.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_document(&self, provider: &str, url: &Url) -> Result<Option<DocumentCopy>, StoreError> {
        let statement =
            sqlx::query("SELECT sha256, fetched_at, body FROM documents WHERE provider = $1 AND url_sha256 = $2");
        let Some(row) =
            statement.bind(provider).bind(sha256_hex(url.as_str())).fetch_optional(&self.relaxed_pool).await?
        else {
            return Ok(None);
        };
        let compressed = CompressedDocument { sha256: row.try_get("sha256")?, gzip_base64: row.try_get("body")? };
        Ok(Some(DocumentCopy { compressed, fetched_at: row.try_get("fetched_at")? }))
    }

    /// Deletes the copies of all other providers.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn delete_other_documents(&self, providers: &[&str]) -> Result<(), StoreError> {
        for row in sqlx::query("SELECT provider FROM documents").fetch_all(&self.relaxed_pool).await? {
            let provider: String = row.try_get("provider")?;
            if !providers.contains(&provider.as_str()) {
                sqlx::query("DELETE FROM documents WHERE provider = $1")
                    .bind(provider)
                    .execute(&self.relaxed_pool)
                    .await?;
            }
        }
        Ok(())
    }
}

/// Returns the SHA-256 of a text, in hexadecimal.
pub fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::CompressedDocument;

    #[test]
    fn a_compressed_document_is_decompressed_within_its_limit() -> anyhow::Result<()> {
        let text = "openapi: 3.1.0\n".repeat(1000);
        let compressed = CompressedDocument::compress(&text)?;
        assert!(compressed.gzip_base64.len() < 1000, "{} bytes", compressed.gzip_base64.len());
        assert_eq!(compressed.decompress(15_000)?, text);
        assert!(compressed.decompress(14_999).is_err());
        let other = CompressedDocument { sha256: compressed.sha256, ..CompressedDocument::compress("other")? };
        assert!(other.decompress(15_000).is_err());
        Ok(())
    }
}
