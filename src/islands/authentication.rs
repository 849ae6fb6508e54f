//! The Authentication card: sets, replaces and clears the caller's own credential. The server never sends it back.

use super::{dom, form, reading, remote, state::TryItState};
use crate::{model::error::ExplorerError, text, ui::form_state::CredentialState};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Shows the credential whenever the server has read the form.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        state.form_state.with(|(controls, form_state)| {
            if !controls.is_empty() {
                show_credential(state, &form_state.credential);
            }
        });
    });
}

/// Shows the credential that applies. If it is another than before, calls go to its environment by default.
fn show_credential(state: TryItState, credential: &CredentialState) {
    dom::set_text("#credential-status", &credential.description);
    dom::toggle_attribute("#clear-credential", "disabled", !credential.is_own);
    if dom::control_value(dom::FINGERPRINT_SELECTOR) == credential.reference {
        return;
    }
    form::set_controls("fingerprint", &credential.reference);
    if let Some(select) = dom::find("#environment") {
        dom::set_control_value(&select, &credential.default_environment);
    }
    reading::refresh(state);
}

/// Saves the credential in the form, or clears the saved one.
pub(super) fn submit(state: TryItState, should_clear: bool) {
    let values: Vec<_> = credential_inputs().iter().map(|input| (input.name(), input.value())).collect();
    dom::set_text("#credential-news", "…");
    spawn_local(async move {
        let (result, success_message) = if should_clear {
            (remote::clear_credential().await, text!("credential-news-cleared"))
        } else {
            (remote::save_credential(&values).await, text!("credential-news-saved"))
        };
        show_result(state, result.err(), success_message);
    });
}

fn show_result(state: TryItState, error: Option<ExplorerError>, success_message: &str) {
    let (message, problems) = match error {
        None => {
            for input in credential_inputs() {
                input.set_value("");
            }
            // The form is the same, but is read with another credential.
            state.form_state.update_untracked(|(controls, _)| controls.clear());
            reading::refresh(state);
            (success_message.to_owned(), Vec::new())
        }
        Some(error) if error.detail.is_empty() => (error.message, error.detail),
        Some(error) => (String::new(), error.detail),
    };
    dom::set_text("#credential-news", &message);
    // In reverse order, so that the first of several invalid inputs has the focus at the end.
    for input in credential_inputs().into_iter().rev() {
        let problem = problems.iter().find(|problem| problem.location == input.name());
        let problem_element = input.next_element_sibling();
        if let Some(problem_element) = problem_element {
            problem_element.set_text_content(Some(problem.map_or("", |problem| &problem.message)));
        }
        let _ = match problem {
            Some(_) => input.set_attribute("aria-invalid", "true").and_then(|()| input.focus()),
            None => input.remove_attribute("aria-invalid"),
        };
    }
}

/// Returns the inputs of the card, in document order.
fn credential_inputs() -> Vec<HtmlInputElement> {
    let inputs = dom::elements(document().query_selector_all("#credential input"));
    inputs.filter_map(|input| input.dyn_into().ok()).collect()
}
