//! Renders a list of objects in JSON as a table, with a column per field.

use super::{
    super::{
        html::HtmlWriter,
        large_json::{Child, Node, unquote},
        masked_secret,
    },
    table::{MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS},
};
use crate::{
    model::{placeholder, problem::join_pointer},
    text,
};
use serde_json::Value;

/// Maximum size of an object or a list that is written without the whitespace of the body, in bytes.
const MAX_PARSED_BYTES: usize = 4_000;
/// Minimum number of rows of a table.
const MIN_ROWS: usize = 2;

/// Renders the first list of objects: the value itself, or one of its fields. If `can_reveal` is true, each placeholder has a
/// button that shows its secret.
pub(super) fn render(root: Node, can_reveal: bool) -> Option<String> {
    let (pointer, list) = if root.is_list() {
        (String::new(), root)
    } else {
        let field = root.children().find(|child| is_list_of_objects(child.node))?;
        (join_pointer("", &field.key()), field.node)
    };
    let rows: Vec<Node> = list.children().take(MAX_ROWS).map(|row| row.node).collect();
    if rows.len() < MIN_ROWS || !rows.iter().all(|row| row.is_object()) {
        return None;
    }
    let mut columns: Vec<String> = Vec::new();
    for child in rows.iter().flat_map(|row| row.children()) {
        let name = child.key();
        if columns.len() <= MAX_COLUMNS && !columns.iter().any(|column| *column == name) {
            columns.push(name.into_owned());
        }
    }
    let has_more_columns = columns.len() > MAX_COLUMNS;
    columns.truncate(MAX_COLUMNS);
    let mut html = HtmlWriter::default();
    html.raw("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .text(text!("response-table"))
        .raw("\"><table>");
    if !pointer.is_empty() {
        html.raw("<caption>").text(&pointer).raw("</caption>");
    }
    html.raw("<thead><tr>");
    for column in &columns {
        html.raw("<th scope=\"col\">").text(column).raw("</th>");
    }
    html.raw(if has_more_columns { "<th scope=\"col\">…</th>" } else { "" }).raw("</tr></thead><tbody>");
    for row in rows {
        let fields: Vec<Child> = row.children().collect();
        html.raw("<tr>");
        for column in &columns {
            html.raw("<td>");
            if let Some(field) = fields.iter().find(|field| field.key() == *column) {
                write_cell(&mut html, field.node, can_reveal);
            }
            html.raw("</td>");
        }
        html.raw("</tr>");
    }
    html.raw("</tbody></table></div>");
    let count = list.children().count();
    if count > MAX_ROWS {
        let note = text!("preview-first-rows-of", shown = MAX_ROWS, count = count);
        html.raw("<p class=\"note\">").text(&note).raw("</p>");
    }
    Some(html.finish())
}

fn is_list_of_objects(node: Node) -> bool {
    node.is_list() && node.children().next().is_some_and(|first| first.node.is_object())
}

fn write_cell(html: &mut HtmlWriter, node: Node, can_reveal: bool) {
    let text = node.text();
    if text.starts_with('"') {
        let text = unquote(text);
        if placeholder::is_placeholder(&text) {
            masked_secret::write_placeholder(html, &text, can_reveal);
        } else {
            write_shortened(html, &text);
        }
    } else if (node.is_object() || node.is_list()) && text.len() <= MAX_PARSED_BYTES {
        write_shortened(html, &serde_json::from_str::<Value>(text).unwrap_or_default().to_string());
    } else {
        write_shortened(html, text);
    }
}

fn write_shortened(html: &mut HtmlWriter, text: &str) {
    let end = text.char_indices().nth(MAX_CELL_CHARS).map_or(text.len(), |(end, _)| end);
    html.text(&text[..end]).raw(if end < text.len() { "…" } else { "" });
}

#[cfg(test)]
mod tests {
    use super::{Node, render};

    fn table(text: &str) -> String {
        render(Node::of_valid(text), false).unwrap_or_default()
    }

    #[test]
    fn a_list_of_objects_has_a_column_per_field() {
        let html = table(
            r#"{"total": 2, "users": [{"id": 1, "na\"me": "<b>"}, {"id": 2.50, "tags": [ "a" , null ], "token": "{{response 1.token}}"}]}"#,
        );
        for expected in [
            "<caption>/users</caption><thead><tr><th scope=\"col\">id</th><th scope=\"col\">na&quot;me</th><th scope=\"col\">tags</th><th scope=\"col\">token</th></tr></thead>",
            "<tr><td>1</td><td>&lt;b&gt;</td><td></td><td></td></tr>",
            "<tr><td>2.50</td><td></td><td>[&quot;a&quot;,null]</td><td><form class=\"masked\"",
        ] {
            assert!(html.contains(expected), "{expected} is missing in {html}");
        }
        assert!(!html.contains("note"), "{html}");
    }

    #[test]
    fn other_values_have_no_table() {
        for text in ["{}", "[]", "[1,2]", r#"[{"a":1}]"#, r#"[{"a":1},2]"#, r#"{"a":{"b":[{},{}]}}"#, "1"] {
            assert_eq!(table(text), "", "{text}");
        }
    }

    #[test]
    fn a_table_is_bounded() {
        let row =
            (0..100).map(|column| format!("\"c{column}\": \"{}\"", "x".repeat(1_000))).collect::<Vec<_>>().join(",");
        let html = table(&format!("[{}]", vec![format!("{{{row}}}"); 500].join(",")));
        assert_eq!((html.matches("<tr>").count(), html.matches("<th scope").count()), (101, 31));
        assert!(html.contains("The first 100 of 500 rows are shown.") && html.len() < 1_000_000, "{}", html.len());
    }
}
