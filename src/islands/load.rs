//! Loads parts of a large response from the server: links and a form that would otherwise open a page.

use super::{
    dom,
    html::{parse_html, set_html},
    remote,
};
use crate::text;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

/// Loads what a link leads to: into the element that it names, or in its own place.
pub(super) fn follow(link: Element) {
    let url = link.dyn_ref::<HtmlAnchorElement>().map(HtmlAnchorElement::href).unwrap_or_default();
    load(link, url);
}

/// Loads the results of a search form into the element that it names.
pub(super) fn search(form: Element, action: &str) {
    let text = String::from(js_sys::encode_uri_component(&dom::control_value("#find [name=q]")));
    load(form, [action, "?q=", &text].concat());
}

fn load(element: Element, url: String) {
    let target = element.get_attribute("data-target").and_then(|selector| dom::find(&selector));
    let fragment = if target.is_some() { "&fragment=view" } else { "&fragment=part" };
    spawn_local(async move {
        match (target, remote::fetch_text(&[&url, fragment].concat()).await) {
            (Some(target), Some(text)) => {
                set_html(&target, &text);
                let found = target.query_selector(".match").ok().flatten();
                dom::focus(&found.unwrap_or(target));
            }
            (None, Some(text)) => {
                let Some(content) = parse_html(&text) else { return };
                let first = content.first_element_child();
                let _ = element.replace_with_with_node_1(&content);
                // The keyboard continues where it was.
                if let Some(first) = first {
                    dom::focus(&first.query_selector(":scope > summary").ok().flatten().unwrap_or(first));
                }
            }
            (target, None) => target.unwrap_or(element).set_text_content(Some(text!("load-part-failed"))),
        }
    });
}
