//! What a schema says for people.

use super::{markdown, reference::Layers, schema::Reader};
use crate::model::schema::About;
use serde_json::Value;

impl<'a> Reader<'a> {
    /// Markdown as HTML, unless the operation has had too much of it.
    pub(super) fn html(&mut self, markdown: &str) -> String {
        if self.budget.affords_text(markdown) { markdown::to_html(markdown) } else { String::new() }
    }

    /// What a schema says for people.
    pub(super) fn about(&mut self, layers: &Layers<'a>) -> About {
        let given = layers.get("examples").and_then(Value::as_array).into_iter().flatten().chain(layers.get("example"));
        let nullable = |layers: &Layers| {
            layers.is("nullable")
                || layers.get("type").and_then(Value::as_array).is_some_and(|kinds| kinds.contains(&"null".into()))
                || [layers.get("oneOf"), layers.get("anyOf")]
                    .into_iter()
                    .flatten()
                    .any(|variants| variants.as_array().into_iter().flatten().any(|variant| variant["type"] == "null"))
        };
        let items = layers.get("items").map(|items| self.layers(items)).unwrap_or_default();
        let mut words = choices(layers);
        words.extend(choices(&items));
        words.retain(|(value, meaning)| self.budget.affords_text(value) && self.budget.affords_text(meaning));
        About {
            description: self.html(layers.text("description")),
            default: layers.get("default").filter(|default| self.budget.affords(default)).cloned(),
            examples: given.take(5).filter(|example| self.budget.affords(example)).cloned().collect(),
            choices: words,
            nullable: nullable(layers),
            deprecated: layers.is("deprecated"),
        }
    }
}

/// What the choices of an `enum` mean: `x-enumDescriptions` by value, `x-enum-descriptions` by position, or a `oneOf` whose
/// variants are constants with words.
fn choices(layers: &Layers) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let by_value = layers.get("x-enumDescriptions").or(layers.get("x-enum-descriptions"));
    if let Some(by_value) = by_value.and_then(Value::as_object) {
        return by_value.iter().map(|(value, meaning)| (value.clone(), text(meaning))).collect();
    }
    let values = layers.get("enum").and_then(Value::as_array).into_iter().flatten().map(text);
    if let Some(by_position) = by_value.and_then(Value::as_array) {
        return values.zip(by_position.iter().map(text)).collect();
    }
    let variants =
        [layers.get("oneOf"), layers.get("anyOf")].into_iter().flatten().filter_map(Value::as_array).flatten();
    let constants = variants.filter_map(|variant| {
        let meaning = variant["description"].as_str().or(variant["title"].as_str())?;
        Some((text(variant.get("const")?), meaning.to_owned()))
    });
    constants.collect()
}
