//! Identifies the caller of a request by an access token, a session cookie, the header of a trusted proxy, or the
//! access mode. Callers that must sign in are redirected to the sign-in page.

use super::security::{header_str, is_loopback_host, request_host};
use crate::server::routes::sign_in;
use crate::{
    auth::{
        access::{AccessMode, AccessSettings},
        identity::{Caller, Identity},
    },
    model::error::{ErrorCode, ExplorerError},
    pages::list::encode_query_value,
    server::routes::pages::AppState,
    store::{
        Store, StoreError,
        access_tokens::looks_like_access_token,
        sessions::{Session, SessionId},
        with_timeout,
    },
};
use axum::{
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
pub(crate) async fn identify(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let reception = Reception { access: &app.access, store: app.gateway.store() };
    let (parts, body) = request.into_parts();
    let visitor = reception.visitor(&parts).await;
    let mut request = Request::from_parts(parts, body);
    let visitor = match visitor {
        Ok(visitor) => visitor,
        Err(error) => return challenge(error),
    };
    if visitor.identity.is_none() && !may_pass(&request, &app.access) {
        return if visitor.is_store_unavailable {
            unclear().into_response()
        } else {
            lead_to_sign_in(&app, request).await
        };
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// Settings and store with which a caller is identified.
struct Reception<'a> {
    access: &'a AccessSettings,
    store: &'a Store,
}

impl Reception<'_> {
    /// Identifies the caller. Returns an error if the request contains an invalid access token.
    async fn visitor(&self, request: &Parts) -> Result<Caller, ExplorerError> {
        let headers = &request.headers;
        let host = request_host(&request.uri, headers);
        let secure = !is_loopback_host(&host);
        if let Some(token) = token(request) {
            let Ok(found) = with_timeout(self.store.find_token(&token.into())).await else {
                return Ok(Caller { is_store_unavailable: true, has_secure_cookies: secure, ..Caller::default() });
            };
            let identity = found.as_ref().and_then(Identity::from_token).ok_or_else(refused_token)?;
            return Ok(Caller { identity: Some(Arc::new(identity)), has_secure_cookies: secure, ..Caller::default() });
        }
        // Cookies count only for pages of this site: not for other explorers' pages, and not for programs.
        let is_own_page = !request.uri.path().starts_with("/proxy/")
            && headers.get(header::ORIGIN).is_none_or(|origin| {
                origin.to_str().is_ok_and(|origin| origin.split_once("://").is_some_and(|(_, from)| from == host))
            });
        let cookies = header_str(headers, &header::COOKIE).unwrap_or_default();
        let name = is_own_page.then(|| SessionId::from_cookies(cookies, secure)).flatten();
        let session = match name {
            Some(name) => with_timeout(self.store.find_session(name)).await,
            None => Ok(None),
        };
        let address = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let known = session.as_ref().ok().and_then(Option::as_ref);
        let identity = with_timeout(self.identity(known, address, headers)).await;
        Ok(Caller {
            is_store_unavailable: session.is_err() || identity.is_err(),
            identity: identity.ok().flatten().map(Arc::new),
            session: session.ok().flatten(),
            has_secure_cookies: secure,
        })
    }

    async fn identity(
        &self,
        session: Option<&Session>,
        address: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<Option<Identity>, StoreError> {
        if let Some(session) = session
            && let Some(name) = &session.display_name
        {
            return Ok(match session.subject.strip_prefix("token:") {
                // The token may have been revoked since the session began.
                Some(id) => self.store.find_token_by_id(id).await?.as_ref().and_then(Identity::from_token),
                None => Some(self.person(name)),
            });
        }
        let is_proxy = address.is_some_and(|address| self.access.is_trusted_proxy(address));
        let user = self.access.user_header.as_ref().filter(|_| is_proxy);
        if let Some(name) =
            user.and_then(|header| header_str(headers, header)).map(str::trim).filter(|name| !name.is_empty())
        {
            return Ok(Some(self.person(name)));
        }
        Ok(match self.access.mode() {
            AccessMode::SignIn => None,
            AccessMode::Local => Some(Identity::local()),
            AccessMode::Open | AccessMode::Public => {
                let address = if is_proxy { forwarded(headers, self.access).or(address) } else { address };
                Some(Identity::anonymous(session, &address.map(network).unwrap_or_default()))
            }
        })
    }

    fn person(&self, name: &str) -> Identity {
        let is_admin = self.access.admins.iter().any(|admin| admin == name);
        Identity::user(name, is_admin, &self.access.user_grants)
    }
}

/// Returns true if a request is allowed without an identity.
fn may_pass(request: &Request, access: &AccessSettings) -> bool {
    let path = request.uri().path();
    let is_door = path == "/sign-in" || path.starts_with("/auth/") || path == "/robots.txt";
    // Forms posted to a page are rejected by the page's own handler, which preserves the input.
    let is_page = !["/admin", "/api/", "/tools/", "/proxy/"].iter().any(|closed| path.starts_with(closed));
    access.mode() != AccessMode::SignIn || is_door || (access.is_reading_public && is_page)
}

/// Returns the access token of a request: a bearer token (RFC 6750, §2.1) or, for SDKs that use it as the provider's
/// secret, a token in any header or query parameter of a proxy request.
fn token(request: &Parts) -> Option<String> {
    let in_header = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        let (scheme, rest) = text.split_once(' ').unwrap_or(("", text));
        if scheme.eq_ignore_ascii_case("basic") {
            let pair = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
            let (username, password) = pair.split_once(':')?;
            return [password, username].into_iter().find(|part| looks_like_access_token(part)).map(str::to_owned);
        }
        Some(rest.trim().to_owned()).filter(|token| looks_like_access_token(token))
    };
    let own = request.headers.get(header::AUTHORIZATION).and_then(in_header);
    own.or_else(|| {
        request.uri.path().strip_prefix("/proxy/")?;
        let in_query = |query: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(_, value)| looks_like_access_token(&value).then(|| value.into_owned()))
        };
        request.headers.values().find_map(in_header).or_else(|| request.uri.query().and_then(in_query))
    })
}

