//! The call as source code. The browser renders the default target on every keystroke; the server renders all others.

use super::{
    dom, export, html,
    remote::{self, CallPayload},
    state::TryItState,
};
use crate::{
    model::response::ResponseBody,
    snippet::{SnippetInput, highlight_to_html, render_generated_sdk},
    ui::snippet::format_line_count,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;
use web_sys::Element;

const CODE_SELECTOR: &str = "#snippet code";

/// Updates the snippet whenever the arguments or the environment change.
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

/// Returns the label of the shown snippet.
fn current_label() -> String {
    dom::find("#snippet").and_then(|code| code.get_attribute("aria-label")).unwrap_or_default()
}

/// Empties the input when it gets the focus, and shows the current choice as its `placeholder`: the browser suggests
/// only entries that contain the input's text.
pub(super) fn clear_target_input() {
    if let Some(list) = dom::find("#client") {
        let _ = list.set_attribute("placeholder", &dom::control_value("#client"));
        dom::set_control_value(&list, "");
    }
}

/// Restores the current choice if the input loses the focus while empty.
pub(super) fn restore_target_input() {
    if let Some(list) = dom::find("#client")
        && dom::control_value("#client").is_empty()
    {
        dom::set_control_value(&list, &current_label());
    }
}

/// Applies the chosen target. The default is requested from the server too, which remembers the choice.
pub(super) fn select_target(state: TryItState) {
    let label = dom::control_value("#client");
    if !label.is_empty() {
        state.snippet_target.set_value(label);
    }
    request_snippet(state);
}

/// Requests the snippet from the server. Only one request runs at a time; changes in the meantime cause another one
/// afterwards.
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
            remote::print_snippet(payload, state.snippet_target.get_value(), dom::control_value("#secret-source"))
                .await;
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

/// Shows a snippet from the server, and hides empty parts.
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
        // An empty input means that the user is choosing another target.
        if !dom::control_value("#client").is_empty() {
            dom::set_control_value(&list, field("label"));
        }
    }
}

/// Sets the HTML of the element that a selector finds.
fn set_html(selector: &str, html: &str) {
    if let Some(element) = dom::find(selector) {
        html::set_html(&element, html);
    }
}

/// Saves the code as a file.
pub(super) fn save_snippet() {
    if let Some(code) = dom::find(CODE_SELECTOR) {
        let name = code.get_attribute("data-file").unwrap_or_default();
        let _ = export::download(&ResponseBody::Text(code.text_content().unwrap_or_default()), &name);
    }
}

/// Copies the code.
pub(super) fn copy_snippet(button: &Element) {
    export::copy_text(button, &dom::find(CODE_SELECTOR).and_then(|code| code.text_content()).unwrap_or_default());
}
