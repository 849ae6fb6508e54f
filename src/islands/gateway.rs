//! The Gateway card: the server that makes the calls. The browser's storage remembers the choice.

use super::{
    dom, reading,
    state::{GatewayChoice, TryItState, is_http_url},
};
use crate::text;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// Key of the choice in the browser's storage.
const CHOICE_KEY: &str = "api-explorer.gateway";
const URL_KEY: &str = "api-explorer.gateway-url";

/// Restores the stored choice, unless the user entered something before the script loaded.
pub(super) fn start(state: TryItState) {
    let (Some(other_radio), Some(url_input)) = (find_input("#gateway-another"), find_input("#gateway-url")) else {
        return;
    };
    if !other_radio.disabled() && !other_radio.checked() && url_input.value().is_empty() {
        let stored =
            |key| dom::local_storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default();
        url_input.set_value(&stored(URL_KEY));
        other_radio.set_checked(stored(CHOICE_KEY) == "another");
    }
    apply(state, &other_radio, &url_input);
}

/// Applies a change of the card, and stores it.
pub(super) fn on_input(state: TryItState, event: &Event) {
    let is_in_card = dom::event_target(event).and_then(|target| target.closest("#gateway").ok().flatten()).is_some();
    let (Some(other_radio), Some(url_input), true) =
        (find_input("#gateway-another"), find_input("#gateway-url"), is_in_card)
    else {
        return;
    };
    apply(state, &other_radio, &url_input);
    if let Some(storage) = dom::local_storage() {
        let _ = storage.set_item(CHOICE_KEY, if other_radio.checked() { "another" } else { "this" });
        let _ = storage.set_item(URL_KEY, &url_input.value());
    }
}

fn apply(state: TryItState, other_radio: &HtmlInputElement, url_input: &HtmlInputElement) {
    let text = url_input.value().trim().to_owned();
    let is_wrong = other_radio.checked() && !text.is_empty() && !is_http_url(&text);
    dom::toggle_attribute("#gateway-url", "aria-invalid", is_wrong);
    dom::set_text("#gateway-problem", if is_wrong { text!("gateway-card-invalid-url") } else { "" });
    let name =
        if other_radio.checked() { text!("gateway-card-another-calls") } else { text!("gateway-card-this-calls") };
    dom::set_text("#gateway-choice", name);
    let choice = if other_radio.checked() { GatewayChoice::OtherServer(text) } else { GatewayChoice::ThisServer };
    if state.gateway.with_untracked(|current| *current != choice) {
        state.gateway.set(choice);
        reading::refresh(state);
    }
}

fn find_input(selector: &str) -> Option<HtmlInputElement> {
    dom::find(selector)?.dyn_into().ok()
}
