//! Reads the annotations of schemas: descriptions, defaults, examples and the meanings of enum values.

use super::{markdown, reference::ResolvedObject, schema::SchemaReader};
use crate::{model::schema::Annotations, text};
use serde_json::Value;

impl<'a> SchemaReader<'a> {
    /// Renders Markdown as HTML. Returns an empty string once the byte budget of the operation is spent.
    pub(super) fn render_markdown(&mut self, markdown: &str) -> String {
        if self.byte_budget.try_spend_text(markdown) { markdown::to_html(markdown) } else { String::new() }
    }

    /// Reads the annotations of a schema, as far as the byte budget of the operation allows.
    pub(super) fn read_annotations(&mut self, resolved: &ResolvedObject<'a>) -> Annotations {
        let documented_examples =
            resolved.get("examples").and_then(Value::as_array).into_iter().flatten().chain(resolved.get("example"));
        let items = resolved.get("items").map(|items| self.resolve_schema(items)).unwrap_or_default();
        let mut choice_descriptions = enum_descriptions(resolved);
        choice_descriptions.extend(enum_descriptions(&items));
        choice_descriptions.retain(|(value, meaning)| {
            self.byte_budget.try_spend_text(value) && self.byte_budget.try_spend_text(meaning)
        });
        let mut rules = self.read_rules(resolved);
        rules.extend(self.read_rules(&items).into_iter().map(|rule| text!("schema-rule-each-item", rule = rule)));
        let markdown = resolved.get_str("description");
        let description = self.render_markdown(markdown);
        let beginning = if description.is_empty() { None } else { markdown::beginning_of_long_text(markdown) };
        Annotations {
            description,
            beginning,
            default: resolved.get("default").filter(|default| self.byte_budget.try_spend(default)).cloned(),
            examples: documented_examples
                .take(5)
                .filter(|example| self.byte_budget.try_spend(example))
                .cloned()
                .collect(),
            value_descriptions: choice_descriptions,
            rules,
            nullable: resolved.accepts_null(),
            deprecated: resolved.is_true("deprecated"),
        }
    }
}

/// Returns the descriptions of enum values, by value: from `x-enumDescriptions` (by value), `x-enum-descriptions` (by
/// position), or a `oneOf` or `anyOf` whose variants are constants with a description or title.
fn enum_descriptions(resolved: &ResolvedObject) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let by_value = resolved.get("x-enumDescriptions").or(resolved.get("x-enum-descriptions"));
    if let Some(by_value) = by_value.and_then(Value::as_object) {
        return by_value.iter().map(|(value, meaning)| (value.clone(), text(meaning))).collect();
    }
    let values = resolved.get("enum").and_then(Value::as_array).into_iter().flatten().map(text);
    if let Some(by_position) = by_value.and_then(Value::as_array) {
        return values.zip(by_position.iter().map(text)).collect();
    }
    let constants = resolved.variants().into_iter().flatten().filter_map(|variant| {
        let meaning = variant["description"].as_str().or(variant["title"].as_str())?;
        Some((text(variant.get("const")?), meaning.to_owned()))
    });
    constants.collect()
}
