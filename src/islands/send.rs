//! Sends the call, and updates Send, Cancel and the hint below them.

use super::{
    dom, files, form, remote,
    state::{CallState, GatewayChoice, TryItState},
};
use crate::{model::credential::CredentialStatus, ui::messages};
use futures::future::abortable;
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

/// Updates the send bar whenever the state changes.
pub(super) fn start(state: TryItState) {
    // The user may have chosen an environment before the script loaded.
    state.environment.set(dom::control_value("#environment"));
    Effect::new(move || {
        dom::toggle_attribute("#send", "disabled", state.is_gateway_url_missing() || state.is_call_running());
        dom::toggle_attribute("#running", "hidden", !state.is_call_running());
    });
    Effect::new(move || {
        let has_credential = state.credential.with(|credential| {
            state.authentication.with_value(|authentication| authentication.is_satisfied_by(&credential.schemes))
        });
        let uses_other_gateway = state.gateway.with(|gateway| *gateway != GatewayChoice::ThisServer);
        let environment = state.environment.get();
        let live_warning = dom::find("#environment :checked").and_then(|option| option.get_attribute("data-live"));
        let live_warning = live_warning.unwrap_or_default();
        let hint = messages::sending_hint(&environment, &live_warning, has_credential || uses_other_gateway);
        dom::toggle_attribute("#hint", "data-live", !live_warning.is_empty());
        dom::set_text("#hint", if state.is_gateway_url_missing() { messages::GATEWAY_URL_MISSING } else { hint });
    });
    // The default environment depends on the credential.
    Effect::new(move |before: Option<CredentialStatus>| {
        let credential = state.credential.get();
        if before.is_some_and(|before| before != credential) {
            let environment = state.authentication.with_value(|authentication| {
                state
                    .provider
                    .with_value(|provider| authentication.default_environment(provider, &credential).to_owned())
            });
            if let Some(select) = dom::find("#environment") {
                dom::set_control_value(&select, &environment);
            }
            state.environment.set(environment);
        }
        credential
    });
}

/// Sends the call with the current arguments, unless a call is running.
pub(super) fn send_call(state: TryItState) {
    if state.is_gateway_url_missing() || state.is_call_running() {
        return;
    }
    let (future, abort_handle) = abortable(async move {
        let mut arguments = Value::Object(state.arguments.get_untracked());
        if let Some(form) = form::call_form() {
            files::fill_contents(&form, &mut arguments).await?;
        }
        let payload = remote::CallPayload::new(state, arguments);
        remote::send_call(state.gateway.get_untracked(), payload).await
    });
    state.call_state.set(CallState::Running(abort_handle));
    spawn_local(async move {
        if let Ok(outcome) = future.await {
            state.call_state.set(CallState::Done(outcome.map(Box::new).map_err(form::show_error)));
        }
    });
}

/// Cancels the running call.
pub(super) fn cancel_call(state: TryItState) {
    if let CallState::Running(abort_handle) = state.call_state.get_untracked() {
        abort_handle.abort();
        state.call_state.set(CallState::Cancelled);
    }
}
