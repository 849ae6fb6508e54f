//! Sends the call, and updates Send, Cancel and the hint below them.

use super::{
    dom, files, form, reading, remote,
    state::{CallState, TryItState, VisibleProblems},
};
use futures::future::abortable;
use leptos::{prelude::*, task::spawn_local};

/// Updates the send bar whenever the state changes.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        dom::toggle_attribute("#send", "disabled", state.is_gateway_url_missing() || state.is_call_running());
        dom::toggle_attribute("#running", "hidden", !state.is_call_running());
    });
}

/// Sends the call with the current arguments, unless a call is running or the form has problems, which are then shown.
pub(super) fn send_call(state: TryItState) {
    if untrack(|| state.is_gateway_url_missing() || state.is_call_running()) {
        return;
    }
    if form::is_redrawing() {
        state.sends_after_redraw.set_value(true);
        return;
    }
    let (future, abort_handle) = abortable(read_and_send(state));
    state.call_state.set(CallState::Running(abort_handle));
    spawn_local(async move {
        if let Ok(ended) = future.await {
            state.call_state.set(ended);
        }
        // A call that unlocks live data does so once. The next reading shows that it is unlocked.
        if form::uncheck("#unlock") {
            reading::refresh(state);
        }
    });
}

/// Has the server read the form, and sends the call if the form has no problems.
async fn read_and_send(state: TryItState) -> CallState {
    state.visible_problems.set_value(VisibleProblems::All);
    let outcome = match reading::read(state).await {
        Ok(form_state) if form_state.problems.is_empty() => match files::fill_contents(form_state.arguments).await {
            Ok(arguments) => remote::send_call(state.gateway.get_untracked(), arguments).await,
            Err(error) => Err(error),
        },
        Ok(form_state) => {
            reading::show_problems(state, &form_state);
            form::focus_first(&form_state.problems);
            return CallState::Refused;
        }
        Err(error) => Err(error),
    };
    CallState::Done(outcome.map(Box::new).map_err(form::show_error))
}

/// Cancels the running call.
pub(super) fn cancel_call(state: TryItState) {
    if let CallState::Running(abort_handle) = state.call_state.get_untracked() {
        abort_handle.abort();
        state.call_state.set(CallState::Cancelled);
    }
}
