//! The documentation of the items of a stream.

use super::{ExpectedResponse, RECENT_VALIDATORS, SchemaKey, SchemaValidator};
use crate::{
    model::media_type::{MediaType, StreamFormat},
    openapi::{Document, keywords::Direction, reference::Resolver, response_status::find_by_status},
};
use serde_json::Value;

/// Maximum number of events of a stream whose data is described apart.
const MAX_EVENTS: usize = 50;

/// The documented items of a response that is a stream.
#[derive(Clone, Debug)]
pub struct ExpectedItems {
    /// The documentation of each item: of a JSON text, or of an event as an object with the fields `event`, `data`, `id`
    /// and `retry`.
    pub item: ExpectedResponse,
    /// The documentation of the JSON in the data of events, by the type of the event. `None` stands for all types.
    data: Vec<(Option<String>, ExpectedResponse)>,
}

impl ExpectedItems {
    /// Items that are not documented.
    pub const UNKNOWN: Self = Self { item: ExpectedResponse::Unknown, data: Vec::new() };

    /// Returns true if a schema or an example of an item names a text as a value.
    pub fn is_documented_value(&self, text: &str) -> bool {
        let mut all = self.data.iter().map(|(_, expected)| expected).chain([&self.item]);
        all.any(|expected| expected.is_documented_value(text))
    }

    /// Returns the documentation of the JSON in the data of an event.
    pub fn data(&self, event: Option<&str>) -> &ExpectedResponse {
        let of_event = self.data.iter().find(|(name, _)| name.is_some() && name.as_deref() == event);
        let of_all = || self.data.iter().find(|(name, _)| name.is_none());
        of_event.or_else(of_all).map_or(&ExpectedResponse::Unknown, |(_, expected)| expected)
    }
}

impl Document {
    /// Returns the documented items of an operation's response with a status and media type.
    pub fn expected_items(&self, operation: &str, status: u16, content_type: &str) -> ExpectedItems {
        self.find_expected_items(operation, status, content_type).unwrap_or(ExpectedItems::UNKNOWN)
    }

    fn find_expected_items(&self, operation: &str, status: u16, content_type: &str) -> Option<ExpectedItems> {
        let index = self.operation_index(operation)?;
        let parts = self.parts();
        let resolver = Resolver::Parts(&parts);
        let responses = self.operations[index].resolve(resolver)?.get("responses")?.as_object()?;
        let (status, response) = find_by_status(responses, status)?;
        let content = resolver.resolve(response).ok()?.get("content")?.as_object()?;
        let response_type = MediaType::parse(content_type);
        let (media_type, media_type_object) =
            content.iter().find(|(key, _)| MediaType::parse(key).is_same(response_type))?;
        let compile = |part: usize, schema| {
            let key = SchemaKey::ResponseItem(status.clone(), media_type.clone(), part);
            let compile = || SchemaValidator::compile(resolver, schema, Direction::Response);
            let validator = RECENT_VALIDATORS.get_with((self.json.id, index, key), compile).ok().flatten();
            validator.map_or(ExpectedResponse::Unknown, ExpectedResponse::from_validator)
        };
        let item_schema = media_type_object.get("itemSchema");
        let schema = item_schema.or_else(|| find_item_schema(resolver, media_type_object.get("schema")?))?;
        if response_type.stream_format() != Some(StreamFormat::EventStream) {
            return Some(ExpectedItems { item: compile(0, schema), data: Vec::new() });
        }
        if item_schema.is_none() {
            // Before OpenAPI 3.2, documents described the data of the events.
            return Some(ExpectedItems { data: vec![(None, compile(0, schema))], ..ExpectedItems::UNKNOWN });
        }
        let schemas = find_data_schemas(resolver, schema);
        let data = schemas.into_iter().enumerate().map(|(part, (event, schema))| (event, compile(part + 1, schema)));
        Some(ExpectedItems { item: compile(0, schema), data: data.collect() })
    }
}

/// Returns what the schema of a whole stream says about each item: streams are modelled as arrays (`OpenAPI` 3.2,
/// §4.14.4), and many documents describe an item instead. Returns `None` for the schema of a text.
fn find_item_schema<'a>(resolver: Resolver<'a>, schema: &'a Value) -> Option<&'a Value> {
    let layers = resolver.resolve_schema(schema, &mut |_| {});
    match layers.types().as_slice() {
        ["array"] => layers.get("items"),
        ["string"] => None,
        _ => Some(schema),
    }
}

/// Returns the schemas of the JSON in the data of events, by the type of the event: of the keyword `contentSchema` of
/// the field `data`, in the schema of an event and its variants.
fn find_data_schemas<'a>(resolver: Resolver<'a>, schema: &'a Value) -> Vec<(Option<String>, &'a Value)> {
    let layers = resolver.resolve_schema(schema, &mut |_| {});
    let list = |key: &str| layers.get(key).and_then(Value::as_array).into_iter().flatten();
    let variants = list("oneOf").chain(list("anyOf")).take(MAX_EVENTS);
    let mut schemas: Vec<_> = variants.flat_map(|variant| find_data_schema(resolver, variant)).collect();
    schemas.extend(find_data_schema(resolver, schema));
    schemas.truncate(MAX_EVENTS);
    schemas
}

/// Returns the schema of the data of the events that a schema describes, for each of their types.
fn find_data_schema<'a>(resolver: Resolver<'a>, schema: &'a Value) -> Vec<(Option<String>, &'a Value)> {
    let layers = resolver.resolve_schema(schema, &mut |_| {});
    let properties = layers.get("properties").and_then(Value::as_object);
    let field = |name: &str| Some(resolver.resolve_schema(properties?.get(name)?, &mut |_| {}));
    let Some(data_schema) = field("data").and_then(|data| data.get("contentSchema")) else { return Vec::new() };
    let events = field("event").map(|event| {
        let choices = event.get("enum").and_then(Value::as_array).into_iter().flatten().chain(event.get("const"));
        choices.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    });
    match events.unwrap_or_default() {
        events if events.is_empty() => vec![(None, data_schema)],
        events => events.into_iter().map(|event| (Some(event), data_schema)).collect(),
    }
}
