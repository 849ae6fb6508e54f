//! Renders the body of a response: as a tree, as text, or as a note.

use super::{
    super::{html::HtmlWriter, json_tree},
    can_reveal,
    format::format_bytes,
};
use crate::model::response::{CallResponse, ResponseBody};
use serde_json::Value;

/// Maximum size of a body's part that is shown as text, in bytes. The rest can be downloaded.
const MAX_TEXT_BYTES: usize = 200_000;

/// Writes the body.
pub(super) fn write_body(html: &mut HtmlWriter, response: &CallResponse, parsed: Option<&Value>, has_script: bool) {
    let text = match &response.body {
        ResponseBody::Empty => {
            html.raw("<p class=\"note\">The response has no body.</p>");
            return;
        }
        ResponseBody::Binary(_) => {
            html.raw("<p class=\"note\">The body is binary (")
                .text(response.header("content-type").unwrap_or("unknown type"));
            html.raw("), so it is not shown.</p>");
            write_actions(html, false, has_script);
            return;
        }
        ResponseBody::Text(text) => text,
    };
    let tree = parsed.filter(|value| json_tree::count_values(value) <= json_tree::MAX_TREE_VALUES);
    html.raw("<div class=\"views\">");
    if tree.is_some() {
        html.raw(
            "<label><input type=\"radio\" name=\"response-view\" value=\"pretty\" checked>Pretty</label>\
             <label><input type=\"radio\" name=\"response-view\" value=\"raw\">Raw</label>",
        );
    }
    write_actions(html, true, has_script);
    html.raw("</div>");
    if let Some(tree) = tree {
        json_tree::write_tree(html, tree, can_reveal(response));
    }
    html.raw(if tree.is_some() { "<div class=\"raw-view folds\">" } else { "<div class=\"raw-view\">" });
    let visible_text = truncate_text(text);
    if visible_text.len() < text.len() {
        html.raw("<p class=\"note\">The first ")
            .text(&format_bytes(visible_text.len() as u64))
            .raw(" of ")
            .text(&format_bytes(response.size));
        html.raw(if has_script { " is shown. Download the body to see all of it.</p>" } else { " is shown.</p>" });
    }
    html.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"Raw body\"><code>")
        .text(visible_text)
        .raw("</code></pre></div>");
}

fn write_actions(html: &mut HtmlWriter, can_copy: bool, has_script: bool) {
    if !has_script {
        return;
    }
    html.raw("<span class=\"actions\">");
    if can_copy {
        html.raw("<button type=\"button\" class=\"quiet\" data-action=\"copy-response\">Copy</button>");
    }
    html.raw("<button type=\"button\" class=\"quiet\" data-action=\"download\">Download</button></span>");
}

/// Returns the part of a text that is shown, cut at a character boundary.
pub(super) fn truncate_text(text: &str) -> &str {
    let end = (0..=MAX_TEXT_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}
