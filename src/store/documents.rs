//! Copies of documents that were fetched from URLs, for a start at which a URL cannot be reached.

use super::{Store, StoreError, now};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::io::{self, Read, Write};
use url::Url;

/// A document's text as the store keeps it.
#[derive(Debug)]
pub struct PackedDocument {
    sha256: String,
    body: String,
}

/// A copy of a document.
#[derive(Debug)]
pub struct DocumentCopy {
    /// The document's text, packed.
    pub packed: PackedDocument,
    /// When the document was fetched, in milliseconds since 1970.
    pub fetched_at: i64,
}

impl PackedDocument {
    /// Compresses a text, which takes about a second for 50 MB.
    ///
    /// # Errors
    /// If it cannot be compressed.
    pub fn pack(text: &str) -> io::Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        Ok(Self { sha256: sha256(text), body: BASE64_STANDARD.encode(encoder.finish()?) })
    }

    /// Decompresses the text, of at most so many bytes.
    ///
    /// # Errors
    /// If it is larger, or not what was packed.
    pub fn unpack(&self, limit: u64) -> anyhow::Result<String> {
        let packed = BASE64_STANDARD.decode(&self.body)?;
        let mut bytes = Vec::new();
        GzDecoder::new(&*packed).take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        anyhow::ensure!(bytes.len() as u64 <= limit, "it is larger than EXPLORER_DOCUMENT_LIMIT_MB allows");
        let text = String::from_utf8(bytes)?;
        anyhow::ensure!(sha256(&text) == self.sha256, "it is not the text that was stored");
        Ok(text)
    }

    /// Returns the SHA-256 of the text, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl Store {
    /// Stores a copy of a provider's document in place of the one before.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn keep_document(&self, provider: &str, url: &Url, packed: &PackedDocument) -> Result<(), StoreError> {
        let kept = sqlx::query(
            "INSERT INTO documents (provider, url, url_sha256, sha256, fetched_at, body) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (provider) DO UPDATE SET url = $2, url_sha256 = $3, sha256 = $4, fetched_at = $5, body = $6",
        );
        let mut without_query = url.clone();
        without_query.set_query(None);
        without_query.set_fragment(None);
        kept.bind(provider)
            .bind(String::from(without_query))
            .bind(sha256(url.as_str()))
            .bind(&packed.sha256)
            .bind(now())
            .bind(&packed.body)
            .execute(&self.notes)
            .await?;
        Ok(())
    }

    /// Notes that a document was fetched again and is still the one that is stored; returns whether it is.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn confirm_document(&self, provider: &str, url: &Url, sha256: &str) -> Result<bool, StoreError> {
        let confirmed =
            sqlx::query("UPDATE documents SET fetched_at = $1 WHERE provider = $2 AND url_sha256 = $3 AND sha256 = $4");
        let confirmed = confirmed.bind(now()).bind(provider).bind(self::sha256(url.as_str())).bind(sha256);
        Ok(confirmed.execute(&self.notes).await?.rows_affected() > 0)
    }

    /// Returns the copy of a provider's document, if it was fetched from this URL.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn document(&self, provider: &str, url: &Url) -> Result<Option<DocumentCopy>, StoreError> {
        let found =
            sqlx::query("SELECT sha256, fetched_at, body FROM documents WHERE provider = $1 AND url_sha256 = $2");
        let Some(row) = found.bind(provider).bind(sha256(url.as_str())).fetch_optional(&self.notes).await? else {
            return Ok(None);
        };
        let packed = PackedDocument { sha256: row.try_get("sha256")?, body: row.try_get("body")? };
        Ok(Some(DocumentCopy { packed, fetched_at: row.try_get("fetched_at")? }))
    }

    /// Deletes the copies of all providers but these.
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn forget_other_documents(&self, providers: &[&str]) -> Result<(), StoreError> {
        for row in sqlx::query("SELECT provider FROM documents").fetch_all(&self.notes).await? {
            let provider: String = row.try_get("provider")?;
            if !providers.contains(&provider.as_str()) {
                sqlx::query("DELETE FROM documents WHERE provider = $1").bind(provider).execute(&self.notes).await?;
            }
        }
        Ok(())
    }
}

/// Returns the SHA-256 of a text, in hexadecimal.
pub fn sha256(text: &str) -> String {
    super::key::hexadecimal(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::PackedDocument;

    #[test]
    fn a_packed_document_is_unpacked_within_its_limit() -> anyhow::Result<()> {
        let text = "openapi: 3.1.0\n".repeat(1000);
        let packed = PackedDocument::pack(&text)?;
        assert!(packed.body.len() < 1000, "{} bytes", packed.body.len());
        assert_eq!(packed.unpack(15_000)?, text);
        assert!(packed.unpack(14_999).is_err());
        let other = PackedDocument { sha256: packed.sha256, ..PackedDocument::pack("other")? };
        assert!(other.unpack(15_000).is_err());
        Ok(())
    }
}
