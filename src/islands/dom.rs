//! DOM helpers for the islands.

use super::{html, json_text::quote};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, NodeList,
    Storage,
};

/// The control with the credential that the page shows.
pub(super) const FINGERPRINT_SELECTOR: &str = "#call [name=fingerprint]";

/// Names and texts of controls.
pub(super) type Controls = Vec<(String, String)>;

/// Returns the first element that matches a selector.
pub(super) fn find(selector: &str) -> Option<Element> {
    leptos::prelude::document().query_selector(selector).ok().flatten()
}

/// Builds an attribute selector for any value: quotes and backslashes are escaped (CSS Syntax, §4.3.5).
pub(super) fn attribute_selector(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    ["[", name, "=\"", &value, "\"]"].concat()
}

/// Sets or removes a boolean attribute, like `disabled`.
pub(super) fn toggle_attribute(selector: &str, name: &str, is_on: bool) {
    if let Some(element) = find(selector) {
        let _ = if is_on { element.set_attribute(name, "true") } else { element.remove_attribute(name) };
    }
}

/// Sets the text of an element.
pub(super) fn set_text(selector: &str, text: &str) {
    if let Some(element) = find(selector) {
        element.set_text_content(Some(text));
    }
}

/// Sets the HTML of an element. The HTML must come from this program or this server.
pub(super) fn set_html(selector: &str, html: &str) {
    if let Some(element) = find(selector) {
        html::set_html(&element, html);
    }
}

/// Shows the status of a call, as HTML.
pub(super) fn show_status(html: &str) {
    set_html("#call-status", html);
    set_html(".bar-status", html);
}

/// Returns the text of a control; empty if there is no such control.
pub(super) fn control_value(selector: &str) -> String {
    find(selector)
        .map(|control| js_sys::Reflect::get(&control, &JsValue::from_str("value")))
        .and_then(Result::ok)
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

/// Returns the texts of the inputs whose names have a prefix, as JSON, except empty ones, with the rest of the name.
pub(super) fn control_values(prefix: &str) -> Vec<(String, String)> {
    let selector = ["input[name^=\"", prefix, "\"]"].concat();
    let inputs = elements(leptos::prelude::document().query_selector_all(&selector));
    let inputs = inputs.filter_map(|input| input.dyn_into::<HtmlInputElement>().ok());
    let values = inputs.map(|input| (input.name().replacen(prefix, "", 1), input.value().trim().to_owned()));
    values.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, quote(&text))).collect()
}

/// Sets a control's text. A checkbox or radio button is checked if the text equals its value.
pub(super) fn set_control_value(control: &Element, text: &str) {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        match input.type_().as_str() {
            "checkbox" | "radio" => input.set_checked(input.value() == text),
            _ => input.set_value(text),
        }
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(text);
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(text);
    }
}

pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Returns the element that is the target of an event.
pub(super) fn event_target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Returns the form with the given id, if the event submits it.
pub(super) fn submitted_form(event: &Event, id: &str) -> Option<HtmlFormElement> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    (form.id() == id).then_some(form)
}

/// Returns the browser's local storage for this site, if the user allows it.
pub(super) fn local_storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

/// Returns the elements among nodes.
pub(super) fn elements(nodes: Result<NodeList, JsValue>) -> impl Iterator<Item = Element> {
    let nodes = nodes.ok();
    let count = nodes.as_ref().map_or(0, NodeList::length);
    (0..count).filter_map(move |index| nodes.as_ref()?.get(index)?.dyn_into().ok())
}
