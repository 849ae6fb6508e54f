//! Shows a JSON body of any size in slices: the first levels at once, and everything else when it is opened. The text is
//! read by offsets, and only what is shown of it is parsed.

mod reader;
mod search;

use super::{
    html::HtmlWriter,
    json_search::{self, MAX_MATCHES},
    json_tree::{self, TreeOptions},
};
use crate::{
    gateway::ResponseFile,
    model::{
        NON_UNRESERVED,
        problem::{Problem, decode_pointer_key, join_pointer},
    },
    text,
};
use percent_encoding::utf8_percent_encode;
pub(super) use reader::{Child, Node, unquote};
use search::find_matches;

/// Maximum number of values of an object or a list in a slice.
const MAX_SLICE_VALUES: usize = 100;
/// Maximum size of a value that is shown as a whole, in bytes.
const MAX_WHOLE_BYTES: usize = 1_000;
/// Size of a slice's HTML at which nothing more is unfolded, in bytes.
const MAX_UNFOLDED_BYTES: usize = 100_000;
/// Maximum length of a value beside a search result, in bytes.
const MAX_EXCERPT_BYTES: usize = 80;
/// Element that shows a part of the body, and the one that shows search results.
const VIEW_ID: &str = "tree-view";
const FOUND_ID: &str = "found";

/// A large JSON body of a response.
#[derive(Clone, Copy, Debug)]
pub struct LargeJson<'a> {
    root: Node<'a>,
    file_id: &'a str,
    can_reveal: bool,
    problems: &'a [Problem],
}

impl<'a> LargeJson<'a> {
    /// Returns the body in a file; `None` if it is no object and no list in JSON.
    pub fn new(file: &'a ResponseFile) -> Option<Self> {
        let root = Node::of_valid(file.json_text()?);
        root.has_children().then_some(Self {
            root,
            file_id: &file.id,
            can_reveal: file.can_reveal,
            problems: &file.problems,
        })
    }

