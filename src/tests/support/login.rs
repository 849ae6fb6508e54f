//! An upstream that signs users in, as Stytch does.

use super::Upstream;
use anyhow::Result;
use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{post, put},
};
use serde_json::{Value, json};

/// The session that every login returns.
pub(crate) const SESSION_TOKEN: &str = "mZAYn5aLEqKUlZ_Ad9U_fWr38GaAQ1oFAhT8ds245v7Q";
pub(crate) const SESSION_JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyLXRlc3QtMSJ9.c2lnbmF0dXJl";

/// The operations that create a session, authenticate it, and change a public field.
pub(crate) const LOGIN_OPERATION: &str = "apiPasswordV1Authenticate";
pub(crate) const AUTHENTICATE_OPERATION: &str = "apiSessionV1Authenticate";
pub(crate) const UPDATE_OPERATION: &str = "apiUserV1Update";

/// Starts an upstream that creates a session for every login, authenticates sessions, and echoes changes of users.
pub(crate) async fn start_login_provider() -> Result<Upstream> {
    let routes = Router::new()
        .route("/v1/passwords/authenticate", post(async || Json(session_response())))
        .route("/v1/sessions/authenticate", post(authenticate))
        .route("/v1/users/{id}", put(async |body: String| body));
    Upstream::start(routes).await
}

/// Returns the response of a login.
pub(crate) fn session_response() -> Value {
    json!({
        "status_code": 200,
        "user_id": "user-test-1",
        "session_token": SESSION_TOKEN,
        "session_jwt": SESSION_JWT,
        "session": {"session_id": "session-test-1", "expires_at": "2027-01-01T00:00:00Z"},
    })
}

async fn authenticate(Json(body): Json<Value>) -> Response {
    if body["session_token"] != SESSION_TOKEN {
        return (StatusCode::NOT_FOUND, Json(json!({"error_type": "session_not_found", "seen": body}))).into_response();
    }
    let response_body =
        json!({"status_code": 200, "user_id": "user-test-1", "asked_with": body, "session_token": SESSION_TOKEN});
    ([("x-session", SESSION_TOKEN)], Json(response_body)).into_response()
}
