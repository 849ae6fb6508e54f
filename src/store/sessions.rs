//! Sessions: what a visitor has set, under a cookie that names it and says nothing else.

use moka::{ops::compute::Op, sync::Cache};
use std::{collections::HashMap, fmt, time::Duration};
use uuid::Uuid;

/// A session that nobody used for so long is forgotten.
const IDLE: Duration = Duration::from_hours(12);
/// However much it is used, a session ends after so long.
const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// How many are kept; the least used are forgotten first.
const CAPACITY: u64 = 10_000;

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

/// Who sends a request, as its cookies tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visitor {
    /// The session that the visitor has, if any.
    pub session: Option<SessionId>,
    /// Whether the visitor's browser takes secure cookies from this server.
    pub secure: bool,
}

/// Values that visitors have set, by session and key.
pub struct Sessions<T> {
    values: Cache<SessionId, HashMap<String, T>>,
}

impl<T: Clone + Send + Sync + 'static> Sessions<T> {
    /// No sessions yet.
    pub fn new() -> Self {
        let cache = Cache::builder().max_capacity(CAPACITY).time_to_idle(IDLE).time_to_live(LIFETIME);
        Self { values: cache.build() }
    }

    /// What the session has set for the key.
    pub fn get(&self, session: SessionId, key: &str) -> Option<T> {
        self.values.get(&session)?.get(key).cloned()
    }

    /// Sets a value under a new name for the session: whoever knew the old one, or made the visitor use it (session
    /// fixation), knows nothing any more.
    pub fn set(&self, session: Option<SessionId>, key: &str, value: T) -> SessionId {
        let mut values = session.and_then(|session| self.values.remove(&session)).unwrap_or_default();
        values.insert(key.to_owned(), value);
        let renewed = SessionId::new();
        self.values.insert(renewed, values);
        renewed
    }

    /// Forgets the session's value for the key.
    pub fn remove(&self, session: SessionId, key: &str) {
        self.values.entry(session).and_compute_with(|entry| match entry.map(moka::Entry::into_value) {
            Some(mut values) => {
                values.remove(key);
                if values.is_empty() { Op::Remove } else { Op::Put(values) }
            }
            None => Op::Nop,
        });
    }
}

impl<T: Clone + Send + Sync + 'static> Default for Sessions<T> {
    fn default() -> Self {
        Self::new()
    }
}
