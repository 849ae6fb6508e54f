//! The Authentication card: sets, replaces and clears the caller's own credential. The server never sends it back.

use super::{dom, remote, state::TryItState};
use crate::{
    model::{
        Arguments,
        credential::{CredentialSource, CredentialStatus},
        error::ExplorerError,
    },
    ui::messages,
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Updates the card whenever the credential's status changes.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        let status = state.credential.get();
        let text =
            state.authentication.with_value(|authentication| messages::describe_credential(&status, authentication));
        dom::set_text("#credential-status", &text);
        dom::toggle_attribute("#clear-credential", "disabled", status.source != CredentialSource::Caller);
    });
}

/// Saves the credential in the form, or clears the saved one.
pub(super) fn submit(state: TryItState, should_clear: bool) {
    let provider = state.provider.with_value(|provider| provider.id.clone());
    let values: Arguments = credential_inputs().into_iter().map(|input| (input.name(), input.value().into())).collect();
    dom::set_text("#credential-news", "…");
    spawn_local(async move {
        if should_clear {
            show_result(state, remote::clear_credential(provider).await, "Cleared.");
        } else {
            show_result(state, remote::save_credential(provider, values).await, "Saved for this session.");
        }
    });
}

fn show_result(state: TryItState, outcome: Result<CredentialStatus, ExplorerError>, success_message: &str) {
    let (message, problems) = match outcome {
        Ok(status) => {
            for input in credential_inputs() {
                input.set_value("");
            }
            state.credential.set(status);
            (success_message.to_owned(), Vec::new())
        }
        Err(error) if error.detail.is_empty() => (error.message, error.detail),
        Err(error) => (String::new(), error.detail),
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
    let node_list = document().query_selector_all("#credential input").ok();
    let nodes = node_list.iter().flat_map(|nodes| (0..nodes.length()).filter_map(|index| nodes.get(index)));
    nodes.filter_map(|node| node.dyn_into().ok()).collect()
}
