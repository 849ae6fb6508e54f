//! Decides where a secret may be sent by a caller that cannot see it: to a documented field that is for it, and not
//! together with a URL that the caller chose, to which the provider could pass it on.

use super::secret_detection::{is_secret_name, split_words};
use crate::model::{
    Arguments,
    operation::Operation,
    placeholder::Placeholder,
    problem::join_pointer,
    schema::{Field, Schema},
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Last words of the names of fields that hold a URL or a host.
const URL_NAME_ENDINGS: [&str; 10] =
    ["callback", "callbacks", "endpoint", "host", "origin", "uri", "uris", "url", "urls", "webhook"];

/// The documentation of a field of a request, if there is any.
#[derive(Clone, Copy)]
pub(super) struct DocumentedField<'a> {
    operation: &'a Operation,
    field: Option<(&'a str, &'a Schema)>,
}

impl<'a> DocumentedField<'a> {
    /// Returns the documentation of a parameter or a field of the body.
    pub(super) fn of_operation(operation: &'a Operation, name: &str) -> Self {
        let field = operation.field(name).map(|field| (field.name.as_str(), &field.schema));
        Self { operation, field }
    }

    /// Returns the documentation of the items of a list. They have the name of the list.
    pub(super) fn item(self) -> Self {
        let item = self.field.and_then(|(name, schema)| {
            let mut schemas = variants(self.operation, schema).into_iter();
            schemas.find_map(|schema| match schema {
                Schema::Array(constraints) => Some((name, &constraints.item)),
                _ => None,
            })
        });
        Self { field: item, ..self }
    }

    /// Returns the documentation of a field of an object.
    pub(super) fn child(self, name: &str) -> Self {
        let child = self.field.and_then(|(_, schema)| {
            let mut schemas = variants(self.operation, schema).into_iter();
            schemas.find_map(|schema| match schema {
                Schema::Object(fields) => fields
                    .iter()
                    .find(|field| field.name == name)
                    .map(|Field { name, schema, .. }| (name.as_str(), schema)),
                _ => None,
            })
        });
        Self { field: child, ..self }
    }

    /// Returns true if the document says that the field is for a secret, or if the field has the name of the one that a
    /// secret came from. `label` is the path of that one.
    pub(super) fn accepts(self, label: &str) -> bool {
        self.field.is_some_and(|(name, schema)| {
            let is_password = |schema: &Schema| {
                matches!(schema, Schema::String(constraints) if constraints.format.as_deref() == Some("password"))
            };
            is_secret_name(name)
                || is_origin(name, label)
                || variants(self.operation, schema).into_iter().any(is_password)
        })
    }

    fn has_choice(self, value: &Value) -> bool {
        self.field.is_some_and(|(_, schema)| {
            let is_choice = |schema: &Schema| matches!(schema, Schema::Enum(choices) if choices.contains(value));
            variants(self.operation, schema).into_iter().any(is_choice)
        })
    }
}

/// Returns a schema, or the variants of a union, without references.
fn variants<'a>(operation: &'a Operation, schema: &'a Schema) -> Vec<&'a Schema> {
    match operation.resolve(schema) {
        Schema::Union(variants) => variants.iter().map(|variant| operation.resolve(&variant.schema)).collect(),
        schema => vec![schema],
    }
}

/// Returns true if the last name of a label, such as `user.session_token` or `recovery_codes.0`, is the name of a field.
fn is_origin(name: &str, label: &str) -> bool {
    let is_index = |segment: &str| segment.chars().all(|c| c.is_ascii_digit());
    let origin = label.rsplit('.').find(|segment| !is_index(segment)).unwrap_or_default();
    let origin = origin.strip_prefix("header ").unwrap_or(origin);
    !origin.is_empty() && origin.trim_end_matches('s').eq_ignore_ascii_case(name.trim_end_matches('s'))
}

/// Returns the location of the first URL that the caller chose: one that the document does not list.
pub(super) fn find_chosen_url(operation: &Operation, values: [&Arguments; 2]) -> Option<String> {
    values.into_iter().flatten().find_map(|(name, value)| {
        find_url(DocumentedField::of_operation(operation, name), name, value, &join_pointer("", name))
    })
}

fn find_url(field: DocumentedField, name: &str, value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => {
            let is_url = contains_url(text) || is_url_name(name) && !text.trim().is_empty();
            (is_url && Placeholder::parse(text).is_none() && !field.has_choice(value)).then(|| path.to_owned())
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| find_url(field.item(), name, item, &join_pointer(path, &index.to_string()))),
        Value::Object(fields) => {
            fields.iter().find_map(|(name, value)| find_url(field.child(name), name, value, &join_pointer(path, name)))
        }
        _ => None,
    }
}

/// Returns true if a text contains a URL with a host, also a percent-encoded one.
fn contains_url(text: &str) -> bool {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    [text, &decoded].iter().any(|text| {
        let text = text.replace('\\', "/");
        text.contains("://") || text.trim_start().starts_with("//")
    })
}

fn is_url_name(name: &str) -> bool {
    split_words(name).last().is_some_and(|last| URL_NAME_ENDINGS.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{contains_url, is_origin, is_url_name};

    #[test]
    fn urls_of_a_callers_choice_are_recognized() {
        for text in [
            "https://evil.example",
            "see http://evil.example/x",
            "https%3A%2F%2Fevil.example",
            "//evil.example",
            "\\\\evil.example",
            "ftp://x",
        ] {
            assert!(contains_url(text), "{text}");
        }
        for text in ["", "ann@example.com", "a/b", "10:30", "a // b"] {
            assert!(!contains_url(text), "{text}");
        }
        for name in ["url", "redirect_url", "redirectURL", "callback", "webhook", "base-uri"] {
            assert!(is_url_name(name), "{name}");
        }
        for name in ["", "curl", "name", "session_token"] {
            assert!(!is_url_name(name), "{name}");
        }
    }

    #[test]
    fn the_name_of_the_origin_is_recognized() {
        for (name, label) in [
            ("session_token", "session_token"),
            ("token", "user.Token"),
            ("recovery_code", "recovery_codes.0"),
            ("x-session", "header x-session"),
        ] {
            assert!(is_origin(name, label), "{name} {label}");
        }
        for (name, label) in [("note", "session_token"), ("", "#1"), ("0", "0"), ("token", "session_token")] {
            assert!(!is_origin(name, label), "{name} {label}");
        }
    }
}
