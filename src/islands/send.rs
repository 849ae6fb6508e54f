//! Sends the call; Send, Cancel and the line below them follow the state.

use super::{
    dom, files, form, remote,
    state::{Gateway, Outcome, State},
};
use crate::{model::credential::CredentialStatus, ui::words};
use futures::future::abortable;
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;

/// Keeps the send bar up to date.
pub(super) fn start(state: State) {
    // What was chosen before the script arrived counts.
    state.environment.set(dom::value("#environment"));
    Effect::new(move || {
        dom::set_flag("#send", "disabled", state.lacks_gateway() || state.is_running());
        dom::set_flag("#running", "hidden", !state.is_running());
    });
    Effect::new(move || {
        let has_credential = state
            .credential
            .with(|credential| state.access.with_value(|access| access.is_satisfied_by(&credential.schemes)));
        let is_elsewhere = state.gateway.with(|gateway| *gateway != Gateway::This);
        let environment = state.environment.get();
        let live = dom::find("#environment :checked").and_then(|option| option.get_attribute("data-live"));
        let live = live.unwrap_or_default();
        let hint = words::before_sending(&environment, &live, has_credential || is_elsewhere);
        dom::set_flag("#hint", "data-live", !live.is_empty());
        dom::set_text("#hint", if state.lacks_gateway() { words::NO_GATEWAY } else { hint });
    });
    // A credential that is saved or cleared decides anew where calls go.
    Effect::new(move |before: Option<CredentialStatus>| {
        let credential = state.credential.get();
        if before.is_some_and(|before| before != credential) {
            let environment = state.access.with_value(|access| {
                state.provider.with_value(|provider| access.environment(provider, &credential).to_owned())
            });
            if let Some(select) = dom::find("#environment") {
                dom::set_value(&select, &environment);
            }
            state.environment.set(environment);
        }
        credential
    });
}

/// Sends what the form says, unless a call is under way.
pub(super) fn send(state: State) {
    if state.lacks_gateway() || state.is_running() {
        return;
    }
    let (call, handle) = abortable(async move {
        let mut arguments = Value::Object(state.arguments.get_untracked());
        if let Some(form) = form::call() {
            files::fill(&form, &mut arguments).await?;
        }
        let call = remote::Call::new(state, arguments);
        remote::call(state.gateway.get_untracked(), call).await
    });
    state.outcome.set(Outcome::Running(handle));
    spawn_local(async move {
        if let Ok(outcome) = call.await {
            state.outcome.set(Outcome::Done(outcome));
        }
    });
}

/// Gives the call up.
pub(super) fn cancel(state: State) {
    if let Outcome::Running(handle) = state.outcome.get_untracked() {
        handle.abort();
        state.outcome.set(Outcome::Cancelled);
    }
}
