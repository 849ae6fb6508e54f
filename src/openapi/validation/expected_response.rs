//! Compares responses with their documentation.

use super::{Difference, MAX_CACHED_SCHEMAS, RECENT_VALIDATORS, SchemaKey, SchemaValidator};
use crate::{
    model::media_type::MediaType,
    openapi::{
        Document, document_json::DocumentId, keywords::Direction, reference::Resolver, response_status::find_by_status,
    },
    text,
};
use moka::sync::Cache;
use serde_json::{Map, Value};
use std::sync::{Arc, LazyLock};

/// Maximum length of a media type in the cache, in bytes: providers can send longer ones.
const MAX_CACHED_TYPE_BYTES: usize = 200;
/// Maximum depth of unions in unions. A deeper schema counts as one of a secret.
const MAX_VARIANT_DEPTH: usize = 5;

/// Documented responses that were found lately, by document, operation, status and media type.
static RECENT_RESPONSES: LazyLock<Cache<(DocumentId, usize, u16, String), ExpectedResponse>> = LazyLock::new(|| {
    let weight = |_: &_, expected: &ExpectedResponse| match expected {
        ExpectedResponse::Json(validator) | ExpectedResponse::TooLarge(validator) => validator.weight(),
        _ => 1,
    };
    Cache::builder().max_capacity(MAX_CACHED_SCHEMAS).weigher(weight).build()
});

/// The documented response of an operation for a status and media type.
#[derive(Clone, Debug)]
pub enum ExpectedResponse {
    /// Other statuses are documented, but not this one.
    UndocumentedStatus(u16),
    /// The documented response has no body.
    NoBody,
    /// The documented body is JSON that must match this schema.
    Json(Arc<SchemaValidator>),
    /// The documented body is JSON, but its schema is too large. Only the names of its secrets are known.
    TooLarge(Arc<SchemaValidator>),
    /// The response has this media type according to the document, and it is not JSON. The schema does not call the
    /// body a secret.
    OtherMediaType,
    /// Nothing is documented that a response could be compared with.
    Unknown,
}

impl ExpectedResponse {
    pub(super) fn from_validator(validator: Arc<SchemaValidator>) -> Self {
        if validator.inner.is_some() { Self::Json(validator) } else { Self::TooLarge(validator) }
    }

    /// Returns true if a field with this name is a secret: the schema gives it the format `password`.
    pub fn is_secret_field(&self, name: &str) -> bool {
        match self {
            Self::Json(validator) | Self::TooLarge(validator) => {
                validator.secret_fields.as_ref().is_none_or(|fields| fields.contains(name))
            }
            _ => false,
        }
    }

    /// Returns true if the schema or an example names a text as a value, so that a field can have it by chance.
    pub fn is_documented_value(&self, text: &str) -> bool {
        match self {
            Self::Json(validator) => validator.documented_values.contains(text),
            _ => false,
        }
    }

    /// Returns the differences between a body and its documentation, or `None` if they cannot be compared.
    pub fn compare(&self, body: &[u8]) -> Option<Vec<Difference>> {
        let single_difference = |message: &str| Some(vec![Difference::at_root(message)]);
        match self {
            Self::UndocumentedStatus(status) => {
                single_difference(&text!("schema-difference-undocumented-status", status = status))
            }
            Self::NoBody if body.is_empty() => Some(Vec::new()),
            Self::NoBody | Self::OtherMediaType | Self::TooLarge(_) | Self::Unknown => None,
            Self::Json(_) if body.is_empty() => single_difference(text!("schema-difference-empty-body")),
            Self::Json(validator) => match serde_json::from_slice(body) {
                Ok(value) => validator.find_differences(&value).ok(),
                Err(_) => single_difference(text!("schema-difference-no-json")),
            },
        }
    }
}

