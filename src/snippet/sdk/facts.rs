//! What a document says of SDKs (`x-sdks`). It becomes code, so that nothing but names may come in.

use super::Method;
use serde_json::Value;
use std::collections::HashMap;

/// What a document says, key by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts(pub(super) Value);

impl Facts {
    /// The name at a place; none where something else stands there.
    pub(super) fn text(&self, path: &[&str]) -> Option<&str> {
        let found = path.iter().try_fold(&self.0, |value, key| value.get(key))?;
        found.as_str().filter(|text| is_name(text))
    }

    /// Whether `true` stands at a place.
    pub(super) fn flag(&self, path: &[&str]) -> bool {
        path.iter().try_fold(&self.0, |value, key| value.get(key)) == Some(&Value::Bool(true))
    }
}

/// A name with its packages, as languages write them: `stytch.B2BClient`, `Stytch\B2B\Client`, `@a/b`.
fn is_name(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b"_.:/@-\\".contains(&b);
    !text.is_empty() && text.bytes().all(is_part)
}

/// `organizations.members.delete_totp`
fn is_way(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.split('.').all(is_word)
}

/// A name in URLs.
pub(super) fn id(text: &str) -> Option<String> {
    let is_id = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_id.then(|| text.to_owned())
}

/// A line of text. Commands are run by people who copy them, so nothing that a shell takes for more than one comes in.
pub(super) fn line(value: &Value) -> Option<String> {
    let is_known = |c: char| c.is_ascii_alphanumeric() || " _.,:/@+=#-".contains(c);
    value.as_str().filter(|text| text.chars().all(is_known)).map(str::to_owned)
}

/// The methods of an SDK, by the ids of operations: those of the table (`methods`, client by client), but for what the SDK
/// says itself (`operations`): another method (`method`), another client (`client`), or none (`null`).
pub(super) fn methods(table: &Value, own: &Value) -> HashMap<String, Method> {
    let mut methods = HashMap::new();
    for (client, ways) in table.as_object().into_iter().flatten() {
        for (operation, way) in ways.as_object().into_iter().flatten() {
            let own = own.get(operation);
            if own.is_some_and(Value::is_null) {
                continue;
            }
            let own = Facts(own.cloned().unwrap_or_default());
            let way = own.text(&["method"]).or(way.as_str()).filter(|way| is_way(way));
            let Some(way) = way else { continue };
            let mut services: Vec<String> = way.split('.').map(str::to_owned).collect();
            let Some(name) = services.pop() else { continue };
            let client = own.text(&["client"]).unwrap_or(client).to_owned();
            methods.insert(operation.clone(), Method { client, services, name });
        }
    }
    methods
}

/// Where parameters go in the options of methods.
pub(super) fn options(value: &Value) -> HashMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    let known =
        pairs.filter_map(|(name, way)| Some((name.clone(), way.as_str().filter(|way| is_way(way))?.to_owned())));
    known.collect()
}
