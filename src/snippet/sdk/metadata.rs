//! What a document says of SDKs (`x-sdks`). It becomes code, so that nothing but names may come in.

use super::SdkMethod;
use serde_json::Value;
use std::collections::HashMap;

/// What a document says, key by key.
#[derive(Clone, Debug, Default)]
pub(super) struct SdkMetadata(pub(super) Value);

impl SdkMetadata {
    /// The name at a place; none where something else stands there.
    pub(super) fn name_at(&self, path: &[&str]) -> Option<&str> {
        let value_at_path = path.iter().try_fold(&self.0, |value, key| value.get(key))?;
        value_at_path.as_str().filter(|text| is_qualified_name(text))
    }

    /// Whether `true` stands at a place.
    pub(super) fn has_flag(&self, path: &[&str]) -> bool {
        path.iter().try_fold(&self.0, |value, key| value.get(key)) == Some(&Value::Bool(true))
    }
}

/// A name with its packages, as languages write them: `stytch.B2BClient`, `Stytch\B2B\Client`, `@a/b`.
fn is_qualified_name(text: &str) -> bool {
    let is_name_byte = |b: u8| b.is_ascii_alphanumeric() || b"_.:/@-\\".contains(&b);
    !text.is_empty() && text.bytes().all(is_name_byte)
}

/// `organizations.members.delete_totp`
fn is_method_path(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.split('.').all(is_word)
}

/// A name in URLs.
pub(super) fn parse_id(text: &str) -> Option<String> {
    let is_id = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_id.then(|| text.to_owned())
}

/// A line of text. Commands are run by people who copy them, so nothing that a shell takes for more than one comes in.
pub(super) fn parse_line(value: &Value) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || " _.,:/@+=#-".contains(c);
    value.as_str().filter(|text| text.chars().all(is_allowed)).map(str::to_owned)
}

/// The methods of an SDK, by the ids of operations: those of the table (`methods`, client by client), but for what the SDK
/// says itself (`operations`): another method (`method`), another client (`client`), or none (`null`).
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
                operation_metadata.name_at(&["method"]).or(table_path.as_str()).filter(|way| is_method_path(way));
            let Some(method_path) = valid_path else { continue };
            let mut services: Vec<String> = method_path.split('.').map(str::to_owned).collect();
            let Some(name) = services.pop() else { continue };
            let client = operation_metadata.name_at(&["client"]).unwrap_or(client).to_owned();
            methods.insert(operation.clone(), SdkMethod { client, services, name });
        }
    }
    methods
}

/// Where parameters go in the options of methods.
pub(super) fn parse_option_paths(value: &Value) -> HashMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    let valid_pairs = pairs
        .filter_map(|(name, path)| Some((name.clone(), path.as_str().filter(|way| is_method_path(way))?.to_owned())));
    valid_pairs.collect()
}
