//! Renders comma-separated values (RFC 4180), and values separated by tabs, as a table.

use super::super::html::HtmlWriter;
use crate::text;

/// Maximum number of rows and columns that are shown, and of characters in a cell.
pub(super) const MAX_ROWS: usize = 100;
pub(super) const MAX_COLUMNS: usize = 30;
pub(super) const MAX_CELL_CHARS: usize = 200;

/// Renders a text as a table whose first row is the head. Returns `None` if it has a single column.
pub(super) fn render(text: &str, separator: char) -> Option<String> {
    let mut rows = Rows { rest: text, separator };
    let head = rows.next()?;
    if head.len() < 2 {
        return None;
    }
    let mut html = HtmlWriter::default();
    html.raw("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"")
        .text(text!("response-table"))
        .raw("\"><table><thead>");
    write_row(&mut html, &head, "<th scope=\"col\">", "</th>");
    html.raw("</thead><tbody>");
    rows.by_ref().take(MAX_ROWS).for_each(|row| write_row(&mut html, &row, "<td>", "</td>"));
    html.raw("</tbody></table></div>");
    if rows.next().is_some() {
        html.raw("<p class=\"note\">").text(&text!("preview-first-rows", shown = MAX_ROWS)).raw("</p>");
    }
    Some(html.finish())
}

fn write_row(html: &mut HtmlWriter, row: &[String], start: &'static str, end: &'static str) {
    html.raw("<tr>");
    for cell in row.iter().take(MAX_COLUMNS) {
        let shown: String = cell.chars().take(MAX_CELL_CHARS).collect();
        html.raw(start).text(&shown).raw(if shown.len() < cell.len() { "…" } else { "" }).raw(end);
    }
    html.raw(if row.len() > MAX_COLUMNS { "<td>…</td></tr>" } else { "</tr>" });
}

/// Reads rows one by one. Empty lines are no rows.
struct Rows<'a> {
    rest: &'a str,
    separator: char,
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        self.rest = self.rest.trim_start_matches(['\r', '\n']);
        if self.rest.is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            cells.push(self.take_cell());
            match self.rest.strip_prefix(self.separator) {
                Some(rest) => self.rest = rest,
                None => return Some(cells),
            }
        }
    }
}

impl Rows<'_> {
    /// Takes a cell, without the separator or line end after it. Text after a closing quote belongs to the cell.
    fn take_cell(&mut self) -> String {
        let mut cell = String::new();
        if let Some(mut quoted) = self.rest.strip_prefix('"') {
            loop {
                let (text, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                cell.push_str(text);
                self.rest = after;
                // Two quotes are one in the text.
                let Some(next) = after.strip_prefix('"') else { break };
                cell.push('"');
                quoted = next;
            }
        }
        let end = self.rest.find([self.separator, '\r', '\n']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        cell + text
    }
}

#[cfg(test)]
mod tests {
    use super::{Rows, render};

    fn rows(text: &str, separator: char) -> Vec<Vec<String>> {
        Rows { rest: text, separator }.collect()
    }

    #[test]
    fn rows_are_read_by_rfc_4180() {
        let text = "name,ort\r\n\"Ä, B\",\"says \"\"hi\"\"\"\n,\n\"two\r\nlines\",x\r\n\nlast,\"open";
        let expected: [[&str; 2]; 5] =
            [["name", "ort"], ["Ä, B", "says \"hi\""], ["", ""], ["two\r\nlines", "x"], ["last", "open"]];
        assert_eq!(rows(text, ','), expected);
        assert_eq!(rows("a\tb,c\n", '\t'), [["a", "b,c"]]);
        assert_eq!(rows("\"a\"b,c", ','), [["ab", "c"]]);
        assert!(rows("\r\n", ',').is_empty());
    }

    #[test]
    fn a_table_is_bounded_and_its_cells_are_text() {
        let html = render("a,<b>\n1,\"<i>\"\n", ',').unwrap_or_default();
        assert_eq!(
            html,
            "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th scope=\"col\">a</th><th scope=\"col\">&lt;b&gt;</th></tr></thead><tbody>\
             <tr><td>1</td><td>&lt;i&gt;</td></tr></tbody></table></div>"
        );
        let wide = ["x"; 1_000].join(",");
        let long = format!("{wide}\n").repeat(1_000) + &"y".repeat(10_000_000) + ",z";
        let html = render(&long, ',').unwrap_or_default();
        assert_eq!((html.matches("<tr>").count(), html.matches("<th scope").count()), (101, 30));
        assert!(html.contains("The first 100 rows are shown.") && html.len() < 100_000, "{}", html.len());
        assert!(render("The server withholds this body.", ',').is_none());
    }
}
