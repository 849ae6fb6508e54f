//! The gateway over HTTP: `POST /tools/{provider}/{operation}`, for scripts, SDKs and other explorers.

use super::pages::App;
use crate::{
    auth::identity::Visitor,
    gateway::{Incoming, Outcome},
    model::{
        Arguments,
        error::{Code, ExplorerError},
        receipt::Receipt,
        response::{Envelope, Meta, Reply, ReplyBody},
    },
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State},
    http::{
        HeaderValue, StatusCode,
        header::{RETRY_AFTER, SET_COOKIE},
    },
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

/// Makes a call; what the provider refuses keeps its own status.
pub(crate) async fn call(
    State(app): State<App>,
    Path((provider, operation)): Path<(String, String)>,
    Extension(visitor): Extension<Visitor>,
    body: Bytes,
) -> Result<Response, ExplorerError> {
    let Message { arguments, environment, content_type, confirm, unlock, reveal } = read(&body)?;
    let incoming = Incoming {
        provider: &provider,
        operation: &operation,
        environment: environment.as_deref(),
        content_type: content_type.as_deref(),
        arguments: &arguments,
        confirm: confirm.as_deref(),
        unlock,
        reveal,
    };
    let Outcome { reply, receipt, session } = app.gateway.call(&visitor, incoming).await?;
    let status = match reply.status {
        // 204 and 304 would have to go without the body that tells what happened.
        ..=299 | 304 => StatusCode::OK,
        other => StatusCode::from_u16(other).unwrap_or(StatusCode::BAD_GATEWAY),
    };
    let cookie = session.map(|session| [(SET_COOKIE, session.set_cookie(visitor.secure))]);
    Ok((status, cookie.map(AppendHeaders), Json(envelope(reply, receipt))).into_response())
}

/// What a script asks for.
#[derive(Default)]
struct Message {
    arguments: Arguments,
    environment: Option<String>,
    content_type: Option<String>,
    confirm: Option<String>,
    unlock: bool,
    reveal: bool,
}

/// The keys of a message beside its arguments.
const KEYS: [&str; 5] = ["environment", "contentType", "confirm", "unlock", "reveal"];

/// `{"args": {…}, "environment"?: "test", "contentType"?: "text/csv", "confirm"?: "user-test-…", "unlock"?: true,
/// "reveal"?: true}`, or the arguments bare; no body at all means none.
fn read(body: &[u8]) -> Result<Message, ExplorerError> {
    let malformed = |message: &str| ExplorerError::new(Code::MalformedRequest, message);
    if body.trim_ascii().is_empty() {
        return Ok(Message::default());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        malformed(&format!("The body is not JSON: line {}, column {}.", error.line(), error.column()))
    })?;
    let Value::Object(mut message) = value else {
        return Err(malformed("The body must be a JSON object: {\"args\": {…}, \"environment\": \"test\"}."));
    };
    let is_known = |key: &String| key == "args" || KEYS.contains(&key.as_str());
    if !message.contains_key("args") || !message.keys().all(is_known) {
        return Ok(Message { arguments: message, ..Message::default() });
    }
    let mut text = |key: &str, like: &str| match message.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(&format!("\"{key}\" must be a text, like \"{like}\"."))),
    };
    let (environment, content_type) = (text("environment", "test")?, text("contentType", "application/json")?);
    let confirm = text("confirm", "user-test-…")?;
    let mut flag = |key: &str| match message.remove(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(_) => Err(malformed(&format!("\"{key}\" must be true or false."))),
    };
    let (unlock, reveal) = (flag("unlock")?, flag("reveal")?);
    match message.remove("args") {
        Some(Value::Object(arguments)) => Ok(Message { arguments, environment, content_type, confirm, unlock, reveal }),
        _ => Err(malformed("\"args\" must be an object of arguments.")),
    }
}

fn envelope(reply: Reply, receipt: Option<Receipt>) -> Envelope {
    let json = reply.json();
    let error = (reply.status >= 300).then(|| {
        let said = json
            .as_ref()
            .and_then(|body| ["error_message", "message", "error"].iter().find_map(|key| body[*key].as_str()));
        said.map_or_else(|| format!("The provider answered {}.", reply.status), str::to_owned)
    });
    let (data, encoding) = match reply.body {
        ReplyBody::Empty => (Value::Null, None),
        ReplyBody::Text(text) => match json {
            Some(json) => (json, None),
            None => (Value::String(text), Some("text".to_owned())),
        },
        ReplyBody::Binary(base64) => (Value::String(base64), Some("base64".to_owned())),
    };
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in reply.headers {
        match headers.get_mut(&name) {
            Some(Value::String(known)) => *known = format!("{known}, {value}"),
            _ => drop(headers.insert(name, Value::String(value))),
        }
    }
    let meta = Meta {
        request_id: reply.request_id,
        duration_ms: reply.duration_ms,
        status: reply.status,
        headers,
        environment: reply.environment,
        size: reply.size,
        encoding,
        differences: reply.differences,
        masked: reply.masked,
        receipt: receipt.and_then(|receipt| serde_json::to_value(receipt).ok()),
    };
    Envelope { error, data, meta }
}

impl IntoResponse for ExplorerError {
    fn into_response(self) -> Response {
        with_status(self.code, self.retry_after, Json(self))
    }
}

/// An error with the status of its code, and when to ask again.
pub(crate) fn with_status(code: Code, retry_after: Option<u32>, error: Json<impl Serialize>) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, error).into_response();
    if let Some(seconds) = retry_after.or_else(|| (code == Code::TooBusy).then_some(1)) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
