//! Reads the Encoding Objects of forms and multipart bodies (`OpenAPI` 3.1, §4.8.15).

use super::{response::read_header, schema::SchemaReader, style::parse_style};
use crate::model::{
    is_token,
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
        style: encoding["style"].as_str().and_then(parse_style),
        explode: encoding["explode"].as_bool(),
        allow_reserved: encoding["allowReserved"] == true,
        ..FieldSerialization::default()
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

/// Headers of parts that other parts of a document describe, or that decide how a part is read.
const IGNORED_PART_HEADERS: [&str; 4] =
    ["content-type", "content-disposition", "content-length", "content-transfer-encoding"];
/// Maximum number of headers of the parts of a body.
const MAX_PART_HEADERS: usize = 100;

/// Reads the headers of the parts of a multipart body, which are fields of their own: `photo.X-Checksum`.
pub(super) fn read_part_headers<'a>(
    reader: &mut SchemaReader<'a>,
    encoding: Option<&'a Value>,
    body_fields: &[Field],
) -> Vec<Field> {
    let mut fields = Vec::new();
    for (part, encoding) in encoding.and_then(Value::as_object).into_iter().flatten() {
        let headers = encoding.get("headers").and_then(Value::as_object);
        for (name, header) in headers.into_iter().flatten() {
            let problem = if IGNORED_PART_HEADERS.contains(&name.to_lowercase().as_str()) {
                "describes something else"
            } else if !is_part(body_fields, part) {
                "belongs to no part"
            } else if !is_token(name) {
                "has a name that HTTP does not allow"
            } else if fields.len() == MAX_PART_HEADERS {
                "is one of too many"
            } else {
                fields.extend(read_part_header(reader, part, name, header));
                continue;
            };
            reader.report(format!("requestBody: the header {name} of the part {part} is left out: it {problem}"));
        }
    }
    fields
}

fn read_part_header<'a>(reader: &mut SchemaReader<'a>, part: &str, name: &str, header: &'a Value) -> Option<Field> {
    let mut field = read_header(reader, name, header)?;
    let resolved = reader.resolver.resolve(header).ok()?;
    field.serialization = FieldSerialization {
        name: Some(name.to_owned()),
        part: Some(part.to_owned()),
        style: resolved.get("content").map(|_| ParameterStyle::Json),
        explode: resolved.get("explode").and_then(Value::as_bool),
        ..FieldSerialization::default()
    };
    Some(Field { name: format!("{part}.{name}"), location: FieldLocation::PartHeader, ..field })
}

/// Returns true if a body has a field with a name, or fields that are not listed.
fn is_part(body_fields: &[Field], name: &str) -> bool {
    body_fields.iter().any(|field| match (field.location, &field.schema) {
        (FieldLocation::Body, Schema::Object(inner)) => inner.iter().any(|field| field.name == name),
        (FieldLocation::Body, _) => true,
        _ => field.name == name,
    })
}

/// Makes a schema without a type, or a list of such items, one of files.
fn set_file(schema: &mut Schema) {
    match schema {
        Schema::Any => *schema = Schema::File,
        Schema::Array(constraints) if constraints.item == Schema::Any => constraints.item = Schema::File,
        _ => {}
    }
}
