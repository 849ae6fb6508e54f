//! The search island: suggests the operations opened last, then operations and commands while the user types. It also
//! filters the list on a provider's page.
//!
//! The forms are HTML from the server and work without scripts; the island itself renders nothing. It listens for
//! events of the whole window, so that `/` and Ctrl-K work everywhere on the page.
#![allow(unreachable_pub, reason = "the macro needs it, and re-exports it")]

use super::{
    commands, dom, form,
    html::{self, set_html},
};
use crate::text;
use js_sys::JsString;
use leptos::{
    leptos_dom::helpers::{set_timeout, window_event_listener_untyped},
    prelude::*,
    task::spawn_local,
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, RequestInit, Response,
    ScrollIntoViewOptions, ScrollLogicalPosition,
};

const INPUT_SELECTOR: &str = "#site-search";
const SUGGESTIONS_SELECTOR: &str = "#suggestions";
const SUGGESTION_LIST_SELECTOR: &str = "#suggestion-list";
/// Time without input before suggestions are requested.
const DEBOUNCE_DELAY: Duration = Duration::from_millis(80);

/// Attaches the listeners of the search to the page.
#[island]
pub fn Search() -> impl IntoView {
    Effect::new(start);
}

/// The latest request for suggestions.
#[derive(Default)]
struct LatestRequest {
    number: Cell<u32>,
    abort: RefCell<Option<AbortController>>,
}

impl LatestRequest {
    /// Aborts the previous request and returns the number of the new one.
    fn supersede(&self) -> u32 {
        if let Some(abort) = self.abort.take() {
            abort.abort();
        }
        self.number.set(self.number.get() + 1);
        self.number.get()
    }
}

fn start() {
    // On every page, before any other script can create the policy.
    html::create_policy();
    let Some(input) = dom::find(INPUT_SELECTOR) else { return };
    for (name, value) in [
        ("role", "combobox"),
        ("aria-autocomplete", "list"),
        ("aria-expanded", "false"),
        ("aria-controls", "suggestion-list"),
    ] {
        let _ = input.set_attribute(name, value);
    }
    let latest = Rc::new(LatestRequest::default());
    let (latest_for_input, latest_for_focus) = (latest.clone(), latest.clone());
    window_event_listener_untyped("input", move |event| {
        match dom::event_target(&event).map(|target| target.id()).as_deref() {
            Some("site-search") => schedule_request(&latest_for_input),
            Some("filter") => filter_operations(),
            _ => {}
        }
    });
    window_event_listener_untyped("keydown", move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            on_keydown(event, &latest);
        }
    });
    window_event_listener_untyped("focusin", move |event| {
        if !is_within(&event, ".search") {
            close_suggestions();
        } else if dom::event_target(&event).is_some_and(|target| target.id() == "site-search")
            && dom::control_value(INPUT_SELECTOR).is_empty()
        {
            schedule_request(&latest_for_focus);
        }
    });
    window_event_listener_untyped("click", |event| {
        if let Some(command) = closest_target(&event, "[data-environment]") {
            commands::choose_environment(&command.get_attribute("data-environment").unwrap_or_default());
            close_suggestions();
        } else if !is_within(&event, ".search") {
            close_suggestions();
        }
    });
    window_event_listener_untyped("submit", |event| {
        if dom::submitted_form(&event, "theme").is_some() {
            event.prevent_default();
            commands::choose_theme(&form::submit_intent(event.unchecked_ref()));
            close_suggestions();
        }
    });
    commands::remember_operation();
    show_recent();
}

/// Lists the operations opened last on the home page.
fn show_recent() {
    let (Some(place), Some(paths)) = (dom::find("#recent"), commands::recent_paths()) else { return };
    spawn_local(async move {
        let list = fetch_suggestions(&LatestRequest::default(), "=list&recent=", &paths).await;
        if let Some(list) = list.filter(|list| !list.is_empty()) {
            set_html(&place, &list);
        }
    });
}

fn is_within(event: &Event, selector: &str) -> bool {
    closest_target(event, selector).is_some()
}

fn closest_target(event: &Event, selector: &str) -> Option<Element> {
    dom::event_target(event)?.closest(selector).ok().flatten()
}

fn schedule_request(latest: &Rc<LatestRequest>) {
    let number = latest.supersede();
    let latest = latest.clone();
    let send_request = move || {
        let query = dom::control_value(INPUT_SELECTOR);
        let (parameter, value) = match query.trim() {
            "" => ("&recent=", commands::recent_paths()),
            _ => ("&q=", Some(query)),
        };
        if latest.number.get() != number {
        } else if value.is_none() {
            close_suggestions();
        } else if let Some(value) = value {
            spawn_local(async move {
                let html = fetch_suggestions(&latest, parameter, &value).await;
                if latest.number.get() == number {
                    show_suggestions(html.as_deref());
                }
            });
        }
    };
    set_timeout(send_request, DEBOUNCE_DELAY);
}

