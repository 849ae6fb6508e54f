//! Renders JSON as HTML that folds: objects and lists are `<details>`, so it needs no script. The row of each value has its
//! JSON Pointer, by which scripts copy it.

use super::{html::HtmlWriter, masked_secret};
use crate::{
    model::{
        placeholder,
        problem::{Problem, join_pointer},
    },
    text,
};
use serde_json::Value;

/// Maximum number of values that are shown as a tree.
pub const MAX_TREE_VALUES: usize = 4_000;
/// Maximum number of values in an object or list that starts unfolded.
const MAX_OPEN_VALUES: usize = 60;

/// Marks in a tree, and whether secrets can be revealed in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct TreeOptions<'a> {
    /// True if each placeholder has a button that shows its secret.
    pub can_reveal: bool,
    /// Differences from the documentation, which are marked at their values.
    pub problems: &'a [Problem],
    /// JSON Pointer of a value that a search has found; empty if there is none.
    pub found: &'a str,
}

impl TreeOptions<'_> {
    /// Returns true if a value is marked inside the value at a pointer, so that it must be unfolded.
    fn has_mark_inside(&self, pointer: &str) -> bool {
        let is_inside = |other: &str| other.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'));
        self.problems.iter().any(|problem| is_inside(&problem.location))
    }

    /// Writes the start of a row.
    pub(super) fn write_row_start(&self, html: &mut HtmlWriter, pointer: &str, quoted_name: Option<&str>) {
        html.raw("<div tabindex=\"-1\" data-pointer=\"").text(pointer).raw("\"");
        html.raw(if !self.found.is_empty() && self.found == pointer { " class=\"match\">" } else { ">" });
        if let Some(name) = quoted_name {
            html.raw("<span class=\"key\">").text(name).raw("</span>: ");
        }
    }

    /// Writes the differences of the value at a pointer. Those about the whole response are not about the root.
    pub(super) fn write_problems(&self, html: &mut HtmlWriter, pointer: &str) {
        let is_at_pointer = |problem: &&Problem| !pointer.is_empty() && problem.location == pointer;
        for problem in self.problems.iter().filter(is_at_pointer) {
            html.raw(" <span class=\"mismatch\">").text(&problem.message).raw("</span> ");
        }
    }

    /// Writes the differences that are about fields that an object does not have.
    fn write_missing_fields(&self, html: &mut HtmlWriter, pointer: &str, is_present: impl Fn(&str) -> bool) {
        for problem in self.problems {
            if let Some((parent, key)) = problem.location.rsplit_once('/')
                && parent == pointer
                && !is_present(&problem.location)
            {
                html.raw("<div><span class=\"mismatch\">").text(key).raw(": ").text(&problem.message);
                html.raw("</span></div>");
            }
        }
    }
}

/// Returns the number of values inside a value, including itself.
pub fn count_values(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count_values).sum(),
        Value::Object(fields) => fields.values().map(count_values).sum(),
        _ => 0,
    }
}

/// Returns true if a tree is too large to be seen at a glance.
pub fn has_folds(value: &Value) -> bool {
    count_values(value) > MAX_OPEN_VALUES
}

/// Writes a value as a tree.
pub fn write_tree(html: &mut HtmlWriter, value: &Value, options: &TreeOptions) {
    html.raw("<div class=\"json-tree\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .text(text!("body-label"))
        .raw("\">");
    write_value(html, value, "", "", options);
    html.raw("</div>");
}

/// Writes the value at a pointer, and the separator after it.
pub(super) fn write_value(
    html: &mut HtmlWriter,
    value: &Value,
    pointer: &str,
    separator: &'static str,
    options: &TreeOptions,
) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            write_details_start(html, value, pointer, fields.len(), options);
            for (index, (name, value)) in fields.iter().enumerate() {
                let pointer = join_pointer(pointer, name);
                options.write_row_start(html, &pointer, Some(&Value::from(name.as_str()).to_string()));
                write_value(html, value, &pointer, separator_after(index, fields.len()), options);
                html.raw("</div>");
            }
            let is_present = |at: &str| fields.keys().any(|name| join_pointer(pointer, name) == at);
            options.write_missing_fields(html, pointer, is_present);
            html.raw("</div>}").raw(separator).raw("</details>");
        }
        Value::Array(items) if !items.is_empty() => {
            write_details_start(html, value, pointer, items.len(), options);
            for (index, value) in items.iter().enumerate() {
                let pointer = join_pointer(pointer, &index.to_string());
                options.write_row_start(html, &pointer, None);
                write_value(html, value, &pointer, separator_after(index, items.len()), options);
                html.raw("</div>");
            }
            html.raw("</div>]").raw(separator).raw("</details>");
        }
        Value::String(text) if placeholder::is_placeholder(text) => {
            masked_secret::write_placeholder(html, text, options.can_reveal);
            html.raw(separator);
            options.write_problems(html, pointer);
        }
        single => {
            html.raw(match single {
                Value::String(_) => "<span class=\"string\">",
                Value::Number(_) => "<span class=\"number\">",
                _ => "<span class=\"literal\">",
            });
            html.text(&single.to_string()).raw("</span>").raw(separator);
            options.write_problems(html, pointer);
        }
    }
}

