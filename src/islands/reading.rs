//! Has the server read the form after every change, and shows what it returns: problems at their controls, the snippet,
//! the credential, and the hint.

use super::{
    dom::{self, Controls},
    drafts, form, remote,
    state::{GatewayChoice, TryItState},
};
use crate::{model::error::ExplorerError, text, ui::form_state::FormState};
use leptos::{prelude::*, task::spawn_local};

/// The input for the target of the snippet.
pub(super) const TARGET_SELECTOR: &str = "#client";
/// Attribute of the input with the target that the user chose last.
const CHOSEN_TARGET: &str = "data-chosen";

/// Has the server read the form after a change. Only one request runs at a time; changes in the meantime cause another one
/// afterwards.
pub(super) fn refresh(state: TryItState) {
    if state.is_reading.get_value() {
        return;
    }
    state.is_reading.set_value(true);
    spawn_local(async move {
        loop {
            let controls = controls(state);
            if let Err(error) = read(state).await {
                dom::set_text("#hint", &error.message);
            }
            if self::controls(state) == controls {
                break;
            }
        }
        state.is_reading.set_value(false);
    });
}

/// Returns the form as the server reads it, from the last request if the form has not changed since.
pub(super) async fn read(state: TryItState) -> Result<FormState, ExplorerError> {
    let controls = controls(state);
    let (read_controls, form_state) = state.form_state.get_untracked();
    if read_controls == controls {
        return Ok(form_state);
    }
    let form_state = remote::read_form(&controls).await?;
    // A later change makes this state outdated. Its request follows.
    if self::controls(state) == controls {
        show(state, &form_state);
        state.form_state.set((controls, form_state.clone()));
    }
    Ok(form_state)
}

/// Returns the form as the server reads it, from its fields, even if the JSON view is open.
pub(super) async fn read_form_view(state: TryItState) -> Result<FormState, ExplorerError> {
    let mut controls = controls(state);
    controls.retain(|(name, _)| name != "view");
    remote::read_form(&controls).await
}

/// Returns the controls of the form, and the choices beside it that its state depends on.
fn controls(state: TryItState) -> Controls {
    let mut controls = form::controls();
    controls.push(("client".into(), chosen_target()));
    if state.gateway.with_untracked(|gateway| *gateway != GatewayChoice::ThisServer) {
        controls.push(("gateway".into(), "another".into()));
    }
    controls
}

/// Shows the problems, the hint, the URL and the link. The snippet and the credential follow the state themselves.
fn show(state: TryItState, form_state: &FormState) {
    show_problems(state, form_state);
    show_hint(state, form_state);
    dom::set_text("#request-url", &form_state.url);
    dom::set_html("#banner", &form_state.live_bar);
    dom::toggle_attribute(".only-live", "hidden", !form_state.live_bar.is_empty());
    if let Some(link) = dom::find("#copy-link") {
        let _ = link.set_attribute("href", &form_state.link);
    }
    drafts::save();
}

/// Shows the problems that the server has found, or has it look for them for the first time.
pub(super) fn show_known_problems(state: TryItState) {
    if state.form_state.with_untracked(|(controls, _)| controls.is_empty()) {
        refresh(state);
    } else {
        state.form_state.with_untracked(|(_, form_state)| show_problems(state, form_state));
    }
}

/// Shows the problems of the form at their controls, as far as they are visible now.
pub(super) fn show_problems(state: TryItState, form_state: &FormState) {
    let mut problems = form_state.problems.clone();
    state.visible_problems.with_value(|visible| problems.retain(|problem| visible.includes(&problem.location)));
    form::show_problems(&problems);
}

/// Shows the hint beside the Send button.
fn show_hint(state: TryItState, form_state: &FormState) {
    let is_url_missing = untrack(|| state.is_gateway_url_missing());
    dom::toggle_attribute("#hint", "data-live", form_state.is_live);
    dom::set_text("#hint", if is_url_missing { text!("sending-hint-gateway-url") } else { &form_state.hint });
}

/// Returns the label of the snippet's target that the user chose on this page; empty for the one that the server remembers.
fn chosen_target() -> String {
    dom::find(TARGET_SELECTOR).and_then(|input| input.get_attribute(CHOSEN_TARGET)).unwrap_or_default()
}

/// Chooses the target of the snippet.
pub(super) fn choose_target(label: &str) {
    if let Some(input) = dom::find(TARGET_SELECTOR) {
        let _ = input.set_attribute(CHOSEN_TARGET, label);
    }
}
