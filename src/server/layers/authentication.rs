//! Identifies the caller of a request by an access token, a session cookie, the header of a trusted proxy, or the
//! access mode. Callers that must sign in are redirected to the sign-in page.

use super::security::{header_str, is_loopback_host, request_host};
use crate::{
    auth::{
        access::{AccessMode, AccessSettings},
        access_tokens::looks_like_access_token,
        identity::{Caller, Identity},
    },
    cookies::read_session_id,
    model::error::{ErrorCode, ExplorerError},
    pages::list::encode_query_value,
    server::{route_class::RouteClass, state::AppState},
    store::{Store, StoreError, sessions::Session, with_timeout},
};
use axum::{
    Extension,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

/// Middleware that identifies the caller, and rejects callers that must sign in first.
pub(crate) async fn authenticate(
    State(app): State<AppState>,
    Extension(class): Extension<RouteClass>,
    request: Request,
    next: Next,
) -> Response {
    let authenticator = Authenticator { access: &app.access, store: app.gateway.store(), class };
    let (parts, body) = request.into_parts();
    let caller = authenticator.identify_caller(&parts).await;
    let mut request = Request::from_parts(parts, body);
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return challenge_response(error),
    };
    let is_sign_in_required = app.access.mode() == AccessMode::SignIn;
    if caller.identity.is_none() && is_sign_in_required && !class.allows_anonymous(app.access.is_reading_public) {
        return if caller.is_store_unavailable {
            StoreError::Unavailable
                .to_explorer_error("Nothing was sent. Your session could not be read")
                .into_response()
        } else {
            sign_in_required_response(&app, request).await
        };
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Settings and store with which the caller of a route is identified.
struct Authenticator<'a> {
    access: &'a AccessSettings,
    store: &'a Store,
    class: RouteClass,
}

impl Authenticator<'_> {
    /// Identifies the caller. Returns an error if the request contains an invalid access token.
    async fn identify_caller(&self, request: &Parts) -> Result<Caller, ExplorerError> {
        let headers = &request.headers;
        let host = request_host(&request.uri, headers);
        let is_secure = !is_loopback_host(&host);
        if let Some(token) = find_access_token(request, self.class) {
            let Ok(stored_token) = with_timeout(self.store.find_token(&token.into())).await else {
                return Ok(Caller { is_store_unavailable: true, has_secure_cookies: is_secure, ..Caller::default() });
            };
            let identity = stored_token.as_ref().and_then(Identity::from_token).ok_or_else(invalid_token_error)?;
            return Ok(Caller {
                identity: Some(Arc::new(identity)),
                has_secure_cookies: is_secure,
                ..Caller::default()
            });
        }
        // Cookies count only for pages of this site: not for other explorers' pages, and not for programs.
        let accepts_session_cookie = self.class.accepts_session_cookie()
            && headers.get(header::ORIGIN).is_none_or(|origin| {
                origin
                    .to_str()
                    .is_ok_and(|origin| origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host))
            });
        let session_id = accepts_session_cookie.then(|| read_session_id(headers, is_secure)).flatten();
        let session = match session_id {
            Some(session_id) => with_timeout(self.store.find_session(session_id)).await,
            None => Ok(None),
        };
        let peer_address = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let valid_session = session.as_ref().ok().and_then(Option::as_ref);
        let identity = with_timeout(self.resolve_identity(valid_session, peer_address, headers)).await;
        Ok(Caller {
            is_store_unavailable: session.is_err() || identity.is_err(),
            identity: identity.ok().flatten().map(Arc::new),
            session: session.ok().flatten(),
            has_secure_cookies: is_secure,
        })
    }

    async fn resolve_identity(
        &self,
        session: Option<&Session>,
        peer_address: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<Option<Identity>, StoreError> {
        if let Some(session) = session
            && let Some(name) = &session.display_name
        {
            return Ok(match session.subject.strip_prefix("token:") {
                // The token may have been revoked since the session began.
                Some(id) => self.store.find_token_by_id(id).await?.as_ref().and_then(Identity::from_token),
                None => Some(self.user_identity(name)),
            });
        }
        let is_trusted_proxy = peer_address.is_some_and(|address| self.access.is_trusted_proxy(address));
        let user_header = self.access.user_header.as_ref().filter(|_| is_trusted_proxy);
        if let Some(user_name) =
            user_header.and_then(|header| header_str(headers, header)).map(str::trim).filter(|name| !name.is_empty())
        {
            return Ok(Some(self.user_identity(user_name)));
        }
        Ok(match self.access.mode() {
            AccessMode::SignIn => None,
            AccessMode::Local => Some(Identity::local()),
            AccessMode::Open | AccessMode::Public => {
                let client_address = if is_trusted_proxy {
                    forwarded_address(headers, self.access).or(peer_address)
                } else {
                    peer_address
                };
                Some(Identity::anonymous(session, &client_address.map(client_network).unwrap_or_default()))
            }
        })
    }

    fn user_identity(&self, name: &str) -> Identity {
        let is_admin = self.access.admins.iter().any(|admin| admin == name);
        Identity::user(name, is_admin, &self.access.user_grants)
    }
}

