//! Merges a value into the parts of a document that an action selects (Overlay Specification 1.1, §4.4.3).

use super::target::{Step, find};
use crate::model::problem::join_pointer;
use serde_json::Value;

/// The kind of a value, on which the merging depends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
    Primitive,
}

impl Kind {
    fn of(value: &Value) -> Self {
        match value {
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
            _ => Self::Primitive,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::Primitive => "a single value",
        }
    }
}

/// Checks that a value can be merged into the parts at all of these places.
///
/// # Errors
/// Returns the reason if the parts are of different kinds, or one of them is of another kind than the value.
pub(super) fn ensure_mergeable(root: &Value, places: &[Vec<Step>], added: &Value) -> Result<(), String> {
    let targets = || places.iter().filter_map(|place| find(root, place));
    let Some(kind) = targets().next().map(Kind::of) else { return Ok(()) };
    if let Some(other) = targets().map(Kind::of).find(|other| *other != kind) {
        return Err(format!("is not applied: its target selects {} and {}", kind.name(), other.name()));
    }
    // Any value can be appended to a list.
    let conflicts = targets().filter(|_| kind != Kind::Array).filter_map(|target| find_conflict(target, added, ""));
    conflicts.map(Err).next().unwrap_or(Ok(()))
}

/// Returns the reason why a value cannot be merged into another one, with the place in the value.
fn find_conflict(target: &Value, added: &Value, pointer: &str) -> Option<String> {
    let (kind, added_kind) = (Kind::of(target), Kind::of(added));
    if kind != added_kind {
        let place = if pointer.is_empty() { "the target" } else { pointer };
        return Some(format!("is not applied: {place} is {}, not {}", kind.name(), added_kind.name()));
    }
    let (Value::Object(object), Value::Object(fields)) = (target, added) else { return None };
    let mut shared = fields.iter().filter_map(|(name, added)| Some((name, object.get(name)?, added)));
    shared.find_map(|(name, target, added)| find_conflict(target, added, &join_pointer(pointer, name)))
}

/// Merges a value into another one: objects are merged, lists are joined, and other values are replaced.
pub(super) fn merge(target: &mut Value, added: &Value) {
    match (target, added) {
        (Value::Object(object), Value::Object(fields)) => {
            for (name, added) in fields {
                match object.get_mut(name) {
                    Some(target) => merge(target, added),
                    None => drop(object.insert(name.clone(), added.clone())),
                }
            }
        }
        (Value::Array(items), Value::Array(added)) => items.extend(added.iter().cloned()),
        (Value::Array(items), added) => items.push(added.clone()),
        (target, added) => *target = added.clone(),
    }
}
