//! Copies the paths and the values of a JSON tree. The buttons are in the row that has the pointer or the focus.

use super::{
    dom, export,
    html::parse_html,
    remote,
    state::{CallState, TryItState},
};
use crate::{
    model::{json, problem::join_pointer},
    text,
};
use leptos::{prelude::*, task::spawn_local};
use serde_json::Value;
use web_sys::{Element, Event, KeyboardEvent};

const ROW_SELECTOR: &str = ".view .json-tree [data-pointer]";
const ACTIONS_SELECTOR: &str = "#node-actions";
const PATH_BUTTON: &str = "<span id=\"node-actions\" class=\"node-actions\">\
    <button type=\"button\" class=\"quiet\" data-action=\"copy-path\" title=\"JSON Pointer\">";
const VALUE_BUTTON: &str = "</button><button type=\"button\" class=\"quiet\" data-action=\"copy-value\">";

/// Renders the buttons.
fn render_actions() -> String {
    [PATH_BUTTON, text!("copy-path"), VALUE_BUTTON, text!("copy-value"), "</button></span>"].concat()
}

fn find_row(element: &Element) -> Option<Element> {
    element.closest(ROW_SELECTOR).ok().flatten()
}

/// Moves the buttons to the row of an event, creating them if necessary. While the keyboard moves the focus, the row below
/// the pointer, which stands still, does not take them.
pub(super) fn show_actions(event: &Event) {
    if event.type_() != "focusin" && dom::find(".json-tree :focus-visible").is_some() {
        return;
    }
    let Some(row) = dom::event_target(event).and_then(|target| find_row(&target)) else { return };
    let actions = dom::find(ACTIONS_SELECTOR);
    if actions.as_ref().is_some_and(|actions| actions.parent_element().as_ref() == Some(&row)) {
        return;
    }
    let _ = match actions {
        Some(actions) => row.prepend_with_node_1(&actions),
        None => parse_html(&render_actions()).map_or(Ok(()), |actions| row.prepend_with_node_1(&actions)),
    };
}

/// Moves the focus to the next or the previous visible row, if an arrow key was pressed in a tree.
pub(super) fn move_focus(event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let Some(tree) = dom::event_target(event).and_then(|target| target.closest(".json-tree").ok().flatten()) else {
        return;
    };
    // Rows in what is folded are not visible.
    let visible = "[data-pointer]:not(details:not([open]) *)";
    let rows: Vec<Element> = dom::elements(tree.query_selector_all(visible)).collect();
    let current = dom::event_target(event).and_then(|target| find_row(&target));
    let position = current.and_then(|current| rows.iter().position(|row| *row == current));
    let next = position.map_or(0, |position| position.wrapping_add_signed(step));
    if let Some(row) = rows.get(next) {
        event.prevent_default();
        dom::focus(row);
    }
}

/// Copies the JSON Pointer of the row that has the buttons.
pub(super) fn copy_path(button: &Element) {
    export::copy_text(button, text!("copy-path"), &pointer_of(button));
}

/// Copies the value of the row that has the buttons, of which the server has the whole if the response is large: a text
/// without quotes, and anything else as JSON.
pub(super) fn copy_value(state: TryItState, button: Element) {
    let pointer = pointer_of(&button);
    // A link to another part of the tree.
    let link = dom::find("#outcome :is(a.fold, a.more)").and_then(|link| link.get_attribute("href"));
    let Some(file) = link.as_deref().and_then(|link| link.rsplit_once('/')).map(|(file, _)| file) else {
        return state.call_state.with_untracked(|call_state| {
            let CallState::Done(Ok(response)) = call_state else { return };
            let body = response.parse_json_body();
            copy(&button, body.as_ref().and_then(|body| find_value(body, "", &pointer)));
        });
    };
    let url = [file, "/value?pointer=", &String::from(js_sys::encode_uri_component(&pointer))].concat();
    spawn_local(async move {
        let text = remote::fetch_text(&url).await;
        copy(&button, text.and_then(|text| json::parse(&text).ok()).as_ref());
    });
}

fn copy(button: &Element, value: Option<&Value>) {
    match value {
        Some(Value::String(text)) => export::copy_text(button, text!("copy-value"), text),
        Some(value) => export::copy_text(button, text!("copy-value"), &value.to_string()),
        None => button.set_text_content(Some(text!("copy-not-available"))),
    }
}

fn pointer_of(button: &Element) -> String {
    find_row(button).and_then(|row| row.get_attribute("data-pointer")).unwrap_or_default()
}

/// Returns the value at a JSON Pointer, in a value that is at another one. The method of `serde_json` is 2 kB of the program.
fn find_value<'a>(value: &'a Value, at: &str, pointer: &str) -> Option<&'a Value> {
    if at == pointer {
        return Some(value);
    }
    let find_child = |name: &str, child| {
        let at = join_pointer(at, name);
        if pointer.starts_with(&at) { find_value(child, &at, pointer) } else { None }
    };
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, child)| find_child(name, child)),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, child)| find_child(&index.to_string(), child))
        }
        _ => None,
    }
}
