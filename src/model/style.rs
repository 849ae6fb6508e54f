//! Serializes values outside of JSON: in paths, queries, headers, cookies and forms (`OpenAPI` 3.1, §4.8.12.3).

use super::{
    cookie_value::is_cookie_byte,
    schema::{Field, FieldLocation, FieldSerialization, ParameterStyle},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Characters to encode if only the unreserved characters of RFC 3986, §2.3 are allowed.
pub(crate) const NON_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Characters to encode if a document allows reserved characters. Those that would end or split the query are still
/// encoded.
const ALLOW_RESERVED_SET: &AsciiSet = &NON_UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'+');
/// Characters to encode in a path if a document allows reserved characters in it: also those that would end the path,
/// those that no path contains, and `;`, after which some servers ignore the rest of a segment.
const PATH_ALLOW_RESERVED_SET: &AsciiSet =
    &ALLOW_RESERVED_SET.add(b'?').add(b'[').add(b']').add(b';').add(b'=').add(b'+');

/// Formats a value outside of JSON: strings without quotes, all other values as JSON.
pub(crate) fn format_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn percent_encode(text: &str, encode_set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, encode_set).to_string()
}

/// Serializes the value for a path: `simple` (`3,4`), `label` (`.3.4`) or `matrix` (`;id=3,4`). A slash is encoded,
/// unless the document allows reserved characters.
pub(crate) fn serialize_path_value(field: &Field, value: &Value) -> String {
    let encode_set = if field.serialization.allow_reserved { PATH_ALLOW_RESERVED_SET } else { NON_UNRESERVED };
    let encode_value = |value: &Value| percent_encode(&format_value(value), encode_set);
    let explode = field.serialization.explode.unwrap_or(false);
    let matrix_pair = |value: String| [";", &percent_encode(field.sent_name(), NON_UNRESERVED), "=", &value].concat();
    match field.serialization.style {
        Some(ParameterStyle::Label) => {
            [".", &serialize_items(value, explode, &encode_value).join(if explode { "." } else { "," })].concat()
        }
        Some(ParameterStyle::Matrix) => match value {
            Value::Array(values) if explode => {
                values.iter().map(encode_value).map(matrix_pair).collect::<Vec<_>>().concat()
            }
            Value::Object(_) if explode => [";", &serialize_items(value, true, &encode_value).join(";")].concat(),
            _ => matrix_pair(serialize_items(value, false, &encode_value).join(",")),
        },
        Some(ParameterStyle::Json) => percent_encode(&value.to_string(), NON_UNRESERVED),
        style => serialize_items(value, explode, &encode_value).join(encoded_delimiter(style)),
    }
}

/// Returns the delimiter of a list that is one part of a multipart body; `None` if each of its items is a part.
pub(crate) fn part_delimiter(field: &Field) -> Option<char> {
    let FieldSerialization { style, explode, .. } = &field.serialization;
    (style.is_some() && *explode == Some(false)).then(|| delimiter(*style))
}

/// Returns the delimiter of the items of a list or object, as it is in text that is not percent-encoded.
pub(super) fn delimiter(style: Option<ParameterStyle>) -> char {
    match style {
        Some(ParameterStyle::SpaceDelimited) => ' ',
        Some(ParameterStyle::PipeDelimited) => '|',
        Some(ParameterStyle::TabDelimited) => '\t',
        _ => ',',
    }
}

/// Returns the delimiter of the items of a list or object in a path, a query or a form.
fn encoded_delimiter(style: Option<ParameterStyle>) -> &'static str {
    match delimiter(style) {
        ' ' => "%20",
        '|' => "%7C",
        '\t' => "%09",
        _ => ",",
    }
}

/// Serializes a value that is a whole query string: as its text, or as JSON.
pub(super) fn serialize_query_string(field: &Field, value: &Value) -> String {
    let is_json = field.serialization.style == Some(ParameterStyle::Json);
    percent_encode(&if is_json { value.to_string() } else { format_value(value) }, NON_UNRESERVED)
}

/// Serializes the value for a header: `simple`.
pub(super) fn serialize_header_value(field: &Field, value: &Value) -> String {
    match field.serialization.style {
        Some(ParameterStyle::Json) => value.to_string(),
        style => {
            let explode = field.serialization.explode.unwrap_or(false);
            serialize_items(value, explode, &format_value).join(&delimiter(style).to_string())
        }
    }
}

