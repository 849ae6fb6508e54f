//! Compares the JSON tree of a response with that of the last one.

use super::dom;
use crate::{text, ui::html::HtmlWriter};
use leptos::prelude::document;

/// Maximum number of changes that are listed.
const MAX_CHANGES: usize = 100;

/// Values of the tree that are no objects or lists with values in them. Each response has placeholders of its own.
const VALUES: &str = "#outcome .view .json-tree [data-pointer] > :is(.string, .number, .literal)";

/// Returns the JSON Pointers and the values of the tree; none of a tree that is not shown as a whole.
pub(super) fn shown_values() -> Vec<(String, String)> {
    if dom::find("#outcome :is(a.fold, a.more)").is_some() {
        return Vec::new();
    }
    let values = dom::elements(document().query_selector_all(VALUES));
    values
        .filter_map(|value| Some((value.parent_element()?.get_attribute("data-pointer")?, value.text_content()?)))
        .collect()
}

/// Lists the differences between earlier values and those of the tree, if there are both.
pub(super) fn show(earlier: &[(String, String)]) {
    let values = shown_values();
    if earlier.is_empty() || values.is_empty() {
        return;
    }
    let (mut html, mut count) = (HtmlWriter::default(), 0);
    let mut write = |pointer: &str, before: &str, after: &str| {
        count += 1;
        if count <= MAX_CHANGES {
            html.raw("<div><dt>").text(pointer).raw("</dt><dd><del>").text(before).raw("</del> <ins>").text(after);
            html.raw("</ins></dd></div>");
        }
    };
    let mut rest = earlier;
    for (pointer, value) in &values {
        let Some(position) = rest.iter().position(|(earlier, _)| earlier == pointer) else {
            write(pointer, "", value);
            continue;
        };
        rest[..position].iter().for_each(|(pointer, before)| write(pointer, before, ""));
        if rest[position].1 != *value {
            write(pointer, &rest[position].1, value);
        }
        rest = &rest[position + 1..];
    }
    for (pointer, before) in rest {
        write(pointer, before, "");
    }
    let mut section = HtmlWriter::default();
    section.raw("<details class=\"changes\"><summary>").text(&text!("changes-since-last", count = count));
    section.raw("</summary><dl class=\"headers\">").sanitized(&html.finish()).raw("</dl></details>");
    dom::set_html("#changes", &section.finish());
}
