//! The gateway over HTTP: `POST /tools/{provider}/{operation}`, for scripts, SDKs and other explorers.

use crate::{
    auth::identity::Caller,
    cookies::session_cookie,
    gateway::CallRequest,
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
    },
    server::state::AppState,
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde_json::Value;

/// Makes a call. If the provider responds with an error status, the response has that status.
pub(crate) async fn call_operation(
    State(app): State<AppState>,
    Path((provider, operation)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Response, ExplorerError> {
    let body = parse_body(&body)?;
    let call_request = CallRequest {
        provider: &provider,
        operation: &operation,
        environment: body.environment.as_deref(),
        server_variables: body.server_variables.as_ref(),
        content_type: body.content_type.as_deref(),
        accept: body.accept.as_deref(),
        arguments: &body.arguments,
        confirm: body.confirm.as_deref(),
        fingerprint: body.fingerprint.as_deref(),
        unlock: body.unlock,
        additional_arguments: body.additional_arguments,
        reveal: body.reveal,
    };
    let outcome = app.gateway.call(&caller, call_request).await?;
    let status = match outcome.response.status {
        // A 204 or 304 response could not have a body, which holds the result of the call.
        ..=299 | 304 => StatusCode::OK,
        other => StatusCode::from_u16(other).unwrap_or(StatusCode::BAD_GATEWAY),
    };
    let new_session = outcome.new_session.filter(|_| app.program_listener.is_none());
    let cookie = new_session.map(|session| [(SET_COOKIE, session_cookie(session, caller.cookie_scope))]);
    Ok((status, cookie.map(AppendHeaders), Json(outcome.into_tool_response())).into_response())
}

/// Parsed body of a tool call.
#[derive(Default)]
struct ToolCallBody {
    arguments: Arguments,
    environment: Option<String>,
    server_variables: Option<Arguments>,
    content_type: Option<String>,
    accept: Option<String>,
    confirm: Option<String>,
    fingerprint: Option<String>,
    unlock: bool,
    additional_arguments: bool,
    reveal: bool,
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
fn parse_body(body: &[u8]) -> Result<ToolCallBody, ExplorerError> {
    let malformed = |message: &str| ExplorerError::new(ErrorCode::MalformedRequest, message);
    if body.trim_ascii().is_empty() {
        return Ok(ToolCallBody::default());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        malformed(&format!("The body is not valid JSON (error at line {}, column {}).", error.line(), error.column()))
    })?;
    let Value::Object(mut message) = value else {
        return Err(malformed("The body must be a JSON object: {\"args\": {…}, \"environment\": \"test\"}."));
    };
    let is_known_key = |key: &String| key == "args" || OPTION_KEYS.contains(&key.as_str());
    if !message.contains_key("args") || !message.keys().all(is_known_key) {
        return Ok(ToolCallBody { arguments: message, ..ToolCallBody::default() });
    }
    let server_variables = match message.remove("serverVariables") {
        None | Some(Value::Null) => None,
        Some(Value::Object(variables)) => Some(variables),
        Some(_) => return Err(malformed("\"serverVariables\" must be a JSON object, like {\"tenant\": \"acme\"}.")),
    };
    let mut take_string = |key: &str, example: &str| match message.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(&format!("\"{key}\" must be a string, like \"{example}\"."))),
    };
    let (environment, content_type) =
        (take_string("environment", "test")?, take_string("contentType", "application/json")?);
    let accept = take_string("accept", "text/csv")?;
    let (confirm, fingerprint) = (take_string("confirm", "user-test-…")?, take_string("fingerprint", "1f9c03ab")?);
    let mut take_bool = |key: &str| match message.remove(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(_) => Err(malformed(&format!("\"{key}\" must be true or false."))),
    };
    let (unlock, reveal) = (take_bool("unlock")?, take_bool("reveal")?);
    let additional_arguments = take_bool("additionalArguments")?;
    match message.remove("args") {
        Some(Value::Object(arguments)) => Ok(ToolCallBody {
            arguments,
            environment,
            server_variables,
            content_type,
            accept,
            confirm,
            fingerprint,
            unlock,
            additional_arguments,
            reveal,
        }),
        _ => Err(malformed("\"args\" must be a JSON object that contains the arguments.")),
    }
}
