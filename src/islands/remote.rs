//! Requests to servers: the server functions of this server, and the gateways of other explorers.

use super::{
    dom,
    state::{GatewayChoice, TryItState},
    stream,
};
use crate::{
    model::{
        Arguments,
        credential::CredentialStatus,
        error::{ErrorCode, ExplorerError},
        form::SERVER_VARIABLE_PREFIX,
        json,
        response::{CallResponse, GatewayResponse, MaskedSecrets},
    },
    server_functions,
};
use leptos::{
    prelude::{GetUntracked, WithUntracked, WithValue},
    server_fn::ServerFn,
};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers,
    RequestCredentials::{self, SameOrigin},
    RequestInit, Response,
};

const UNREACHABLE_MESSAGE: &str =
    "This server did not respond. Check that it is running and that you are online, then send again.";

/// The data of a call that is sent to a gateway.
pub(super) struct CallPayload {
    pub(super) provider: String,
    pub(super) operation: String,
    pub(super) environment: String,
    /// Values of server variables.
    pub(super) server_variables: Value,
    /// Media type of the body; empty if there is only one.
    pub(super) content_type: String,
    /// Media type of the response; empty for any documented one.
    pub(super) accept: String,
    pub(super) arguments: Value,
    /// Confirmation of a deletion: the last path parameter or else the operation's name, typed again.
    pub(super) confirm: String,
    /// The credential that the page shows: its fingerprint, or `none`.
    pub(super) fingerprint: String,
    /// True to unlock live data.
    pub(super) unlock: bool,
}

impl CallPayload {
    /// Builds the payload from the state of the page and the given arguments.
    pub(super) fn new(state: TryItState, arguments: Value) -> Self {
        Self {
            provider: state.provider.with_value(|provider| provider.id.clone()),
            operation: state.operation.with_value(|operation| operation.name.clone()),
            environment: state.environment.get_untracked(),
            server_variables: Value::Object(dom::control_values(SERVER_VARIABLE_PREFIX)),
            content_type: dom::control_value("#media"),
            accept: dom::control_value("#accept"),
            arguments,
            confirm: dom::control_value("#confirm"),
            fingerprint: state.credential.with_untracked(|credential| credential.reference().to_owned()),
            unlock: dom::find("#unlock:checked").is_some(),
        }
    }
}

/// Makes a call through a gateway. Dropping the future cancels it.
pub(super) async fn send_call(gateway: GatewayChoice, payload: CallPayload) -> Result<CallResponse, ExplorerError> {
    let CallPayload {
        provider,
        operation,
        environment,
        server_variables,
        content_type,
        accept,
        arguments,
        confirm,
        fingerprint,
        unlock,
    } = payload;
    let consent = [("confirm", confirm.into()), ("unlock", unlock.into())];
    let environment = environment.into();
    match gateway {
        GatewayChoice::ThisServer => {
            let [confirm, unlock] = consent;
            let fields = [
                ("provider", provider.into()),
                ("operation", operation.into()),
                ("environment", environment),
                ("server_variables", server_variables),
                ("content_type", content_type.into()),
                ("accept", accept.into()),
                ("arguments", arguments),
                ("fingerprint", fingerprint.into()),
                confirm,
                unlock,
            ];
            let response = call_server_function(server_functions::Call::PATH, fields).await?;
            Ok(GatewayResponse::from(response).into())
        }
        GatewayChoice::OtherServer(url) => {
            let path = ["/tools/", &provider, "/", &operation].concat();
            let [confirm, unlock] = consent;
            let mut fields = vec![
                ("args", arguments),
                ("environment", environment),
                ("serverVariables", server_variables),
                ("contentType", content_type.into()),
                ("accept", accept.into()),
                confirm,
                unlock,
            ];
            // Older gateways do not know all fields, so fields without a choice are omitted.
            fields.retain(|(name, value)| match value {
                Value::String(text) => !text.is_empty(),
                Value::Object(values) => *name == "args" || !values.is_empty(),
                other => *other != Value::Bool(false),
            });
            call_other_gateway(url.trim_end_matches('/'), &path, &fields).await
        }
    }
}

/// Saves the caller's own credential on the server. The keys of the values are `scheme/part`.
pub(super) async fn save_credential(provider: String, values: Arguments) -> Result<CredentialStatus, ExplorerError> {
    let fields = [("provider", provider.into()), ("values", Value::Object(values))];
    call_server_function(server_functions::SaveCredential::PATH, fields).await.map(CredentialStatus::from)
}

/// Clears the caller's own credential on the server.
pub(super) async fn clear_credential(provider: String) -> Result<CredentialStatus, ExplorerError> {
    call_server_function(server_functions::ClearCredential::PATH, [("provider", provider.into())])
        .await
        .map(CredentialStatus::from)
}

