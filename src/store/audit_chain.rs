//! Chains of audit records: each record has the hash of the one before, so that a change or a gap is found. Records are
//! deleted only from the start of a chain, and the chain keeps the hash of the last deleted one.
//!
//! The hash is SHA-256 of the compact JSON array `[chain, position, previous hash, id, at, last at, count, subject, name,
//! action, provider, operation, environment, status, code, rule, duration, request ID, target]`, with the times in
//! milliseconds, the duration in microseconds, and `null` for what a record lacks.

use super::{
    Store, StoreError,
    audit::{AuditChain, AuditRecord, ChainLink},
    now_millis, to_millis,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row, any::AnyRow};
use std::time::Duration;

/// Size of a row beside its content: hashes, indexes and overhead of the database.
const ROW_OVERHEAD_BYTES: usize = 400;
/// Number of records that are read at once.
const BATCH_SIZE: i64 = 1000;

/// Result of checking one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// The chain.
    pub chain: AuditChain,
    /// Number of records deleted from its start.
    pub deleted_records: i64,
    /// Number of records checked.
    pub checked_records: i64,
    /// Hash of the last record.
    pub last_hash: String,
    /// The first fault, if there is one: a sentence that names the record.
    pub fault: Option<String>,
}

/// Ends of a chain, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ChainEnds {
    position: i64,
    hash: String,
    deleted_position: i64,
    deleted_hash: String,
}

impl TryFrom<AnyRow> for ChainEnds {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            position: row.try_get("position")?,
            hash: row.try_get("hash")?,
            deleted_position: row.try_get("deleted_position")?,
            deleted_hash: row.try_get("deleted_hash")?,
        })
    }
}

impl Store {
    /// Appends all records to their chains or none, and returns those that were appended, with their links. Records that
    /// were inserted by an earlier, unacknowledged attempt stay unchanged.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn insert_records(&self, records: &[AuditRecord]) -> Result<Vec<AuditRecord>, StoreError> {
        let mut transaction = self.relaxed_pool.begin().await?;
        let mut inserted = Vec::with_capacity(records.len());
        for chain in AuditChain::ALL {
            let of_chain: Vec<&AuditRecord> = records.iter().filter(|record| record.chain == chain).collect();
            if of_chain.is_empty() {
                continue;
            }
            let ChainEnds { mut position, mut hash, .. } = lock_chain(&mut transaction, chain).await?;
            let mut added_bytes = 0;
            for record in of_chain {
                let content = hashed_content(record, position + 1, &hash);
                let link =
                    ChainLink { position: position + 1, previous_hash: hash.clone(), hash: hash_content(&content) };
                let bytes = i64::try_from(content.len() + ROW_OVERHEAD_BYTES).unwrap_or(i64::MAX);
                let record = AuditRecord { link: Some(link.clone()), ..record.clone() };
                if insert_record(&mut transaction, &record, bytes).await? {
                    (position, hash) = (link.position, link.hash);
                    added_bytes += bytes;
                    inserted.push(record);
                }
            }
            let statement = "UPDATE audit_chains SET position = $2, hash = $3, bytes = bytes + $4 WHERE chain = $1";
            let statement = sqlx::query(statement).bind(chain.name()).bind(position).bind(hash).bind(added_bytes);
            statement.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(inserted)
    }

