//! Copies the path items, parameters and responses that a Swagger 2.0 document has in other files to where they are
//! used, so that they are converted as if they were in the document. Schemas need no conversion, and stay where they are.

use super::reference::REFERENCED_FILES_KEY;
use serde_json::Value;

/// Maximum size of all copies, in bytes of JSON.
const MAX_COPIED_BYTES: usize = 30_000_000;
/// Maximum length of a chain of references.
const MAX_REFERENCE_CHAIN: usize = 16;

/// Copies the parts of other files that are used. Those that exceed the limit stay references.
pub(super) fn copy_used_parts(root: &mut Value) {
    let Some(files) = root.get(REFERENCED_FILES_KEY).cloned() else { return };
    let mut copier = Copier { files, remaining_bytes: MAX_COPIED_BYTES };
    for key in ["parameters", "responses"] {
        root.get_mut(key).into_iter().for_each(|values| copier.copy_each(values));
    }
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for path_item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        copier.copy(path_item);
        let Some(path_item) = path_item.as_object_mut() else { continue };
        for (key, value) in path_item.iter_mut() {
            if key == "parameters" {
                copier.copy_each(value);
            } else if let Some(operation) = value.as_object_mut() {
                for key in ["parameters", "responses"] {
                    operation.get_mut(key).into_iter().for_each(|value| copier.copy_each(value));
                }
            }
        }
    }
}

struct Copier {
    files: Value,
    remaining_bytes: usize,
}

impl Copier {
    fn copy_each(&mut self, values: &mut Value) {
        match values {
            Value::Array(items) => items.iter_mut().for_each(|item| self.copy(item)),
            Value::Object(object) => object.values_mut().for_each(|value| self.copy(value)),
            _ => {}
        }
    }

    /// Replaces a reference to another file by its target.
    fn copy(&mut self, value: &mut Value) {
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(target) = value.get("$ref").and_then(Value::as_str).and_then(|reference| self.find(reference))
            else {
                return;
            };
            let Some(remaining_bytes) = self.remaining_bytes.checked_sub(target.to_string().len()) else { return };
            *value = target.clone();
            self.remaining_bytes = remaining_bytes;
        }
    }

    fn find(&self, reference: &str) -> Option<&Value> {
        let pointer = reference.strip_prefix("#/")?.strip_prefix(REFERENCED_FILES_KEY)?;
        self.files.pointer(&percent_encoding::percent_decode_str(pointer).decode_utf8_lossy())
    }
}
