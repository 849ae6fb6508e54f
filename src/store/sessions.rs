//! Sessions: what a visitor has set, under a cookie that names it and says nothing else.

use super::{Store, StoreError, key::hexadecimal, milliseconds, now};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};
use std::{fmt, time::Duration};
use uuid::Uuid;

/// A session that nobody used for so long is forgotten.
const IDLE: Duration = Duration::from_hours(12);
/// However much it is used, a session ends after so long.
const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// How many are kept; the least used are forgotten first.
pub const CAPACITY: i64 = 10_000;
/// What subjects begin with that are nothing but addresses.
const NOBODY: &str = "address:";
/// That a session was used is noted once in so long.
const GRAIN: Duration = Duration::from_mins(1);

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
    pub fn from_cookies(cookies: &str, secure: bool) -> Option<Self> {
        let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        let mut named = pairs.filter(|(name, _)| *name == cookie_name(secure));
        named.next().and_then(|(_, value)| Uuid::try_parse(value).ok()).map(Self)
    }

    /// The `Set-Cookie` value that makes a browser remember the session.
    pub fn set_cookie(self, secure: bool) -> String {
        let Self(id) = self;
        let max_age = LIFETIME.as_secs();
        let attributes = if secure { "; Secure" } else { "" };
        format!("{}={id}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{attributes}", cookie_name(secure))
    }
}

impl Default for SessionId {
    fn default() -> Self {
        Self::new()
    }
}

/// Browsers refuse `__Host-` and `Secure` over plain HTTP, which is what a server on loopback speaks.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-api-explorer" } else { "api-explorer" }
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
    pub(super) id: String,
    /// What keys whatever the visitor does: `session:…` for somebody unknown. It stays when the session's name changes.
    pub subject: String,
    /// What people call whoever signed in; nobody, where nobody did.
    pub name: Option<String>,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// `token:…` or `person:…`
    pub subject: String,
    /// What people call them.
    pub name: String,
}

/// The id under which the tables know a session: whoever reads them cannot be that visitor.
fn hash(SessionId(name): SessionId) -> String {
    hexadecimal(&Sha256::digest(name.as_bytes()))
}

impl Store {
    /// The session of a name, if it has not ended. Once it is used, the one before it has.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn session(&self, name: SessionId) -> Result<Option<Session>, StoreError> {
        let (id, now) = (hash(name), now());
        let found = sqlx::query("SELECT * FROM sessions WHERE id = $1 AND used > $2 AND created > $3")
            .bind(&id)
            .bind(now - milliseconds(IDLE))
            .bind(now - milliseconds(LIFETIME))
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = found else {
            return Ok(None);
        };
        let (former, used): (Option<String>, i64) = (row.try_get("former")?, row.try_get("used")?);
        let subject: Option<String> = row.try_get("subject")?;
        let subject = subject.unwrap_or_else(new_subject);
        if former.is_some() || now - used > milliseconds(GRAIN) {
            // Where nothing can be written, it is noted the next time; the session is the same.
            let _ = self.note_use(&id, &subject, former).await;
        }
        Ok(Some(Session { id, subject, name: row.try_get("name")? }))
    }

    /// Notes that a session is used, which ends the one before it.
    async fn note_use(&self, id: &str, subject: &str, former: Option<String>) -> Result<(), StoreError> {
        let mut change = self.pool.begin().await?;
        let noted = sqlx::query("UPDATE sessions SET used = $1, former = NULL, subject = $2 WHERE id = $3");
        noted.bind(now()).bind(subject).bind(id).execute(&mut *change).await?;
        let ended = sqlx::query("DELETE FROM sessions WHERE id = $1 OR former = $1");
        ended.bind(former).execute(&mut *change).await?;
        change.commit().await?;
        Ok(())
    }

    /// Makes a session that takes the place of another: whoever knew that one, or made the visitor use it (session
    /// fixation), knows nothing of what comes now. Until the new one is used, the old one stays as it was: the answer with
    /// the new name may be lost.
    pub(super) async fn succeed(
        change: &mut AnyConnection,
        former: Option<&Session>,
    ) -> Result<(SessionId, Session), StoreError> {
        let name = SessionId::new();
        let (subject, who) = match former {
            Some(former) => (former.subject.clone(), former.name.clone()),
            None => (new_subject(), None),
        };
        let session = Session { id: hash(name), subject, name: who };
        insert(change, &session, former).await?;
        Ok((name, session))
    }

    /// Begins a session of somebody unknown, who has none.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn begin_session(&self) -> Result<(SessionId, Session), StoreError> {
        let mut change = self.pool.begin().await?;
        let begun = Self::succeed(&mut change, None).await?;
        change.commit().await?;
        Ok(begun)
    }

    /// Begins a session of somebody who has signed in. What they had saved before they did, they have still; what somebody
    /// else had, they have not.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn sign_in(&self, former: Option<&Session>, who: SignIn) -> Result<SessionId, StoreError> {
        let name = SessionId::new();
        let session = Session { id: hash(name), subject: who.subject, name: Some(who.name) };
        let own = former.filter(|former| former.name.is_none() || former.subject == session.subject);
        let mut change = self.pool.begin().await?;
        insert(&mut change, &session, former).await?;
        if let Some(former) = own {
            self.take_over(&mut change, former, &session).await?;
        }
        change.commit().await?;
        Ok(name)
    }

    /// Ends a session, with all that it holds.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn end_session(&self, session: &Session) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE id = $1 OR former = $1").bind(&session.id).execute(&self.pool).await?;
        Ok(())
    }

    /// Forgets the sessions that have ended, and of too many those that were not used for longest.
    pub(super) async fn sweep_sessions(&self, capacity: i64) -> Result<(), StoreError> {
        let now = now();
        sqlx::query("DELETE FROM sessions WHERE used <= $1 OR created <= $2")
            .bind(now - milliseconds(IDLE))
            .bind(now - milliseconds(LIFETIME))
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

async fn insert(change: &mut AnyConnection, session: &Session, former: Option<&Session>) -> Result<(), StoreError> {
    let now = now();
    let added = "INSERT INTO sessions (id, former, created, used, subject, name) VALUES ($1, $2, $3, $3, $4, $5)";
    sqlx::query(added)
        .bind(&session.id)
        .bind(former.map(|former| former.id.clone()))
        .bind(now)
        .bind(&session.subject)
        .bind(&session.name)
        .execute(change)
        .await?;
    Ok(())
}

/// For somebody unknown.
fn new_subject() -> String {
    ["session:", &Uuid::new_v4().simple().to_string()[..12]].concat()
}

/// What keys whatever somebody does who is known by nothing but an address: it may be shared with others.
pub fn subject_of_address(address: &str) -> String {
    [NOBODY, address].concat()
}

/// Whether a subject is nothing but an address.
pub fn is_of_nobody(subject: &str) -> bool {
    subject.starts_with(NOBODY)
}
