//! Sessions of callers. A caller knows only the random ID of its session.

use super::{Store, StoreError, now_millis, to_millis};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row, any::AnyRow};
use std::{fmt, time::Duration};
use uuid::Uuid;

/// Time after which an unused session ends.
const IDLE_TIMEOUT: Duration = Duration::from_hours(12);
/// Maximum lifetime of a session, even if it is in use.
pub(crate) const MAX_SESSION_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// Maximum number of stored sessions. Beyond it, the networks and users with the most sessions lose their least
/// recently used ones first.
pub const SESSION_CAPACITY: i64 = 10_000;
/// Minimum interval between updates of the time at which a session was last used.
const LAST_USED_UPDATE_INTERVAL: Duration = Duration::from_mins(1);

/// Secret ID of a session, with 122 random bits. It authenticates the caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(Uuid);

impl SessionId {
    /// Returns a new random ID.
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }

    /// Parses the text of an ID.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }

    /// Returns the text of the ID, for the caller that it authenticates.
    pub(crate) fn expose(self) -> String {
        self.0.to_string()
    }
}

impl Default for SessionId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Hash of the session ID, under which the tables store the session. It cannot be used to authenticate.
    pub(super) id_hash: String,
    /// Key of the caller's data: `session:…` for an anonymous caller. It does not change when the session is replaced.
    pub subject: String,
    /// Display name of the signed-in user; `None` if the caller has not signed in.
    pub display_name: Option<String>,
    /// Sign-in that the session belongs to; `None` for sessions of access tokens and of anonymous callers.
    pub sign_in: Option<SignIn>,
}

/// The sign-in that a session belongs to, by which it is judged again at each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// URL of the identity provider, or `startup:…` for the link that the server printed when it started.
    pub issuer: String,
    /// ID of the user at the identity provider: the claim `sub`.
    pub subject: String,
    /// ID of the session at the identity provider, if it has one: the claim `sid`.
    pub session: Option<String>,
}

/// A user for whom a session is created.
#[derive(Clone, Debug)]
pub struct SignedInUser {
    /// Subject of the user: `token:…`, `oidc:…` or `local`.
    pub subject: String,
    /// Display name.
    pub display_name: String,
    /// Sign-in that the session belongs to; `None` for an access token.
    pub sign_in: Option<SignIn>,
}

/// Returns the hash under which the tables store a session, so that read access to the tables does not allow
/// authentication.
fn hash_session_id(SessionId(uuid): SessionId) -> String {
    hex::encode(Sha256::digest(uuid.as_bytes()))
}

