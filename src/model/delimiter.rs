//! Delimiters that the items of a list or object must not contain, because its receiver could not tell the items apart.

use super::{
    Arguments,
    operation::{BodyEncoding, Operation},
    problem::{Problem, join_pointer},
    schema::{Field, FieldLocation, FieldSerialization, ParameterStyle, Schema},
    style,
};
use crate::text;
use serde_json::Value;

/// Returns the problems of lists and objects whose items contain what separates them.
pub fn find_delimiter_problems(operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
    let mut problems = Vec::new();
    add_problems(operation, &operation.fields, arguments, "", &mut problems);
    problems
}

fn add_problems(
    operation: &Operation,
    fields: &[Field],
    values: &Arguments,
    pointer: &str,
    problems: &mut Vec<Problem>,
) {
    let is_multipart = operation.body.as_ref().is_some_and(|body| body.encoding() == BodyEncoding::Multipart);
    for field in fields {
        let Some(value) = values.get(&field.name) else { continue };
        let pointer = join_pointer(pointer, &field.name);
        if let (FieldLocation::Body | FieldLocation::QueryString, Schema::Object(fields), Value::Object(values)) =
            (field.location, operation.resolve(&field.schema), value)
        {
            // The fields of a form.
            add_problems(operation, fields, values, &pointer, problems);
        } else if let Some(delimiter) = contained_delimiter(field, value, is_multipart) {
            let message = text!("delimiter-in-item", delimiter = delimiter);
            problems.push(Problem::new(pointer, message));
        }
    }
}

/// Returns the name of a delimiter that an item contains, although it is not encoded there: `commas`.
fn contained_delimiter(field: &Field, value: &Value, is_multipart: bool) -> Option<&'static str> {
    let FieldSerialization { style, explode, allow_reserved, .. } = &field.serialization;
    let is_exploded = |default: bool| explode.unwrap_or(default);
    let is_encoded = |delimiter: char| delimiter == ',' && !allow_reserved;
    let of_style = style::delimiter(*style);
    match (style, field.location) {
        (Some(ParameterStyle::Json), _) => None,
        (_, FieldLocation::BodyField) if is_multipart => {
            style::part_delimiter(field).and_then(|delimiter| find_delimiter(value, delimiter, false))
        }
        (_, FieldLocation::Header | FieldLocation::PartHeader) => find_delimiter(value, of_style, is_exploded(false)),
        (Some(ParameterStyle::Label), FieldLocation::Path) if is_exploded(false) => find_delimiter(value, '.', false),
        (Some(ParameterStyle::Matrix), FieldLocation::Path) if is_exploded(false) => None,
        (Some(ParameterStyle::DeepObject), _) => has_bracketed_key(value).then(|| text!("delimiter-brackets")),
        (None | Some(ParameterStyle::Form | ParameterStyle::Cookie), _)
            if is_exploded(true) && field.location != FieldLocation::Path =>
        {
            None
        }
        (Some(ParameterStyle::SpaceDelimited | ParameterStyle::PipeDelimited | ParameterStyle::TabDelimited), _)
            if is_exploded(false) && value.is_array() && field.location != FieldLocation::Path =>
        {
            None
        }
        _ if is_encoded(of_style) => None,
        _ => find_delimiter(value, of_style, false),
    }
}

/// Returns the name of a delimiter that an item of a list or object contains, or the name of a property of an exploded
/// object.
fn find_delimiter(value: &Value, delimiter: char, is_exploded: bool) -> Option<&'static str> {
    let contains = |value: &Value| style::format_value(value).contains(delimiter);
    let is_contained = match value {
        Value::Array(items) => items.iter().any(contains),
        Value::Object(fields) if is_exploded && fields.keys().any(|name| name.contains('=')) => {
            return Some(text!("delimiter-equals-signs"));
        }
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains(delimiter) || contains(value)),
        _ => false,
    };
    is_contained.then(|| match delimiter {
        ' ' => text!("delimiter-spaces"),
        '|' => text!("delimiter-vertical-bars"),
        '\t' => text!("delimiter-tabs"),
        '.' => text!("delimiter-periods"),
        _ => text!("delimiter-commas"),
    })
}

