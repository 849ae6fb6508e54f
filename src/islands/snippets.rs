//! The call as source code, live.

use super::{
    dom,
    remote::{self, Call},
    state::State,
};
use crate::{
    model::Arguments,
    snippet::{Language, Source},
};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use serde_json::Value;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// How long nothing must be typed before the server is asked.
const PAUSE: Duration = Duration::from_millis(150);

/// Prints every language anew whenever the arguments or the environment change.
pub(super) fn start(state: State) {
    Effect::new(move || {
        let (provider, operation) = (state.provider.get_value(), state.operation.get_value());
        let references = &state.access.get_value().references;
        state.arguments.with(|arguments| {
            state.environment.with(|environment| {
                let source = Source { provider: &provider, operation: &operation, references, arguments, environment };
                more(state, arguments);
                for language in Language::of(&provider, &operation) {
                    dom::set_text(&["#snippet-", language.id()].concat(), &language.print(source));
                }
            });
        });
    });
}

/// Has the server print the client that is chosen, where that is what the reader looks at; once nothing has changed for a while.
fn more(state: State, arguments: &Arguments) {
    if dom::find("#more:checked").is_none() {
        return;
    }
    let call = Call::new(state, Value::Object(arguments.clone()));
    let number = state.printed.with_value(|number| number + 1);
    state.printed.set_value(number);
    let is_last = move || state.printed.with_value(|last| *last == number);
    let print = async move {
        let client = dom::value("#client");
        let install = dom::find("#client :checked").and_then(|option| option.get_attribute("data-install"));
        let printed = remote::print_snippet(call, client).await;
        if is_last() {
            dom::set_text("#install", &install.unwrap_or_default());
            let code = printed.map_or_else(|error| error.message, |code| code.as_str().unwrap_or_default().to_owned());
            dom::set_text("#snippet-more", &code);
        }
    };
    set_timeout(
        move || {
            if is_last() {
                spawn_local(print);
            }
        },
        PAUSE,
    );
}

/// Copies the snippet beside the button.
pub(super) fn copy(button: &Element) {
    let code = button.parent_element().and_then(|panel| panel.query_selector("code").ok().flatten());
    copy_text(button, &code.and_then(|code| code.text_content()).unwrap_or_default());
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
