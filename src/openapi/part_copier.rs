//! Copies parts that a document shares to where they are used, so that all other code finds them there.

use super::reference::Resolver;
use serde_json::Value;

/// Maximum size of all copies, in bytes of JSON.
const MAX_COPIED_BYTES: usize = 30_000_000;
/// Maximum length of a chain of references.
const MAX_REFERENCE_CHAIN: usize = 16;

/// Replaces references with copies of their targets, within a limit. Beyond it, references stay.
pub(super) struct PartCopier {
    /// The document before anything is copied.
    original: Value,
    /// Start of the references that are replaced: `#/components/mediaTypes/`.
    prefix: String,
    remaining_bytes: usize,
}

impl PartCopier {
    pub(super) fn new(original: Value, prefix: &str) -> Self {
        Self { original, prefix: prefix.to_owned(), remaining_bytes: MAX_COPIED_BYTES }
    }

    /// Replaces the references that the items of a list, or the fields of an object, consist of.
    pub(super) fn copy_each(&mut self, values: &mut Value) {
        match values {
            Value::Array(items) => items.iter_mut().for_each(|item| self.copy(item)),
            Value::Object(object) => object.values_mut().for_each(|value| self.copy(value)),
            _ => {}
        }
    }

    /// Replaces a value that is a reference.
    pub(super) fn copy(&mut self, value: &mut Value) {
        for _ in 0..MAX_REFERENCE_CHAIN {
            let reference = value.get("$ref").and_then(Value::as_str).filter(|text| text.starts_with(&self.prefix));
            let Some(reference) = reference.filter(|_| self.remaining_bytes > 0) else { return };
            let Ok(target) = Resolver::Whole(&self.original).resolve_reference(reference) else { return };
            let copy = target.clone();
            let remaining_bytes = self.remaining_bytes.checked_sub(copy.to_string().len());
            self.remaining_bytes = remaining_bytes.unwrap_or_default();
            if remaining_bytes.is_none() {
                return;
            }
            *value = copy;
        }
    }
}