    /// Deletes records that are older than the given age. In a chain, a record is deleted together with all before it,
    /// so that no gap arises.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn delete_records_older_than(&self, max_age: Duration) -> Result<(), StoreError> {
        let oldest = now_millis() - to_millis(max_age);
        let statement = sqlx::query("DELETE FROM audit WHERE position IS NULL AND at < $1").bind(oldest);
        statement.execute(&self.relaxed_pool).await?;
        for chain in AuditChain::ALL {
            let mut transaction = self.relaxed_pool.begin().await?;
            let ends = lock_chain(&mut transaction, chain).await?;
            let first_kept =
                sqlx::query("SELECT position FROM audit WHERE chain = $1 AND at >= $2 ORDER BY position LIMIT 1");
            let first_kept = first_kept.bind(chain.name()).bind(oldest).fetch_optional(&mut *transaction).await?;
            let first_kept: i64 = first_kept.map_or(Ok(ends.position + 1), |row| row.try_get("position"))?;
            delete_through(&mut transaction, chain, &ends, first_kept - 1).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Drops the oldest refusals while the audit log is larger than `max_bytes`, and returns how many records were
    /// dropped. Records of actions stay, even if they alone are larger.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn limit_audit_bytes(&self, max_bytes: i64) -> Result<i64, StoreError> {
        let mut transaction = self.relaxed_pool.begin().await?;
        let ends = lock_chain(&mut transaction, AuditChain::Refusals).await?;
        let total = sqlx::query("SELECT CAST(SUM(bytes) AS BIGINT) AS bytes FROM audit_chains");
        let total: i64 = total.fetch_one(&mut *transaction).await?.try_get("bytes")?;
        let (mut excess, mut last) = (total - max_bytes, ends.deleted_position);
        while excess > 0 {
            let rows = sqlx::query(
                "SELECT position, bytes FROM audit WHERE chain = $1 AND position > $2 ORDER BY position LIMIT $3",
            );
            let rows = rows.bind(AuditChain::Refusals.name()).bind(last).bind(BATCH_SIZE);
            let rows = rows.fetch_all(&mut *transaction).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if excess > 0 {
                    excess -= row.try_get::<i64, _>("bytes")?;
                    last = row.try_get("position")?;
                }
            }
        }
        delete_through(&mut transaction, AuditChain::Refusals, &ends, last).await?;
        transaction.commit().await?;
        Ok(last - ends.deleted_position)
    }

    /// Checks all records of a chain, and passes the hash of each to `visit`.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn verify_chain(
        &self,
        chain: AuditChain,
        mut visit: impl FnMut(&str),
    ) -> Result<ChainReport, StoreError> {
        loop {
            let ends = self.chain_ends(chain).await?;
            let report = self.verify_between(chain, &ends, &mut visit).await?;
            // A server may have deleted records in the meantime, which looks like a fault.
            if report.fault.is_none() || self.chain_ends(chain).await?.deleted_position == ends.deleted_position {
                return Ok(report);
            }
        }
    }

    /// Returns the number of records that belong to no chain: those of earlier versions.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn count_unchained_records(&self) -> Result<i64, StoreError> {
        let statement = "SELECT COUNT(*) AS records FROM audit WHERE position IS NULL OR chain IS NULL \
                         OR chain NOT IN ('actions', 'refusals')";
        Ok(sqlx::query(statement).fetch_one(&self.pool).await?.try_get("records")?)
    }

    async fn chain_ends(&self, chain: AuditChain) -> Result<ChainEnds, StoreError> {
        let row = sqlx::query("SELECT * FROM audit_chains WHERE chain = $1").bind(chain.name());
        Ok(row.fetch_one(&self.pool).await?.try_into()?)
    }

    async fn verify_between(
        &self,
        chain: AuditChain,
        ends: &ChainEnds,
        visit: &mut impl FnMut(&str),
    ) -> Result<ChainReport, StoreError> {
        let (mut position, mut hash) = (ends.deleted_position, ends.deleted_hash.clone());
        let mut report = ChainReport {
            chain,
            deleted_records: ends.deleted_position,
            checked_records: 0,
            last_hash: ends.hash.clone(),
            fault: None,
        };
        while position < ends.position {
            let rows = sqlx::query(
                "SELECT * FROM audit WHERE chain = $1 AND position > $2 AND position <= $3 ORDER BY position LIMIT $4",
            );
            let rows = rows.bind(chain.name()).bind(position).bind(ends.position).bind(BATCH_SIZE);
            let rows = rows.fetch_all(&self.pool).await?;
            if rows.is_empty() {
                report.fault = Some(format!("the records after {position} are missing, up to {}", ends.position));
                return Ok(report);
            }
            for row in rows {
                let record = AuditRecord::try_from(row)?;
                match record.verify_link(position + 1, &hash) {
                    Ok(own_hash) => (position, hash) = (position + 1, own_hash),
                    Err(fault) => {
                        report.fault = Some(fault);
                        return Ok(report);
                    }
                }
                report.checked_records += 1;
                visit(&hash);
            }
        }
        if hash != ends.hash {
            report.fault = Some(format!("the hash of record {position} is not the last hash of the chain"));
        }
        // One statement, so that records that a server is adding do not look like a fault.
        let later = sqlx::query(
            "SELECT COUNT(*) AS records FROM audit, audit_chains WHERE audit.chain = $1 AND audit_chains.chain = $1 \
             AND audit.position > audit_chains.position",
        );
        let later: i64 = later.bind(chain.name()).fetch_one(&self.pool).await?.try_get("records")?;
        if later > 0 {
            report.fault = Some(format!("{later} records follow the last one of the chain"));
        }
        Ok(report)
    }
}

