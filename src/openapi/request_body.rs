//! Reads the body of a request: its media types, fields and examples.

use super::{
    content::read_content_schema,
    encoding::{apply_encoding, read_part_headers},
    example::example_value,
    keywords::Direction,
    multipart::{has_unnamed_parts, report_multipart},
    operation_summary::{MAX_TEXT_BYTES, truncate},
    reference::{ResolvedObject, Resolver},
    schema::SchemaReader,
    xml::read_xml_root,
};
use crate::{
    model::{
        Arguments,
        media_type::MediaType,
        operation::{BodyEncoding, DocumentedBody, WHOLE_BODY},
        schema::{Field, FieldLocation, Schema, StringConstraints},
    },
    text,
};
use serde_json::Value;
use std::borrow::Cow;

/// Maximum number of examples of a body.
const MAX_EXAMPLES: usize = 20;

/// An example of the arguments of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestExample {
    /// Title of the example.
    pub title: String,
    /// Arguments to fill in.
    pub arguments: Arguments,
}

/// One of the media types of a request body.
#[derive(Clone, Copy, Default)]
pub(super) struct MediaTypeChoice<'a> {
    /// Position in the list of media types, the default first.
    pub(super) index: usize,
    /// The media type that is sent, if the document's is a range or has fewer parameters.
    pub(super) content_type: Option<&'a str>,
}

/// The parsed body of a request.
#[derive(Default)]
pub(super) struct ParsedRequestBody {
    pub(super) body: Option<DocumentedBody>,
    /// Media types of the body, the default first.
    pub(super) media_types: Vec<String>,
    pub(super) examples: Vec<RequestExample>,
    /// Rules of an object body whose fields are separate, in words.
    pub(super) rules: Vec<String>,
}

/// Reads the request body. The fields of an object body are added to the parameters; any other body becomes one field
/// named `body`. The document does not describe the first `undescribed` parameters.
pub(super) fn read_request_body<'a>(
    reader: &mut SchemaReader<'a>,
    request_body: Option<&'a Value>,
    choice: MediaTypeChoice,
    fields: &mut Vec<Field>,
    undescribed: usize,
) -> ParsedRequestBody {
    let Some(request_body) = request_body else { return ParsedRequestBody::default() };
    let body = match reader.resolver.resolve(request_body) {
        Ok(body) => body,
        Err(reason) => {
            reader.report(format!("requestBody: {reason}"));
            return ParsedRequestBody::default();
        }
    };
    let content = body.get("content").and_then(Value::as_object);
    let is_unnamed = |(content_type, media_type): &(&String, &'a Value)| {
        has_unnamed_parts(reader.resolver, content_type, media_type)
    };
    let (unnamed, mut content_entries): (Vec<_>, Vec<(&String, &Value)>) =
        content.into_iter().flatten().partition(is_unnamed);
    for (content_type, _) in unnamed {
        let reason = "its parts have no names (prefixEncoding, itemEncoding), which is not supported";
        reader.report(format!("requestBody: {} is left out: {reason}", truncate(content_type, MAX_TEXT_BYTES)));
    }
    content_entries.sort_by_key(|(content_type, _)| media_type_rank(content_type));
    let Some(&(content_type, media_type)) = content_entries.get(choice.index).or(content_entries.first()) else {
        reader.report("requestBody: no media type is defined or supported, so no body can be sent");
        return ParsedRequestBody::default();
    };
    let media_types = content_entries.iter().map(|(content_type, _)| (*content_type).clone()).collect();
    let schema = media_type.get("schema");
    let sent_type = choice.content_type.unwrap_or(content_type);
    let parsed_body = DocumentedBody {
        required: body.is_true("required"),
        content_type: sent_type.to_owned(),
        document_key: choice.content_type.map(|_| content_type.clone()),
        xml: schema.and_then(|schema| read_xml_root(reader.resolver, sent_type, schema)),
    };
    reader.reads_parts = parsed_body.encoding() == BodyEncoding::Multipart;
    let is_text = matches!(parsed_body.encoding(), BodyEncoding::Json | BodyEncoding::UrlEncoded);
    reader.reads_files = !is_text || content_type.contains('*');
    let parameter_count = fields.len();
    let resolved = schema.map(|schema| reader.resolve_schema(schema)).unwrap_or_default();
    let mut rules = Vec::new();
    if try_add_body_fields(reader, &parsed_body, &resolved, fields, undescribed) {
        rules = reader.read_rules(&resolved);
    } else {
        let content = read_content_schema(reader, media_type);
        fields.push(whole_body_field(reader, &parsed_body, content, &resolved, body.get_str("description")));
    }
    apply_encoding(media_type.get("encoding"), parsed_body.encoding(), &mut fields[parameter_count..]);
    if parsed_body.encoding() == BodyEncoding::Multipart {
        report_multipart(reader, content_type, media_type.get("encoding"));
        let part_headers = read_part_headers(reader, media_type.get("encoding"), &fields[parameter_count..]);
        fields.extend(part_headers);
    }
    let has_whole_body_field = fields[parameter_count..].iter().any(|field| field.location == FieldLocation::Body);
    let is_xml = parsed_body.xml.is_some();
    let mut examples = read_examples(reader, media_type, &resolved, has_whole_body_field, is_xml);
    if parsed_body.encoding() != BodyEncoding::Json {
        // Forms cannot contain fields that the document does not name.
        let is_documented = |name: &str| fields[parameter_count..].iter().any(|field| field.name == name);
        for example in &mut examples {
            let is_text = parsed_body.xml.is_some() && example.arguments.get(WHOLE_BODY).is_some_and(Value::is_string);
            example.arguments.retain(|name, _| is_text && name == WHOLE_BODY || is_documented(name));
        }
    }
    ParsedRequestBody { body: Some(parsed_body), media_types, examples, rules }
}

