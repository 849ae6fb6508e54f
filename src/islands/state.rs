//! The state that the parts of the page share.

use super::dom::Controls;
use crate::{
    model::{error::ExplorerError, response::CallResponse},
    ui::form_state::FormState,
};
use futures::future::AbortHandle;
use leptos::prelude::*;

/// The state of one operation's page. The document holds the user's input.
#[derive(Clone, Copy)]
pub(super) struct TryItState {
    /// The form as the server read it last, with the controls that it read.
    pub(super) form_state: RwSignal<(Controls, FormState)>,
    /// True while the server reads the form.
    pub(super) is_reading: StoredValue<bool>,
    /// True if the user pressed Send while the input section was being replaced.
    pub(super) sends_after_redraw: StoredValue<bool>,
    pub(super) visible_problems: StoredValue<VisibleProblems>,
    /// The input before the form was filled in or emptied, if the user can undo that.
    pub(super) undo: StoredValue<Option<Controls>>,
    pub(super) gateway: RwSignal<GatewayChoice>,
    pub(super) call_state: RwSignal<CallState>,
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
    /// The form has problems, so nothing was sent.
    Refused,
    /// The call has ended with the provider's response or an error of the explorer.
    Done(Result<Box<CallResponse>, ExplorerError>),
}

/// The controls whose problems are shown: those that lost the focus once, and all after the first attempt to send.
#[derive(Clone, Debug)]
pub(super) enum VisibleProblems {
    OfControls(Vec<String>),
    All,
}

impl VisibleProblems {
    pub(super) fn add_control(&mut self, control: String) {
        if let Self::OfControls(controls) = self {
            controls.push(control);
        }
    }

    pub(super) fn includes(&self, control: &str) -> bool {
        match self {
            Self::OfControls(controls) => controls.iter().any(|name| name == control),
            Self::All => true,
        }
    }
}

impl TryItState {
    pub(super) fn new() -> Self {
        Self {
            form_state: RwSignal::new((Controls::new(), FormState::default())),
            is_reading: StoredValue::new(false),
            sends_after_redraw: StoredValue::new(false),
            visible_problems: StoredValue::new(VisibleProblems::OfControls(Vec::new())),
            undo: StoredValue::new(None),
            gateway: RwSignal::new(GatewayChoice::ThisServer),
            call_state: RwSignal::new(CallState::Idle),
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
