//! Writes JSON without a serializer, which would make the browser program larger.

/// Writes a JSON object, whose values are JSON.
pub(super) fn json_object(fields: &[(impl AsRef<str>, String)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(name, json)| [&quote(name.as_ref()), ":", &json[..]].concat()).collect();
    ["{", &fields.join(","), "}"].concat()
}

/// Writes a text as JSON.
pub(super) fn quote(text: &str) -> String {
    js_sys::JSON::stringify(&text.into()).map(String::from).unwrap_or_default()
}
