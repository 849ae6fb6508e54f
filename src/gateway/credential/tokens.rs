//! The access tokens that were fetched with a credential.

use super::leak_patterns;
use crate::{gateway::redact::scrub::Scrubber, model::security::SchemeRequirement};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, sync::Arc, time::Instant};
use tokio::sync::{Mutex, MutexGuard};

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
pub(crate) struct CachedTokens(Vec<(SchemeRequirement, Arc<OAuthToken>)>);

impl CachedTokens {
    /// Returns the token for a requirement, unless it must be renewed.
    pub(crate) fn find(&mut self, requirement: &SchemeRequirement) -> Option<Arc<OAuthToken>> {
        self.0.retain(|(_, token)| token.renew_at > Instant::now());
        let cached = self.0.iter().find(|(cached_requirement, _)| cached_requirement == requirement);
        cached.map(|(_, token)| token.clone())
    }

    pub(crate) fn insert(&mut self, requirement: SchemeRequirement, token: Arc<OAuthToken>) {
        self.0.push((requirement, token));
    }

    /// Removes a token that the provider rejected, unless it has been renewed in the meantime.
    pub(crate) fn evict(&mut self, rejected: &Arc<OAuthToken>) {
        self.0.retain(|(_, token)| !Arc::ptr_eq(token, rejected));
    }
}
