//! The gateway over HTTP: `POST /tools/{provider}/{operation}`, for scripts, SDKs and other explorers.

use crate::{
    auth::identity::Caller,
    gateway::{CallOutcome, FrameForm, LiveResponse, OwnedCallRequest},
    model::error::{ErrorCode, ExplorerError},
    server::{
        routes::{frames::FrameFormat, session_header},
        state::AppState,
    },
    store::sessions::SessionId,
    text,
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// Makes a call. If the provider responds with an error status, the response has that status. If the response is a stream
/// and the program accepts one, its items are sent as they arrive.
pub(crate) async fn call_operation(
    State(app): State<AppState>,
    Path((provider, operation)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ExplorerError> {
    let call_request = OwnedCallRequest { provider, operation, ..parse_body(&body)? };
    let Some(format) = FrameFormat::requested(&headers) else {
        let outcome = app.gateway.call(&caller, call_request.borrow()).await?;
        return Ok(respond(&app, &caller, outcome));
    };
    let live_call = app.gateway.clone().call_live(caller.clone(), call_request, FrameForm::Program);
    Ok(match live_call.await? {
        LiveResponse::Complete(outcome) => respond(&app, &caller, *outcome),
        LiveResponse::Stream { status, new_session, frames } => {
            (session_header(&caller, cookie_session(&app, new_session)), format.respond(own_status(status), frames))
                .into_response()
        }
    })
}

fn respond(app: &AppState, caller: &Caller, outcome: CallOutcome) -> Response {
    let status = own_status(outcome.response.status);
    let cookie = session_header(caller, cookie_session(app, outcome.new_session));
    (status, cookie, Json(outcome.into_tool_response())).into_response()
}

/// Returns the status of the response for the provider's status. A 204 or 304 response could not have a body, which
/// holds the result of the call.
fn own_status(status: u16) -> StatusCode {
    match status {
        ..=299 | 304 => StatusCode::OK,
        other => StatusCode::from_u16(other).unwrap_or(StatusCode::BAD_GATEWAY),
    }
}

/// Returns the session to set a cookie for. Programs on a listener of their own receive none.
fn cookie_session(app: &AppState, new_session: Option<SessionId>) -> Option<SessionId> {
    new_session.filter(|_| app.program_listener.is_none())
}

/// Keys that a body may have besides `args`.
const OPTION_KEYS: [&str; 9] = [
    "environment",
    "serverVariables",
    "contentType",
    "accept",
    "confirm",
    "fingerprint",
    "unlock",
    "additionalArguments",
    "reveal",
];

/// Parses a body: `{"args": {…}, "environment"?: "test", "serverVariables"?: {"tenant": "acme"}, "contentType"?: "text/csv", "accept"?: "text/csv",
/// "confirm"?: "user-test-…", "fingerprint"?: "1f9c03ab", "unlock"?: true, "additionalArguments"?: true, "reveal"?: true}`, or the arguments alone. An
/// empty body means no arguments.
fn parse_body(body: &[u8]) -> Result<OwnedCallRequest, ExplorerError> {
    let malformed = |message: &str| ExplorerError::new(ErrorCode::MalformedRequest, message);
    if body.trim_ascii().is_empty() {
        return Ok(OwnedCallRequest::default());
    }
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| malformed(&text!("tools-invalid-json", line = error.line(), column = error.column())))?;
    let Value::Object(mut message) = value else {
        return Err(malformed(text!("tools-no-object")));
    };
    let is_known_key = |key: &String| key == "args" || OPTION_KEYS.contains(&key.as_str());
    if !message.contains_key("args") || !message.keys().all(is_known_key) {
        return Ok(OwnedCallRequest { arguments: message, ..OwnedCallRequest::default() });
    }
    let server_variables = match message.remove("serverVariables") {
        None | Some(Value::Null) => None,
        Some(Value::Object(variables)) => Some(variables),
        Some(_) => return Err(malformed(text!("tools-server-variables-no-object"))),
    };
    let mut take_string = |key: &str, example: &str| match message.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(&text!("tools-no-string", key = key, example = example))),
    };
    let (environment, content_type) =
        (take_string("environment", "test")?, take_string("contentType", "application/json")?);
    let accept = take_string("accept", "text/csv")?;
    let (confirm, fingerprint) = (take_string("confirm", "user-test-…")?, take_string("fingerprint", "1f9c03ab")?);
    let mut take_bool = |key: &str| match message.remove(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(_) => Err(malformed(&text!("tools-no-flag", key = key))),
    };
    let (unlock, reveal) = (take_bool("unlock")?, take_bool("reveal")?);
    let additional_arguments = take_bool("additionalArguments")?;
    match message.remove("args") {
        Some(Value::Object(arguments)) => Ok(OwnedCallRequest {
            environment,
            server_variables,
            content_type,
            accept,
            arguments,
            confirm,
            fingerprint,
            unlock,
            additional_arguments,
            reveal,
            ..OwnedCallRequest::default()
        }),
        _ => Err(malformed(text!("tools-arguments-no-object"))),
    }
}