impl Store {
    /// Returns the session with an ID, if it has not ended. The first use of a session ends the one that it replaced.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_session(&self, session_id: SessionId) -> Result<Option<Session>, StoreError> {
        let (id_hash, now) = (hash_session_id(session_id), now_millis());
        let row = sqlx::query("SELECT * FROM sessions WHERE id = $1 AND used > $2 AND created > $3")
            .bind(&id_hash)
            .bind(now - to_millis(IDLE_TIMEOUT))
            .bind(now - to_millis(MAX_SESSION_LIFETIME))
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (previous, last_used): (Option<String>, i64) = (row.try_get("former")?, row.try_get("used")?);
        let subject: Option<String> = row.try_get("subject")?;
        let subject = subject.unwrap_or_else(new_session_subject);
        if previous.is_some() || now - last_used > to_millis(LAST_USED_UPDATE_INTERVAL) {
            // If the write fails, the next use of the session repeats it.
            let _ = self.record_use(&id_hash, &subject, previous).await;
        }
        Ok(Some(Session { id_hash, subject, display_name: row.try_get("name")?, sign_in: read_sign_in(&row)? }))
    }

    /// Updates the time at which a session was last used, and deletes the session that it replaced.
    async fn record_use(&self, id: &str, subject: &str, previous: Option<String>) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let statement = sqlx::query("UPDATE sessions SET used = $1, former = NULL, subject = $2 WHERE id = $3");
        statement.bind(now_millis()).bind(subject).bind(id).execute(&mut *transaction).await?;
        let statement = sqlx::query("DELETE FROM sessions WHERE id = $1 OR former = $1");
        statement.bind(previous).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Creates a session that replaces another one. This prevents session fixation: an attacker who knows the old ID,
    /// or made the caller use it, does not know the new one. The old session stays valid until the new one is used,
    /// because the response with the new ID may be lost.
    pub(super) async fn create_successor(
        connection: &mut AnyConnection,
        previous: Option<&Session>,
        network: &str,
    ) -> Result<(SessionId, Session), StoreError> {
        let session_id = SessionId::new();
        let id_hash = hash_session_id(session_id);
        let session = match previous {
            Some(previous) => Session { id_hash, ..previous.clone() },
            None => Session { id_hash, subject: new_session_subject(), display_name: None, sign_in: None },
        };
        insert_session(connection, &session, previous, Some(network)).await?;
        Ok((session_id, session))
    }

    /// Creates a session for an anonymous caller of a network, without a session so far.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn create_anonymous_session(&self, network: &str) -> Result<(SessionId, Session), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let created = Self::create_successor(&mut transaction, None, network).await?;
        transaction.commit().await?;
        Ok(created)
    }

    /// Creates a session for a signed-in user. Credentials of the previous session are copied if that session was
    /// anonymous or belonged to the same user.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
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
            sign_in: user.sign_in,
        };
        let inheritable = previous.filter(|former| former.display_name.is_none() || former.subject == session.subject);
        let mut transaction = self.pool.begin().await?;
        insert_session(&mut transaction, &session, previous, None).await?;
        if let Some(previous) = inheritable {
            self.copy_credentials(&mut transaction, previous, &session).await?;
        }
        transaction.commit().await?;
        Ok(session_id)
    }

    /// Deletes a session and its data.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn delete_session(&self, session: &Session) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE id = $1 OR former = $1")
            .bind(&session.id_hash)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Returns the display names of the users who have signed in at an identity provider, in order.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn list_signed_in_users(&self) -> Result<Vec<String>, StoreError> {
        let statement =
            "SELECT DISTINCT name FROM sessions WHERE subject LIKE 'oidc:%' AND name IS NOT NULL ORDER BY name";
        let rows = sqlx::query(statement).fetch_all(&self.pool).await?;
        rows.into_iter().map(|row| Ok(row.try_get("name")?)).collect()
    }

    /// Returns the sessions of a user of an identity provider: all of them, or the one with an ID.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_sessions_of_sign_in(
        &self,
        issuer: &str,
        subject: Option<&str>,
        session: Option<&str>,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM sessions WHERE issuer = $1 AND (issuer_subject = $2 OR $2 IS NULL) \
             AND (issuer_session = $3 OR $3 IS NULL)",
        )
        .bind(issuer)
        .bind(subject)
        .bind(session)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: AnyRow| {
            Ok(Session {
                id_hash: row.try_get("id")?,
                subject: row.try_get("subject")?,
                display_name: row.try_get("name")?,
                sign_in: read_sign_in(&row)?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Deletes the sessions that have ended, and those beyond the capacity.
    ///
    /// Each network of anonymous callers and each signed-in user keeps its most recently used session, then its second
    /// one, and so on, as long as there is room, signed-in users first. So a flood of sessions removes only its
    /// own.
    pub(super) async fn sweep_sessions(&self, capacity: i64) -> Result<(), StoreError> {
        let now = now_millis();
        sqlx::query("DELETE FROM sessions WHERE used <= $1 OR created <= $2")
            .bind(now - to_millis(IDLE_TIMEOUT))
            .bind(now - to_millis(MAX_SESSION_LIFETIME))
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM (SELECT id, used, \
             CASE WHEN name IS NULL THEN 1 ELSE 0 END AS anonymous, ROW_NUMBER() OVER (PARTITION BY \
             CASE WHEN name IS NULL THEN COALESCE(network, id) ELSE subject END ORDER BY used DESC, id) AS place \
             FROM sessions) AS ranked ORDER BY anonymous, place, used DESC, id LIMIT 1000000 OFFSET $1)",
        )
        .bind(capacity)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn read_sign_in(row: &AnyRow) -> Result<Option<SignIn>, StoreError> {
    let (issuer, subject): (Option<String>, Option<String>) = (row.try_get("issuer")?, row.try_get("issuer_subject")?);
    let session = row.try_get("issuer_session")?;
    Ok(issuer.zip(subject).map(|(issuer, subject)| SignIn { issuer, subject, session }))
}

async fn insert_session(
    connection: &mut AnyConnection,
    session: &Session,
    previous: Option<&Session>,
    network: Option<&str>,
) -> Result<(), StoreError> {
    let now = now_millis();
    let statement = "INSERT INTO sessions (id, former, created, used, subject, name, issuer, issuer_subject, \
                     issuer_session, network) VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9)";
    let sign_in = session.sign_in.as_ref();
    sqlx::query(statement)
        .bind(&session.id_hash)
        .bind(previous.map(|former| former.id_hash.clone()))
        .bind(now)
        .bind(&session.subject)
        .bind(&session.display_name)
        .bind(sign_in.map(|sign_in| &sign_in.issuer))
        .bind(sign_in.map(|sign_in| &sign_in.subject))
        .bind(sign_in.and_then(|sign_in| sign_in.session.as_ref()))
        .bind(network)
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns a new subject for an anonymous caller.
fn new_session_subject() -> String {
    ["session:", &Uuid::new_v4().simple().to_string()[..12]].concat()
}