/// Requests the call as source code for a client, with the commands that run it with secrets from a secret source.
pub(super) async fn print_snippet(
    payload: CallPayload,
    client: String,
    secret_source: String,
) -> Result<Value, ExplorerError> {
    let fields = [
        ("provider", payload.provider.into()),
        ("operation", payload.operation.into()),
        ("environment", payload.environment.into()),
        ("server_variables", payload.server_variables),
        ("content_type", payload.content_type.into()),
        ("accept", payload.accept.into()),
        ("arguments", payload.arguments),
        ("client", client.into()),
        ("secret_source", secret_source.into()),
    ];
    call_server_function(server_functions::PrintSnippet::PATH, fields).await
}

/// Requests the secret that a placeholder refers to.
pub(super) async fn reveal(placeholder: String) -> Result<Value, ExplorerError> {
    call_server_function(server_functions::Reveal::PATH, [("placeholder", placeholder.into())]).await
}

/// Calls a server function of this server. The generated clients would do the same, with 30 kB more.
async fn call_server_function<const N: usize>(path: &str, fields: [(&str, Value); N]) -> Result<Value, ExplorerError> {
    let response = post_json(path, &to_json_object(&fields), SameOrigin).await;
    match response.map_err(|_| ExplorerError::new(ErrorCode::GatewayUnreachable, UNREACHABLE_MESSAGE))? {
        (200, value) => Ok(value),
        (413, _) => {
            Err(ExplorerError::new(ErrorCode::RequestTooLarge, "The request is larger than this server accepts."))
        }
        (_, error) if error.get("code").is_some() => Err(error.into()),
        _ => Err(ExplorerError::new(ErrorCode::GatewayUnreachable, UNREACHABLE_MESSAGE)),
    }
}

/// Calls the gateway of another explorer. Sends neither cookies nor a credential.
async fn call_other_gateway(
    gateway_url: &str,
    path: &str,
    fields: &[(&str, Value)],
) -> Result<CallResponse, ExplorerError> {
    let response = post_json(&[gateway_url, path].concat(), &to_json_object(fields), RequestCredentials::Omit).await;
    let (_, value) = response.map_err(|_| {
        let message = [
            "The gateway at ",
            gateway_url,
            " did not respond to this page. Check its URL, that it is running, and that it \
             allows this explorer (its setting EXPLORER_ALLOWED_ORIGINS).",
        ];
        ExplorerError::new(ErrorCode::GatewayUnreachable, message.concat())
    })?;
    if value.get("meta").is_some_and(Value::is_object) {
        let mut response = CallResponse::from(GatewayResponse::from(value));
        // The other server stores the secrets, so this one cannot reveal them.
        response.masked = response.masked.map(|masked| MaskedSecrets { can_reveal: false, ..masked });
        // Only this server's HTML may enter the page.
        (response.preview, response.file_url) = (None, None);
        return Ok(response);
    }
    if value.get("code").is_some() {
        return Err(value.into());
    }
    let message = ["The server at ", gateway_url, " is not a gateway: its response has a different format."];
    Err(ExplorerError::new(ErrorCode::NotAGateway, message.concat()))
}

/// Serializes the fields as a JSON object.
fn to_json_object(fields: &[(&str, Value)]) -> String {
    Value::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()).to_string()
}

/// Posts the form of this page, as a browser without scripts does, and returns the page of the response.
pub(super) async fn post_form(controls: &[(String, String)]) -> Result<String, String> {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        controls.iter().map(|(name, text)| [&encode(name), "=", &encode(text)[..]].concat()).collect();
    let pathname = leptos::prelude::window().location().pathname().unwrap_or_default();
    let content_type = "application/x-www-form-urlencoded";
    let page = async {
        let (_abort, response) = send_request(&pathname, content_type, &pairs.join("&"), SameOrigin).await?;
        read_text(&response).await
    };
    page.await.map_err(|_: JsValue| UNREACHABLE_MESSAGE.into())
}

/// Posts JSON, and returns the status and the JSON of the response; `null` if the body is not JSON. The items of a stream
/// are shown as they arrive.
async fn post_json(url: &str, body: &str, credentials: RequestCredentials) -> Result<(u16, Value), JsValue> {
    let (mut abort, response) = send_request(url, "application/json", body, credentials).await?;
    if stream::has_frames(&response) {
        let last_frame = stream::read_frames(&response).await?;
        // Browsers would report a request that is aborted at its end as failed.
        abort.0 = None;
        return Ok(last_frame);
    }
    let text = read_text(&response).await?;
    Ok((response.status(), json::parse(&text).unwrap_or_default()))
}

async fn read_text(response: &Response) -> Result<String, JsValue> {
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}

/// Sends a request, and returns the response with what aborts it. Its body may still be arriving.
async fn send_request(
    url: &str,
    content_type: &str,
    body: &str,
    credentials: RequestCredentials,
) -> Result<(AbortOnDrop, Response), JsValue> {
    let controller = AbortController::new()?;
    let headers = Headers::new()?;
    headers.set("content-type", content_type)?;
    headers.set("accept", "application/x-ndjson, */*")?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_credentials(credentials);
    options.set_headers(&headers);
    options.set_body(&JsValue::from_str(body));
    options.set_signal(Some(&controller.signal()));
    let abort = AbortOnDrop(Some(controller));
    let response = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(url, &options)).await?;
    Ok((abort, response.dyn_into()?))
}

/// Aborts a request when its future is dropped.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
