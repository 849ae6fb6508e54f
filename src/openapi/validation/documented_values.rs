//! The texts that a document names as values, in `enum`, `const`, defaults and examples.

use serde_json::{Map, Value};
use std::collections::HashSet;

/// Maximum number of texts, and maximum length of one, in bytes.
const MAX_TEXTS: usize = 1_000;
const MAX_TEXT_BYTES: usize = 1_000;
/// Maximum depth of a value that is searched for texts.
const MAX_DEPTH: usize = 20;

/// Texts that a document names as values, also inside lists and objects.
#[derive(Debug, Default)]
pub(super) struct DocumentedValues(HashSet<String>);

impl DocumentedValues {
    /// Returns true if the document names a text.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// Adds the texts in values.
    pub(super) fn extend<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) {
        values.into_iter().for_each(|value| self.add(value, 0));
    }

    fn add(&mut self, value: &Value, depth: usize) {
        if self.0.len() >= MAX_TEXTS || depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::String(text) if text.len() <= MAX_TEXT_BYTES => drop(self.0.insert(text.clone())),
            Value::Array(items) => items.iter().for_each(|item| self.add(item, depth + 1)),
            Value::Object(fields) => Map::values(fields).for_each(|field| self.add(field, depth + 1)),
            _ => {}
        }
    }
}
