//! Audit records: who did what, and when. They contain no arguments, bodies or secrets.

use super::{Store, StoreError, now_millis, to_millis};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use sqlx::{Row, any::AnyRow};
use std::time::Duration;
use uuid::Uuid;

/// Record of one action of a user or program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// ID of the record; IDs are in chronological order.
    pub id: String,
    /// Time at which the action began, in milliseconds since 1970; in JSON, an RFC 3339 timestamp.
    #[serde(rename = "at", serialize_with = "as_time")]
    pub started_at: i64,
    /// Subject that acted: `local`, `token:1f9c03ab`, `person:ann@example.com`, `session:…`, `address:…`.
    pub subject: String,
    /// Display name of the subject.
    #[serde(rename = "name", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Action: `call`, `sign_in`, `switch_off` and so on.
    pub action: String,
    /// Provider ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Operation name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Environment of a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// HTTP status of the provider's response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// Code of the explorer's own error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Policy rule that allowed or denied the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Duration, in microseconds.
    #[serde(rename = "durationUs", skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<i64>,
    /// Request ID that the gateway assigned to the call.
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Object of an action other than a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

impl AuditRecord {
    /// Creates a record of an action that begins now.
    pub fn new(subject: &str, display_name: Option<&str>, action: &str) -> Self {
        Self {
            id: Uuid::now_v7().simple().to_string(),
            started_at: now_millis(),
            subject: subject.to_owned(),
            display_name: display_name.map(str::to_owned),
            action: action.to_owned(),
            ..Self::default()
        }
    }

    /// Returns the record as JSON on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn as_time<S: Serializer>(started_at: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Timestamp::from_millisecond(*started_at).unwrap_or_default())
}

impl TryFrom<AnyRow> for AuditRecord {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            started_at: row.try_get("at")?,
            subject: row.try_get("subject")?,
            display_name: row.try_get("name")?,
            action: row.try_get("action")?,
            provider: row.try_get("provider")?,
            operation: row.try_get("operation")?,
            environment: row.try_get("environment")?,
            status: row.try_get("status")?,
            code: row.try_get("code")?,
            rule: row.try_get("rule")?,
            duration_us: row.try_get("duration")?,
            request_id: row.try_get("request_id")?,
            target: row.try_get("target")?,
        })
    }
}

/// Filters for records. An empty filter matches every record.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Text that the subject or the name must contain.
    pub subject_filter: String,
    /// Text that the action, provider, operation, environment, code, rule or target must contain.
    pub details_filter: String,
    /// Earliest time of a record, in milliseconds since 1970.
    pub since_ms: i64,
    /// ID of a record; only older records match.
    pub before_id: Option<String>,
}

impl Store {
    /// Inserts all records or none. Records that were inserted by an earlier, unacknowledged attempt stay unchanged.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn insert_records(&self, records: &[AuditRecord]) -> Result<(), StoreError> {
        let mut transaction = self.relaxed_pool.begin().await?;
        for record in records {
            sqlx::query(
                "INSERT INTO audit (id, at, subject, name, action, provider, operation, environment, status, code, rule, \
                 duration, request_id, target) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                 ON CONFLICT (id) DO NOTHING",
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
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Returns the records that match a query, newest first.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_records(&self, filter: &AuditQuery, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM audit WHERE at >= $1 AND id < $2 \
             AND LOWER(subject || ' ' || COALESCE(name, '')) LIKE $3 ESCAPE '!' \
             AND LOWER(action || ' ' || COALESCE(provider, '') || ' ' || COALESCE(operation, '') || ' ' || \
             COALESCE(environment, '') || ' ' || COALESCE(code, '') || ' ' || COALESCE(rule, '') || ' ' || \
             COALESCE(target, '')) LIKE $4 ESCAPE '!' \
             ORDER BY id DESC LIMIT $5",
        )
        .bind(filter.since_ms)
        .bind(filter.before_id.as_deref().unwrap_or("g"))
        .bind(like_pattern(&filter.subject_filter))
        .bind(like_pattern(&filter.details_filter))
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(AuditRecord::try_from).collect::<Result<_, _>>()?)
    }

    /// Deletes records that are older than the given age.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn delete_records_older_than(&self, max_age: Duration) -> Result<(), StoreError> {
        let statement = sqlx::query("DELETE FROM audit WHERE at < $1").bind(now_millis() - to_millis(max_age));
        statement.execute(&self.relaxed_pool).await?;
        Ok(())
    }
}

/// Returns the SQL `LIKE` pattern of texts that contain another text.
fn like_pattern(text: &str) -> String {
    let text = text.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    ["%", &text, "%"].concat()
}
