//! The call as source code, live.

use super::{dom, state::State};
use crate::snippet::{Language, Source};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// Prints every language anew whenever the arguments or the environment change.
pub(super) fn start(state: State) {
    Effect::new(move || {
        let (provider, operation) = (state.provider.get_value(), state.operation.get_value());
        let references = &state.access.get_value().references;
        state.arguments.with(|arguments| {
            state.environment.with(|environment| {
                let source = Source { provider: &provider, operation: &operation, references, arguments, environment };
                for language in Language::of(&provider, &operation) {
                    dom::set_text(&["#snippet-", language.id()].concat(), &language.print(source));
                }
            });
        });
    });
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
