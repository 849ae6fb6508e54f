//! Errors and responses for callers that cannot be identified, or may not use the explorer.

use super::security::header_str;
use crate::{
    auth::identity::Identity,
    model::error::{ErrorCode, ExplorerError},
    pages::list::encode_query_value,
    server::{route_class::RouteClass, state::AppState},
};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

pub(super) fn invalid_token_error() -> ExplorerError {
    let message = "This access token is unknown, expired or revoked. Nothing was sent. Ask the operator of this \
                   server for another token.";
    ExplorerError::new(ErrorCode::SignInRequired, message)
}

/// Returns the error for a request that is not of a user of this machine, with the sign by which it was recognized.
pub(super) fn remote_error(sign: &str) -> ExplorerError {
    let message = format!(
        "This server is only for users of its own machine, and this request may come from somebody else: {sign}. Nothing \
         was sent. To serve others, its operator must set EXPLORER_HOSTS and EXPLORER_ACCESS (docs/access.md)."
    );
    ExplorerError::new(ErrorCode::Forbidden, message)
}

pub(super) fn ended_sign_in_error() -> ExplorerError {
    let message = "Your sign-in is no longer valid: the access rules of this server have changed. Nothing was sent. \
                   Sign in again, or ask the operator of this server for access.";
    ExplorerError::new(ErrorCode::SignInRequired, message)
}

pub(super) fn repeated_header_error(header: &HeaderName) -> ExplorerError {
    let message = format!(
        "The request has the header {header} more than once, so it does not identify one user. Nothing was sent. The \
         operator of this server must configure the proxy to remove the header of clients."
    );
    ExplorerError::new(ErrorCode::Forbidden, message)
}

pub(super) fn disabled_user_error(identity: &Identity) -> ExplorerError {
    let name = identity.display_name.as_deref().unwrap_or(&identity.subject);
    let message = format!("{name} may no longer use this server. Nothing was sent. Ask its administrator.");
    ExplorerError { rule: Some(format!("disabled: {name}")), ..ExplorerError::new(ErrorCode::Disabled, message) }
}

/// Responds to a caller without an identity: with the reason if there is one, or else by asking it to sign in.
pub(super) async fn refusal_response(
    app: &AppState,
    request: Request,
    class: RouteClass,
    refusal: Option<ExplorerError>,
) -> Response {
    // The responses of server functions are for scripts, whatever the request accepts.
    let accepts_page = class.has_form_body()
        && header_str(request.headers(), &header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    let is_read = *request.method() == Method::GET;
    match refusal {
        // A form of another site gets an error, and no page.
        Some(error) if error.code == ErrorCode::Forbidden && !is_read => error.into_response(),
        Some(error) if error.code != ErrorCode::SignInRequired && accepts_page => {
            app.render_error(request, error).await
        }
        Some(error) if error.code != ErrorCode::SignInRequired => error.into_response(),
        Some(error) if accepts_page => {
            let next = if is_read { request.uri().path_and_query().map(ToString::to_string) } else { None };
            let next = next.unwrap_or_else(|| "/".into());
            app.render_sign_in(request, &next, Some(&error.message), StatusCode::UNAUTHORIZED).await
        }
        Some(error) => challenge_response(error),
        None if class.is_for_programs() && app.program_listener.is_some() => {
            let message = "This address requires an access token: Authorization: Bearer aex_…. It accepts no cookie and \
                           no other sign-in. Nothing was sent.";
            challenge_response(ExplorerError::new(ErrorCode::SignInRequired, message))
        }
        None => sign_in_required_response(app, request, accepts_page).await,
    }
}

/// Redirects browsers to the sign-in page, which redirects back afterwards; responds to programs with an error.
async fn sign_in_required_response(app: &AppState, request: Request, accepts_page: bool) -> Response {
    let next = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if !accepts_page {
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
pub(super) fn challenge_response(error: ExplorerError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
