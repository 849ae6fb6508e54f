//! The gateway over HTTP: `POST /tools/{provider}/{operation}`, for scripts, SDKs and other explorers.

use crate::{
    auth::identity::Caller,
    cookies::session_cookie,
    gateway::{CallOutcome, CallRequest},
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
        receipt::Receipt,
        response::{CallMetadata, CallResponse, ResponseBody, ToolResponse},
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
use serde_json::{Map, Value};

/// Makes a call. If the provider responds with an error status, the response has that status.
pub(crate) async fn call_operation(
    State(app): State<AppState>,
    Path((provider, operation)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Response, ExplorerError> {
    let ToolCallBody { arguments, environment, content_type, confirm, unlock, reveal } = parse_body(&body)?;
    let call_request = CallRequest {
        provider: &provider,
        operation: &operation,
        environment: environment.as_deref(),
        content_type: content_type.as_deref(),
        arguments: &arguments,
        confirm: confirm.as_deref(),
        unlock,
        reveal,
    };
    let CallOutcome { response, receipt, new_session: session } = app.gateway.call(&caller, call_request).await?;
    let status = match response.status {
        // A 204 or 304 response could not have a body, which holds the result of the call.
        ..=299 | 304 => StatusCode::OK,
        other => StatusCode::from_u16(other).unwrap_or(StatusCode::BAD_GATEWAY),
    };
    let cookie = session.map(|session| [(SET_COOKIE, session_cookie(session, caller.has_secure_cookies))]);
    Ok((status, cookie.map(AppendHeaders), Json(build_envelope(response, receipt))).into_response())
}

/// Parsed body of a tool call.
#[derive(Default)]
struct ToolCallBody {
    arguments: Arguments,
    environment: Option<String>,
    content_type: Option<String>,
    confirm: Option<String>,
    unlock: bool,
    reveal: bool,
}

/// Keys that a body may have besides `args`.
const OPTION_KEYS: [&str; 5] = ["environment", "contentType", "confirm", "unlock", "reveal"];

/// Parses a body: `{"args": {…}, "environment"?: "test", "contentType"?: "text/csv", "confirm"?: "user-test-…",
/// "unlock"?: true, "reveal"?: true}`, or the arguments alone. An empty body means no arguments.
fn parse_body(body: &[u8]) -> Result<ToolCallBody, ExplorerError> {
    let malformed = |message: &str| ExplorerError::new(ErrorCode::MalformedRequest, message);
    if body.trim_ascii().is_empty() {
        return Ok(ToolCallBody::default());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        malformed(&format!("The body is not valid JSON: line {}, column {}.", error.line(), error.column()))
    })?;
    let Value::Object(mut message) = value else {
        return Err(malformed("The body must be a JSON object: {\"args\": {…}, \"environment\": \"test\"}."));
    };
    let is_known_key = |key: &String| key == "args" || OPTION_KEYS.contains(&key.as_str());
    if !message.contains_key("args") || !message.keys().all(is_known_key) {
        return Ok(ToolCallBody { arguments: message, ..ToolCallBody::default() });
    }
    let mut take_string = |key: &str, example: &str| match message.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(&format!("\"{key}\" must be a string, like \"{example}\"."))),
    };
    let (environment, content_type) =
        (take_string("environment", "test")?, take_string("contentType", "application/json")?);
    let confirm = take_string("confirm", "user-test-…")?;
    let mut take_bool = |key: &str| match message.remove(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(_) => Err(malformed(&format!("\"{key}\" must be true or false."))),
    };
    let (unlock, reveal) = (take_bool("unlock")?, take_bool("reveal")?);
    match message.remove("args") {
        Some(Value::Object(arguments)) => {
            Ok(ToolCallBody { arguments, environment, content_type, confirm, unlock, reveal })
        }
        _ => Err(malformed("\"args\" must be an object of arguments.")),
    }
}

fn build_envelope(response: CallResponse, receipt: Option<Receipt>) -> ToolResponse {
    let json = response.parse_json_body();
    let error = (response.status >= 300).then(|| {
        let error_message = json
            .as_ref()
            .and_then(|body| ["error_message", "message", "error"].iter().find_map(|key| body[*key].as_str()));
        error_message.map_or_else(|| format!("The provider responded with status {}.", response.status), str::to_owned)
    });
    let (data, encoding) = match response.body {
        ResponseBody::Empty => (Value::Null, None),
        ResponseBody::Text(text) => match json {
            Some(json) => (json, None),
            None => (Value::String(text), Some("text".to_owned())),
        },
        ResponseBody::Binary(base64) => (Value::String(base64), Some("base64".to_owned())),
    };
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in response.headers {
        match headers.get_mut(&name) {
            Some(Value::String(existing)) => *existing = format!("{existing}, {value}"),
            _ => drop(headers.insert(name, Value::String(value))),
        }
    }
    let meta = CallMetadata {
        request_id: response.request_id,
        duration_ms: response.duration_ms,
        status: response.status,
        headers,
        environment: response.environment,
        size: response.size,
        encoding,
        differences: response.differences,
        masked: response.masked,
        receipt: receipt.and_then(|receipt| serde_json::to_value(receipt).ok()),
    };
    ToolResponse { error, data, meta }
}
