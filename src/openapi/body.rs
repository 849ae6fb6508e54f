//! The body of a request: its media types, its fields, its examples.

use super::{
    operation::Example,
    parameter::style,
    reference::Layers,
    schema::{Reader, kinds},
};
use crate::model::{
    Arguments,
    operation::{Body, Encoding},
    schema::{Field, Place, Schema, TextRules, WireFormat},
};
use serde_json::{Map, Value};

/// What was read of a body.
#[derive(Default)]
pub(super) struct ReadBody {
    pub(super) body: Option<Body>,
    /// The media types that are offered, the default first.
    pub(super) media: Vec<String>,
    pub(super) examples: Vec<Example>,
}

/// Puts the fields of an object body beside the parameters; a body that cannot be taken apart goes under `body` whole.
pub(super) fn read<'a>(
    reader: &mut Reader<'a>,
    request_body: Option<&'a Value>,
    media_number: usize,
    fields: &mut Vec<Field>,
) -> ReadBody {
    let Some(request_body) = request_body else { return ReadBody::default() };
    let body = match reader.resolver.resolve(request_body) {
        Ok(body) => body,
        Err(reason) => {
            reader.fault(format!("requestBody: {reason}"));
            return ReadBody::default();
        }
    };
    let content = body.get("content").and_then(Value::as_object);
    let mut media: Vec<(&String, &Value)> = content.into_iter().flatten().collect();
    media.sort_by_key(|(content_type, _)| preference(content_type));
    let Some(&(content_type, chosen)) = media.get(media_number).or(media.first()) else {
        reader.fault("requestBody: it offers no media type, so no body can be sent");
        return ReadBody::default();
    };
    let offered = media.iter().map(|(content_type, _)| (*content_type).clone()).collect();
    let read = Body { required: body.is("required"), content_type: content_type.clone() };
    let before = fields.len();
    let schema = chosen.get("schema");
    let layers = schema.map(|schema| reader.layers(schema)).unwrap_or_default();
    if !beside_parameters(reader, &read, &layers, fields) {
        fields.push(whole(reader, &read, schema, &layers, body.text("description")));
    }
    describe_parts(chosen.get("encoding").and_then(Value::as_object), &read, &mut fields[before..]);
    let whole_body = fields[before..].iter().any(|field| field.place == Place::Body);
    let mut examples = examples(reader, chosen, &layers, whole_body);
    if read.encoding() != Encoding::Json {
        // Only JSON has room for fields that the document does not name.
        let is_known = |name: &str| fields[before..].iter().any(|field| field.name == name);
        for example in &mut examples {
            example.arguments.retain(|name, _| is_known(name));
        }
    }
    ReadBody { body: Some(read), media: offered, examples }
}

/// JSON first, then forms, then what people type, then what only files hold.
fn preference(content_type: &str) -> u8 {
    let body = Body { required: false, content_type: content_type.to_owned() };
    match body.encoding() {
        Encoding::Json => 0,
        Encoding::UrlEncoded => 1,
        Encoding::Multipart => 2,
        Encoding::Raw if is_text(content_type) => 3,
        Encoding::Raw => 4,
    }
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/") || content_type.contains("xml") || content_type.contains("yaml")
}

/// Adds the fields of an object, unless one of them shares its name with a parameter.
fn beside_parameters<'a>(reader: &mut Reader<'a>, body: &Body, layers: &Layers<'a>, fields: &mut Vec<Field>) -> bool {
    let is_plain_object = kinds(layers) == ["object"]
        && !["oneOf", "anyOf"].into_iter().any(|key| layers.get(key).is_some_and(|of| !only_requires(of)))
        && layers.get("additionalProperties").is_none_or(|others| !others.is_object());
    if body.encoding() == Encoding::Raw || !is_plain_object || (is_extended(layers) && layers.get("allOf").is_none()) {
        return false;
    }
    let properties = layers.properties();
    if properties.iter().any(|(name, _)| fields.iter().any(|known| known.name == *name)) {
        return false;
    }
    fields.extend(reader.fields(layers, 0));
    true
}

/// Whether the variants of a union only say which fields are required.
fn only_requires(variants: &Value) -> bool {
    let keys = variants.as_array().into_iter().flatten().filter_map(Value::as_object).flatten().map(|(key, _)| key);
    keys.into_iter().all(|key| matches!(key.as_str(), "required" | "not" | "title" | "description"))
}

fn is_extended(layers: &Layers) -> bool {
    layers.get("discriminator").is_some_and(|discriminator| discriminator.get("mapping").is_some())
}

fn whole<'a>(
    reader: &mut Reader<'a>,
    body: &Body,
    schema: Option<&'a Value>,
    layers: &Layers<'a>,
    description: &'a str,
) -> Field {
    let read = schema.map(|schema| reader.read(schema));
    let is_file =
        matches!(read, Some(Schema::File)) || body.encoding() == Encoding::Raw && !is_text(&body.content_type);
    let mut about = reader.about(layers);
    if about.description.is_empty() {
        about.description = reader.html(description);
    }
    Field {
        name: "body".into(),
        place: Place::Body,
        required: body.required,
        schema: match read {
            _ if is_file => Schema::File,
            _ if body.encoding() == Encoding::Raw => Schema::Text(TextRules { lines: true, ..TextRules::default() }),
            read => read.unwrap_or_default(),
        },
        about,
        ..Field::default()
    }
}

/// How each field of a form or multipart body is written (`OpenAPI` 3.1, §4.8.15).
fn describe_parts(encoding: Option<&Map<String, Value>>, body: &Body, fields: &mut [Field]) {
    if body.encoding() == Encoding::Json {
        return;
    }
    for field in fields {
        let Some(encoding) = encoding.and_then(|encoding| encoding.get(&field.name)) else { continue };
        let content_type = encoding["contentType"].as_str().filter(|kind| !kind.contains([',', '*', '\n', '\r', '"']));
        field.format = WireFormat {
            style: encoding["style"].as_str().and_then(style),
            explode: encoding["explode"].as_bool(),
            allow_reserved: encoding["allowReserved"] == true,
            content_type: content_type.map(str::to_owned),
        };
    }
}

/// Named examples of the body; each fills the form.
fn examples<'a>(reader: &mut Reader<'a>, media: &'a Value, layers: &Layers<'a>, whole_body: bool) -> Vec<Example> {
    let mut examples: Vec<(String, &Value)> = Vec::new();
    for (name, example) in media["examples"].as_object().into_iter().flatten() {
        if let Ok(example) = reader.resolver.resolve(example)
            && let Some(value) = example.get("value")
        {
            let summary = example.text("summary");
            examples.push((if summary.is_empty() { name.clone() } else { summary.to_owned() }, value));
        }
    }
    let unnamed = media.get("example").or(layers.get("example"));
    let unnamed = unnamed.or(layers.get("examples").and_then(|examples| examples.get(0)));
    if examples.is_empty() {
        examples.extend(unnamed.map(|value| ("Example".to_owned(), value)));
    }
    let as_arguments = |value: &Value| match value {
        Value::Object(fields) if !whole_body => Some(fields.clone()),
        value if whole_body => Some(Arguments::from_iter([("body".to_owned(), value.clone())])),
        _ => None,
    };
    let examples = examples.into_iter().take(20).filter(|(_, value)| reader.budget.affords(value));
    examples.filter_map(|(title, value)| Some(Example { title, arguments: as_arguments(value)? })).collect()
}
