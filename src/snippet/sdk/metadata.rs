//! Metadata of SDKs in a document (`x-sdks`). It becomes part of code, so only names are accepted.

use super::SdkMethod;
use serde_json::Value;
use std::collections::HashMap;

/// Metadata in a document, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct SdkMetadata(pub(super) Value);

impl SdkMetadata {
    /// Returns the name at a path, or `None` if the value there is not a name.
    pub(super) fn name_at(&self, path: &[&str]) -> Option<&str> {
        let value_at_path = path.iter().try_fold(&self.0, |value, key| value.get(key))?;
        value_at_path.as_str().filter(|text| is_qualified_name(text))
    }

    /// Returns true if the value at a path is `true`.
    pub(super) fn has_flag(&self, path: &[&str]) -> bool {
        path.iter().try_fold(&self.0, |value, key| value.get(key)) == Some(&Value::Bool(true))
    }
}

/// Returns true for a name, with or without its packages: `petstore.AdminClient`, `Petstore\Admin\Client`, `@a/b`.
fn is_qualified_name(text: &str) -> bool {
    let is_name_byte = |b: u8| b.is_ascii_alphanumeric() || b"_.:/@-\\".contains(&b);
    !text.is_empty() && text.bytes().all(is_name_byte)
}

/// Returns true for the path of a method, such as `stores.pets.delete_totp`.
fn is_method_path(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.split('.').all(is_word)
}

/// Parses an id that is used in URLs.
pub(super) fn parse_id(text: &str) -> Option<String> {
    let is_id = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_id.then(|| text.to_owned())
}

/// Parses a line of text. Users copy commands into a shell, so characters that are special there are rejected.
pub(super) fn parse_line(value: &Value) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || " _.,:/@+=#-".contains(c);
    value.as_str().filter(|text| text.chars().all(is_allowed)).map(str::to_owned)
}

/// Parses the methods of an SDK, by the ids of operations. The table (`methods`, grouped by client) lists them; the SDK
/// (`operations`) can override a method (`method`) or its client (`client`), or remove the method (`null`).
pub(super) fn parse_methods(table: &Value, overrides: &Value) -> HashMap<String, SdkMethod> {
    let mut methods = HashMap::new();
    for (client, paths) in table.as_object().into_iter().flatten() {
        for (operation, table_path) in paths.as_object().into_iter().flatten() {
            let operation_override = overrides.get(operation);
            if operation_override.is_some_and(Value::is_null) {
                continue;
            }
            let operation_metadata = SdkMetadata(operation_override.cloned().unwrap_or_default());
            let valid_path =
                operation_metadata.name_at(&["method"]).or(table_path.as_str()).filter(|path| is_method_path(path));
            let Some(method_path) = valid_path else { continue };
            let mut services: Vec<String> = method_path.split('.').map(str::to_owned).collect();
            let Some(name) = services.pop() else { continue };
            let client = operation_metadata.name_at(&["client"]).unwrap_or(client).to_owned();
            methods.insert(operation.clone(), SdkMethod { client, services, name });
        }
    }
    methods
}

/// Parses the paths of parameters in the options of methods.
pub(super) fn parse_option_paths(value: &Value) -> HashMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    let valid_pairs = pairs
        .filter_map(|(name, path)| Some((name.clone(), path.as_str().filter(|path| is_method_path(path))?.to_owned())));
    valid_pairs.collect()
}
