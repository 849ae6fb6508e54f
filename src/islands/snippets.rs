//! The call as source code, live: the default is printed here at every keystroke, all else by the server.

use super::{
    dom,
    remote::{self, CallPayload},
    response,
    state::TryItState,
};
use crate::{
    model::response::ResponseBody,
    snippet::{SnippetInput, highlight_to_html, render_generated_sdk},
    ui::snippet::format_line_count,
};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use serde_json::Value;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

const CODE_SELECTOR: &str = "#snippet code";

/// Prints the code anew whenever the arguments or the environment change.
pub(super) fn start(state: TryItState) {
    state.snippet_target.set_value(current_label());
    Effect::new(move || {
        state.arguments.track();
        state.environment.track();
        update_snippet(state);
    });
}

fn update_snippet(state: TryItState) {
    let default = dom::find("#client").and_then(|list| list.get_attribute("data-default"));
    if default.is_some_and(|default| state.snippet_target.with_value(|client| *client != default)) {
        request_snippet(state);
        return;
    }
    let (provider, operation) = (state.provider.get_value(), state.operation.get_value());
    let code = state.arguments.with_untracked(|arguments| {
        let environment = &state.environment.get_untracked();
        render_generated_sdk(SnippetInput {
            provider: &provider,
            operation: &operation,
            credential_variables: &[],
            arguments,
            environment,
        })
    });
    set_html(CODE_SELECTOR, &highlight_to_html("TypeScript", &code));
    dom::set_text("#snippet-length", &format_line_count(&code));
}

/// The label of what is shown.
fn current_label() -> String {
    dom::find("#snippet").and_then(|code| code.get_attribute("aria-label")).unwrap_or_default()
}

/// The list offers what contains its text: it is emptied for whoever comes to choose, and says the choice meanwhile.
pub(super) fn clear_target_input() {
    if let Some(list) = dom::find("#client") {
        let _ = list.set_attribute("placeholder", &dom::control_value("#client"));
        dom::set_control_value(&list, "");
    }
}

/// Left without a choice, the list says the one before.
pub(super) fn restore_target_input() {
    if let Some(list) = dom::find("#client")
        && dom::control_value("#client").is_empty()
    {
        dom::set_control_value(&list, &current_label());
    }
}

/// Takes up what was chosen, the default too: the server remembers it.
pub(super) fn select_target(state: TryItState) {
    let label = dom::control_value("#client");
    if !label.is_empty() {
        state.snippet_target.set_value(label);
    }
    request_snippet(state);
}

/// Has the server print. While it does, nothing else is asked; what has changed meanwhile is asked afterwards.
fn request_snippet(state: TryItState) {
    let number = state.snippet_request_count.with_value(|number| number + 1);
    state.snippet_request_count.set_value(number);
    if state.is_snippet_loading.get_value() {
        return;
    }
    state.is_snippet_loading.set_value(true);
    let payload = CallPayload::new(state, Value::Object(state.arguments.get_untracked()));
    spawn_local(async move {
        let result =
            remote::print_snippet(payload, state.snippet_target.get_value(), dom::control_value("#keeper")).await;
        state.is_snippet_loading.set_value(false);
        match result {
            Ok(snippet) => show_snippet(&snippet),
            Err(error) => {
                dom::set_text("#snippet-note", &error.message);
                state.snippet_target.set_value(current_label());
            }
        }
        if state.snippet_request_count.get_value() != number {
            request_snippet(state);
        }
    });
}

/// Puts what the server printed into the page. What is not there any more is hidden.
fn show_snippet(snippet: &Value) {
    let field = |name: &str| snippet.get(name).and_then(Value::as_str).unwrap_or_default();
    set_html("#snippet-note", field("note"));
    set_html(CODE_SELECTOR, field("code"));
    set_html("#run code", field("run"));
    dom::set_text("#snippet-length", field("length"));
    dom::toggle_attribute("#snippet-panel", "hidden", field("file").is_empty());
    dom::toggle_attribute("#run", "hidden", field("run").is_empty());
    if let (Some(pre), Some(code), Some(list)) = (dom::find("#snippet"), dom::find(CODE_SELECTOR), dom::find("#client"))
    {
        let _ = pre.set_attribute("aria-label", field("label"));
        let _ = code.set_attribute("data-file", field("file"));
        // Whoever has begun to look for another is not disturbed.
        if !dom::control_value("#client").is_empty() {
            dom::set_control_value(&list, field("label"));
        }
    }
}

/// Markup of ours or of this server, in which all else is escaped.
fn set_html(selector: &str, html: &str) {
    if let Some(element) = dom::find(selector) {
        element.set_inner_html(html);
    }
}

/// Saves the code as a file.
pub(super) fn save_snippet() {
    if let Some(code) = dom::find(CODE_SELECTOR) {
        let name = code.get_attribute("data-file").unwrap_or_default();
        let _ = response::download(&ResponseBody::Text(code.text_content().unwrap_or_default()), &name);
    }
}

/// Copies the code.
pub(super) fn copy_snippet(button: &Element) {
    copy_text(button, &dom::find(CODE_SELECTOR).and_then(|code| code.text_content()).unwrap_or_default());
}

/// Copies a text, says so on the button, and forgets.
pub(super) fn copy_text(button: &Element, text: &str) {
    let copied = JsFuture::from(window().navigator().clipboard().write_text(text));
    let button = button.clone();
    spawn_local(async move {
        button.set_text_content(Some(if copied.await.is_ok() { "Copied" } else { "Not allowed" }));
        set_timeout(move || button.set_text_content(Some("Copy")), Duration::from_millis(1600));
    });
}