fn write_details_start(html: &mut HtmlWriter, value: &Value, pointer: &str, length: usize, options: &TreeOptions) {
    let is_open = pointer.is_empty() || !has_folds(value) || options.has_mark_inside(pointer);
    write_summary(html, value.is_object(), (length, is_open), pointer, options);
}

/// Writes the start of an object or a list up to its first row.
pub(super) fn write_summary(
    html: &mut HtmlWriter,
    is_object: bool,
    (length, is_open): (usize, bool),
    pointer: &str,
    options: &TreeOptions,
) {
    html.raw(if is_open { "<details open><summary>" } else { "<details><summary>" });
    html.raw(if is_object { "{" } else { "[" }).raw("<span class=\"folded\"> ");
    write_length(html, is_object, length);
    html.raw("</span>");
    options.write_problems(html, pointer);
    html.raw("</summary><div class=\"inside\">");
}

/// Writes the number of fields or items.
pub(super) fn write_length(html: &mut HtmlWriter, is_object: bool, length: usize) {
    let text =
        if is_object { text!("json-tree-fields", count = length) } else { text!("json-tree-items", count = length) };
    html.text(&text);
}

fn separator_after(index: usize, length: usize) -> &'static str {
    if index + 1 < length { "," } else { "" }
}

#[cfg(test)]
mod tests {
    use super::{TreeOptions, write_tree};
    use crate::{model::problem::Problem, ui::html::HtmlWriter};
    use serde_json::{Value, json};

    fn tree(value: &Value, options: &TreeOptions) -> String {
        let mut html = HtmlWriter::default();
        write_tree(&mut html, value, options);
        html.finish()
    }

    #[test]
    fn differences_are_marked_at_their_values_and_unfold_what_is_around_them() {
        let many: Vec<Value> = (0..100).map(|id| json!({"id": id})).collect();
        let value = json!({"data": many, "a/b": "x", "": {"c": null}});
        let folded = tree(&value, &TreeOptions::default());
        assert!(!folded.contains("mismatch") && folded.contains("<details><summary>["), "{folded}");
        let problems = [
            Problem::new("/data/99/id", "Must be <text>."),
            Problem::new("/data/98/name", "Is missing."),
            Problem::new("/a~1b", "Must be a number."),
            Problem::new("/", "Must be a list."),
            Problem::new("", "The status is not documented."),
        ];
        let html = tree(&value, &TreeOptions { problems: &problems, ..TreeOptions::default() });
        for expected in [
            "<div tabindex=\"-1\" data-pointer=\"/data/99/id\"><span class=\"key\">&quot;id&quot;</span>: <span class=\"number\">99</span> <span class=\"mismatch\">Must be &lt;text&gt;.</span>",
            "<div><span class=\"mismatch\">name: Is missing.</span></div>",
            "&quot;x&quot;</span>, <span class=\"mismatch\">Must be a number.</span>",
            "<span class=\"mismatch\">Must be a list.</span> </summary>",
        ] {
            assert!(html.contains(expected), "{expected} is missing in {html}");
        }
        assert!(!html.contains("<details><summary>") && !html.contains("The status"), "{html}");
    }

    #[test]
    fn what_is_found_is_marked() {
        let value = json!({"data": [1, 2]});
        let html = tree(&value, &TreeOptions { found: "/data/1", ..TreeOptions::default() });
        assert!(html.contains("data-pointer=\"/data/1\" class=\"match\">"), "{html}");
        assert_eq!(html.matches("class=\"match\"").count(), 1);
    }
}
