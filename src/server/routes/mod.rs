//! Handlers, one file per subject.

pub(crate) mod admin;
pub(crate) mod frames;
pub(crate) mod health;
pub(crate) mod logos;
pub(crate) mod metrics;
pub(crate) mod oidc;
pub(crate) mod page_call;
pub(crate) mod pages;
pub(crate) mod placeholder_uses;
pub(crate) mod preferences;
pub(crate) mod programs;
pub(crate) mod proxy;
pub(crate) mod response_files;
pub(crate) mod response_parts;
pub(crate) mod reveal;
pub(crate) mod sign_in;
pub(crate) mod sitemap;
pub(crate) mod texts;
pub(crate) mod tools;

use crate::{auth::identity::Caller, cookies::session_cookie, store::sessions::SessionId};
use axum::{
    http::{HeaderName, header::SET_COOKIE},
    response::AppendHeaders,
};

/// Returns the header with the cookie of a new session, if a call has begun one.
fn session_header(caller: &Caller, session: Option<SessionId>) -> Option<AppendHeaders<[(HeaderName, String); 1]>> {
    session.map(|session| AppendHeaders([(SET_COOKIE, session_cookie(session, caller.cookie_scope))]))
}

/// Content security policy of content that comes from a provider, which makes it inert in a browser.
const SANDBOX_CSP: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";