fn has_bracketed_key(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains(['[', ']']) || has_bracketed_key(value))
        }
        Value::Array(items) => items.iter().any(has_bracketed_key),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::contained_delimiter;
    use crate::model::schema::{
        Field, FieldLocation, FieldSerialization,
        ParameterStyle::{DeepObject, Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited, TabDelimited},
    };
    use serde_json::json;

    #[test]
    fn an_item_cannot_contain_its_delimiter_where_it_is_not_encoded() {
        use FieldLocation::{BodyField, Header, Path, Query};
        let (list, object) = (json!(["a,b", "c d|e\t.f"]), json!({"a,b": "c d|e\t.f"}));
        for (location, style, explode, of_list, of_object) in [
            (Header, Simple, false, Some("commas"), Some("commas")),
            (Header, Simple, true, Some("commas"), Some("commas")),
            (Path, Simple, false, None, None),
            (Path, Label, false, None, None),
            (Path, Label, true, Some("periods"), Some("periods")),
            (Path, Matrix, false, None, None),
            (Path, Matrix, true, None, None),
            (Query, Form, false, None, None),
            (Query, Form, true, None, None),
            (Query, SpaceDelimited, false, Some("spaces"), Some("spaces")),
            (Query, PipeDelimited, false, Some("vertical bars"), Some("vertical bars")),
            (BodyField, TabDelimited, false, Some("tabs"), Some("tabs")),
        ] {
            let serialization =
                FieldSerialization { style: Some(style), explode: Some(explode), ..FieldSerialization::default() };
            let mut field = Field { location, serialization, ..Field::default() };
            for (value, expected) in [(&list, of_list), (&object, of_object)] {
                assert_eq!(contained_delimiter(&field, value, false), expected, "{location:?} {style:?} {explode}");
            }
            assert_eq!(contained_delimiter(&field, &json!(["a", 1, true]), false), None);
            assert_eq!(contained_delimiter(&field, &json!("a,b"), false), None);
            field.serialization.allow_reserved = true;
            if (style, explode) == (Form, false) {
                assert_eq!(contained_delimiter(&field, &list, false), Some("commas"));
            }
        }
    }

    #[test]
    fn names_of_properties_cannot_contain_what_ends_them() {
        let field = |style, location| {
            let serialization =
                FieldSerialization { style: Some(style), explode: Some(true), ..FieldSerialization::default() };
            Field { location, serialization, ..Field::default() }
        };
        let nested = json!({"a": [{"b]": 1}]});
        let deep = field(DeepObject, FieldLocation::Query);
        assert_eq!(contained_delimiter(&deep, &nested, false), Some("brackets in names"));
        assert_eq!(contained_delimiter(&deep, &json!({"a": "[b]"}), false), None);
        let header = field(Simple, FieldLocation::Header);
        assert_eq!(contained_delimiter(&header, &json!({"a=b": 1}), false), Some("equals signs in names"));
        assert_eq!(contained_delimiter(&header, &json!({"a": "b=c"}), false), None);
    }

    #[test]
    fn a_part_with_a_list_cannot_have_items_with_its_delimiter() {
        let list = json!(["a,b"]);
        let mut field = Field { location: FieldLocation::BodyField, ..Field::default() };
        assert_eq!(contained_delimiter(&field, &list, true), None, "each item is a part");
        field.serialization = FieldSerialization { style: Some(Form), explode: Some(false), ..Default::default() };
        assert_eq!(contained_delimiter(&field, &list, true), Some("commas"));
        assert_eq!(contained_delimiter(&field, &list, false), None, "encoded in a form");
    }
}
