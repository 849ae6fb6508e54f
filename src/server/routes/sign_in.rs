//! Sign-in and sign-out: `/sign-in`, `/sign-out`.

use crate::{
    auth::{
        access::AccessMode,
        identity::{Caller, Identity},
    },
    cookies::session_cookie,
    model::error::{ErrorCode, ExplorerError},
    server::state::AppState,
    store::with_timeout,
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{FromRequest, Query, Request, State},
    http::{StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::collections::HashMap;

/// Fields of the sign-in form.
#[derive(Default, Deserialize)]
struct SignInForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

/// Shows the sign-in page.
pub(crate) async fn show_sign_in(
    State(app): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    let next = safe_redirect_path(query.get("next").map_or("/", String::as_str));
    app.render_sign_in(request, next, None, StatusCode::OK).await
}

/// Starts a session with an access token.
pub(crate) async fn sign_in_with_token(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), Body::empty());
    let form = Form::<SignInForm>::from_request(Request::from_parts(parts, body), &app).await;
    let Form(SignInForm { token, next }) = form.unwrap_or_default();
    let next = safe_redirect_path(&next);
    let result = match with_timeout(app.gateway.store().find_token(&token.trim().into())).await {
        Err(error) => Err(error.to_explorer_error("You are not signed in. Your access token could not be checked")),
        Ok(access_token) => match access_token.as_ref().and_then(Identity::from_token) {
            None => Err(invalid_token_error()),
            Some(identity) => start_session(&app, &caller, &identity).await,
        },
    };
    match result {
        Ok(cookie) => ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response(),
        Err(error) => app.render_sign_in(request, next, Some(&error.message), error.code.into()).await,
    }
}

/// Ends the session and deletes its data.
pub(crate) async fn sign_out(State(app): State<AppState>, Extension(caller): Extension<Caller>) -> Response {
    if let Err(error) = end_session(&app, &caller).await {
        return error.into_response();
    }
    let target = if app.access.mode() == AccessMode::SignIn { "/sign-in" } else { "/" };
    Redirect::to(target).into_response()
}

async fn end_session(app: &AppState, caller: &Caller) -> Result<(), ExplorerError> {
    let (Some(session), Some(identity)) = (&caller.session, &caller.identity) else { return Ok(()) };
    let audit_entry = app.gateway.audit().begin_entry(identity, "sign_out")?;
    audit_entry.finish(
        app.gateway
            .store()
            .delete_session(session)
            .await
            .map_err(|error| error.to_explorer_error("You are still signed in. Your session could not be deleted")),
    )
}

/// Starts a session, and returns the value of its cookie.
pub(crate) async fn start_session(
    app: &AppState,
    caller: &Caller,
    identity: &Identity,
) -> Result<String, ExplorerError> {
    let audit_entry = app.gateway.audit().begin_entry(identity, "sign_in")?;
    let result = app.gateway.store().create_user_session(caller.session.as_ref(), identity.to_signed_in_user()).await;
    let session_id =
        audit_entry.finish(result.map_err(|error| error.to_explorer_error("Your session could not be saved")))?;
    Ok(session_cookie(session_id, caller.has_secure_cookies))
}

fn invalid_token_error() -> ExplorerError {
    let message = "This access token is unknown, expired or revoked. Check that you copied all of it, or ask the \
                   operator of this server for another token.";
    ExplorerError::new(ErrorCode::SignInRequired, message)
}

/// Returns a redirect path if it is on this site, and `/` otherwise. Browsers interpret `//` and `/\` as the start of
/// another host.
pub(crate) fn safe_redirect_path(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next[1..].starts_with(['/', '\\']);
    if is_path && !next.chars().any(char::is_control) { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_redirect_path;

    #[test]
    fn redirect_paths_stay_on_this_site() {
        for next in ["/", "/stytch/apiUserV1Create?x=1#y", "/a//b"] {
            assert_eq!(safe_redirect_path(next), next);
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
            assert_eq!(safe_redirect_path(next), "/", "{next:?}");
        }
    }
}
