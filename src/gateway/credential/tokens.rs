//! The access tokens that were fetched with a credential.

use super::leak_patterns;
use crate::{gateway::redact::scrub::Scrubber, model::security::SchemeRequirement};
use secrecy::{ExposeSecret, SecretString};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{Mutex, MutexGuard};

/// Time for which rejected tokens are not renewed after the provider rejected a renewed one too: it rejects something
/// else than the token, such as its permissions.
const RENEWAL_PAUSE: Duration = Duration::from_mins(1);

/// An access token that was fetched from a token endpoint.
pub(crate) struct OAuthToken {
    secret: SecretString,
    renew_at: Instant,
    /// Finds the token in responses.
    pub(crate) scrubber: Scrubber,
}

impl OAuthToken {
    /// Creates a token that is used until `renew_at`.
    pub(crate) fn new(secret: &str, renew_at: Instant) -> Self {
        Self { secret: secret.into(), renew_at, scrubber: Scrubber::new(leak_patterns(secret)) }
    }

    /// Returns the token, for the code that adds it to a request.
    pub(crate) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }
}

/// The tokens that were fetched with one credential. The lock is held while a token is fetched, so concurrent calls
/// wait for that token and fetch no second one.
#[derive(Default)]
pub(crate) struct OAuthTokenCache(Mutex<CachedTokens>);

impl OAuthTokenCache {
    /// Waits for the tokens.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, CachedTokens> {
        self.0.lock().await
    }
}

impl fmt::Debug for OAuthTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OAuthTokenCache(…)")
    }
}

/// Tokens by scheme and scopes.
#[derive(Default)]
pub(crate) struct CachedTokens {
    tokens: Vec<(SchemeRequirement, Arc<OAuthToken>)>,
    /// Time until which rejected tokens are not renewed.
    renewal_paused_until: Option<Instant>,
}

impl CachedTokens {
    /// Returns the token for a requirement, unless it must be renewed.
    pub(crate) fn find(&mut self, requirement: &SchemeRequirement) -> Option<Arc<OAuthToken>> {
        self.tokens.retain(|(_, token)| token.renew_at > Instant::now());
        let cached = self.tokens.iter().find(|(cached_requirement, _)| cached_requirement == requirement);
        cached.map(|(_, token)| token.clone())
    }

    pub(crate) fn insert(&mut self, requirement: SchemeRequirement, token: Arc<OAuthToken>) {
        self.tokens.push((requirement, token));
    }

    /// Removes tokens that the provider rejected, unless they have been renewed in the meantime. Returns false if
    /// renewing them is of no use, because the provider has just rejected a renewed token. They are then kept, so that a
    /// call that is always rejected costs one request and not three.
    pub(crate) fn evict(&mut self, rejected: &[Arc<OAuthToken>]) -> bool {
        if self.renewal_paused_until.is_some_and(|until| until > Instant::now()) {
            return false;
        }
        self.tokens.retain(|(_, token)| !rejected.iter().any(|rejected| Arc::ptr_eq(token, rejected)));
        true
    }

    /// Pauses the renewal of rejected tokens, because the provider rejected a renewed one.
    pub(crate) fn pause_renewal(&mut self) {
        self.renewal_paused_until = Some(Instant::now() + RENEWAL_PAUSE);
    }
}
