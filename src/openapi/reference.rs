//! `$ref` within the document; others are never followed.

use serde_json::Value;
use std::{borrow::Cow, cell::Cell};

/// How many references may lead from one to the next.
const CHAIN: usize = 16;

/// Finds what references point to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver<'a> {
    root: &'a Value,
    budget: &'a Cell<usize>,
}

/// How many values of schemas are opened for one operation. References can make a small document mean more than fits
/// anywhere.
const BUDGET: usize = 1_000;

impl<'a> Resolver<'a> {
    pub(super) fn new(root: &'a Value, budget: &'a Cell<usize>) -> Self {
        Self { root, budget }
    }

    /// Allows as much as one operation may take.
    pub(super) fn refill(self) {
        self.budget.set(BUDGET);
    }

    /// Whether a schema may be opened: it costs what it has inside.
    pub(super) fn may_open(self, schema: &Value) -> bool {
        let cost = 1 + schema["properties"].as_object().map_or(0, serde_json::Map::len);
        let left = self.budget.get().checked_sub(cost);
        self.budget.set(left.unwrap_or_default());
        left.is_some()
    }

    /// The value itself, or what its `$ref` leads to; siblings of `$ref` override it (`OpenAPI` 3.1, §4.8.23).
    ///
    /// A reference that leads nowhere, elsewhere or in a circle is an error that names it.
    pub(super) fn resolve(self, value: &'a Value) -> Result<Cow<'a, Value>, String> {
        let mut siblings: Vec<&Value> = Vec::new();
        let mut current = value;
        for _ in 0..CHAIN {
            let Some(reference) = current.get("$ref").and_then(Value::as_str) else {
                return Ok(overlay(current, &siblings));
            };
            let pointer = reference.strip_prefix('#').ok_or_else(|| format!("{reference} is outside the document"))?;
            siblings.push(current);
            current =
                self.root.pointer(&percent_decode(pointer)).ok_or_else(|| format!("{reference} leads nowhere"))?;
        }
        Err("a chain of references does not end".into())
    }
}

fn percent_decode(pointer: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(pointer).decode_utf8_lossy()
}

/// The target with the fields that stood beside the references, the outermost last.
fn overlay<'a>(target: &'a Value, siblings: &[&'a Value]) -> Cow<'a, Value> {
    let beside = siblings.iter().rev().filter_map(|sibling| sibling.as_object()).flatten();
    let mut beside = beside.filter(|(key, _)| *key != "$ref").peekable();
    let (Some(object), true) = (target.as_object(), beside.peek().is_some()) else {
        return Cow::Borrowed(target);
    };
    let mut merged = object.clone();
    merged.extend(beside.map(|(key, value)| (key.clone(), value.clone())));
    Cow::Owned(Value::Object(merged))
}