/// Serializes the value as pairs of a query, a cookie or a form: `form`, `spaceDelimited`, `pipeDelimited`,
/// `deepObject`.
pub(super) fn serialize_pairs(field: &Field, value: &Value) -> Vec<String> {
    let encode_value = |value: &Value| {
        let text = format_value(value);
        match field.location {
            // Other text of this style is refused before.
            _ if field.serialization.style == Some(ParameterStyle::Cookie) => text,
            FieldLocation::Cookie if text.bytes().all(is_cookie_byte) => text,
            _ if field.serialization.allow_reserved => encode_unreserved(&text),
            _ => percent_encode(&text, NON_UNRESERVED),
        }
    };
    let name = percent_encode(field.sent_name(), NON_UNRESERVED);
    let pair = |value: String| [&name, "=", &value].concat();
    let style = field.serialization.style.unwrap_or(ParameterStyle::Form);
    let explode = field
        .serialization
        .explode
        .unwrap_or(matches!(style, ParameterStyle::Form | ParameterStyle::DeepObject | ParameterStyle::Cookie));
    match (style, value) {
        (ParameterStyle::Json, value) => vec![pair(percent_encode(&value.to_string(), NON_UNRESERVED))],
        (ParameterStyle::DeepObject, Value::Object(_)) => {
            let mut pairs = Vec::new();
            push_deep_object_pairs(&name, value, &encode_value, &mut pairs);
            pairs
        }
        (_, Value::Array(values)) if explode => values.iter().map(encode_value).map(pair).collect(),
        (ParameterStyle::Cookie, Value::Object(fields)) if explode => {
            fields.iter().map(|(name, value)| [name, "=", &encode_value(value)].concat()).collect()
        }
        (_, Value::Object(fields)) if explode && field.location != FieldLocation::Cookie => {
            let pair = |(name, value): (&String, &Value)| {
                [&percent_encode(name, NON_UNRESERVED), "=", &encode_value(value)].concat()
            };
            fields.iter().map(pair).collect()
        }
        (_, Value::Array(_) | Value::Object(_)) => {
            vec![pair(serialize_items(value, false, &encode_value).join(encoded_delimiter(Some(style))))]
        }
        (_, single) => vec![pair(encode_value(single))],
    }
}

/// Encodes a text in which reserved characters are allowed. Characters that are already percent-encoded stay so.
fn encode_unreserved(text: &str) -> String {
    let encoded = percent_encode(text, ALLOW_RESERVED_SET);
    let mut parts = encoded.split("%25");
    let mut output = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_encoded =
            matches!(part.as_bytes(), [one, two, ..] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit());
        output += if is_encoded { "%" } else { "%25" };
        output += part;
    }
    output
}

/// Appends the pairs of an object in `deepObject` style: `a[b][c]=1`, to any depth, with the brackets percent-encoded
/// (`OpenAPI` 3.1.1, §4.8.12.6). The specification does not define lists; they are repeated: `a[b]=1&a[b]=2`.
fn push_deep_object_pairs(name: &str, value: &Value, encode_value: &dyn Fn(&Value) -> String, pairs: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                push_deep_object_pairs(
                    &[name, "%5B", &percent_encode(key, NON_UNRESERVED), "%5D"].concat(),
                    value,
                    encode_value,
                    pairs,
                );
            }
        }
        Value::Array(values) => {
            for value in values {
                push_deep_object_pairs(name, value, encode_value, pairs);
            }
        }
        single => pairs.push([name, "=", &encode_value(single)].concat()),
    }
}

/// Serializes the items of a list or object: `3`, `4`; `role`, `admin` or, exploded, `role=admin`.
fn serialize_items(value: &Value, explode: bool, encode_value: &dyn Fn(&Value) -> String) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(encode_value).collect(),
        Value::Object(fields) => {
            let items = fields.iter().flat_map(|(name, value)| {
                let (name, value) = (encode_value(&Value::from(name.as_str())), encode_value(value));
                if explode { vec![[name, value].join("=")] } else { vec![name, value] }
            });
            items.collect()
        }
        single => vec![encode_value(single)],
    }
}

#[cfg(test)]
mod tests {
    use super::{serialize_header_value, serialize_pairs, serialize_path_value};
    use crate::model::{
        cookie_value::can_be_sent,
        schema::{Field, FieldLocation, FieldSerialization, ParameterStyle},
    };
    use serde_json::json;

    fn field(style: ParameterStyle, explode: bool) -> Field {
        let serialization =
            FieldSerialization { style: Some(style), explode: Some(explode), ..FieldSerialization::default() };
        Field { name: "color".into(), serialization, ..Field::default() }
    }

