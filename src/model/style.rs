//! Writes values where they are not JSON: in paths, queries, headers, cookies and forms (`OpenAPI` 3.1, §4.8.12.3).

use super::schema::{Field, Place, Style};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What is encoded where only the unreserved characters of RFC 3986, §2.3 stay.
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What is encoded where a document allows reserved characters too. Those that would end the query or split it stay out.
const RESERVED: &AsciiSet = &UNRESERVED
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
    .remove(b';');

/// A value outside of JSON: text as it is, everything else as its JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn encode(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

/// The value in a path: `simple` (`3,4`), `label` (`.3.4`) or `matrix` (`;id=3,4`).
pub(super) fn in_path(field: &Field, value: &Value) -> String {
    let write = |value: &Value| encode(&plain(value), UNRESERVED);
    let explode = field.format.explode.unwrap_or(false);
    let named = |value: String| [";", &encode(&field.name, UNRESERVED), "=", &value].concat();
    match field.format.style {
        Some(Style::Label) => [".", &items(value, explode, &write).join(if explode { "." } else { "," })].concat(),
        Some(Style::Matrix) => match value {
            Value::Array(values) if explode => values.iter().map(write).map(named).collect::<Vec<_>>().concat(),
            Value::Object(_) if explode => [";", &items(value, true, &write).join(";")].concat(),
            _ => named(items(value, false, &write).join(",")),
        },
        Some(Style::Json) => encode(&value.to_string(), UNRESERVED),
        _ => items(value, explode, &write).join(","),
    }
}

/// The value in a header: `simple`.
pub(super) fn in_header(field: &Field, value: &Value) -> String {
    match field.format.style {
        Some(Style::Json) => value.to_string(),
        _ => items(value, field.format.explode.unwrap_or(false), &plain).join(","),
    }
}

/// The value as pairs of a query, a cookie or a form: `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`.
pub(super) fn pairs(field: &Field, value: &Value) -> Vec<String> {
    let set = if field.format.allow_reserved { RESERVED } else { UNRESERVED };
    let write = |value: &Value| encode(&plain(value), set);
    let name = encode(&field.name, UNRESERVED);
    let pair = |value: String| [&name, "=", &value].concat();
    let style = field.format.style.unwrap_or(Style::Form);
    let explode = field.format.explode.unwrap_or(matches!(style, Style::Form | Style::DeepObject));
    match (style, value) {
        (Style::Json, value) => vec![pair(encode(&value.to_string(), UNRESERVED))],
        (Style::DeepObject, Value::Object(_)) => {
            let mut pairs = Vec::new();
            deep(&name, value, &write, &mut pairs);
            pairs
        }
        (_, Value::Array(values)) if explode => values.iter().map(write).map(pair).collect(),
        (_, Value::Object(_)) if explode && field.place != Place::Cookie => items(value, true, &write),
        (_, Value::Array(_) | Value::Object(_)) => {
            let delimiter = match style {
                Style::SpaceDelimited => "%20",
                Style::PipeDelimited => "%7C",
                _ => ",",
            };
            vec![pair(items(value, false, &write).join(delimiter))]
        }
        (_, single) => vec![pair(write(single))],
    }
}

/// `a[b][c]=1`, as deep as the value goes, with the brackets percent-encoded (`OpenAPI` 3.1.1, §4.8.12.6). The specification leaves lists open; they are repeated: `a[b]=1&a[b]=2`.
fn deep(name: &str, value: &Value, write: &dyn Fn(&Value) -> String, pairs: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                deep(&[name, "%5B", &encode(key, UNRESERVED), "%5D"].concat(), value, write, pairs);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| deep(name, value, write, pairs)),
        single => pairs.push([name, "=", &write(single)].concat()),
    }
}

/// The items of a list or object, written: `3`, `4`; `role,admin` or, exploded, `role=admin`.
fn items(value: &Value, explode: bool, write: &dyn Fn(&Value) -> String) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(write).collect(),
        Value::Object(fields) => {
            let equals = if explode { "=" } else { "," };
            fields
                .iter()
                .map(|(name, value)| [&write(&Value::from(name.as_str())), equals, &write(value)].concat())
                .collect()
        }
        single => vec![write(single)],
    }
}

#[cfg(test)]
mod tests {
    use super::{in_header, in_path, pairs};
    use crate::model::schema::{Field, Style, WireFormat};
    use serde_json::json;

    fn field(style: Style, explode: bool) -> Field {
        let format = WireFormat { style: Some(style), explode: Some(explode), ..WireFormat::default() };
        Field { name: "color".into(), format, ..Field::default() }
    }

    /// The table of `OpenAPI` 3.1, §4.8.12.3, and RFC 6570.
    #[test]
    fn each_style_writes_lists_and_objects_its_own_way() {
        let (list, object) = (json!(["blue", "black"]), json!({"R": 100, "G": 200}));
        for (style, explode, of_list, of_object) in [
            (Style::Simple, false, "blue,black", "R,100,G,200"),
            (Style::Simple, true, "blue,black", "R=100,G=200"),
            (Style::Label, false, ".blue,black", ".R,100,G,200"),
            (Style::Label, true, ".blue.black", ".R=100.G=200"),
            (Style::Matrix, false, ";color=blue,black", ";color=R,100,G,200"),
            (Style::Matrix, true, ";color=blue;color=black", ";R=100;G=200"),
        ] {
            let field = field(style, explode);
            assert_eq!(in_path(&field, &list), of_list, "{style:?} {explode}");
            assert_eq!(in_path(&field, &object), of_object, "{style:?} {explode}");
        }
        for (style, explode, of_list, of_object) in [
            (Style::Form, false, "color=blue,black", "color=R,100,G,200"),
            (Style::Form, true, "color=blue&color=black", "R=100&G=200"),
            (Style::SpaceDelimited, false, "color=blue%20black", "color=R,100%20G,200"),
            (Style::PipeDelimited, false, "color=blue%7Cblack", "color=R,100%7CG,200"),
            (Style::DeepObject, true, "color=blue&color=black", "color%5BR%5D=100&color%5BG%5D=200"),
        ] {
            let field = field(style, explode);
            assert_eq!(pairs(&field, &list).join("&"), of_list, "{style:?} {explode}");
            assert_eq!(pairs(&field, &object).join("&"), of_object, "{style:?} {explode}");
        }
        assert_eq!(in_header(&field(Style::Simple, false), &object), "R,100,G,200");
    }

    #[test]
    fn reserved_characters_stay_only_where_they_cannot_end_the_query() {
        let mut field = field(Style::Form, true);
        assert_eq!(pairs(&field, &json!("a/b?c&d#e=f g")), ["color=a%2Fb%3Fc%26d%23e%3Df%20g"]);
        field.format.allow_reserved = true;
        assert_eq!(pairs(&field, &json!("a/b?c&d#e=f g")), ["color=a/b?c%26d%23e%3Df%20g"]);
    }
}
