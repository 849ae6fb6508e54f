//! The search brought to life: it offers operations while one types, and a provider's page leaves those that match.
//!
//! The forms are HTML from the server and work without this; the island itself is empty. It listens to the whole page, for
//! `/` and Ctrl-K work wherever the reader is.
#![allow(unreachable_pub, reason = "the macro needs it, and re-exports it")]

use super::dom;
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
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, NodeList, RequestInit, Response,
    ScrollIntoViewOptions, ScrollLogicalPosition,
};

const INPUT: &str = "#site-search";
const OFFER: &str = "#offer";
const OFFERED: &str = "#offered";
/// Who types faster is not done yet.
const PAUSE: Duration = Duration::from_millis(80);

/// Listens to the page's search.
#[island]
pub fn Search() -> impl IntoView {
    Effect::new(start);
}

/// What was asked last.
#[derive(Default)]
struct Asked {
    number: Cell<u32>,
    abort: RefCell<Option<AbortController>>,
}

fn start() {
    let Some(input) = dom::find(INPUT) else { return };
    for (name, value) in
        [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-expanded", "false"), ("aria-controls", "offered")]
    {
        let _ = input.set_attribute(name, value);
    }
    let asked = Rc::new(Asked::default());
    window_event_listener_untyped("input", move |event| {
        match dom::target(&event).map(|target| target.id()).as_deref() {
            Some("site-search") => ask_soon(&asked),
            Some("filter") => filter(),
            _ => {}
        }
    });
    window_event_listener_untyped("keydown", |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
            on_key(event);
        }
    });
    for elsewhere in ["focusin", "click"] {
        window_event_listener_untyped(elsewhere, |event| {
            if !is_within(&event, ".search") {
                close();
            }
        });
    }
}

fn is_within(event: &Event, selector: &str) -> bool {
    dom::target(event).is_some_and(|target| target.closest(selector).ok().flatten().is_some())
}

fn ask_soon(asked: &Rc<Asked>) {
    let number = asked.number.get() + 1;
    asked.number.set(number);
    if let Some(abort) = asked.abort.take() {
        abort.abort();
    }
    let asked = asked.clone();
    let ask = move || {
        let words = dom::value(INPUT);
        if asked.number.get() != number {
        } else if words.trim().is_empty() {
            close();
        } else {
            spawn_local(async move {
                let answer = ask(&asked, &words).await;
                if asked.number.get() == number {
                    show(answer.as_deref());
                }
            });
        }
    };
    set_timeout(ask, PAUSE);
}

/// What the server offers for some words.
async fn ask(asked: &Asked, words: &str) -> Option<String> {
    let abort = AbortController::new().ok()?;
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    asked.abort.replace(Some(abort));
    let url = ["/search?fragment&q=", &String::from(js_sys::encode_uri_component(words))].concat();
    let response = JsFuture::from(window().fetch_with_str_and_init(&url, &options)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// Shows an answer: its first line says what was found, the rest is links.
fn show(answer: Option<&str>) {
    let failed =
        "The search did not answer. Check that the server is running and that you are online, then type again.";
    let (said, links) = answer.and_then(|answer| answer.split_once('\n')).unwrap_or((failed, ""));
    for (selector, html) in [("#offer-said", said), (OFFERED, links)] {
        if let Some(element) = dom::find(selector) {
            element.set_inner_html(html);
        }
    }
    dom::set_flag(OFFERED, "hidden", links.is_empty());
    open(true, !links.is_empty());
}

fn close() {
    open(false, false);
}

fn open(is_open: bool, has_links: bool) {
    dom::set_flag(OFFER, "hidden", !is_open);
    if let Some(input) = dom::find(INPUT) {
        let _ = input.set_attribute("aria-expanded", if has_links { "true" } else { "false" });
        mark(&input, None);
    }
}

fn on_key(event: &KeyboardEvent) {
    let key = event.key();
    let with_command = event.ctrl_key() || event.meta_key();
    let typing = is_within(event, "input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]");
    if (key == "k" && with_command && !event.alt_key()) || (key == "/" && !with_command && !typing) {
        if let Some(input) = dom::find(INPUT).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
            event.prevent_default();
            dom::focus(&input);
            input.select();
        }
        return;
    }
    // Enter and the arrows may belong to an input method.
    let Some(input) = dom::target(event).filter(|target| target.id() == "site-search" && !event.is_composing()) else {
        return;
    };
    let is_open = dom::find(OFFER).is_some_and(|offer| !offer.has_attribute("hidden"));
    let chosen = dom::find("#offered [aria-selected=true]");
    let edge = dom::find(OFFERED);
    let edge = |of: fn(&Element) -> Option<Element>| edge.as_ref().and_then(of);
    let next = match (key.as_str(), &chosen) {
        _ if !is_open => return,
        ("ArrowDown", Some(chosen)) => chosen.next_element_sibling().or_else(|| edge(Element::first_element_child)),
        ("ArrowDown", None) => edge(Element::first_element_child),
        ("ArrowUp", Some(chosen)) => chosen.previous_element_sibling().or_else(|| edge(Element::last_element_child)),
        ("ArrowUp", None) => edge(Element::last_element_child),
        ("Enter", Some(chosen)) => {
            event.prevent_default();
            if let Some(link) = chosen.dyn_ref::<HtmlElement>() {
                link.click();
            }
            return;
        }
        ("Escape", _) => {
            event.prevent_default();
            close();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    mark(&input, next.as_ref());
}

/// Makes an offer the one that Enter opens, or none.
fn mark(input: &Element, chosen: Option<&Element>) {
    if let Some(before) = dom::find("#offered [aria-selected=true]") {
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

/// Leaves the listed operations that have every word of the filter, where the page lists all of them.
fn filter() {
    if dom::find("#filter[data-live]").is_none() {
        return;
    }
    let words = lower(&dom::value("#filter"));
    let (mut all, mut left) = (0_u32, 0_u32);
    for group in each(document().query_selector_all(".group")) {
        let mut is_empty = true;
        for row in each(group.query_selector_all(".operations li")) {
            let text = lower(&row.text_content().unwrap_or_default());
            let matches = words.split_whitespace().all(|word| text.contains(word));
            hide(&row, !matches);
            all += 1;
            left += u32::from(matches);
            is_empty &= !matches;
        }
        hide(&group, is_empty);
    }
    for heading in each(document().query_selector_all(".heading, .groups")) {
        hide(&heading, !words.trim().is_empty());
    }
    let said = match left {
        _ if words.trim().is_empty() => String::new(),
        0 => "No operation matches. Press Enter to search in fields too, and to forgive typing errors.".to_owned(),
        left => [&left.to_string(), " of ", &all.to_string(), " operations"].concat(),
    };
    dom::set_text("#filtered", &said);
}

/// The text in lower case, as the browser knows it: Rust's own tables for it would be a twentieth of the program.
fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

fn each(found: Result<NodeList, JsValue>) -> impl Iterator<Item = Element> {
    let found = found.ok();
    let count = found.as_ref().map_or(0, NodeList::length);
    (0..count).filter_map(move |index| found.as_ref()?.get(index)?.dyn_into().ok())
}

fn hide(element: &Element, is_hidden: bool) {
    let _ = if is_hidden { element.set_attribute("hidden", "") } else { element.remove_attribute("hidden") };
}
