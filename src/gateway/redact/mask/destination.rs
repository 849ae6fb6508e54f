//! Decides where a secret may be sent by a caller that cannot see it: to a documented field that is for it, and not
//! together with a URL that the caller chose, to which the provider could pass it on.

use super::{
    harmless::{decode_base64_text, to_visible},
    secret_detection::{is_secret_name, split_words},
};
use crate::model::{
    Arguments,
    operation::Operation,
    placeholder::Placeholder,
    problem::join_pointer,
    schema::{Field, Schema},
};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

/// Last words of the names of fields that hold a URL or a host.
const URL_NAME_ENDINGS: [&str; 10] =
    ["callback", "callbacks", "endpoint", "host", "origin", "uri", "uris", "url", "urls", "webhook"];
/// Last words of the names of fields that hold a URL or a host if the value looks like one.
const LINK_NAME_ENDINGS: [&str; 15] = [
    "destination",
    "domain",
    "domains",
    "href",
    "hostname",
    "link",
    "links",
    "location",
    "redirect",
    "referer",
    "referrer",
    "server",
    "site",
    "target",
    "website",
];
/// Formats of URLs and hosts.
const URL_FORMATS: [&str; 9] =
    ["hostname", "idn-hostname", "ipv4", "ipv6", "iri", "iri-reference", "uri", "uri-reference", "url"];
/// Maximum number of times that a text is percent-encoded. What is encoded more often counts as a URL.
const MAX_PERCENT_ENCODINGS: usize = 4;

/// The documentation of a field of a request, if there is any.
#[derive(Clone, Copy)]
pub(super) struct DocumentedField<'a> {
    operation: &'a Operation,
    field: Option<(&'a str, &'a Schema)>,
}

