//! Sessions: what a visitor has set, under a cookie that names it and says nothing else.

use super::{Store, StoreError, key::encode_hex, now_millis, to_millis};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};
use std::{fmt, time::Duration};
use uuid::Uuid;

/// A session that nobody used for so long is forgotten.
const IDLE_TIMEOUT: Duration = Duration::from_hours(12);
/// However much it is used, a session ends after so long.
const MAX_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// How many are kept; the least used are forgotten first.
pub const SESSION_CAPACITY: i64 = 10_000;
/// What subjects begin with that are nothing but addresses.
const ADDRESS_PREFIX: &str = "address:";
/// That a session was used is noted once in so long.
const LAST_USED_UPDATE_INTERVAL: Duration = Duration::from_mins(1);

/// The name of a session: 122 random bits. Whoever knows it is that visitor.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(Uuid);

impl SessionId {
    /// A new name that nobody can guess.
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }

    /// The session that a `Cookie` header names, if any. Over HTTPS only the `__Host-` cookie counts, which no
    /// neighbouring host can set (RFC 6265bis, §4.1.3).
    pub fn from_cookies(cookies: &str, is_secure: bool) -> Option<Self> {
        let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        let mut session_cookies = pairs.filter(|(session_id, _)| *session_id == cookie_name(is_secure));
        session_cookies.next().and_then(|(_, value)| Uuid::try_parse(value).ok()).map(Self)
    }

    /// The `Set-Cookie` value that makes a browser remember the session.
    pub fn to_set_cookie(self, is_secure: bool) -> String {
        let Self(id) = self;
        let max_age = MAX_LIFETIME.as_secs();
        let attributes = if is_secure { "; Secure" } else { "" };
        format!("{}={id}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{attributes}", cookie_name(is_secure))
    }
}

impl Default for SessionId {
    fn default() -> Self {
        Self::new()
    }
}

/// Browsers refuse `__Host-` and `Secure` over plain HTTP, which is what a server on loopback speaks.
fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-api-explorer" } else { "api-explorer" }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id under which the tables know it, which is not its name: whoever reads it cannot be that visitor.
    pub(super) id_hash: String,
    /// What keys whatever the visitor does: `session:…` for somebody unknown. It stays when the session's name changes.
    pub subject: String,
    /// What people call whoever signed in; nobody, where nobody did.
    pub display_name: Option<String>,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub struct SignedInUser {
    /// `token:…` or `person:…`
    pub subject: String,
    /// What people call them.
    pub display_name: String,
}

/// The id under which the tables know a session: whoever reads them cannot be that visitor.
fn hash_session_id(SessionId(uuid): SessionId) -> String {
    encode_hex(&Sha256::digest(uuid.as_bytes()))
}