/// Ranks media types by how easily a user can fill them in: JSON, forms, text, binary data.
fn media_type_rank(content_type: &str) -> u8 {
    match BodyEncoding::from_content_type(content_type) {
        BodyEncoding::Json => 0,
        BodyEncoding::UrlEncoded => 1,
        BodyEncoding::Multipart => 2,
        BodyEncoding::Raw if MediaType::parse(content_type).is_written_as_text() => 3,
        BodyEncoding::Raw => 4,
    }
}

/// Adds the fields of an object body. Returns false, and adds nothing, if the body is not a plain object or a field
/// shares its name with a parameter.
fn try_add_body_fields<'a>(
    reader: &mut SchemaReader<'a>,
    body: &DocumentedBody,
    resolved: &ResolvedObject<'a>,
    fields: &mut Vec<Field>,
    undescribed: usize,
) -> bool {
    let is_plain_object = resolved.types() == ["object"]
        && !["oneOf", "anyOf"]
            .into_iter()
            .any(|key| resolved.get(key).is_some_and(|variants| !is_required_only_union(variants)))
        && resolved.get("additionalProperties").is_none_or(|others| !others.is_object());
    if body.encoding() == BodyEncoding::Raw && body.xml.is_none()
        || !is_plain_object
        || (has_discriminator_mapping(resolved) && resolved.get("allOf").is_none())
    {
        return false;
    }
    let is_taken = |name: &str, property: &'a Value| {
        let has_name = |field: &Field| field.name == name || field.sent_name() == name;
        let is_sent =
            |resolver: Resolver<'a>| !Direction::Request.excludes(&resolver.resolve_schema(property, &mut |_| {}));
        fields.iter().position(has_name).is_some_and(|index| index >= undescribed || is_sent(reader.resolver))
    };
    if resolved.properties().into_iter().any(|(name, property)| is_taken(name, property)) {
        return false;
    }
    fields.extend(reader.read_fields(resolved, 0));
    true
}

/// Returns true if the variants of a union only specify required fields.
fn is_required_only_union(variants: &Value) -> bool {
    let keys = variants.as_array().into_iter().flatten().filter_map(Value::as_object).flatten().map(|(key, _)| key);
    keys.into_iter().all(|key| matches!(key.as_str(), "required" | "not" | "title" | "description"))
}

