//! What the cards share.

use crate::model::{
    Arguments, credential::CredentialStatus, error::ExplorerError, operation::Operation, provider::Provider,
    response::CallResponse, security::OperationAuthentication,
};
use futures::future::AbortHandle;
use leptos::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// What an operation's page starts from.
///
/// It stands in the page as JSON, in a `<script>` that is no program, and not among the island's properties: reading those
/// takes 30 kB of code.
#[derive(Clone, Debug, Serialize)]
pub struct InitialState {
    /// The API.
    pub provider: Provider,
    /// What the page is about.
    pub operation: Operation,
    /// What it accepts as authentication.
    pub access: OperationAuthentication,
    /// What is in force for this visitor.
    pub credential: CredentialStatus,
}

impl From<Value> for InitialState {
    fn from(mut value: Value) -> Self {
        let mut take = |name: &str| value.get_mut(name).map(Value::take).unwrap_or_default();
        Self {
            provider: take("provider").into(),
            operation: take("operation").into(),
            access: take("access").into(),
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
    /// What the form says, as far as it can be read.
    pub(super) arguments: RwSignal<Arguments>,
    /// Where to send.
    pub(super) environment: RwSignal<String>,
    pub(super) credential: RwSignal<CredentialStatus>,
    pub(super) gateway: RwSignal<GatewayChoice>,
    pub(super) call_state: RwSignal<CallState>,
    /// What code is printed with, by its label.
    pub(super) snippet_target: StoredValue<String>,
    /// How often the server was to print it.
    pub(super) snippet_request_count: StoredValue<u32>,
    /// Whether it is doing so.
    pub(super) is_snippet_loading: StoredValue<bool>,
}

/// What makes a page's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GatewayChoice {
    /// The server that the page came from.
    ThisServer,
    /// Another explorer, by URL; empty until one is entered.
    OtherServer(String),
}

/// What became of the last call.
#[derive(Clone, Debug)]
pub(super) enum CallState {
    /// None was sent yet.
    Idle,
    /// It is under way, and can be cancelled.
    Running(AbortHandle),
    /// The reader gave it up.
    Cancelled,
    /// The provider replied, or the explorer could not do it.
    Done(Result<CallResponse, ExplorerError>),
}

impl TryItState {
    pub(super) fn new(initial: InitialState) -> Self {
        Self {
            provider: StoredValue::new(initial.provider),
            operation: StoredValue::new(initial.operation),
            authentication: StoredValue::new(initial.access),
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

    /// Whether calls go to another gateway whose address is missing or is none.
    pub(super) fn is_gateway_url_missing(&self) -> bool {
        self.gateway.with(|gateway| matches!(gateway, GatewayChoice::OtherServer(url) if !is_http_url(url)))
    }

    pub(super) fn is_call_running(&self) -> bool {
        self.call_state.with(|call_state| matches!(call_state, CallState::Running(_)))
    }
}

/// Whether a text is a web address that calls can go to.
pub(super) fn is_http_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace))
}
