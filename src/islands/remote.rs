//! Requests to servers: the server functions of this server, and the gateways of other explorers.

use super::{
    dom,
    json_text::{json_object, quote},
    state::GatewayChoice,
    stream,
};
use crate::{
    model::{
        error::{ErrorCode, ExplorerError},
        form::SERVER_VARIABLE_PREFIX,
        json,
        response::{CallResponse, GatewayResponse, MaskedSecrets},
    },
    server_functions, text,
    ui::form_state::FormState,
};
use leptos::server_fn::ServerFn;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers,
    RequestCredentials::{self, SameOrigin},
    RequestInit, Response,
};

/// Returns the id of the provider and the name of the operation, which the form names.
fn operation_names() -> (String, String) {
    let form = dom::find("#call");
    let attribute = |name| form.as_ref().and_then(|form| form.get_attribute(name)).unwrap_or_default();
    (attribute("data-provider"), attribute("data-operation"))
}

/// Has this server read the form of the page.
pub(super) async fn read_form(controls: &[(String, String)]) -> Result<FormState, ExplorerError> {
    let (provider, operation) = operation_names();
    let pairs: Vec<String> =
        controls.iter().map(|(name, text)| ["[", &quote(name), ",", &quote(text), "]"].concat()).collect();
    let fields = [
        ("provider", quote(&provider)),
        ("operation", quote(&operation)),
        ("controls", ["[", &pairs.join(","), "]"].concat()),
    ];
    call_server_function(server_functions::ReadForm::PATH, &fields).await.map(FormState::from)
}

/// Makes the call of the page through a gateway, with arguments as JSON. Dropping the future cancels it.
pub(super) async fn send_call(gateway: GatewayChoice, arguments: String) -> Result<CallResponse, ExplorerError> {
    let (provider, operation) = operation_names();
    let content_type = if gateway == GatewayChoice::ThisServer { "content_type" } else { "contentType" };
    let texts = [
        ("environment", dom::control_value("#environment")),
        (content_type, dom::control_value("#media")),
        ("accept", dom::control_value("#accept")),
        ("confirm", dom::control_value("#confirm")),
    ];
    let server_variables = json_object(&dom::control_values(SERVER_VARIABLE_PREFIX));
    let unlock = if dom::find("#unlock:checked").is_some() { "true" } else { "false" };
    let mut fields: Vec<(&str, String)> = texts.iter().map(|(name, text)| (*name, quote(text))).collect();
    fields.push(("unlock", unlock.into()));
    match gateway {
        GatewayChoice::ThisServer => {
            fields.extend([
                ("provider", quote(&provider)),
                ("operation", quote(&operation)),
                ("server_variables", server_variables),
                ("arguments", arguments),
                // The credential that the page shows: a call with another one is refused.
                ("fingerprint", quote(&dom::control_value(dom::FINGERPRINT_SELECTOR))),
            ]);
            let response = call_server_function(server_functions::Call::PATH, &fields).await?;
            Ok(GatewayResponse::from(response).into())
        }
        GatewayChoice::OtherServer(url) => {
            let path = ["/tools/", &provider, "/", &operation].concat();
            fields.push(("serverVariables", server_variables));
            // Older gateways do not know all fields, so fields without a choice are omitted.
            fields.retain(|(_, json)| !matches!(json.as_str(), "\"\"" | "{}" | "false"));
            fields.push(("args", arguments));
            call_other_gateway(url.trim_end_matches('/'), &path, &fields).await
        }
    }
}

/// Saves the caller's own credential on the server. The keys of the values are `scheme/part`.
pub(super) async fn save_credential(values: &[(String, String)]) -> Result<Value, ExplorerError> {
    let values: Vec<(&str, String)> = values.iter().map(|(name, text)| (&**name, quote(text))).collect();
    let fields = [("provider", quote(&operation_names().0)), ("values", json_object(&values))];
    call_server_function(server_functions::SaveCredential::PATH, &fields).await
}

/// Clears the caller's own credential on the server.
pub(super) async fn clear_credential() -> Result<Value, ExplorerError> {
    let fields = [("provider", quote(&operation_names().0))];
    call_server_function(server_functions::ClearCredential::PATH, &fields).await
}

/// Requests the secret that a placeholder refers to.
pub(super) async fn reveal(placeholder: String) -> Result<Value, ExplorerError> {
    call_server_function(server_functions::Reveal::PATH, &[("placeholder", quote(&placeholder))]).await
}

/// Calls a server function of this server. The generated clients would do the same, with 30 kB more.
async fn call_server_function(path: &str, fields: &[(&str, String)]) -> Result<Value, ExplorerError> {
    let response = post_json(path, &json_object(fields), SameOrigin).await;
    match response.map_err(|_| unreachable_error())? {
        (200, value) => Ok(value),
        (413, _) => Err(ExplorerError::new(ErrorCode::RequestTooLarge, text!("remote-request-too-large"))),
        (_, error) if error.get("code").is_some() => Err(error.into()),
        _ => Err(unreachable_error()),
    }
}

/// Returns the error for requests without a response of this server.
fn unreachable_error() -> ExplorerError {
    ExplorerError::new(ErrorCode::GatewayUnreachable, text!("remote-no-response"))
}

/// Calls the gateway of another explorer. Sends neither cookies nor a credential.
async fn call_other_gateway(
    gateway_url: &str,
    path: &str,
    fields: &[(&str, String)],
) -> Result<CallResponse, ExplorerError> {
    let response = post_json(&[gateway_url, path].concat(), &json_object(fields), RequestCredentials::Omit).await;
    let (_, value) = response.map_err(|_| {
        let message = text!("remote-gateway-no-response", url = gateway_url);
        ExplorerError::new(ErrorCode::GatewayUnreachable, message)
    })?;
    if value.get("meta").is_some_and(Value::is_object) {
        let mut response = CallResponse::from(GatewayResponse::from(value));
        // The other server stores the secrets, so this one cannot reveal them.
        response.masked = response.masked.map(|masked| MaskedSecrets { can_reveal: false, ..masked });
        // Only this server's HTML may enter the page.
        (response.previews, response.file_url, response.is_partial) = (Vec::new(), None, false);
        return Ok(response);
    }
    if value.get("code").is_some() {
        return Err(value.into());
    }
    Err(ExplorerError::new(ErrorCode::NotAGateway, text!("remote-not-a-gateway", url = gateway_url)))
}

/// Posts the form of this page, as a browser without scripts does, and returns the page of the response.
pub(super) async fn post_form(controls: &[(String, String)]) -> Result<String, String> {
    let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
    let pairs: Vec<String> =
        controls.iter().map(|(name, text)| [&encode(name), "=", &encode(text)[..]].concat()).collect();
    let pathname = leptos::prelude::window().location().pathname().unwrap_or_default();
    let content_type = "application/x-www-form-urlencoded";
    let page = async {
        let (_abort, response) = send_request(&pathname, content_type, &pairs.join("&"), SameOrigin).await?;
        read_text(&response).await
    };
    page.await.map_err(|_: JsValue| text!("remote-no-response").into())
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

/// Requests a part of a page of this server; `None` if there is none.
pub(super) async fn fetch_text(url: &str) -> Option<String> {
    let response = JsFuture::from(leptos::prelude::window().fetch_with_str(url)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if response.ok() { read_text(&response).await.ok() } else { None }
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
