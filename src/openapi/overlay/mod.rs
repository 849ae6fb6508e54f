//! Overlays: documents that change an `OpenAPI` document (Overlay Specification 1.0 and 1.1). Both versions are applied
//! by the rules of 1.1, which permit what 1.0 leaves open.

mod merge;
mod target;

use super::{Diagnostic, parse_value, scalar_text};
use anyhow::ensure;
use merge::{ensure_mergeable, merge};
use serde_json::Value;
use target::{Step, remove, select};

/// Maximum number of actions of an overlay.
const MAX_ACTIONS: usize = 10_000;
/// Maximum size of everything that an overlay adds to a document, in bytes of JSON.
const MAX_ADDED_BYTES: usize = 30_000_000;
/// Maximum nesting depth of a document with its overlays.
const MAX_DEPTH: usize = 256;

/// An overlay.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// Name of its file, for diagnostics.
    name: String,
    actions: Vec<Value>,
}

impl Overlay {
    /// Reads an overlay from JSON or YAML text.
    ///
    /// # Errors
    /// Returns an error if the text is not an overlay of a supported version.
    pub fn parse(name: &str, text: &str) -> anyhow::Result<Self> {
        let mut root = parse_value(text)?;
        let version = scalar_text(&root["overlay"]);
        ensure!(
            ["1.0", "1.1"].iter().any(|supported| {
                version.strip_prefix(supported).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }),
            "Its `overlay` field must be 1.0.0 or 1.1.0."
        );
        let Value::Array(actions) = root["actions"].take() else { anyhow::bail!("Its `actions` are missing.") };
        ensure!(actions.len() <= MAX_ACTIONS, "It has more than {MAX_ACTIONS} actions.");
        Ok(Self { name: name.to_owned(), actions })
    }

    /// Applies the actions in order. Returns a diagnostic for each action that changes nothing.
    ///
    /// # Errors
    /// Returns an error if the result is nested too deeply.
    pub(super) fn apply(&self, root: &mut Value) -> anyhow::Result<Vec<Diagnostic>> {
        let (mut diagnostics, mut remaining_bytes) = (Vec::new(), MAX_ADDED_BYTES);
        for (index, action) in self.actions.iter().enumerate() {
            if let Err(reason) = apply_action(root, action, &mut remaining_bytes) {
                diagnostics.push(Diagnostic::new(format!("{}: actions.{index}", self.name), reason));
            }
        }
        ensure!(is_shallow(root, MAX_DEPTH), "With {}, it is nested deeper than {MAX_DEPTH} levels.", self.name);
        Ok(diagnostics)
    }
}

/// Applies an action, as a whole or not at all.
///
/// # Errors
/// Returns the reason why the document is unchanged.
fn apply_action(root: &mut Value, action: &Value, remaining_bytes: &mut usize) -> Result<(), String> {
    let target = action["target"].as_str().ok_or("is not applied: it has no `target`")?;
    let places = select(root, target)?;
    if places.is_empty() {
        return Err(format!("changes nothing: {target} selects no part of the document"));
    }
    if action["remove"] == true {
        return remove(root, places);
    }
    let added = added_value(root, action)?;
    ensure_mergeable(root, &places, &added)?;
    let size = added.to_string().len().saturating_mul(places.len());
    *remaining_bytes = remaining_bytes
        .checked_sub(size)
        .ok_or_else(|| format!("is not applied: the overlay would add more than {MAX_ADDED_BYTES} bytes"))?;
    for place in &places {
        if let Some(value) = target::find_mut(root, place) {
            merge(value, &added);
        }
    }
    Ok(())
}

/// Returns the value that an action adds to its targets.
fn added_value(root: &Value, action: &Value) -> Result<Value, String> {
    match (action.get("update"), action.get("copy")) {
        (Some(update), None) => Ok(update.clone()),
        (None, Some(Value::String(source))) => {
            let places: Vec<Vec<Step>> = select(root, source)?;
            let [place] = places.as_slice() else {
                return Err(format!(
                    "is not applied: {source} selects {} parts of the document, not one",
                    places.len()
                ));
            };
            Ok(target::find(root, place).cloned().unwrap_or_default())
        }
        (None, Some(_)) => Err("is not applied: `copy` is not a JSONPath".into()),
        (Some(_), Some(_)) => Err("is not applied: it has both `update` and `copy`".into()),
        (None, None) => Err("is not applied: it has none of `update`, `copy` and `remove: true`".into()),
    }
}

fn is_shallow(value: &Value, max_depth: usize) -> bool {
    let Some(max_depth) = max_depth.checked_sub(1) else { return false };
    match value {
        Value::Object(object) => object.values().all(|value| is_shallow(value, max_depth)),
        Value::Array(items) => items.iter().all(|value| is_shallow(value, max_depth)),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