/// Returns the access token of a request: a bearer token (RFC 6750, §2.1) or, for SDKs that use it as the provider's
/// secret, a token in any header or query parameter of a proxy request.
fn find_access_token(request: &Parts, class: RouteClass) -> Option<String> {
    let token_in_header = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        let (scheme, rest) = text.split_once(' ').unwrap_or(("", text));
        if scheme.eq_ignore_ascii_case("basic") {
            let credentials = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
            let (username, password) = credentials.split_once(':')?;
            return [password, username].into_iter().find(|part| looks_like_access_token(part)).map(str::to_owned);
        }
        Some(rest.trim().to_owned()).filter(|token| looks_like_access_token(token))
    };
    let bearer_token = request.headers.get(header::AUTHORIZATION).and_then(token_in_header);
    if bearer_token.is_some() || !class.accepts_token_anywhere() {
        return bearer_token;
    }
    let token_in_query = |query: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(_, value)| looks_like_access_token(&value).then(|| value.into_owned()))
    };
    request.headers.values().find_map(token_in_header).or_else(|| request.uri.query().and_then(token_in_query))
}

/// Returns the address that a chain of trusted proxies reports: the last one that is not a trusted proxy.
fn forwarded_address(headers: &HeaderMap, access: &AccessSettings) -> Option<IpAddr> {
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    values.iter().rev().map_while(|value| value.trim().parse().ok()).find(|address| !access.is_trusted_proxy(*address))
}

/// Returns the address that identifies one household: an IPv4 address, or the first 64 bits of an IPv6 address.
fn client_network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
}

fn invalid_token_error() -> ExplorerError {
    let message = "This access token is unknown, expired or revoked. Nothing was sent. Ask the operator of this \
                   server for another token.";
    ExplorerError::new(ErrorCode::SignInRequired, message)
}

/// Redirects browsers to the sign-in page, which redirects back afterwards; responds to programs with an error.
async fn sign_in_required_response(app: &AppState, request: Request) -> Response {
    let accept = header_str(request.headers(), &header::ACCEPT).unwrap_or_default();
    let next = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if !accept.contains("text/html") {
        let message = "You are not signed in. Nothing was sent. Sign in at /sign-in in another tab, then send again. \
                       In a script, send an access token: Authorization: Bearer aex_….";
        return challenge_response(ExplorerError::new(ErrorCode::SignInRequired, message));
    }
    if *request.method() == Method::GET {
        return Redirect::to(&format!("/sign-in?next={}", encode_query_value(next))).into_response();
    }
    let message = "You are no longer signed in. Nothing was sent. Sign in, then use the browser's Back button to \
                   return to your input.";
    app.render_sign_in(request, "/", Some(message), StatusCode::UNAUTHORIZED).await
}

/// Returns an error response with a `WWW-Authenticate` header (RFC 6750, §3).
fn challenge_response(error: ExplorerError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
