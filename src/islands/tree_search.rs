//! Finds a text in the JSON tree that the page shows.

use super::dom;
use crate::ui::json_search::{MAX_MATCHES, render_matches};
use js_sys::JsString;
use web_sys::Element;

/// Marks the rows whose name or value contains the text, in any case, unfolds what is around them, and lists their paths.
pub(super) fn search() {
    let query = String::from(lower_case(dom::control_value("#find [name=q]")));
    let mut found = Vec::new();
    for row in dom::elements(leptos::prelude::document().query_selector_all("#tree-view [data-pointer]")) {
        let mut parts =
            dom::elements(row.query_selector_all(":scope > .key, :scope > :is(.string, .number, .literal)"));
        let is_match = |part: Element| lower_case(part.text_content().unwrap_or_default()).includes(&query, 0);
        if found.len() < MAX_MATCHES && parts.any(is_match) {
            let _ = row.set_attribute("class", "match");
            row.set_id(&["match-", &found.len().to_string()].concat());
            while let Some(folded) = row.closest("details:not([open])").ok().flatten() {
                let _ = folded.set_attribute("open", "");
            }
            found.push(row.get_attribute("data-pointer").unwrap_or_default());
        } else {
            let _ = row.remove_attribute("class");
            let _ = row.remove_attribute("id");
        }
    }
    dom::set_html("#found", &render_matches(&found));
    dom::find("#found").iter().for_each(dom::focus);
}

/// Returns a text in lower case. The tables of Rust's standard library would be a part of the program.
fn lower_case(text: String) -> JsString {
    JsString::from(text).to_lower_case()
}
