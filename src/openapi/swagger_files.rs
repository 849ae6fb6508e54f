//! Copies the path items, parameters and responses that a Swagger 2.0 document has in other files to where they are
//! used, so that they are converted as if they were in the document. Schemas need no conversion, and stay where they are.

use super::{
    part_copier::PartCopier,
    reference::{REFERENCED_FILES_KEY, to_reference},
};
use serde_json::{Value, json};

/// Copies the parts of other files that are used.
pub(super) fn copy_used_parts(root: &mut Value) {
    let Some(files) = root.get(REFERENCED_FILES_KEY).cloned() else { return };
    let mut copier = PartCopier::new(json!({REFERENCED_FILES_KEY: files}), &to_reference("#", REFERENCED_FILES_KEY));
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
