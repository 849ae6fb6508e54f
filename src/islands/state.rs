//! What the cards share.

use crate::model::{
    Arguments, credential::CredentialStatus, error::ExplorerError, operation::Operation, provider::Provider,
    response::Reply, security::Access,
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
pub struct Start {
    /// The API.
    pub provider: Provider,
    /// What the page is about.
    pub operation: Operation,
    /// What it accepts as authentication.
    pub access: Access,
    /// What is in force for this visitor.
    pub credential: CredentialStatus,
}

impl From<Value> for Start {
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
pub(super) struct State {
    pub(super) provider: StoredValue<Provider>,
    pub(super) operation: StoredValue<Operation>,
    pub(super) access: StoredValue<Access>,
    /// What the form says, as far as it can be read.
    pub(super) arguments: RwSignal<Arguments>,
    /// Where to send.
    pub(super) environment: RwSignal<String>,
    pub(super) credential: RwSignal<CredentialStatus>,
    pub(super) gateway: RwSignal<Gateway>,
    pub(super) outcome: RwSignal<Outcome>,
    /// What code is printed with, by its label.
    pub(super) client: StoredValue<String>,
    /// How often the server was to print it.
    pub(super) printed: StoredValue<u32>,
    /// Whether it is doing so.
    pub(super) is_printing: StoredValue<bool>,
}

/// What makes a page's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gateway {
    /// The server that the page came from.
    This,
    /// Another explorer, by URL; empty until one is entered.
    Another(String),
}

/// What became of the last call.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// None was sent yet.
    Idle,
    /// It is under way, and can be cancelled.
    Running(AbortHandle),
    /// The reader gave it up.
    Cancelled,
    /// The provider replied, or the explorer could not do it.
    Done(Result<Reply, ExplorerError>),
}

impl State {
    pub(super) fn new(start: Start) -> Self {
        Self {
            provider: StoredValue::new(start.provider),
            operation: StoredValue::new(start.operation),
            access: StoredValue::new(start.access),
            arguments: RwSignal::new(Arguments::new()),
            environment: RwSignal::new(String::new()),
            credential: RwSignal::new(start.credential),
            gateway: RwSignal::new(Gateway::This),
            outcome: RwSignal::new(Outcome::Idle),
            client: StoredValue::new(String::new()),
            printed: StoredValue::new(0),
            is_printing: StoredValue::new(false),
        }
    }

    /// Whether calls go to another gateway whose address is missing or is none.
    pub(super) fn lacks_gateway(&self) -> bool {
        self.gateway.with(|gateway| matches!(gateway, Gateway::Another(url) if !is_address(url)))
    }

    pub(super) fn is_running(&self) -> bool {
        self.outcome.with(|outcome| matches!(outcome, Outcome::Running(_)))
    }
}

/// Whether a text is a web address that calls can go to.
pub(super) fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace))
}
