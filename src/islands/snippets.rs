//! The call as source code, live: the default is printed here at every keystroke, all else by the server.

use super::{
    dom,
    remote::{self, Call},
    response,
    state::State,
};
use crate::{
    model::response::ReplyBody,
    snippet::{Source, generated_sdk, to_html},
    ui::snippet::length,
};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use serde_json::Value;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

const CODE: &str = "#snippet code";

/// Prints the code anew whenever the arguments or the environment change.
pub(super) fn start(state: State) {
    state.client.set_value(shown());
    Effect::new(move || {
        state.arguments.track();
        state.environment.track();
        print(state);
    });
}

fn print(state: State) {
    let default = dom::find("#client").and_then(|list| list.get_attribute("data-default"));
    if default.is_some_and(|default| state.client.with_value(|client| *client != default)) {
        ask(state);
        return;
    }
    let (provider, operation) = (state.provider.get_value(), state.operation.get_value());
    let code = state.arguments.with_untracked(|arguments| {
        let environment = &state.environment.get_untracked();
        generated_sdk(Source { provider: &provider, operation: &operation, references: &[], arguments, environment })
    });
    show(CODE, &to_html("TypeScript", &code));
    dom::set_text("#snippet-length", &length(&code));
}

/// The label of what is shown.
fn shown() -> String {
    dom::find("#snippet").and_then(|code| code.get_attribute("aria-label")).unwrap_or_default()
}

/// The list offers what contains its text: it is emptied for whoever comes to choose, and says the choice meanwhile.
pub(super) fn open() {
    if let Some(list) = dom::find("#client") {
        let _ = list.set_attribute("placeholder", &dom::value("#client"));
        dom::set_value(&list, "");
    }
}

/// Left without a choice, the list says the one before.
pub(super) fn close() {
    if let Some(list) = dom::find("#client")
        && dom::value("#client").is_empty()
    {
        dom::set_value(&list, &shown());
    }
}

/// Takes up what was chosen, the default too: the server remembers it.
pub(super) fn choose(state: State) {
    let typed = dom::value("#client");
    if !typed.is_empty() {
        state.client.set_value(typed);
    }
    ask(state);
}

/// Has the server print. While it does, nothing else is asked; what has changed meanwhile is asked afterwards.
fn ask(state: State) {
    let number = state.printed.with_value(|number| number + 1);
    state.printed.set_value(number);
    if state.is_printing.get_value() {
        return;
    }
    state.is_printing.set_value(true);
    let call = Call::new(state, Value::Object(state.arguments.get_untracked()));
    spawn_local(async move {
        let printed = remote::print_snippet(call, state.client.get_value(), dom::value("#keeper")).await;
        state.is_printing.set_value(false);
        match printed {
            Ok(printed) => take(&printed),
            Err(error) => {
                dom::set_text("#snippet-note", &error.message);
                state.client.set_value(shown());
            }
        }
        if state.printed.get_value() != number {
            ask(state);
        }
    });
}

/// Puts what the server printed into the page. What is not there any more is hidden.
fn take(printed: &Value) {
    let part = |name: &str| printed.get(name).and_then(Value::as_str).unwrap_or_default();
    show("#snippet-note", part("note"));
    show(CODE, part("code"));
    show("#run code", part("run"));
    dom::set_text("#snippet-length", part("length"));
    dom::set_flag("#snippet-panel", "hidden", part("file").is_empty());
    dom::set_flag("#run", "hidden", part("run").is_empty());
    if let (Some(pre), Some(code), Some(list)) = (dom::find("#snippet"), dom::find(CODE), dom::find("#client")) {
        let _ = pre.set_attribute("aria-label", part("label"));
        let _ = code.set_attribute("data-file", part("file"));
        // Whoever has begun to look for another is not disturbed.
        if !dom::value("#client").is_empty() {
            dom::set_value(&list, part("label"));
        }
    }
}

/// Markup of ours or of this server, in which all else is escaped.
fn show(selector: &str, html: &str) {
    if let Some(element) = dom::find(selector) {
        element.set_inner_html(html);
    }
}

/// Saves the code as a file.
pub(super) fn save() {
    if let Some(code) = dom::find(CODE) {
        let name = code.get_attribute("data-file").unwrap_or_default();
        let _ = response::save(&ReplyBody::Text(code.text_content().unwrap_or_default()), &name);
    }
}

/// Copies the code.
pub(super) fn copy(button: &Element) {
    copy_text(button, &dom::find(CODE).and_then(|code| code.text_content()).unwrap_or_default());
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
