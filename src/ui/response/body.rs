//! Renders the views of a response: its body as a tree, a table, a preview or text, its headers, and its receipt. They are
//! radio buttons and panels, so that switching needs no script.

use super::{
    super::{
        html::HtmlWriter,
        json_search,
        json_tree::{self, TreeOptions},
        masked_secret, stream,
    },
    format::format_bytes,
};
use crate::{
    model::{
        placeholder,
        response::{CallResponse, ResponseBody},
    },
    text,
};
use serde_json::Value;

/// Maximum size of a body's part that is shown as text, in bytes. The rest can be downloaded.
pub(in crate::ui) const MAX_TEXT_BYTES: usize = 200_000;
/// Label of a preview that shows JSON as a tree, which the server renders if the body is large. Pages translate it.
pub(in crate::ui) const TREE_LABEL: &str = "Tree";
/// Label of a preview that shows rows and columns. Pages translate it.
pub(in crate::ui) const TABLE_LABEL: &str = "Table";

/// Views of one response, written apart because all buttons come before all panels.
#[derive(Default)]
struct Views {
    buttons: HtmlWriter,
    panels: HtmlWriter,
    has_any: bool,
}

impl Views {
    /// Adds a view. The first one is shown at first.
    fn add(&mut self, name: &'static str, label: &str, count: Option<usize>) -> &mut HtmlWriter {
        if self.has_any {
            self.panels.raw("</div>");
        }
        self.buttons.raw("<label><input type=\"radio\" name=\"response-view\" value=\"").raw(name);
        self.buttons.raw(if self.has_any { "\">" } else { "\" checked>" }).text(label);
        if let Some(count) = count {
            self.buttons.raw(" (").text(&count.to_string()).raw(")");
        }
        self.buttons.raw("</label>");
        self.has_any = true;
        self.panels.raw("<div class=\"view\" data-view=\"").raw(name).raw("\" role=\"group\" aria-label=\"");
        self.panels.text(label).raw("\">")
    }

    fn add_pairs(&mut self, name: &'static str, label: &str, pairs: &[(String, String)], can_reveal: bool) {
        if !pairs.is_empty() {
            write_pairs(self.add(name, label, Some(pairs.len())), pairs, can_reveal);
        }
    }
}

/// Writes all views of a response.
pub(super) fn write_views(html: &mut HtmlWriter, response: &CallResponse, parsed: Option<&Value>, has_script: bool) {
    let mut views = Views::default();
    add_body(&mut views, response, parsed, has_script);
    views.add_pairs("headers", text!("messages-headers"), &response.headers, response.can_reveal());
    views.add_pairs("receipt", text!("response-receipt"), &response.receipt, false);
    html.raw("<div class=\"views\" role=\"radiogroup\" aria-label=\"").text(text!("response-views")).raw("\">");
    html.sanitized(&views.buttons.finish());
    write_actions(html, response, has_script);
    html.raw("</div>").sanitized(&views.panels.finish()).raw("</div>");
}

/// Adds the views of the body. With scripts, the page has the items of a stream already.
fn add_body(views: &mut Views, response: &CallResponse, parsed: Option<&Value>, has_script: bool) {
    if has_script && response.stream.is_some() {
        stream::write_place_of_list(views.add("items", text!("stream-items"), None));
        return;
    }
    let has_tree = response.previews.iter().any(|preview| preview.label == TREE_LABEL);
    let tree = parsed.filter(|value| !has_tree && json_tree::count_values(value) <= json_tree::MAX_TREE_VALUES);
    if let Some(value) = tree {
        let html = views.add("tree", text!("response-tree"), None);
        let can_search = has_script && json_tree::has_folds(value);
        if can_search {
            html.raw("<form class=\"find\" id=\"find\">");
            json_search::write_input(html, "");
            html.raw("</form><div id=\"found\" tabindex=\"-1\"></div>");
        }
        html.raw("<div id=\"tree-view\">");
        json_tree::write_tree(html, value, &tree_options(response));
        html.raw("</div>");
    }
    for preview in &response.previews {
        let (name, label) = match preview.label.as_str() {
            TREE_LABEL => ("tree", text!("response-tree")),
            TABLE_LABEL => ("table", text!("response-table")),
            label => ("preview", label),
        };
        views.add(name, label, None).raw("<div class=\"preview\">").sanitized(&preview.html).raw("</div>");
    }
    match &response.body {
        ResponseBody::Text(text) => {
            let can_download = has_script || response.file_url.is_some();
            write_text(views.add("raw", text!("response-raw"), None), text, response, can_download);
        }
        ResponseBody::Empty => {
            let html = views.add("raw", text!("body-label"), None);
            html.raw("<p class=\"note\">").text(text!("response-no-body")).raw("</p>");
        }
        ResponseBody::Binary(_) if response.previews.is_empty() => {
            let content_type = response.header("content-type").unwrap_or_else(|| text!("response-unknown-type"));
            let html = views.add("raw", text!("body-label"), None);
            html.raw("<p class=\"note\">").text(&text!("response-binary", media_type = content_type)).raw("</p>");
        }
        ResponseBody::Binary(_) => {}
    }
}

