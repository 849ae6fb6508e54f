//! Copies the Media Type Objects that a document refers to (`OpenAPI` 3.2, `components.mediaTypes`) to where they are
//! used.

use super::{part_copier::PartCopier, walk::visit_objects};
use serde_json::Value;

/// Copies all Media Type Objects that are used by reference.
pub(super) fn copy_media_types(root: &mut Value) {
    let mut has_reference = false;
    visit_objects(root, &mut |object| {
        let content = object.get("content").and_then(Value::as_object).into_iter().flatten();
        has_reference |= content.into_iter().any(|(_, media_type)| media_type.get("$ref").is_some());
    });
    if has_reference {
        let mut copier = PartCopier::new(root.clone(), "#/");
        visit_objects(root, &mut |object| {
            object.get_mut("content").into_iter().for_each(|content| copier.copy_each(content));
        });
    }
}