impl AuditRecord {
    /// Returns the hash of the record, or the fault if it is not the record at `position` after `previous_hash`.
    fn verify_link(&self, position: i64, previous_hash: &str) -> Result<String, String> {
        let Some(link) = &self.link else { return Err(format!("record {} has no position", self.id)) };
        let name = format!("record {} ({})", link.position, self.id);
        if link.position != position {
            return Err(format!("{name} follows record {}: the records between them are missing", position - 1));
        }
        if link.previous_hash != previous_hash {
            return Err(format!("{name} does not have the hash of the record before it"));
        }
        let hash = hash_content(&hashed_content(self, position, previous_hash));
        if link.hash == hash { Ok(hash) } else { Err(format!("{name} was changed: its hash does not match")) }
    }
}

/// Locks a chain until the end of the transaction, so that servers that share a store append one after the other.
async fn lock_chain(connection: &mut AnyConnection, chain: AuditChain) -> Result<ChainEnds, StoreError> {
    let statement = "UPDATE audit_chains SET position = position WHERE chain = $1 \
                     RETURNING position, hash, deleted_position, deleted_hash";
    Ok(sqlx::query(statement).bind(chain.name()).fetch_one(connection).await?.try_into()?)
}

/// Inserts a record, and returns false if it was inserted before.
async fn insert_record(connection: &mut AnyConnection, record: &AuditRecord, bytes: i64) -> Result<bool, StoreError> {
    let link = record.link.as_ref();
    let result = sqlx::query(
        "INSERT INTO audit (id, at, subject, name, action, provider, operation, environment, status, code, rule, \
         duration, request_id, target, count, last_at, chain, position, previous_hash, hash, bytes) VALUES ($1, $2, $3, \
         $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&record.id)
    .bind(record.started_at)
    .bind(&record.subject)
    .bind(&record.display_name)
    .bind(&record.action)
    .bind(&record.provider)
    .bind(&record.operation)
    .bind(&record.environment)
    .bind(record.status)
    .bind(&record.code)
    .bind(&record.rule)
    .bind(record.duration_us)
    .bind(&record.request_id)
    .bind(&record.target)
    .bind(record.count)
    .bind(record.last_at)
    .bind(record.chain.name())
    .bind(link.map(|link| link.position))
    .bind(link.map(|link| &link.previous_hash))
    .bind(link.map(|link| &link.hash))
    .bind(bytes)
    .execute(connection)
    .await?;
    Ok(result.rows_affected() > 0)
}

/// Deletes the records of a chain up to a position, and stores the hash of the last of them.
async fn delete_through(
    connection: &mut AnyConnection,
    chain: AuditChain,
    ends: &ChainEnds,
    last: i64,
) -> Result<(), StoreError> {
    if last <= ends.deleted_position {
        return Ok(());
    }
    let hash = sqlx::query("SELECT hash FROM audit WHERE chain = $1 AND position = $2").bind(chain.name()).bind(last);
    // If somebody removed that record, the missing hash is a fault that the next check reports.
    let hash = hash.fetch_optional(&mut *connection).await?;
    let hash = hash.map(|row| row.try_get::<Option<String>, _>("hash")).transpose()?.flatten().unwrap_or_default();
    let bytes = sqlx::query(
        "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes FROM audit WHERE chain = $1 AND position <= $2",
    );
    let bytes: i64 = bytes.bind(chain.name()).bind(last).fetch_one(&mut *connection).await?.try_get("bytes")?;
    let statement = sqlx::query("DELETE FROM audit WHERE chain = $1 AND position <= $2").bind(chain.name()).bind(last);
    statement.execute(&mut *connection).await?;
    let statement =
        "UPDATE audit_chains SET deleted_position = $2, deleted_hash = $3, bytes = bytes - $4 WHERE chain = $1";
    sqlx::query(statement).bind(chain.name()).bind(last).bind(hash).bind(bytes).execute(connection).await?;
    Ok(())
}

/// Returns the text that is hashed for a record.
fn hashed_content(record: &AuditRecord, position: i64, previous_hash: &str) -> String {
    json!([
        record.chain.name(),
        position,
        previous_hash,
        record.id,
        record.started_at,
        record.last_at,
        record.count,
        record.subject,
        record.display_name,
        record.action,
        record.provider,
        record.operation,
        record.environment,
        record.status,
        record.code,
        record.rule,
        record.duration_us,
        record.request_id,
        record.target,
    ])
    .to_string()
}

fn hash_content(content: &str) -> String {
    hex::encode(Sha256::digest(content))
}
