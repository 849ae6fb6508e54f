//! Audit records: who did what, and when. They contain no arguments, bodies or secrets.

use super::{Store, StoreError, now_millis};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use sqlx::{Row, any::AnyRow};
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
    /// Number of equal refusals that the record stands for; 1 for any other record.
    #[serde(skip_serializing_if = "is_single")]
    pub count: i64,
    /// Time of the last of several equal refusals, in milliseconds since 1970; in JSON, an RFC 3339 timestamp.
    #[serde(rename = "lastAt", serialize_with = "as_optional_time", skip_serializing_if = "Option::is_none")]
    pub last_at: Option<i64>,
    /// Chain that the record belongs to.
    pub chain: AuditChain,
    /// Place in the chain. `None` if the record is not stored yet, or was stored before there were chains.
    #[serde(flatten)]
    pub link: Option<ChainLink>,
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
            count: 1,
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

#[expect(clippy::ref_option, reason = "serde's form")]
fn as_optional_time<S: Serializer>(time: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    as_time(&time.unwrap_or_default(), serializer)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_single(count: &i64) -> bool {
    *count <= 1
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
            count: row.try_get("count")?,
            last_at: row.try_get("last_at")?,
            chain: AuditChain::from_name(row.try_get::<Option<&str>, _>("chain")?.unwrap_or_default()),
            link: ChainLink::from_row(&row)?,
        })
    }
}

/// The chains of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditChain {
    /// Actions that were done, or may have been done. Records are deleted only because of their age.
    #[default]
    Actions,
    /// Actions that were refused. The oldest records are dropped if the audit log becomes too large.
    Refusals,
}

impl AuditChain {
    /// All chains, in the order in which transactions lock them.
    pub const ALL: [Self; 2] = [Self::Actions, Self::Refusals];

    /// Returns the name in the database and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Refusals => "refusals",
        }
    }

    fn from_name(name: &str) -> Self {
        if name == Self::Refusals.name() { Self::Refusals } else { Self::Actions }
    }
}

/// Place of a record in its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainLink {
    /// Position: 1 for the first record.
    pub position: i64,
    /// Hash of the record before; empty for the first.
    pub previous_hash: String,
    /// Hash of the record, with that of the record before.
    pub hash: String,
}

impl ChainLink {
    fn from_row(row: &AnyRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(position) = row.try_get("position")? else { return Ok(None) };
        Ok(Some(Self {
            position,
            previous_hash: row.try_get::<Option<String>, _>("previous_hash")?.unwrap_or_default(),
            hash: row.try_get::<Option<String>, _>("hash")?.unwrap_or_default(),
        }))
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
}

/// Returns the SQL `LIKE` pattern of texts that contain another text.
fn like_pattern(text: &str) -> String {
    let text = text.trim().to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{text}%")
}