impl<'a> DocumentedField<'a> {
    /// Returns the documentation of a parameter or a field of the body.
    pub(super) fn of_operation(operation: &'a Operation, name: &str) -> Self {
        let field = operation.field(name).map(|field| (field.sent_name(), &field.schema));
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

    fn has_url_format(&self) -> bool {
        self.field.is_some_and(|(_, schema)| {
            let is_url = |schema: &Schema| {
                matches!(schema, Schema::String(constraints)
                    if constraints.format.as_deref().is_some_and(|format| URL_FORMATS.contains(&format)))
            };
            variants(self.operation, schema).into_iter().any(is_url)
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

/// Finds the URLs that a caller chose: those that neither the document lists nor the settings trust.
pub(super) struct ChosenUrls<'a> {
    pub(super) operation: &'a Operation,
    /// Origins of URLs that callers may choose.
    pub(super) trusted_origins: &'a [String],
}

impl ChosenUrls<'_> {
    /// Returns the location of the first URL.
    pub(super) fn find(&self, values: [&Arguments; 2]) -> Option<String> {
        values.into_iter().flatten().find_map(|(name, value)| {
            self.find_in_field(DocumentedField::of_operation(self.operation, name), name, value, "")
        })
    }

    fn find_in_field(&self, field: DocumentedField, name: &str, value: &Value, parent: &str) -> Option<String> {
        let path = join_pointer(parent, name);
        if contains_url(name) { Some(path) } else { self.find_in_value(field, name, value, &path) }
    }

    fn find_in_value(&self, field: DocumentedField, name: &str, value: &Value, path: &str) -> Option<String> {
        match value {
            Value::String(text) => {
                let is_in_url_field = is_url_name(name) || field.has_url_format();
                let is_url = is_in_url_field && !text.trim().is_empty() || is_link_name(name) && looks_like_host(text);
                let is_permitted =
                    Placeholder::parse(text).is_some() || field.has_choice(value) || self.is_trusted(text);
                ((is_url || contains_url(text)) && !is_permitted).then(|| path.to_owned())
            }
            Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
                self.find_in_value(field.item(), name, item, &join_pointer(path, &index.to_string()))
            }),
            Value::Object(fields) => {
                fields.iter().find_map(|(name, value)| self.find_in_field(field.child(name), name, value, path))
            }
            _ => None,
        }
    }

    /// Returns true if a text is a URL of a trusted origin, written so that all parsers of URLs agree about its host, and
    /// does not contain another URL, to which it could redirect.
    fn is_trusted(&self, text: &str) -> bool {
        self.trusted_origins.iter().filter_map(|origin| text.strip_prefix(origin.as_str())).any(|rest| {
            (rest.is_empty() || rest.starts_with(['/', '?', '#']))
                && rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
                && !contains_url(rest)
        })
    }
}

/// Returns true if a text contains a URL with a host, also if it is encoded, or written as only browsers accept it.
fn contains_url(text: &str) -> bool {
    decode_base64_text(text).is_some_and(|decoded| has_url_prefix(&decoded)) || is_encoded_url(text, 0)
}

/// `depth` is the number of times that the text was percent-decoded.
fn is_encoded_url(text: &str, depth: usize) -> bool {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let is_encoded = decoded != text;
    has_url_prefix(text) || is_encoded && (depth >= MAX_PERCENT_ENCODINGS || is_encoded_url(&decoded, depth + 1))
}

/// Returns true if a text contains the start of a URL. Parsers skip control characters and take `\` for `/` (WHATWG URL,
/// §4.4), and need no slashes after the scheme `https`.
fn has_url_prefix(text: &str) -> bool {
    let is_skipped = |c: char| c.is_control() || c.is_whitespace();
    let text = to_visible(text).replace(is_skipped, "").replace('\\', "/").to_ascii_lowercase();
    text.starts_with("//") || ["://", "http:", "https:"].iter().any(|prefix| text.contains(prefix))
}

/// Returns true if a text is a host name or an IP address, possibly with a port and a path.
fn looks_like_host(text: &str) -> bool {
    let text = text.trim();
    let has_separator = text.contains(['.', ':']) || text == "localhost";
    has_separator && !text.contains(['@', ' ']) && Url::parse(&format!("https://{text}")).is_ok()
}

fn is_link_name(name: &str) -> bool {
    split_words(name).last().is_some_and(|last| LINK_NAME_ENDINGS.contains(&last.as_str()))
}

fn is_url_name(name: &str) -> bool {
    split_words(name).last().is_some_and(|last| URL_NAME_ENDINGS.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{contains_url, is_link_name, is_origin, is_url_name, looks_like_host};

    #[test]
    fn urls_of_a_callers_choice_are_recognized() {
        for text in [
            "https://evil.example",
            "see http://evil.example/x",
            "https%3A%2F%2Fevil.example",
            "//evil.example",
            "\\\\evil.example",
            "ftp://x",
            "https:evil.example",
            "https:/\t/evil.example",
            " /\n/evil.example",
            "ht\u{200b}tps://evil.example",
            "\u{ff48}ttps\u{ff1a}\u{ff0f}\u{ff0f}evil.example",
            "https%253A%252F%252Fevil.example",
            "aHR0cHM6Ly9ldmlsLmV4YW1wbGU",
        ] {
            assert!(contains_url(text), "{text}");
        }
        for text in ["", "ann@example.com", "a/b", "10:30", "a // b", "arn:aws:iam::1:role/a", "https"] {
            assert!(!contains_url(text), "{text}");
        }
        for name in ["url", "redirect_url", "redirectURL", "callback", "webhook", "base-uri"] {
            assert!(is_url_name(name), "{name}");
        }
        for name in ["", "curl", "name", "session_token"] {
            assert!(!is_url_name(name), "{name}");
        }
        for text in ["evil.example", "evil.example:8080/collect", "127.0.0.1", "[::1]", "localhost"] {
            assert!(is_link_name("redirect") && looks_like_host(text), "{text}");
        }
        for text in ["", "ann@example.com", "dashboard", "see evil.example"] {
            assert!(!looks_like_host(text), "{text}");
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