/// Returns how the tree of a response is shown.
fn tree_options(response: &CallResponse) -> TreeOptions<'_> {
    let problems = response.differences.as_ref().map_or(&[][..], |differences| &differences.problems);
    TreeOptions { can_reveal: response.can_reveal(), problems, found: "" }
}

/// Maximum size of an example that is shown as a tree, in bytes. The tree of a larger one would be most of the page.
#[cfg(feature = "ssr")]
const MAX_EXAMPLE_TREE_BYTES: u64 = 10_000;

/// Writes an example of a body, as a tree if it is JSON and not too large.
#[cfg(feature = "ssr")]
pub(super) fn write_example(html: &mut HtmlWriter, response: &CallResponse) {
    let json = if response.size <= MAX_EXAMPLE_TREE_BYTES { response.parse_json_body() } else { None };
    match (json, &response.body) {
        (Some(value), _) => json_tree::write_tree(html, &value, &TreeOptions::default()),
        (None, ResponseBody::Text(text)) => write_text(html, text, response, false),
        (None, _) => {}
    }
}

/// Writes the text of a body.
fn write_text(html: &mut HtmlWriter, text: &str, response: &CallResponse, can_download: bool) {
    let visible_text = truncate_text(text);
    if visible_text.len() < text.len() || response.is_partial {
        let (shown, size) = (format_bytes(visible_text.len() as u64), format_bytes(response.size));
        let note = if can_download {
            text!("response-start-to-download", shown = shown, size = size)
        } else {
            text!("response-start", shown = shown, size = size)
        };
        html.raw("<p class=\"note\">").text(&note).raw("</p>");
    }
    html.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"").text(text!("response-raw-body"));
    html.raw("\"><code>").text(visible_text).raw("</code></pre>");
}

/// Writes the buttons to copy and to save the body. If the server has the body as a file, a link saves it.
fn write_actions(html: &mut HtmlWriter, response: &CallResponse, has_script: bool) {
    let can_copy = matches!(response.body, ResponseBody::Text(_)) && !response.is_partial || response.stream.is_some();
    html.raw("<span class=\"actions\">");
    if has_script && can_copy {
        html.raw("<button type=\"button\" class=\"quiet\" data-action=\"copy-response\">")
            .icon("copy")
            .text(text!("copy-button"))
            .raw("</button>");
    }
    if let Some(url) = response.file_url.as_ref().filter(|_| !has_script || response.is_partial) {
        html.raw("<a href=\"").text(url).raw("\" download>").text(text!("response-download")).raw("</a>");
    } else if has_script && (response.body != ResponseBody::Empty || response.stream.is_some()) {
        html.raw("<button type=\"button\" class=\"quiet\" data-action=\"download\">")
            .text(text!("response-download"))
            .raw("</button>");
    }
    html.raw("</span>");
}

/// Writes names and values.
fn write_pairs(html: &mut HtmlWriter, pairs: &[(String, String)], can_reveal: bool) {
    html.raw("<dl class=\"headers\">");
    for (name, value) in pairs {
        html.raw("<div><dt>").text(name).raw("</dt><dd>");
        if placeholder::is_placeholder(value) {
            masked_secret::write_placeholder(html, value, can_reveal);
        } else {
            html.text(value);
        }
        html.raw("</dd></div>");
    }
    html.raw("</dl>");
}

/// Returns the part of a text that is shown, cut at a character boundary.
pub(in crate::ui) fn truncate_text(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}
