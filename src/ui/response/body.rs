//! Renders the body of a response: as a tree, as text, or as a note.

use super::{
    super::{html::HtmlWriter, json_tree, stream},
    can_reveal,
    format::format_bytes,
};
use crate::model::response::{CallResponse, ResponseBody};
use serde_json::Value;

/// Maximum size of a body's part that is shown as text, in bytes. The rest can be downloaded.
pub(in crate::ui) const MAX_TEXT_BYTES: usize = 200_000;

/// Writes the body. With scripts, the page has the items of a stream already.
pub(super) fn write_body(html: &mut HtmlWriter, response: &CallResponse, parsed: Option<&Value>, has_script: bool) {
    if has_script && response.stream.is_some() {
        html.raw("<div class=\"views\">");
        write_actions(html, response, true, has_script);
        html.raw("</div>");
        stream::write_place_of_list(html);
        return;
    }
    let text = match &response.body {
        ResponseBody::Empty => {
            html.raw("<p class=\"note\">The response has no body.</p>");
            return;
        }
        ResponseBody::Binary(_) => None,
        ResponseBody::Text(text) => Some(text),
    };
    let tree = parsed.filter(|value| json_tree::count_values(value) <= json_tree::MAX_TREE_VALUES);
    let preview = response.preview.as_ref().filter(|_| tree.is_none());
    let label = preview.map(|preview| preview.label.as_str()).or(tree.map(|_| "Pretty"));
    html.raw("<div class=\"views\">");
    if let Some(label) = label.filter(|_| text.is_some()) {
        html.raw("<label><input type=\"radio\" name=\"response-view\" value=\"pretty\" checked>").text(label);
        html.raw("</label><label><input type=\"radio\" name=\"response-view\" value=\"raw\">Raw</label>");
    }
    write_actions(html, response, text.is_some(), has_script);
    html.raw("</div>");
    if let Some(tree) = tree {
        json_tree::write_tree(html, tree, can_reveal(response));
    } else if let Some(preview) = preview {
        html.raw("<div class=\"preview\">").sanitized(&preview.html).raw("</div>");
    }
    match text {
        Some(text) => {
            let can_download = has_script || response.file_url.is_some();
            write_text(html, text, response.size, label.is_some(), can_download);
        }
        None if preview.is_none() => {
            let content_type = response.header("content-type").unwrap_or("unknown type");
            html.raw("<p class=\"note\">The body is binary (").text(content_type).raw("), so it is not shown.</p>");
        }
        None => {}
    }
}

/// Writes an example of a body, as a tree if it is JSON.
#[cfg(feature = "ssr")]
pub(super) fn write_example(html: &mut HtmlWriter, response: &CallResponse) {
    match (response.parse_json_body(), &response.body) {
        (Some(value), _) => json_tree::write_tree(html, &value, false),
        (None, ResponseBody::Text(text)) => write_text(html, text, response.size, false, false),
        (None, _) => {}
    }
}

/// Writes the text of a body, which is folded if there is another view of it.
fn write_text(html: &mut HtmlWriter, text: &str, size: u64, is_folded: bool, can_download: bool) {
    html.raw(if is_folded { "<div class=\"raw-view folds\">" } else { "<div class=\"raw-view\">" });
    let visible_text = truncate_text(text);
    if visible_text.len() < text.len() {
        html.raw("<p class=\"note\">The first ").text(&format_bytes(visible_text.len() as u64)).raw(" of ");
        html.text(&format_bytes(size));
        html.raw(if can_download { " is shown. Download the body to see all of it.</p>" } else { " is shown.</p>" });
    }
    html.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"Raw body\"><code>")
        .text(visible_text)
        .raw("</code></pre></div>");
}

/// Writes the buttons to copy and to save the body. Without scripts, a link saves the file that the server has.
fn write_actions(html: &mut HtmlWriter, response: &CallResponse, can_copy: bool, has_script: bool) {
    html.raw("<span class=\"actions\">");
    if has_script && can_copy {
        html.raw("<button type=\"button\" class=\"quiet\" data-action=\"copy-response\">")
            .icon("copy")
            .raw("Copy</button>");
    }
    if has_script {
        html.raw("<button type=\"button\" class=\"quiet\" data-action=\"download\">Download</button>");
    } else if let Some(url) = &response.file_url {
        html.raw("<a href=\"").text(url).raw("\" download>Download</a>");
    }
    html.raw("</span>");
}

/// Returns the part of a text that is shown, cut at a character boundary.
pub(super) fn truncate_text(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}
