//! Signing in and out: `/sign-in`, `/sign-out`.

use super::pages::App;
use crate::{
    auth::{
        access::Rule,
        identity::{Identity, Visitor},
    },
    model::error::{Code, ExplorerError},
    pages::{shell::Head, sign_in::sign_in},
    store::in_time,
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{FromRequest, Query, Request, State},
    http::{HeaderValue, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::collections::HashMap;

/// What the page asks for.
#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// The page where one signs in.
pub(crate) async fn show(
    State(app): State<App>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let next = inside(query.get("next").map_or("/", String::as_str));
    page(&app, request, next, None, StatusCode::OK).await
}

/// Begins a session with an access token.
pub(crate) async fn enter(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), Body::empty());
    let typed = Form::<Typed>::from_request(Request::from_parts(parts, body), &app).await;
    let Form(Typed { token, next }) = typed.unwrap_or_default();
    let next = inside(&next);
    let begun = match in_time(app.gateway.store().token(&token.trim().into())).await {
        Err(_) => Err(unclear()),
        Ok(found) => match found.as_ref().and_then(Identity::token) {
            None => Err(unknown()),
            Some(identity) => begin(&app, &visitor, &identity).await,
        },
    };
    match begun {
        Ok(cookie) => ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::UNAUTHORIZED);
            page(&app, request, next, Some(&error.message), status).await
        }
    }
}

/// Ends the session, and all that it holds.
pub(crate) async fn leave(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Response {
    if let Err(error) = end(&app, &visitor).await {
        return error.into_response();
    }
    let to = if app.access.rule() == Rule::SignIn { "/sign-in" } else { "/" };
    Redirect::to(to).into_response()
}

async fn end(app: &App, visitor: &Visitor) -> Result<(), ExplorerError> {
    let (Some(session), Some(identity)) = (&visitor.session, &visitor.identity) else { return Ok(()) };
    let note = app.gateway.audit().begin(identity, "sign_out")?;
    note.end(app.gateway.store().end_session(session).await.map_err(|_| {
        let message =
            "You are still signed in: what this server keeps its sessions in does not answer. Try again in a moment.";
        ExplorerError::new(Code::StoreUnavailable, message)
    }))
}

/// The cookie of a new session.
pub(crate) async fn begin(app: &App, visitor: &Visitor, identity: &Identity) -> Result<HeaderValue, ExplorerError> {
    let note = app.gateway.audit().begin(identity, "sign_in")?;
    let begun = app.gateway.store().sign_in(visitor.session.as_ref(), identity.sign_in()).await;
    let name = note.end(begun.map_err(|_| unclear()))?;
    HeaderValue::try_from(name.set_cookie(visitor.secure)).map_err(|_| unclear())
}

fn unclear() -> ExplorerError {
    let message =
        "You are not signed in: what this server keeps its sessions in does not answer. Try again in a moment.";
    ExplorerError::new(Code::StoreUnavailable, message)
}

fn unknown() -> ExplorerError {
    let message = "This access token cannot be used: it is unknown, has ended, or was revoked. Look whether all of it was \
                   copied, or ask whoever runs this server for another.";
    ExplorerError::new(Code::SignInRequired, message)
}

/// The page, with what went wrong.
pub(crate) async fn page(app: &App, request: Request, next: &str, fault: Option<&str>, status: StatusCode) -> Response {
    let head = Head {
        title: "Sign in · API Explorer".into(),
        description: "Sign in to use this explorer.".into(),
        path: None,
        has_search: true,
    };
    let (access, next, fault) = (app.access.clone(), next.to_owned(), fault.map(str::to_owned));
    app.render_as(status, request, head, move || sign_in(&access, &next, fault.as_deref())).await
}

/// An address of this site, and no other: browsers read `//` and `/\\` as the beginning of another host.
pub(crate) fn inside(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next[1..].starts_with(['/', '\\']);
    if is_path && !next.chars().any(char::is_control) { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn nobody_is_led_to_another_site() {
        for next in ["/", "/stytch/apiUserV1Create?x=1#y", "/a//b"] {
            assert_eq!(inside(next), next);
        }
        for next in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "evil",
            "/\t/evil.example",
            "javascript:x",
        ] {
            assert_eq!(inside(next), "/", "{next:?}");
        }
    }
}