/// Returns the address that a chain of trusted proxies reports: the last one that is not a trusted proxy.
fn forwarded(headers: &HeaderMap, access: &AccessSettings) -> Option<IpAddr> {
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    values.iter().rev().map_while(|value| value.trim().parse().ok()).find(|address| !access.is_trusted_proxy(*address))
}

/// Returns the address that identifies one household: an IPv4 address, or the first 64 bits of an IPv6 address.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    }
}

fn refused_token() -> ExplorerError {
    let message = "This access token cannot be used: it is unknown, has ended, or was revoked. Ask whoever runs this server for \
                   another.";
    ExplorerError::new(ErrorCode::SignInRequired, message)
}

fn unclear() -> ExplorerError {
    let message = "Nothing was done: what this server keeps its sessions in does not answer. Try again in a moment.";
    ExplorerError::new(ErrorCode::StoreUnavailable, message)
}

/// Redirects browsers to the sign-in page, which redirects back afterwards; responds to programs with an error.
async fn lead_to_sign_in(app: &AppState, request: Request) -> Response {
    let accept = header_str(request.headers(), &header::ACCEPT).unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if !accept.contains("text/html") {
        let message = "Sign in first: nothing was sent. Open /sign-in in another tab and send again, or, from a script, send an \
                       access token: Authorization: Bearer aex_….";
        return challenge(ExplorerError::new(ErrorCode::SignInRequired, message));
    }
    if *request.method() == Method::GET {
        return Redirect::to(&format!("/sign-in?next={}", encode_query_value(path))).into_response();
    }
    let message = "Nothing was sent: you are not signed in any more. Sign in, then go back in the browser to find what you typed.";
    sign_in::render_sign_in_page(app, request, "/", Some(message), StatusCode::UNAUTHORIZED).await
}

/// Returns an error response with a `WWW-Authenticate` header (RFC 6750, §3).
fn challenge(error: ExplorerError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