/// Requests the suggestions for a query, or the operations opened last, as the parameter says.
async fn fetch_suggestions(latest: &LatestRequest, parameter: &str, value: &str) -> Option<String> {
    let abort = AbortController::new().ok()?;
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    latest.abort.replace(Some(abort));
    let url = ["/search?fragment", parameter, &String::from(js_sys::encode_uri_component(value))].concat();
    let response = JsFuture::from(window().fetch_with_str_and_init(&url, &options)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// Shows a response: its first line is the status, the rest is links.
fn show_suggestions(response: Option<&str>) {
    let failed = text!("suggestions-unavailable");
    let (status, links) = response.and_then(|response| response.split_once('\n')).unwrap_or((failed, ""));
    for (selector, html) in [("#suggestion-status", status), (SUGGESTION_LIST_SELECTOR, links)] {
        if let Some(element) = dom::find(selector) {
            set_html(&element, html);
        }
    }
    dom::toggle_attribute(SUGGESTION_LIST_SELECTOR, "hidden", links.is_empty());
    set_suggestions_open(true, !links.is_empty());
}

fn close_suggestions() {
    set_suggestions_open(false, false);
}

fn set_suggestions_open(is_open: bool, has_links: bool) {
    dom::toggle_attribute(SUGGESTIONS_SELECTOR, "hidden", !is_open);
    if let Some(input) = dom::find(INPUT_SELECTOR) {
        let _ = input.set_attribute("aria-expanded", if has_links { "true" } else { "false" });
        select_suggestion(&input, None);
    }
}

fn on_keydown(event: &KeyboardEvent, latest: &LatestRequest) {
    let key = event.key();
    let has_command_key = event.ctrl_key() || event.meta_key();
    let is_typing = is_within(event, "input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]");
    if (key == "k" && has_command_key && !event.alt_key()) || (key == "/" && !has_command_key && !is_typing) {
        if let Some(input) = dom::find(INPUT_SELECTOR).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
            event.prevent_default();
            dom::focus(&input);
            input.select();
        }
        return;
    }
    // During composition, Enter and the arrow keys belong to the input method.
    let Some(input) = dom::event_target(event).filter(|target| target.id() == "site-search" && !event.is_composing())
    else {
        return;
    };
    let is_open = dom::find(SUGGESTIONS_SELECTOR).is_some_and(|suggestions| !suggestions.has_attribute("hidden"));
    let chosen = dom::find("#suggestion-list [aria-selected=true]");
    let suggestion_list = dom::find(SUGGESTION_LIST_SELECTOR);
    let edge_suggestion = |of: fn(&Element) -> Option<Element>| suggestion_list.as_ref().and_then(of);
    let next = match (key.as_str(), &chosen) {
        _ if !is_open => return,
        ("ArrowDown", Some(chosen)) => {
            chosen.next_element_sibling().or_else(|| edge_suggestion(Element::first_element_child))
        }
        ("ArrowDown", None) => edge_suggestion(Element::first_element_child),
        ("ArrowUp", Some(chosen)) => {
            chosen.previous_element_sibling().or_else(|| edge_suggestion(Element::last_element_child))
        }
        ("ArrowUp", None) => edge_suggestion(Element::last_element_child),
        ("Enter", Some(chosen)) => {
            event.prevent_default();
            if let Some(link) = chosen.dyn_ref::<HtmlElement>() {
                link.click();
            }
            return;
        }
        ("Escape", _) => {
            event.prevent_default();
            close_suggestions();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    // A pending response must not change the list while the user chooses from it.
    latest.supersede();
    select_suggestion(&input, next.as_ref());
}

/// Selects the suggestion that Enter opens, or none.
fn select_suggestion(input: &Element, chosen: Option<&Element>) {
    if let Some(before) = dom::find("#suggestion-list [aria-selected=true]") {
        let _ = before.set_attribute("aria-selected", "false");
    }
    let Some(chosen) = chosen else {
        let _ = input.remove_attribute("aria-activedescendant");
        return;
    };
    let _ = chosen.set_attribute("aria-selected", "true");
    let _ = input.set_attribute("aria-activedescendant", &chosen.id());
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    chosen.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Hides the operations that lack a word of the filter, if the page lists all operations.
fn filter_operations() {
    if dom::find("#filter[data-live]").is_none() {
        return;
    }
    let filter_text = to_lower_case(&dom::control_value("#filter"));
    let (mut total, mut match_count) = (0_u32, 0_u32);
    for group in dom::elements(document().query_selector_all(".group")) {
        let mut is_empty = true;
        for row in dom::elements(group.query_selector_all(".operations li")) {
            let text = to_lower_case(&row.text_content().unwrap_or_default());
            let matches = filter_text.split_whitespace().all(|word| text.contains(word));
            set_hidden(&row, !matches);
            total += 1;
            match_count += u32::from(matches);
            is_empty &= !matches;
        }
        set_hidden(&group, is_empty);
    }
    for heading in dom::elements(document().query_selector_all(".heading, .groups")) {
        set_hidden(&heading, !filter_text.trim().is_empty());
    }
    let status = match match_count {
        _ if filter_text.trim().is_empty() => String::new(),
        0 => text!("list-filter-nothing-found").to_owned(),
        match_count => text!("list-filter-found", count = match_count, total = total),
    };
    dom::set_text("#filtered", &status);
}

/// Converts a text to lowercase with the browser's function: Rust's tables would be a twentieth of the WASM binary.
fn to_lower_case(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

fn set_hidden(element: &Element, is_hidden: bool) {
    let _ = if is_hidden { element.set_attribute("hidden", "") } else { element.remove_attribute("hidden") };
}
