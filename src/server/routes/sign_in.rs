//! Sign-in and sign-out: `/sign-in`, `/sign-out`.

use crate::{
    auth::{
        access::AccessMode,
        identity::{Caller, Identity},
    },
    cookies::session_cookie,
    model::error::{ErrorCode, ExplorerError},
    server::state::AppState,
    store::{sessions::SignIn, with_timeout},
    text,
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{FromRequest, Query, Request, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, SET_COOKIE},
    },
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::collections::HashMap;

/// Display name of the operator who signed in with the start-up token.
const LOCAL_ADMIN_NAME: &str = "administrator";

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
        Err(error) => Err(error.to_explorer_error(text!("sign-in-route-token-not-checked"))),
        Ok(access_token) => match access_token.as_ref().and_then(Identity::from_token) {
            None => Err(invalid_token_error()),
            Some(identity) => start_session(&app, &caller, &identity, None).await,
        },
    };
    match result {
        Ok(cookie) => ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response(),
        Err(error) => app.render_sign_in(request, next, Some(&error.message), error.code.into()).await,
    }
}

/// Starts a session with the start-up token, which the server prints on its terminal as a link to this route.
pub(crate) async fn sign_in_with_startup_token(
    State(app): State<AppState>,
    Query(query): Query<HashMap<String, String>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    // Only requests that come from this machine directly have this identity.
    if !caller.identity.as_ref().is_some_and(|identity| identity.is_local()) {
        let refusal = caller.refusal.unwrap_or_else(invalid_link_error);
        return app.render_error(request, refusal).await;
    }
    let token = query.get("token").map_or("", String::as_str);
    let Some(startup_token) = app.access.startup_token.as_ref().filter(|startup| startup.matches(token)) else {
        return app.render_error(request, invalid_link_error()).await;
    };
    let identity = Identity::local_admin(Some(LOCAL_ADMIN_NAME));
    let sign_in = SignIn { issuer: startup_token.id(), subject: identity.subject.clone(), session: None };
    match start_session(&app, &caller, &identity, Some(sign_in)).await {
        Ok(cookie) => {
            // The link contains the token, so it is not stored. The redirect removes it from the address bar.
            ([(SET_COOKIE, cookie), (CACHE_CONTROL, "no-store".into())], Redirect::to("/admin")).into_response()
        }
        Err(error) => app.render_error(request, error).await,
    }
}

fn invalid_link_error() -> ExplorerError {
    ExplorerError::new(ErrorCode::Forbidden, text!("sign-in-route-invalid-link"))
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
            .map_err(|error| error.to_explorer_error(text!("sign-in-route-session-not-deleted"))),
    )
}

/// Starts a session, and returns the value of its cookie.
pub(crate) async fn start_session(
    app: &AppState,
    caller: &Caller,
    identity: &Identity,
    sign_in: Option<SignIn>,
) -> Result<String, ExplorerError> {
    let audit_entry = app.gateway.audit().begin_entry(identity, "sign_in")?;
    if let Err(error) = app.gateway.admission().admit_user_session(&identity.subject) {
        return audit_entry.finish(Err(error));
    }
    let user = identity.to_signed_in_user(sign_in);
    let result = app.gateway.store().create_user_session(caller.session.as_ref(), user).await;
    let session_id = audit_entry
        .finish(result.map_err(|error| error.to_explorer_error(text!("sign-in-route-session-not-saved"))))?;
    Ok(session_cookie(session_id, caller.cookie_scope))
}

fn invalid_token_error() -> ExplorerError {
    ExplorerError::new(ErrorCode::SignInRequired, text!("sign-in-route-invalid-token"))
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
