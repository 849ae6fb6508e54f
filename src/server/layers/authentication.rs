//! Tells the handlers who asks: by an access token, by the session of a cookie, by the word of a reverse proxy, or because
//! nothing is asked of anybody. Whoever must sign in first is led there.

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

/// Tells who asks; whoever must sign in first gets no further.
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

/// What a request is held against.
struct Reception<'a> {
    access: &'a AccessSettings,
    store: &'a Store,
}

impl Reception<'_> {
    /// Who asks; an error, where an access token is none.
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
        // Cookies count only for this site's own pages, never for another explorer's, nor for programs.
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
                // It may have been revoked since.
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

/// Whether nobody in particular may send a request.
fn may_pass(request: &Request, access: &AccessSettings) -> bool {
    let path = request.uri().path();
    let is_door = path == "/sign-in" || path.starts_with("/auth/") || path == "/robots.txt";
    // What is sent from a page, its own handler refuses, and keeps what was typed.
    let is_page = !["/admin", "/api/", "/tools/", "/proxy/"].iter().any(|closed| path.starts_with(closed));
    access.mode() != AccessMode::SignIn || is_door || (access.is_reading_public && is_page)
}

/// The access token that a request has: as bearer (RFC 6750, §2.1); or, from an SDK that takes it for the provider's secret,
/// wherever that provider wants its secret.
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

/// The address that a chain of trusted proxies saw: the last that is none of theirs.
fn forwarded(headers: &HeaderMap, access: &AccessSettings) -> Option<IpAddr> {
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    values.iter().rev().map_while(|value| value.trim().parse().ok()).find(|address| !access.is_trusted_proxy(*address))
}

/// What one household has: an address of IPv4, or the first 64 bits of IPv6.
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

/// Browsers are led to the page where one signs in, and back afterwards; programs are told.
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

/// RFC 6750, §3.
fn challenge(error: ExplorerError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