fn has_discriminator_mapping(resolved: &ResolvedObject) -> bool {
    let keys = ["mapping", "defaultMapping"];
    resolved.get("discriminator").is_some_and(|discriminator| keys.iter().any(|key| discriminator.get(key).is_some()))
}

fn whole_body_field<'a>(
    reader: &mut SchemaReader<'a>,
    body: &DocumentedBody,
    parsed_schema: Option<Schema>,
    resolved: &ResolvedObject<'a>,
    description: &'a str,
) -> Field {
    let is_file = matches!(parsed_schema, Some(Schema::File))
        || body.encoding() == BodyEncoding::Raw && !MediaType::parse(&body.content_type).is_written_as_text();
    let mut annotations = reader.read_annotations(resolved);
    if annotations.description.is_empty() {
        annotations.description = reader.render_markdown(description);
    }
    Field {
        name: WHOLE_BODY.into(),
        location: FieldLocation::Body,
        required: body.required,
        schema: match parsed_schema {
            _ if is_file => Schema::File,
            Some(lines @ Schema::Array(_)) if MediaType::parse(&body.content_type).is_json_lines() => lines,
            Some(value) if body.xml.is_some() => value,
            _ if body.encoding() == BodyEncoding::Raw => {
                Schema::String(StringConstraints { is_multiline: true, ..StringConstraints::default() })
            }
            parsed_schema => parsed_schema.unwrap_or_default(),
        },
        annotations,
        ..Field::default()
    }
}

/// Reads the examples of the body as arguments.
fn read_examples<'a>(
    reader: &mut SchemaReader<'a>,
    media_type: &'a Value,
    resolved: &ResolvedObject<'a>,
    is_whole_body: bool,
    is_xml: bool,
) -> Vec<RequestExample> {
    let mut examples: Vec<(String, Cow<Value>)> = Vec::new();
    for (name, example) in media_type["examples"].as_object().into_iter().flatten().take(MAX_EXAMPLES) {
        match named_example(reader.resolver, name, example) {
            Ok(example) => examples.push(example),
            Err(reason) => report_example(reader, name, &reason),
        }
    }
    let unnamed = media_type.get("example").or(resolved.get("example"));
    let unnamed = unnamed.or(resolved.get("examples").and_then(|examples| examples.get(0)));
    if examples.is_empty() {
        examples.extend(unnamed.map(|value| (text!("messages-example").to_owned(), Cow::Borrowed(value))));
    }
    let mut read = Vec::new();
    for (title, value) in examples {
        if !reader.byte_budget.try_spend(&value) {
            continue;
        }
        match value.into_owned() {
            value if is_whole_body || is_xml && value.is_string() => {
                let arguments = Arguments::from_iter([(WHOLE_BODY.to_owned(), value)]);
                read.push(RequestExample { title, arguments });
            }
            Value::Object(arguments) => read.push(RequestExample { title, arguments }),
            _ => report_example(reader, &title, "it is not an object"),
        }
    }
    read
}

/// Returns the title and the value of an Example Object.
///
/// # Errors
/// Returns the reason if the document does not contain its value.
fn named_example<'a>(
    resolver: Resolver<'a>,
    name: &str,
    example: &'a Value,
) -> Result<(String, Cow<'a, Value>), String> {
    let example = resolver.resolve(example)?;
    let summary = example.get_str("summary");
    let title = if summary.is_empty() { name.to_owned() } else { summary.to_owned() };
    let external = truncate(example.get_str("externalValue"), MAX_TEXT_BYTES);
    let value = example_value(&example).ok_or_else(|| format!("its value is at {external}"));
    Ok((title, value.map_err(|reason| if external.is_empty() { "it has no value".into() } else { reason })?))
}

fn report_example(reader: &mut SchemaReader, name: &str, reason: &str) {
    reader.report(format!("requestBody: the example {:?} is left out: {reason}", truncate(name, MAX_TEXT_BYTES)));
}
