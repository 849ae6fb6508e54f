//! Reads the `multipart/form-data` body of an SDK's request. Only documented parts are sent, with content of their
//! schemas and media types.

use super::{
    invalid_request,
    json_body::parse_json,
    multipart::{WirePart, header_parameters, parse_multipart},
    proxied_form::{FormSchema, wrap},
    value_reader::{WrittenValue, read_field, read_text, read_values},
};
use crate::model::{
    Arguments,
    error::ExplorerError,
    media_type::MediaType,
    operation::Operation,
    part_delimiter,
    schema::{Field, Schema},
};
use serde_json::{Value, json};

/// A multipart body whose parts are all documented.
pub(super) struct ProxiedMultipart<'a> {
    /// The parts as they are sent.
    pub(super) parts: Vec<WirePart<'a>>,
    /// Their values in the types of their schemas. A file is an object without its content.
    pub(super) arguments: Arguments,
}

impl<'a> ProxiedMultipart<'a> {
    /// Reads a body with the content type of its request.
    ///
    /// # Errors
    /// Returns an error if the body cannot be parsed, or if a part is not documented.
    pub(super) fn read(operation: &Operation, body: &'a [u8], content_type: &str) -> Result<Self, ExplorerError> {
        if !MediaType::parse(content_type).is_same(MediaType::parse("multipart/form-data")) {
            return Err(invalid_request("The only multipart type that can be checked is multipart/form-data."));
        }
        let parsed = parse_multipart(body, content_type)
            .map_err(|reason| invalid_request(&format!("The multipart body cannot be read: {reason}.")))?;
        let schema = FormSchema::new(operation);
        let (mut parts, mut fields, mut header_fields) = (Vec::new(), Arguments::new(), Arguments::new());
        for mut part in parsed {
            read_headers(operation, &mut part, &mut header_fields)?;
            let field = schema.field(&part.name);
            if field.is_none() && !schema.allows_name(operation, &part.name) {
                let problem = format!("The document describes no part {:?} of this form.", part.name);
                return Err(invalid_request(&problem));
            }
            let part_schema = field.map_or(&Schema::Any, |field| &field.schema);
            let item_schema = item_schema(operation, part_schema);
            if item_schema.is_none() && fields.contains_key(&*part.name) {
                let problem = format!("The part {:?} has one value, but occurs twice.", part.name);
                return Err(invalid_request(&problem));
            }
            let documented_type = field.and_then(|field: &Field| field.serialization.content_type.as_deref());
            let (part, value) = PartReader { operation, schema: item_schema.unwrap_or(part_schema), documented_type }
                .read(part)
                .map_err(|(name, problem)| invalid_request(&format!("The part {name:?} {problem}.")))?;
            let values = match (value, item_schema, field.and_then(part_delimiter)) {
                (Value::String(text), Some(item_schema), Some(delimiter)) => {
                    text.split(delimiter).map(|item| read_text(operation, item_schema, item)).collect()
                }
                (value, ..) => vec![value],
            };
            match (fields.get_mut(&*part.name), item_schema) {
                (Some(Value::Array(others)), _) => others.extend(values),
                (_, None) => fields.extend(values.into_iter().map(|value| (part.name.to_string(), value))),
                (_, Some(_)) => drop(fields.insert(part.name.to_string(), Value::Array(values))),
            }
            parts.push(part);
        }
        let mut arguments = match &schema {
            FormSchema::Fields(whole_name, _) => wrap(*whole_name, fields),
            FormSchema::Whole(body_field) => wrap(Some(&body_field.name), fields),
        };
        arguments.extend(header_fields);
        Ok(Self { parts, arguments })
    }
}

/// Reads the headers of a part, which get the spelling of the document. Parts of one name have the same headers.
///
/// # Errors
/// Returns an error if a header is not documented, or differs from that of a part with the same name.
fn read_headers(operation: &Operation, part: &mut WirePart, values: &mut Arguments) -> Result<(), ExplorerError> {
    let part_name = part.name.to_string();
    for (name, text) in &mut part.headers {
        let is_documented = |field: &&Field| {
            field.serialization.part.as_deref() == Some(&*part_name) && field.sent_name().eq_ignore_ascii_case(name)
        };
        let Some(field) = operation.fields.iter().find(is_documented) else {
            let problem = format!("The document describes no header {name:?} of the part {part_name:?}.");
            return Err(invalid_request(&problem));
        };
        let value = read_field(operation, field, &[WrittenValue::new(text)])?;
        if values.insert(field.name.clone(), value.clone()).is_some_and(|other| other != value) {
            let problem = format!("The parts {part_name:?} have different values of the header {name:?}.");
            return Err(invalid_request(&problem));
        }
        field.sent_name().clone_into(name);
    }
    Ok(())
}

