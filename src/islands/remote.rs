//! Messages to servers: this one's server functions, and other explorers' gateways.

use super::{
    dom,
    state::{Gateway, State},
};
use crate::{
    model::{
        Arguments,
        credential::CredentialStatus,
        error::{Code, ExplorerError},
        json,
        response::{Envelope, Reply},
    },
    server_functions,
};
use leptos::{
    prelude::{GetUntracked, WithValue},
    server_fn::ServerFn,
};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCredentials, RequestInit, Response};

const UNREACHABLE: &str =
    "This server did not answer. Check that it is running and that you are online, then send again.";

/// What is sent through a gateway.
pub(super) struct Call {
    pub(super) provider: String,
    pub(super) operation: String,
    pub(super) environment: String,
    /// The media type of the body; empty where there is no choice.
    pub(super) media: String,
    pub(super) arguments: Value,
    /// What is to be deleted, named once more.
    pub(super) confirm: String,
    /// Whether live data is to be unlocked.
    pub(super) unlock: bool,
}

impl Call {
    /// What the page says, with these arguments.
    pub(super) fn new(state: State, arguments: Value) -> Self {
        Self {
            provider: state.provider.with_value(|provider| provider.id.clone()),
            operation: state.operation.with_value(|operation| operation.name.clone()),
            environment: state.environment.get_untracked(),
            media: dom::value("#media"),
            arguments,
            confirm: dom::value("#confirm"),
            unlock: dom::find("#unlock:checked").is_some(),
        }
    }
}

/// Makes a call through a gateway. Dropping the future cancels it.
pub(super) async fn call(gateway: Gateway, call: Call) -> Result<Reply, ExplorerError> {
    let Call { provider, operation, environment, media, arguments, confirm, unlock } = call;
    let consent = [("confirm", confirm.into()), ("unlock", unlock.into())];
    let environment = environment.into();
    match gateway {
        Gateway::This => {
            let [confirm, unlock] = consent;
            let message = [
                ("provider", provider.into()),
                ("operation", operation.into()),
                ("environment", environment),
                ("content_type", media.into()),
                ("arguments", arguments),
                confirm,
                unlock,
            ];
            server_function(server_functions::Call::PATH, message).await.map(Reply::from)
        }
        Gateway::Another(url) => {
            let path = ["/tools/", &provider, "/", &operation].concat();
            let [confirm, unlock] = consent;
            let mut message =
                vec![("args", arguments), ("environment", environment), ("contentType", media.into()), confirm, unlock];
            // Gateways that know nothing of a choice need not be told of none.
            message.retain(|(_, value)| {
                !matches!(value, Value::String(text) if text.is_empty()) && *value != Value::Bool(false)
            });
            through_another(url.trim_end_matches('/'), &path, &message).await
        }
    }
}

/// Keeps the visitor's own credential on the server: texts by `scheme/part`.
pub(super) async fn save_credential(provider: String, values: Arguments) -> Result<CredentialStatus, ExplorerError> {
    let message = [("provider", provider.into()), ("values", Value::Object(values))];
    server_function(server_functions::SaveCredential::PATH, message).await.map(CredentialStatus::from)
}

/// Makes the server forget it.
pub(super) async fn clear_credential(provider: String) -> Result<CredentialStatus, ExplorerError> {
    server_function(server_functions::ClearCredential::PATH, [("provider", provider.into())])
        .await
        .map(CredentialStatus::from)
}

/// The call as source code for a client, and how it is run with secrets from a keeper.
pub(super) async fn print_snippet(call: Call, client: String, keeper: String) -> Result<Value, ExplorerError> {
    let message = [
        ("provider", call.provider.into()),
        ("operation", call.operation.into()),
        ("environment", call.environment.into()),
        ("content_type", call.media.into()),
        ("arguments", call.arguments),
        ("client", client.into()),
        ("keeper", keeper.into()),
    ];
    server_function(server_functions::PrintSnippet::PATH, message).await
}

/// The secret that a handle stands for.
pub(super) async fn reveal(handle: String) -> Result<Value, ExplorerError> {
    server_function(server_functions::Reveal::PATH, [("handle", handle.into())]).await
}

/// Calls one of this server's functions. Their generated clients would do the same with 30 kB more.
async fn server_function<const N: usize>(path: &str, message: [(&str, Value); N]) -> Result<Value, ExplorerError> {
    let answer = post(path, &object(&message), RequestCredentials::SameOrigin).await;
    match answer.map_err(|_| ExplorerError::new(Code::GatewayUnreachable, UNREACHABLE))? {
        (200, value) => Ok(value),
        (413, _) => Err(ExplorerError::new(Code::RequestTooLarge, "The request is larger than this server takes.")),
        (_, error) if error.get("code").is_some() => Err(error.into()),
        _ => Err(ExplorerError::new(Code::GatewayUnreachable, UNREACHABLE)),
    }
}

/// Calls another explorer's gateway. Nothing secret goes along: no cookie, no credential.
async fn through_another(gateway: &str, path: &str, message: &[(&str, Value)]) -> Result<Reply, ExplorerError> {
    let answer = post(&[gateway, path].concat(), &object(message), RequestCredentials::Omit).await;
    let (_, value) = answer.map_err(|_| {
        let message = [
            "The gateway at ",
            gateway,
            " did not answer this page. Check its address, that it is running, and that it \
             allows this explorer (EXPLORER_ALLOWED_ORIGINS there).",
        ];
        ExplorerError::new(Code::GatewayUnreachable, message.concat())
    })?;
    if value.get("meta").is_some_and(Value::is_object) {
        return Ok(Envelope::from(value).into());
    }
    if value.get("code").is_some() {
        return Err(value.into());
    }
    let message = ["What answered at ", gateway, " is not a gateway: its reply has another shape."];
    Err(ExplorerError::new(Code::NotAGateway, message.concat()))
}

/// A JSON object's text.
fn object(fields: &[(&str, Value)]) -> String {
    Value::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()).to_string()
}

/// Posts the form of this page, as a browser without scripts does, and returns the page that comes back.
pub(super) async fn post_form(controls: &[(String, String)]) -> Result<String, String> {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        controls.iter().map(|(name, text)| [&encode(name), "=", &encode(text)[..]].concat()).collect();
    let here = leptos::prelude::window().location().pathname().unwrap_or_default();
    let form = "application/x-www-form-urlencoded";
    let page = fetch(&here, form, &pairs.join("&"), RequestCredentials::SameOrigin).await;
    page.map(|(_, text)| text).map_err(|_| UNREACHABLE.into())
}

/// Sends JSON and reads the status and JSON that come back; what is no JSON is `null`.
async fn post(url: &str, message: &str, credentials: RequestCredentials) -> Result<(u16, Value), JsValue> {
    let (status, text) = fetch(url, "application/json", message, credentials).await?;
    Ok((status, json::parse(&text).unwrap_or_default()))
}

async fn fetch(
    url: &str,
    content_type: &str,
    message: &str,
    credentials: RequestCredentials,
) -> Result<(u16, String), JsValue> {
    let abort = AbortOnDrop(AbortController::new()?);
    let headers = Headers::new()?;
    headers.set("content-type", content_type)?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_credentials(credentials);
    options.set_headers(&headers);
    options.set_body(&JsValue::from_str(message));
    options.set_signal(Some(&abort.0.signal()));
    let response = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(url, &options)).await?;
    let response: Response = response.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok((response.status(), text))
}

/// Ends a request that nobody waits for any more.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