    /// The examples of `OpenAPI` 3.1, §4.8.12.3, and RFC 6570.
    #[test]
    fn each_style_serializes_lists_and_objects_as_specified() {
        let (list, object) = (json!(["blue", "black"]), json!({"R": 100, "G": 200}));
        for (style, explode, of_list, of_object) in [
            (ParameterStyle::Simple, false, "blue,black", "R,100,G,200"),
            (ParameterStyle::Simple, true, "blue,black", "R=100,G=200"),
            (ParameterStyle::Label, false, ".blue,black", ".R,100,G,200"),
            (ParameterStyle::Label, true, ".blue.black", ".R=100.G=200"),
            (ParameterStyle::Matrix, false, ";color=blue,black", ";color=R,100,G,200"),
            (ParameterStyle::Matrix, true, ";color=blue;color=black", ";R=100;G=200"),
        ] {
            let field = field(style, explode);
            assert_eq!(serialize_path_value(&field, &list), of_list, "{style:?} {explode}");
            assert_eq!(serialize_path_value(&field, &object), of_object, "{style:?} {explode}");
        }
        for (style, explode, of_list, of_object) in [
            (ParameterStyle::Form, false, "color=blue,black", "color=R,100,G,200"),
            (ParameterStyle::Form, true, "color=blue&color=black", "R=100&G=200"),
            (ParameterStyle::SpaceDelimited, false, "color=blue%20black", "color=R%20100%20G%20200"),
            (ParameterStyle::PipeDelimited, false, "color=blue%7Cblack", "color=R%7C100%7CG%7C200"),
            (ParameterStyle::TabDelimited, false, "color=blue%09black", "color=R%09100%09G%09200"),
            (ParameterStyle::DeepObject, true, "color=blue&color=black", "color%5BR%5D=100&color%5BG%5D=200"),
        ] {
            let field = field(style, explode);
            assert_eq!(serialize_pairs(&field, &list).join("&"), of_list, "{style:?} {explode}");
            assert_eq!(serialize_pairs(&field, &object).join("&"), of_object, "{style:?} {explode}");
        }
        assert_eq!(serialize_header_value(&field(ParameterStyle::Simple, false), &object), "R,100,G,200");
    }

    #[test]
    fn a_cookie_is_sent_as_it_is_unless_it_has_characters_that_no_cookie_has() {
        let mut field = field(ParameterStyle::Form, false);
        field.location = FieldLocation::Cookie;
        for (value, expected) in [
            (json!("abcDEF012+/=="), "color=abcDEF012+/=="),
            (json!("s%3Aa.b"), "color=s%3Aa.b"),
            (json!("a; admin=1"), "color=a%3B%20admin%3D1"),
            (json!("é"), "color=%C3%A9"),
            (json!([1, "a,b"]), "color=1,a%2Cb"),
        ] {
            assert_eq!(serialize_pairs(&field, &value), [expected]);
        }
    }

    /// `OpenAPI` 3.2.0, §4.12.3.
    #[test]
    fn the_style_cookie_encodes_nothing() {
        let mut field = field(ParameterStyle::Cookie, true);
        field.location = FieldLocation::Cookie;
        assert_eq!(serialize_pairs(&field, &json!("a%20b+/=")), ["color=a%20b+/="]);
        assert_eq!(serialize_pairs(&field, &json!(["blue", "black"])), ["color=blue", "color=black"]);
        assert_eq!(serialize_pairs(&field, &json!({"R": 100, "G": 200})), ["R=100", "G=200"]);
        for value in [json!("a b"), json!(["a;b"]), json!({"a": "é"}), json!({"a=b": "c"})] {
            assert!(!can_be_sent(&field, &value), "{value}");
        }
        field.serialization.explode = Some(false);
        assert_eq!(serialize_pairs(&field, &json!({"R": 100, "G": 200})), ["color=R,100,G,200"]);
    }

    #[test]
    fn reserved_characters_are_not_encoded_only_where_they_cannot_end_the_query() {
        let mut field = field(ParameterStyle::Form, true);
        assert_eq!(serialize_pairs(&field, &json!("a/b?c&d#e=f g")), ["color=a%2Fb%3Fc%26d%23e%3Df%20g"]);
        field.serialization.allow_reserved = true;
        assert_eq!(serialize_pairs(&field, &json!("a/b?c&d#e=f g")), ["color=a/b?c%26d%23e=f%20g"]);
        assert_eq!(serialize_pairs(&field, &json!("a+b%2Fc%zz%%41%")), ["color=a+b%2Fc%25zz%25%41%25"]);
    }

    #[test]
    fn a_slash_in_a_path_is_sent_as_itself_only_where_the_document_says_so() {
        let mut field = field(ParameterStyle::Simple, false);
        assert_eq!(serialize_path_value(&field, &json!("a b/c;d?e")), "a%20b%2Fc%3Bd%3Fe");
        field.serialization.allow_reserved = true;
        assert_eq!(serialize_path_value(&field, &json!("a b/c;d?e")), "a%20b/c%3Bd%3Fe");
    }
}