impl Document {
    /// Returns the documented response of an operation for a status and media type.
    pub fn expected_response(&self, operation: &str, status: u16, content_type: &str) -> ExpectedResponse {
        let Some(index) = self.operation_index(operation) else { return ExpectedResponse::Unknown };
        let find = || self.find_expected_response(index, status, content_type).unwrap_or(ExpectedResponse::Unknown);
        if content_type.len() > MAX_CACHED_TYPE_BYTES {
            return find();
        }
        RECENT_RESPONSES.get_with((self.json.id, index, status, content_type.to_owned()), find)
    }

    fn find_expected_response(&self, index: usize, status: u16, content_type: &str) -> Option<ExpectedResponse> {
        let parts = self.parts();
        let resolver = Resolver::Parts(&parts);
        let responses = self.operations[index].resolve(resolver)?.get("responses")?.as_object()?;
        if !responses.keys().any(|name| !name.starts_with("x-")) {
            return None;
        }
        let Some((name, response)) = find_by_status(responses, status) else {
            return Some(ExpectedResponse::UndocumentedStatus(status));
        };
        let response = resolver.resolve(response).ok()?;
        let Some(content) = response.get("content").and_then(Value::as_object).filter(|content| !content.is_empty())
        else {
            return Some(ExpectedResponse::NoBody);
        };
        let Some((media_type, media_type_object, schema)) = json_schema(content, content_type) else {
            return is_documented_text_or_file(resolver, content, content_type)
                .then_some(ExpectedResponse::OtherMediaType);
        };
        let key = SchemaKey::Response(name.clone(), media_type.clone());
        let validator = RECENT_VALIDATORS.get_with((self.json.id, index, key), || {
            let mut compiled = SchemaValidator::compile(resolver, schema, Direction::Response);
            if let Ok(Some(validator)) = &mut compiled
                && let Some(validator) = Arc::get_mut(validator)
            {
                validator.add_examples(resolver, media_type_object);
            }
            compiled
        });
        validator.ok().flatten().map(ExpectedResponse::from_validator)
    }
}

/// Returns true if a response has a documented media type other than JSON, and its schema does not call it a secret.
fn is_documented_text_or_file<'a>(resolver: Resolver<'a>, content: &'a Map<String, Value>, content_type: &str) -> bool {
    let response_type = MediaType::parse(content_type);
    let mut same_type = content.iter().filter(|(key, _)| MediaType::parse(key).is_same(response_type));
    !response_type.is_json()
        && same_type.next().is_some_and(|(_, media_type_object)| {
            media_type_object.get("schema").is_none_or(|schema| !calls_secret(resolver, schema, 0))
        })
}

/// Returns true if a schema, or a variant of it, has the format `password`.
fn calls_secret(resolver: Resolver, schema: &Value, depth: usize) -> bool {
    let layers = resolver.resolve_schema(schema, &mut |_| {});
    let list = |key: &str| layers.get(key).and_then(Value::as_array).into_iter().flatten();
    let mut variants = list("anyOf").chain(list("oneOf"));
    layers.get_str("format") == "password"
        || layers.is_true("writeOnly")
        || depth > MAX_VARIANT_DEPTH
        || variants.any(|variant| calls_secret(resolver, variant, depth + 1))
}

/// Returns the documented JSON media type of a response, its object and its schema. Returns `None` if there is none, or if the
/// response has a documented media type other than JSON.
fn json_schema<'a>(content: &'a Map<String, Value>, content_type: &str) -> Option<(&'a String, &'a Value, &'a Value)> {
    let response_type = MediaType::parse(content_type);
    let mut documented = content.iter().map(|(key, media_type_object)| (MediaType::parse(key), key, media_type_object));
    let exact_match = documented.clone().find(|(media_type, ..)| media_type.is_same(response_type));
    let describes_json = |(media_type, ..): &(MediaType, _, _)| {
        media_type.includes_json() && (!media_type.is_range() || response_type.is_json())
    };
    let (_, key, media_type_object) = match exact_match {
        Some(same) => Some(same).filter(describes_json),
        None => documented.find(describes_json),
    }?;
    Some((key, media_type_object, media_type_object.get("schema")?))
}
