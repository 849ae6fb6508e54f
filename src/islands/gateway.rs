//! The Gateway card: which server makes the calls, remembered in the browser.

use super::{
    dom,
    state::{Gateway, State, is_address},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// Keys of the browser's storage.
const CHOICE: &str = "api-explorer.gateway";
const ADDRESS: &str = "api-explorer.gateway-url";

/// Brings back what was remembered, unless something was entered before the script arrived.
pub(super) fn start(state: State) {
    let (Some(another), Some(address)) = (input("#gateway-another"), input("#gateway-url")) else {
        return;
    };
    if !another.disabled() && !another.checked() && address.value().is_empty() {
        let remembered =
            |key| dom::storage().and_then(|storage| storage.get_item(key).ok().flatten()).unwrap_or_default();
        address.set_value(&remembered(ADDRESS));
        another.set_checked(remembered(CHOICE) == "another");
    }
    read(state, &another, &address);
}

/// Takes over a change of the card, and remembers it.
pub(super) fn on_input(state: State, event: &Event) {
    let is_ours = dom::target(event).and_then(|target| target.closest("#gateway").ok().flatten()).is_some();
    let (Some(another), Some(address), true) = (input("#gateway-another"), input("#gateway-url"), is_ours) else {
        return;
    };
    read(state, &another, &address);
    if let Some(storage) = dom::storage() {
        let _ = storage.set_item(CHOICE, if another.checked() { "another" } else { "this" });
        let _ = storage.set_item(ADDRESS, &address.value());
    }
}

fn read(state: State, another: &HtmlInputElement, address: &HtmlInputElement) {
    let text = address.value().trim().to_owned();
    let is_wrong = another.checked() && !text.is_empty() && !is_address(&text);
    dom::set_flag("#gateway-url", "aria-invalid", is_wrong);
    dom::set_text(
        "#gateway-problem",
        if is_wrong { "Must be a web address, like https://explorer.example.com." } else { "" },
    );
    state.gateway.set(if another.checked() { Gateway::Another(text) } else { Gateway::This });
}

fn input(selector: &str) -> Option<HtmlInputElement> {
    dom::find(selector)?.dyn_into().ok()
}