/// Returns the schema of the items if a value can be a list, which has one part for each.
fn item_schema<'a>(operation: &'a Operation, schema: &'a Schema) -> Option<&'a Schema> {
    match operation.resolve(schema) {
        Schema::Array(constraints) => Some(&constraints.item),
        Schema::Union(variants) => variants.iter().find_map(|variant| match operation.resolve(&variant.schema) {
            Schema::Array(constraints) => Some(&constraints.item),
            _ => None,
        }),
        _ => None,
    }
}

/// Reads the content of one part.
struct PartReader<'a> {
    operation: &'a Operation,
    schema: &'a Schema,
    /// Media type of the part in the document.
    documented_type: Option<&'a str>,
}

impl PartReader<'_> {
    /// Returns the part as it is sent, and its value.
    ///
    /// # Errors
    /// Returns the part's name, and what is wrong with it.
    fn read<'b>(&self, part: WirePart<'b>) -> Result<(WirePart<'b>, Value), (String, String)> {
        let name = part.name.to_string();
        self.read_content(part).map_err(|problem| (name, problem))
    }

    fn read_content<'b>(&self, part: WirePart<'b>) -> Result<(WirePart<'b>, Value), String> {
        let schema = self.operation.resolve(self.schema);
        let content_type = part.content_type.clone().unwrap_or_default();
        let media_type = MediaType::parse(&content_type);
        if media_type.is_multipart() {
            return Err(format!("has the media type {content_type}: parts within a part cannot be checked"));
        }
        if !content_type.is_empty()
            && let Some(documented) = self.documented_type.filter(|other| !MediaType::parse(other).is_same(media_type))
        {
            return Err(format!("has the media type {content_type}, but must have {documented}"));
        }
        let is_file = *schema == Schema::File || *schema == Schema::Any && part.filename.is_some();
        if is_file {
            let filename = part.filename.as_deref().unwrap_or_default();
            let value = json!({"filename": filename, "contentType": content_type});
            return Ok((part, value));
        }
        let text = std::str::from_utf8(&part.content).map_err(|_| "is not UTF-8 text")?;
        ensure_utf8(&content_type)?;
        let is_structured = matches!(schema, Schema::Object(_) | Schema::Map(_) | Schema::Array(_));
        if media_type.is_json() || is_structured && is_plain(&content_type) {
            return match parse_json(text.as_bytes()) {
                Ok(value) => Ok((WirePart { content: value.to_string().into_bytes().into(), ..part }, value)),
                // Without a media type, it is text, which has a problem.
                Err(_) if !media_type.is_json() => {
                    let value = read_values(self.operation, self.schema, &[WrittenValue::new(text)]);
                    Ok((part, value))
                }
                Err(error) => Err(format!("is not valid JSON, or has a key twice: {error}")),
            };
        }
        let is_blob = part.filename.is_some() && content_type.eq_ignore_ascii_case("application/octet-stream");
        if !(is_plain(&content_type) || is_blob || self.documented_type.is_some()) {
            return Err(format!("has the media type {content_type}, but is documented as text"));
        }
        let value = read_text(self.operation, self.schema, text);
        Ok((part, value))
    }
}

/// Returns true for plain text, which is the default of a part.
fn is_plain(content_type: &str) -> bool {
    content_type.is_empty() || MediaType::parse(content_type).is_same(MediaType::parse("text/plain"))
}

/// Refuses text in a charset other than UTF-8, which is not what the policy would judge.
///
/// # Errors
/// Returns what is wrong with the content type.
pub(super) fn ensure_utf8(content_type: &str) -> Result<(), String> {
    let (_, parameters) =
        header_parameters(content_type).ok_or(format!("has the invalid media type {content_type:?}"))?;
    let charset = parameters.into_iter().find(|(name, _)| name == "charset").map(|(_, charset)| charset);
    let is_utf8 = |charset: &String| ["utf-8", "utf8", "us-ascii"].contains(&&*charset.to_ascii_lowercase());
    match charset.filter(|charset| !is_utf8(charset)) {
        Some(charset) => Err(format!("has the charset {charset}, but only UTF-8 can be checked")),
        None => Ok(()),
    }
}
