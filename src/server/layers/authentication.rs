//! Identifies the caller of a request by an access token, a session cookie, the header of a trusted proxy, or the
//! access mode. Callers that must sign in are redirected to the sign-in page.

use super::{
    local::{find_remote_sign, is_own_origin},
    network::peer_address,
    refusal::{
        challenge_response, disabled_user_error, ended_sign_in_error, invalid_token_error, refusal_response,
        remote_error, repeated_header_error,
    },
    security::{cookie_scope, request_host},
};
use crate::{
    auth::{
        access::{AccessMode, AccessSettings},
        access_tokens::looks_like_access_token,
        identity::{Caller, Grant, Identity},
        network::ClientNetwork,
        startup_token::StartupToken,
    },
    cookies::{has_session_cookie, read_session_id},
    gateway::DisabledItems,
    model::error::ExplorerError,
    server::{route_class::RouteClass, state::AppState},
    store::{
        Store, StoreError,
        sessions::{Session, SignIn},
        with_timeout,
    },
    text,
};
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{SecretString, zeroize::Zeroizing};
use std::sync::Arc;

/// Middleware that identifies the caller, and rejects callers that must sign in first.
pub(crate) async fn authenticate(
    State(app): State<AppState>,
    Extension(class): Extension<RouteClass>,
    Extension(network): Extension<ClientNetwork>,
    request: Request,
    next: Next,
) -> Response {
    let authenticator = Authenticator {
        access: &app.access,
        allowed_origins: &app.allowed_origins,
        store: app.gateway.store(),
        disabled_items: app.gateway.disabled_items(),
        class,
        network,
        accepts_tokens_only: class.is_for_programs() && app.program_listener.is_some(),
    };
    let (parts, body) = request.into_parts();
    let caller = authenticator.identify_caller(&parts).await;
    let mut request = Request::from_parts(parts, body);
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return challenge_response(error),
    };
    // In the other modes, everyone may read, and handlers reject calls without an identity.
    let is_identity_required = matches!(app.access.mode(), AccessMode::SignIn | AccessMode::Local);
    if caller.identity.is_none() && is_identity_required && !class.allows_anonymous(app.access.is_reading_public) {
        return if caller.is_store_unavailable {
            StoreError::Unavailable.to_explorer_error(text!("session-not-read")).into_response()
        } else {
            refusal_response(&app, request, class, caller.refusal).await
        };
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Settings and store with which the caller of a route is identified.
struct Authenticator<'a> {
    access: &'a AccessSettings,
    allowed_origins: &'a [String],
    store: &'a Store,
    disabled_items: &'a DisabledItems,
    class: RouteClass,
    network: ClientNetwork,
    /// True if neither a session nor the header of a trusted proxy identifies the caller.
    accepts_tokens_only: bool,
}

/// Reason why a caller has no identity.
enum Unidentified {
    /// The store is unavailable.
    Store,
    /// The caller must sign in first.
    SignInRequired,
    /// The session of the caller has ended: its user may no longer use the explorer.
    SessionEnded(ExplorerError),
    /// The caller is refused.
    Refused(ExplorerError),
}

impl From<StoreError> for Unidentified {
    fn from(_: StoreError) -> Self {
        Self::Store
    }
}