impl Store {
    /// The session of a name, if it has not ended. Once it is used, the one before it has.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn find_session(&self, session_id: SessionId) -> Result<Option<Session>, StoreError> {
        let (id_hash, now) = (hash_session_id(session_id), now_millis());
        let row = sqlx::query("SELECT * FROM sessions WHERE id = $1 AND used > $2 AND created > $3")
            .bind(&id_hash)
            .bind(now - to_millis(IDLE_TIMEOUT))
            .bind(now - to_millis(MAX_LIFETIME))
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (previous, last_used): (Option<String>, i64) = (row.try_get("former")?, row.try_get("used")?);
        let subject: Option<String> = row.try_get("subject")?;
        let subject = subject.unwrap_or_else(new_session_subject);
        if previous.is_some() || now - last_used > to_millis(LAST_USED_UPDATE_INTERVAL) {
            // Where nothing can be written, it is noted the next time; the session is the same.
            let _ = self.record_use(&id_hash, &subject, previous).await;
        }
        Ok(Some(Session { id_hash, subject, display_name: row.try_get("name")? }))
    }

    /// Notes that a session is used, which ends the one before it.
    async fn record_use(&self, id: &str, subject: &str, previous: Option<String>) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let statement = sqlx::query("UPDATE sessions SET used = $1, former = NULL, subject = $2 WHERE id = $3");
        statement.bind(now_millis()).bind(subject).bind(id).execute(&mut *transaction).await?;
        let statement = sqlx::query("DELETE FROM sessions WHERE id = $1 OR former = $1");
        statement.bind(previous).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Makes a session that takes the place of another: whoever knew that one, or made the visitor use it (session
    /// fixation), knows nothing of what comes now. Until the new one is used, the old one stays as it was: the answer with
    /// the new name may be lost.
    pub(super) async fn create_successor(
        connection: &mut AnyConnection,
        previous: Option<&Session>,
    ) -> Result<(SessionId, Session), StoreError> {
        let session_id = SessionId::new();
        let (subject, display_name) = match previous {
            Some(previous) => (previous.subject.clone(), previous.display_name.clone()),
            None => (new_session_subject(), None),
        };
        let session = Session { id_hash: hash_session_id(session_id), subject, display_name };
        insert_session(connection, &session, previous).await?;
        Ok((session_id, session))
    }

    /// Begins a session of somebody unknown, who has none.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn create_anonymous_session(&self) -> Result<(SessionId, Session), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let created = Self::create_successor(&mut transaction, None).await?;
        transaction.commit().await?;
        Ok(created)
    }

    /// Begins a session of somebody who has signed in. What they had saved before they did, they have still; what somebody
    /// else had, they have not.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn create_user_session(
        &self,
        previous: Option<&Session>,
        user: SignedInUser,
    ) -> Result<SessionId, StoreError> {
        let session_id = SessionId::new();
        let session = Session {
            id_hash: hash_session_id(session_id),
            subject: user.subject,
            display_name: Some(user.display_name),
        };
        let inheritable = previous.filter(|former| former.display_name.is_none() || former.subject == session.subject);
        let mut transaction = self.pool.begin().await?;
        insert_session(&mut transaction, &session, previous).await?;
        if let Some(previous) = inheritable {
            self.copy_credentials(&mut transaction, previous, &session).await?;
        }
        transaction.commit().await?;
        Ok(session_id)
    }

    /// Ends a session, with all that it holds.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn delete_session(&self, session: &Session) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE id = $1 OR former = $1")
            .bind(&session.id_hash)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets the sessions that have ended, and of too many those that were not used for longest.
    pub(super) async fn sweep_sessions(&self, capacity: i64) -> Result<(), StoreError> {
        let now = now_millis();
        sqlx::query("DELETE FROM sessions WHERE used <= $1 OR created <= $2")
            .bind(now - to_millis(IDLE_TIMEOUT))
            .bind(now - to_millis(MAX_LIFETIME))
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions ORDER BY used DESC, id LIMIT 1000000 OFFSET $1)",
        )
        .bind(capacity)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

async fn insert_session(
    connection: &mut AnyConnection,
    session: &Session,
    previous: Option<&Session>,
) -> Result<(), StoreError> {
    let now = now_millis();
    let statement = "INSERT INTO sessions (id, former, created, used, subject, name) VALUES ($1, $2, $3, $3, $4, $5)";
    sqlx::query(statement)
        .bind(&session.id_hash)
        .bind(previous.map(|former| former.id_hash.clone()))
        .bind(now)
        .bind(&session.subject)
        .bind(&session.display_name)
        .execute(connection)
        .await?;
    Ok(())
}

/// For somebody unknown.
fn new_session_subject() -> String {
    ["session:", &Uuid::new_v4().simple().to_string()[..12]].concat()
}

/// What keys whatever somebody does who is known by nothing but an address: it may be shared with others.
pub fn subject_from_address(address: &str) -> String {
    [ADDRESS_PREFIX, address].concat()
}

/// Whether a subject is nothing but an address.
pub fn is_address_subject(subject: &str) -> bool {
    subject.starts_with(ADDRESS_PREFIX)
}
