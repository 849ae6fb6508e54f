//! Reads the Encoding Objects of forms and multipart bodies (`OpenAPI` 3.1, §4.8.15).

use super::parameter::parse_style;
use crate::model::{
    media_type::MediaType,
    operation::BodyEncoding,
    schema::{Field, FieldLocation, FieldSerialization, ParameterStyle, Schema},
};
use serde_json::Value;

/// Sets how each field of a form or multipart body is serialized.
pub(super) fn apply_encoding(encoding: Option<&Value>, body_encoding: BodyEncoding, fields: &mut [Field]) {
    if !matches!(body_encoding, BodyEncoding::UrlEncoded | BodyEncoding::Multipart) {
        return;
    }
    for field in fields {
        if let (FieldLocation::Body, Schema::Object(inner)) = (field.location, &mut field.schema) {
            apply_encoding(encoding, body_encoding, inner);
        } else {
            let of_field = encoding.and_then(|encoding| encoding.get(&field.name)).unwrap_or(&Value::Null);
            apply_to_field(of_field, body_encoding, field);
        }
    }
}

fn apply_to_field(encoding: &Value, body_encoding: BodyEncoding, field: &mut Field) {
    let content_type = encoding["contentType"].as_str().unwrap_or_default();
    field.serialization = FieldSerialization {
        name: None,
        style: encoding["style"].as_str().and_then(parse_style),
        explode: encoding["explode"].as_bool(),
        allow_reserved: encoding["allowReserved"] == true,
        content_type: None,
    };
    if body_encoding == BodyEncoding::Multipart {
        let is_single_type = !content_type.is_empty() && !content_type.contains([',', '*', '\n', '\r', '"']);
        field.serialization.content_type = is_single_type.then(|| content_type.to_owned());
        if content_type.split(',').all(|media_type| MediaType::parse(media_type).is_binary()) {
            set_file(&mut field.schema);
        }
    } else if field.serialization == FieldSerialization::default() && MediaType::parse(content_type).is_json() {
        // The media type counts only if no style is given.
        field.serialization.style = Some(ParameterStyle::Json);
    }
}

/// Makes a schema without a type, or a list of such items, one of files.
fn set_file(schema: &mut Schema) {
    match schema {
        Schema::Any => *schema = Schema::File,
        Schema::Array(constraints) if constraints.item == Schema::Any => constraints.item = Schema::File,
        _ => {}
    }
}