impl Authenticator<'_> {
    /// Identifies the caller. Returns an error if the request contains an invalid access token, or several users.
    async fn identify_caller(&self, request: &Parts) -> Result<Caller, ExplorerError> {
        let headers = &request.headers;
        let host = request_host(&request.uri, headers);
        let scope = cookie_scope(&host);
        if let Some(token) = find_access_token(request, self.class) {
            let Ok(stored_token) = with_timeout(self.store.find_token(&token)).await else {
                return Ok(Caller {
                    is_store_unavailable: true,
                    cookie_scope: scope,
                    network: self.network,
                    ..Caller::default()
                });
            };
            let identity = stored_token.as_ref().and_then(Identity::from_token).ok_or_else(invalid_token_error)?;
            return Ok(Caller {
                identity: Some(Arc::new(identity)),
                cookie_scope: scope,
                network: self.network,
                ..Caller::default()
            });
        }
        // Cookies count only for pages of this site: not for other explorers' pages, and not for programs.
        let accepts_session_cookie = !self.accepts_tokens_only
            && self.class.accepts_session_cookie()
            && headers
                .get(header::ORIGIN)
                .is_none_or(|origin| origin.to_str().is_ok_and(|origin| is_own_origin(origin, &host)));
        let session_id = accepts_session_cookie.then(|| read_session_id(headers, scope)).flatten();
        let session = match session_id {
            Some(session_id) => with_timeout(self.store.find_session(session_id)).await,
            None => Ok(None),
        };
        let has_unknown_session =
            accepts_session_cookie && has_session_cookie(headers, scope) && matches!(session, Ok(None));
        let known_session = session.as_ref().ok().and_then(Option::as_ref);
        let identity = self.resolve_identity(known_session, request, &host).await;
        let mut caller = Caller {
            // Without the store, pages can be read, but calls are refused: their credential is not known.
            is_store_unavailable: session.is_err(),
            session: session.ok().flatten(),
            has_ended_session: has_unknown_session,
            cookie_scope: scope,
            network: self.network,
            ..Caller::default()
        };
        match identity {
            Ok(identity) => caller.identity = Some(Arc::new(identity)),
            Err(Unidentified::Store) => caller.is_store_unavailable = true,
            Err(Unidentified::SignInRequired) => {}
            Err(Unidentified::Refused(refusal)) => caller.refusal = Some(refusal),
            Err(Unidentified::SessionEnded(refusal)) => {
                (caller.refusal, caller.has_ended_session) = (Some(refusal), true);
            }
        }
        Ok(caller)
    }

    /// Returns the identity of a caller without an access token. Everything that the settings may have changed since
    /// the caller signed in is judged again.
    async fn resolve_identity(
        &self,
        session: Option<&Session>,
        request: &Parts,
        host: &str,
    ) -> Result<Identity, Unidentified> {
        let headers = &request.headers;
        let peer_address = peer_address(&request.extensions);
        let remote_sign = || find_remote_sign(request, peer_address, host, self.allowed_origins);
        if let Some(session) = session
            && let Some(name) = &session.display_name
        {
            match &session.sign_in {
                // The start-up token may be that of an earlier start. Its session is then one of any local user.
                Some(sign_in) if StartupToken::is_id(&sign_in.issuer) && self.access.mode() == AccessMode::Local => {
                    return self.local_identity(remote_sign(), Some((sign_in, name)));
                }
                _ => return self.identity_of_session(session, name).await,
            }
        }
        let is_trusted_proxy = peer_address.is_some_and(|address| self.access.is_trusted_proxy(address));
        if let Some(user_name) = self.user_header(headers).filter(|_| is_trusted_proxy && !self.accepts_tokens_only) {
            let user_name = user_name?;
            return self.ensure_enabled(Identity::user(user_name, self.is_admin(user_name), self.grants())).await;
        }
        match self.access.mode() {
            AccessMode::SignIn => Err(Unidentified::SignInRequired),
            AccessMode::Local => self.local_identity(remote_sign(), None),
            AccessMode::Open | AccessMode::Public => Ok(Identity::anonymous(session, self.network)),
        }
    }

    /// Returns the identity of a user of this machine, who may have signed in with a start-up token.
    fn local_identity(
        &self,
        remote_sign: Option<String>,
        sign_in: Option<(&SignIn, &str)>,
    ) -> Result<Identity, Unidentified> {
        if let Some(sign) = remote_sign {
            return Err(Unidentified::Refused(remote_error(&sign)));
        }
        let Some(startup_token) = &self.access.startup_token else { return Ok(Identity::local_admin(None)) };
        Ok(match sign_in {
            Some((sign_in, name)) if sign_in.issuer == startup_token.id() => Identity::local_admin(Some(name)),
            _ => Identity::local(),
        })
    }

    /// Returns the identity of a user's session, who signed in with an access token or at an identity provider.
    async fn identity_of_session(&self, session: &Session, name: &str) -> Result<Identity, Unidentified> {
        if let Some(id) = session.subject.strip_prefix("token:") {
            // The token may have been revoked since the session began.
            let token = with_timeout(self.store.find_token_by_id(id)).await?;
            let identity = token.as_ref().and_then(Identity::from_token);
            return identity.ok_or_else(|| Unidentified::SessionEnded(invalid_token_error()));
        }
        let Some(sign_in) = &session.sign_in else {
            return Err(Unidentified::SessionEnded(ended_sign_in_error()));
        };
        if !self.access.accepts_sign_in(sign_in, name) {
            return Err(Unidentified::SessionEnded(ended_sign_in_error()));
        }
        self.ensure_enabled(Identity::oidc_user(sign_in, name, self.is_admin(name), self.grants())).await
    }

    /// Returns the user name in the header of a trusted proxy. A proxy that adds the header to one of the client's
    /// would let the client choose the name, so the header must occur once.
    fn user_header<'h>(&self, headers: &'h HeaderMap) -> Option<Result<&'h str, Unidentified>> {
        let header = self.access.user_header.as_ref()?;
        let mut values = headers.get_all(header).iter();
        let first = values.next()?;
        if values.next().is_some() {
            return Some(Err(Unidentified::Refused(repeated_header_error(header))));
        }
        first.to_str().ok().map(str::trim).filter(|name| !name.is_empty()).map(Ok)
    }

    /// Requires that a user is not disabled.
    async fn ensure_enabled(&self, identity: Identity) -> Result<Identity, Unidentified> {
        if self.disabled_items.is_any_disabled(&identity.switch_ids()).await? {
            return Err(Unidentified::Refused(disabled_user_error(&identity)));
        }
        Ok(identity)
    }

    fn is_admin(&self, name: &str) -> bool {
        self.access.admins.iter().any(|admin| admin == name)
    }

    fn grants(&self) -> &[Grant] {
        &self.access.user_grants
    }
}

/// Returns the access token of a request: a bearer token (RFC 6750, §2.1) or, for SDKs that use it as the provider's
/// secret, a token in any header or query parameter of a proxy request.
fn find_access_token(request: &Parts, class: RouteClass) -> Option<SecretString> {
    let token_in_header = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        let (scheme, rest) = text.split_once(' ').unwrap_or(("", text));
        if scheme.eq_ignore_ascii_case("basic") {
            let credentials = Zeroizing::new(BASE64_STANDARD.decode(rest.trim()).ok()?);
            let (username, password) = str::from_utf8(&credentials).ok()?.split_once(':')?;
            return [password, username].into_iter().find(|part| looks_like_access_token(part)).map(Into::into);
        }
        Some(rest.trim()).filter(|token| looks_like_access_token(token)).map(Into::into)
    };
    let bearer_token = request.headers.get(header::AUTHORIZATION).and_then(token_in_header);
    if bearer_token.is_some() || !class.accepts_token_anywhere() {
        return bearer_token;
    }
    let token_in_query = |query: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(_, value)| looks_like_access_token(&value).then(|| value.into_owned().into()))
    };
    request.headers.values().find_map(token_in_header).or_else(|| request.uri.query().and_then(token_in_query))
}
