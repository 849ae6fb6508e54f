//! The state that the cards share.

use crate::model::{
    Arguments, credential::CredentialStatus, error::ExplorerError, operation::Operation, provider::Provider,
    response::CallResponse, security::OperationAuthentication,
};
use futures::future::AbortHandle;
use leptos::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// The initial state of an operation's page.
///
/// It is embedded in the page as JSON, in a `<script>` that is not executed. Parsing island properties instead would
/// take 30 kB of code.
#[derive(Clone, Debug, Serialize)]
pub struct InitialState {
    /// The operation's provider.
    pub provider: Provider,
    /// The operation that the page documents.
    pub operation: Operation,
    /// The authentication that the operation accepts.
    #[serde(rename = "access")]
    pub authentication: OperationAuthentication,
    /// Status of the caller's credential.
    pub credential: CredentialStatus,
}

impl From<Value> for InitialState {
    fn from(mut value: Value) -> Self {
        let mut take = |name: &str| value.get_mut(name).map(Value::take).unwrap_or_default();
        Self {
            provider: take("provider").into(),
            operation: take("operation").into(),
            authentication: take("access").into(),
            credential: take("credential").into(),
        }
    }
}

/// The state of one operation's form.
#[derive(Clone, Copy)]
pub(super) struct TryItState {
    pub(super) provider: StoredValue<Provider>,
    pub(super) operation: StoredValue<Operation>,
    pub(super) authentication: StoredValue<OperationAuthentication>,
    /// The arguments that could be parsed from the form.
    pub(super) arguments: RwSignal<Arguments>,
    /// Name of the environment that calls are sent to.
    pub(super) environment: RwSignal<String>,
    pub(super) credential: RwSignal<CredentialStatus>,
    pub(super) gateway: RwSignal<GatewayChoice>,
    pub(super) call_state: RwSignal<CallState>,
    /// Label of the snippet's target.
    pub(super) snippet_target: StoredValue<String>,
    /// Number of snippets requested from the server.
    pub(super) snippet_request_count: StoredValue<u32>,
    /// True while a snippet request is running.
    pub(super) is_snippet_loading: StoredValue<bool>,
}

/// The gateway that makes the page's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GatewayChoice {
    /// The server that the page came from.
    ThisServer,
    /// Another explorer, by URL; empty until the user enters one.
    OtherServer(String),
}

/// The state of the last call.
#[derive(Clone, Debug)]
pub(super) enum CallState {
    /// No call was sent yet.
    Idle,
    /// The call is running and can be cancelled.
    Running(AbortHandle),
    /// The user cancelled the call.
    Cancelled,
    /// The call has ended with the provider's response or an error of the explorer.
    Done(Result<Box<CallResponse>, ExplorerError>),
}

impl TryItState {
    pub(super) fn new(initial: InitialState) -> Self {
        Self {
            provider: StoredValue::new(initial.provider),
            operation: StoredValue::new(initial.operation),
            authentication: StoredValue::new(initial.authentication),
            arguments: RwSignal::new(Arguments::new()),
            environment: RwSignal::new(String::new()),
            credential: RwSignal::new(initial.credential),
            gateway: RwSignal::new(GatewayChoice::ThisServer),
            call_state: RwSignal::new(CallState::Idle),
            snippet_target: StoredValue::new(String::new()),
            snippet_request_count: StoredValue::new(0),
            is_snippet_loading: StoredValue::new(false),
        }
    }

    /// Returns true if the user chose another gateway and its URL is missing or invalid.
    pub(super) fn is_gateway_url_missing(&self) -> bool {
        self.gateway.with(|gateway| matches!(gateway, GatewayChoice::OtherServer(url) if !is_http_url(url)))
    }

    pub(super) fn is_call_running(&self) -> bool {
        self.call_state.with(|call_state| matches!(call_state, CallState::Running(_)))
    }
}

/// Returns true if a text is an HTTP or HTTPS URL.
pub(super) fn is_http_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace))
}
