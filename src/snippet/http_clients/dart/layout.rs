//! Line breaks of `dart format`.

use super::{string_literal, text_expression};
use crate::snippet::{
    document::{self, Document},
    http_clients::literal::is_nonempty_container,
    text_template::TextTemplate,
};
use serde_json::Value;

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 80;

/// Indentation per level, in spaces.
const INDENT: usize = 2;

/// Renders a statement of `main`.
pub(super) fn render_statement(statement: Document) -> String {
    render_line(&[statement, ";".into()].into(), 1)
}

/// Renders code on lines of its own. `depth` is the indentation level.
pub(super) fn render_line(code: &Document, depth: usize) -> String {
    let indent = INDENT * depth;
    format!("{}{}\n", " ".repeat(indent), code.render(MAX_LINE_WIDTH, indent))
}

/// Returns a JSON value. A container of nonempty lists or maps is always broken.
pub(super) fn json_document(value: &Value) -> Document {
    match value {
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())).into(),
        Value::Array(items) => {
            let documents = items.iter().map(json_document);
            delimited_document(["[", "]"], documents, items.iter().any(is_nonempty_container))
        }
        Value::Object(fields) => {
            let pairs = fields.iter().map(|(name, value)| {
                let name = format!("{}:", string_literal(name));
                match value {
                    Value::Array(_) | Value::Object(_) => [name.into(), " ".into(), json_document(value)].into(),
                    scalar => pair_document(&name, json_document(scalar)),
                }
            });
            delimited_document(["{", "}"], pairs, fields.values().any(is_nonempty_container))
        }
        other => other.to_string().into(),
    }
}

/// Returns items between delimiters, on one line if they fit and `must_break` is false, otherwise one per line.
pub(super) fn delimited_document(
    [start, end]: [&str; 2],
    items: impl IntoIterator<Item = Document>,
    must_break: bool,
) -> Document {
    let contents = Document::from([start.into(), document::items(items, INDENT, "", ","), end.into()]);
    if must_break { Document::BrokenGroup(contents.into()) } else { contents.group() }
}

/// Returns a name and its value on one line, or on two lines if the value then fits.
pub(super) fn pair_document(name: &str, value: Document) -> Document {
    [name.into(), Document::from([Document::LineToFit(" "), value]).nest(2 * INDENT)].into()
}

/// Renders the declaration of a local variable with the value of an environment variable.
pub(super) fn render_variable(name: &str, environment_variable: &str) -> String {
    let value = format!("environment['{environment_variable}']!;");
    let [one_line, next_line] =
        [format!("  final {name} = Platform.{value}\n"), format!("  final {name} =\n      Platform.{value}\n")];
    [one_line, next_line]
        .into_iter()
        .find(|code| code.lines().all(|line| line.chars().count() <= MAX_LINE_WIDTH))
        .unwrap_or_else(|| format!("  final {name} = Platform\n      .{value}\n"))
}

/// Returns a map of strings.
pub(super) fn string_map_document(pairs: &[(String, String)]) -> Document {
    let pairs = pairs.iter().map(|(name, value)| pair_document(&format!("{name}:"), value.as_str().into()));
    delimited_document(["{", "}"], pairs, false)
}

#[cfg(test)]
mod tests {
    use super::render_variable;

    #[test]
    fn the_declaration_of_a_variable_is_broken_like_dart_format_does() {
        for (name, variable, expected) in [
            ("token", "TOKEN", "  final token = Platform.environment['TOKEN']!;\n"),
            (
                "response1SessionToken",
                "RESPONSE_1_SESSION_TOKEN",
                "  final response1SessionToken =\n      Platform.environment['RESPONSE_1_SESSION_TOKEN']!;\n",
            ),
            (
                "response1OrganizationMemberSessionToken",
                "RESPONSE_1_ORGANIZATION_MEMBER_SESSION_TOKEN_IN_A_VERY_LONG_RESPONSE",
                "  final response1OrganizationMemberSessionToken = Platform\n      \
                 .environment['RESPONSE_1_ORGANIZATION_MEMBER_SESSION_TOKEN_IN_A_VERY_LONG_RESPONSE']!;\n",
            ),
        ] {
            assert_eq!(render_variable(name, variable), expected);
        }
    }
}
