//! Errors and responses for callers that cannot be identified, or may not use the explorer.

use super::security::header_str;
use crate::{
    auth::identity::Identity,
    model::error::{ErrorCode, ExplorerError},
    pages::list::encode_query_value,
    server::{route_class::RouteClass, state::AppState},
    text,
};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

pub(super) fn invalid_token_error() -> ExplorerError {
    ExplorerError::new(ErrorCode::SignInRequired, text!("refusal-invalid-token"))
}

/// Returns the error for a request that is not of a user of this machine, with the sign by which it was recognized.
pub(super) fn remote_error(sign: &str) -> ExplorerError {
    ExplorerError::new(ErrorCode::Forbidden, text!("refusal-remote", sign = sign))
}

pub(super) fn ended_sign_in_error() -> ExplorerError {
    ExplorerError::new(ErrorCode::SignInRequired, text!("refusal-ended-sign-in"))
}

pub(super) fn repeated_header_error(header: &HeaderName) -> ExplorerError {
    ExplorerError::new(ErrorCode::Forbidden, text!("refusal-repeated-header", name = header))
}

pub(super) fn disabled_user_error(identity: &Identity) -> ExplorerError {
    let name = identity.display_name.as_deref().unwrap_or(&identity.subject);
    let message = text!("refusal-disabled-user", name = name);
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
            challenge_response(ExplorerError::new(ErrorCode::SignInRequired, text!("refusal-token-required")))
        }
        None => sign_in_required_response(app, request, accepts_page).await,
    }
}

/// Redirects browsers to the sign-in page, which redirects back afterwards; responds to programs with an error.
async fn sign_in_required_response(app: &AppState, request: Request, accepts_page: bool) -> Response {
    let next = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if !accepts_page {
        return challenge_response(ExplorerError::new(ErrorCode::SignInRequired, text!("refusal-not-signed-in")));
    }
    if *request.method() == Method::GET {
        return Redirect::to(&format!("/sign-in?next={}", encode_query_value(next))).into_response();
    }
    app.render_sign_in(request, "/", Some(text!("refusal-no-longer-signed-in")), StatusCode::UNAUTHORIZED).await
}

/// Returns an error response with a `WWW-Authenticate` header (RFC 6750, §3).
pub(super) fn challenge_response(error: ExplorerError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