    /// Returns the whole value.
    pub(super) fn root(&self) -> Node<'a> {
        self.root
    }

    /// Returns the JSON of the value at a pointer.
    pub fn value_text(&self, pointer: &str) -> Option<&'a str> {
        self.root.find(pointer).map(Node::text)
    }

    /// Renders the body: a search, and the first levels.
    pub fn render(&self) -> String {
        self.render_page("", "", &self.render_root())
    }

    /// Renders the page of a search: its results, and the first levels.
    pub fn render_search(&self, query: &str) -> String {
        self.render_page(query, &self.render_matches(query), &self.render_root())
    }

    /// Renders the page of a slice, with the search.
    pub fn render_with_search(&self, slice: &str) -> String {
        self.render_page("", "", slice)
    }

    fn render_root(&self) -> String {
        let mut html = HtmlWriter::default();
        self.write_slice(&mut html, self.root, "", 0, "");
        html.finish()
    }

    fn render_page(&self, query: &str, found: &str, slice: &str) -> String {
        let mut html = HtmlWriter::default();
        html.raw("<form class=\"find\" id=\"find\" method=\"get\" action=\"/responses/").text(self.file_id);
        html.raw("/tree\" data-target=\"#").raw(FOUND_ID).raw("\">");
        json_search::write_input(&mut html, query);
        html.raw("</form><div id=\"").raw(FOUND_ID).raw("\" tabindex=\"-1\">").sanitized(found);
        html.raw("</div><div id=\"").raw(VIEW_ID).raw("\" tabindex=\"-1\">").sanitized(slice).raw("</div>");
        html.finish()
    }

    /// Renders the values that contain a text.
    pub fn render_matches(&self, query: &str) -> String {
        let found = find_matches(self.root.text(), query, MAX_MATCHES);
        let mut html = HtmlWriter::default();
        json_search::write_count(&mut html, found.matches.len(), found.has_more);
        html.raw("<ol class=\"matches\">");
        for pointer in found.matches {
            html.raw("<li><a href=\"")
                .text(&self.url(&[("at", &pointer)]))
                .raw("\" data-action=\"load\" data-target=\"#");
            html.raw(VIEW_ID).raw("\"><code>").text(&pointer).raw("</code></a> <code class=\"excerpt\">");
            let text = self.value_text(&pointer).unwrap_or_default();
            let excerpt = &text[..text.floor_char_boundary(MAX_EXCERPT_BYTES)];
            html.text(excerpt).raw(if excerpt.len() < text.len() { "…" } else { "" }).raw("</code></li>");
        }
        html.raw("</ol>");
        html.finish()
    }

    /// Renders the slice that contains the value at a pointer, and marks the value.
    pub fn render_around(&self, pointer: &str) -> Option<String> {
        let (parent, segment) = pointer.rsplit_once('/')?;
        let node = self.root.find(parent)?;
        let index = node.find_child(segment)?.index;
        self.render_slice(parent, index - index % MAX_SLICE_VALUES, pointer)
    }

    /// Renders a slice of the value at a pointer, from the value with an index, and the way to it.
    pub fn render_slice(&self, pointer: &str, from: usize, found: &str) -> Option<String> {
        let node = self.root.find(pointer).filter(|node| node.has_children())?;
        let mut html = HtmlWriter::default();
        self.write_path(&mut html, pointer);
        self.write_slice(&mut html, node, pointer, from, found);
        Some(html.finish())
    }

    /// Renders what replaces a link in the tree: an object or a list, or its values from the one with an index.
    pub fn render_part(&self, pointer: &str, from: usize) -> Option<String> {
        let node = self.root.find(pointer).filter(|node| node.has_children())?;
        let (mut html, options) = (HtmlWriter::default(), self.options(""));
        if from == 0 {
            self.write_container(&mut html, node, pointer, &options, 1);
        } else {
            self.write_rows(&mut html, node, (pointer, from), &options, 1);
        }
        Some(html.finish())
    }

    fn options<'b>(&'b self, found: &'b str) -> TreeOptions<'b> {
        TreeOptions { can_reveal: self.can_reveal, problems: self.problems, found }
    }

    /// Returns the address of a part of the tree.
    fn url(&self, query: &[(&str, &str)]) -> String {
        self.address("tree", query)
    }

    fn address(&self, kind: &str, query: &[(&str, &str)]) -> String {
        let encode = |text| utf8_percent_encode(text, NON_UNRESERVED).to_string();
        let pairs: Vec<String> = query.iter().map(|(name, value)| [name, "=", &encode(value)].concat()).collect();
        ["/responses/", self.file_id, "/", kind, "?", &pairs.join("&")].concat()
    }

    /// Writes links to the values around the one at a pointer.
    fn write_path(&self, html: &mut HtmlWriter, pointer: &str) {
        html.raw("<nav class=\"path\" aria-label=\"").text(text!("large-json-path")).raw("\">");
        self.write_view_link(html, &[("pointer", "")], text!("body-label"));
        let mut parent = String::new();
        for segment in pointer.split('/').skip(1) {
            parent = [&parent, "/", segment].concat();
            html.raw(" / ");
            self.write_view_link(html, &[("pointer", &parent)], &decode_pointer_key(segment));
        }
        html.raw("</nav>");
    }

    fn write_view_link(&self, html: &mut HtmlWriter, query: &[(&str, &str)], label: &str) {
        html.raw("<a href=\"").text(&self.url(query)).raw("\" data-action=\"load\" data-target=\"#").raw(VIEW_ID);
        html.raw("\">").text(label).raw("</a>");
    }

    /// Writes an object or a list from the value with an index.
    fn write_slice(&self, html: &mut HtmlWriter, node: Node, pointer: &str, from: usize, found: &str) {
        if from > 0 {
            html.raw("<p class=\"note\">");
            let before = from.saturating_sub(MAX_SLICE_VALUES).to_string();
            self.write_view_link(html, &[("pointer", pointer), ("from", &before)], text!("large-json-previous"));
            html.raw("</p>");
        }
        html.raw("<div class=\"json-tree\" tabindex=\"0\" role=\"region\" aria-label=\"")
            .text(text!("body-label"))
            .raw("\">");
        let options = self.options(found);
        if from == 0 {
            self.write_container(html, node, pointer, &options, 0);
        } else {
            self.write_rows(html, node, (pointer, from), &options, 1);
        }
        html.raw("</div>");
    }

    fn write_container(&self, html: &mut HtmlWriter, node: Node, pointer: &str, options: &TreeOptions, depth: usize) {
        json_tree::write_summary(html, node.is_object(), (node.children().count(), true), pointer, options);
        self.write_rows(html, node, (pointer, 0), options, depth);
        html.raw(if node.is_object() { "</div>}" } else { "</div>]" }).raw("</details>");
    }

    /// Writes values of an object or a list from the one with an index, and a link to the next ones.
    fn write_rows(
        &self,
        html: &mut HtmlWriter,
        node: Node,
        (pointer, from): (&str, usize),
        options: &TreeOptions,
        depth: usize,
    ) {
        let mut children = node.children().skip(from).peekable();
        let shown: Vec<Child> = children.by_ref().take(MAX_SLICE_VALUES).collect();
        let has_more = children.peek().is_some();
        for (position, child) in shown.iter().enumerate() {
            self.write_row(html, child, &join_pointer(pointer, &child.key()), options, depth);
            html.raw(if has_more || position + 1 < shown.len() { "," } else { "" }).raw("</div>");
        }
        if let Some(next) = children.next() {
            let end = next.index + children.take(MAX_SLICE_VALUES - 1).count();
            let query = [("pointer", pointer), ("from", &next.index.to_string())];
            html.raw("<a class=\"more\" href=\"").text(&self.url(&query)).raw("\" data-action=\"load\">");
            let range = if node.is_object() {
                text!("large-json-fields", from = next.index, to = end)
            } else {
                text!("large-json-items", from = next.index, to = end)
            };
            html.text(&range).raw("</a>");
        }
    }

    /// Writes the start of a row, and its value.
    fn write_row(&self, html: &mut HtmlWriter, child: &Child, pointer: &str, options: &TreeOptions, depth: usize) {
        options.write_row_start(html, pointer, child.quoted_name());
        let node = child.node;
        let has_room = html.size() < MAX_UNFOLDED_BYTES;
        if node.has_children() && !(has_room && node.text().len() <= MAX_WHOLE_BYTES) {
            if depth == 0 && has_room {
                self.write_container(html, node, pointer, options, depth + 1);
            } else {
                options.write_problems(html, pointer);
                html.raw("<a class=\"fold\" href=\"").text(&self.url(&[("pointer", pointer)]));
                html.raw("\" data-action=\"load\">").raw(if node.is_object() { "{ " } else { "[ " });
                json_tree::write_length(html, node.is_object(), node.children().count());
                html.raw(if node.is_object() { " }</a>" } else { " ]</a>" });
            }
        } else if node.text().len() <= MAX_WHOLE_BYTES || node.has_children() {
            let value = serde_json::from_str(node.text()).unwrap_or_default();
            json_tree::write_value(html, &value, pointer, "", options);
        } else {
            let text = node.text();
            html.raw("<span class=\"string\">").text(&text[..text.floor_char_boundary(MAX_WHOLE_BYTES)]);
            html.raw("…</span> <a class=\"fold\" href=\"")
                .text(&self.address("value", &[("pointer", pointer)]))
                .raw("\">");
            html.text(&text!("large-json-bytes", count = text.len())).raw("</a>");
            options.write_problems(html, pointer);
        }
    }
}
