//! Compares values with the schemas of a document, by crate `jsonschema`: arguments before they are sent, and responses
//! after they are received. An invalid document never rejects a value: a schema that is too large is not compared, and
//! keywords that cannot be interpreted are ignored. A validation without a result is a [`ValidationFailure`].
//!
//! schema → bundle → validator → differences; each step is a file.

mod bundle;
mod cost_limit;
mod difference;
mod documented_values;
mod expected_items;
mod expected_response;
mod failure;
mod keywords;
mod property_set;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod resource_limit_tests;
mod secret_fields;
mod unevaluated;
mod value_description;

pub use difference::Difference;
pub use expected_items::ExpectedItems;
pub use expected_response::ExpectedResponse;
pub use failure::ValidationFailure;
pub use value_description::ValueDescription;

use self::{bundle::Bundle, documented_values::DocumentedValues};
use super::{Document, document_json::DocumentId, keywords::Direction, reference::Resolver};
use crate::model::{
    Arguments, MAX_COMPILED_PATTERN_BYTES,
    check::check_format,
    operation::{BodyEncoding, Operation},
    problem::Problem,
    schema::FieldLocation,
};
use jsonschema::{Draft, PatternOptions, ValidationOptions};
use moka::sync::Cache;
use serde_json::{Map, Value};
use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, LazyLock},
};

/// Maximum number of schemas in the cached validators of all documents. One schema takes some hundred bytes.
const MAX_CACHED_SCHEMAS: u64 = 100_000;
/// Formats that are validated, by the same code as in the browser.
const FORMATS: [&str; 8] = ["uuid", "date-time", "date", "time", "uri", "url", "email", "e164"];

/// Validators that were compiled lately, by document, operation and part of it.
static RECENT_VALIDATORS: LazyLock<Cache<(DocumentId, usize, SchemaKey), CompiledSchema>> = LazyLock::new(|| {
    let weight = |_: &_, compiled: &CompiledSchema| match compiled {
        Ok(Some(validator)) => validator.weight(),
        _ => 1,
    };
    Cache::builder().max_capacity(MAX_CACHED_SCHEMAS).weigher(weight).build()
});

/// A compiled schema, or `None` if there is no schema or it is too large.
type CompiledSchema = Result<Option<Arc<SchemaValidator>>, ValidationFailure>;

/// The part of an operation that a schema describes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SchemaKey {
    /// The request body in a media type.
    RequestBody(String),
    /// The response with a status, as the document spells it, and a media type.
    Response(String, String),
    /// The items of a stream, or a part of them, in the response with a status and a media type.
    ResponseItem(String, String, usize),
}

/// A compiled schema that values are compared with.
pub struct SchemaValidator {
    /// `None` if the schema cannot be compiled, because it is too large.
    inner: Option<jsonschema::Validator>,
    schema_count: usize,
    direction: Direction,
    /// Names of fields whose format is `password`. `None` if they are unknown, because the schema is too large.
    secret_fields: Option<HashSet<String>>,
    /// Texts that the schema and the examples of a response name as values.
    documented_values: DocumentedValues,
    /// The schema that was compiled, which describes the fields of a response.
    bundle: Value,
}

impl fmt::Debug for SchemaValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SchemaValidator({} schemas)", self.schema_count)
    }
}

impl SchemaValidator {
    /// Compiles a schema. Returns `None` if the schema of a request is too large. That of a response that cannot be
    /// compiled still names its secrets.
    ///
    /// # Errors
    /// Returns an error if the crate cannot compile the bundle, which contains only what the crate supports.
    fn compile(resolver: Resolver, schema: &Value, direction: Direction) -> CompiledSchema {
        match Self::compile_bundle(resolver, schema, direction) {
            Ok(Some(validator)) => Ok(Some(validator)),
            other if direction == Direction::Request => other,
            _ => {
                let secret_fields = secret_fields::find_secret_fields(resolver, schema);
                let schema_count = secret_fields.as_ref().map_or(0, HashSet::len) + 1;
                let documented_values = DocumentedValues::default();
                let bundle = Value::Null;
                let inner = None;
                Ok(Some(Arc::new(Self { inner, schema_count, direction, secret_fields, documented_values, bundle })))
            }
        }
    }

    /// Returns the number of schemas, at least 1.
    fn weight(&self) -> u32 {
        u32::try_from(self.schema_count).unwrap_or(u32::MAX).max(1)
    }

    fn compile_bundle(resolver: Resolver, schema: &Value, direction: Direction) -> CompiledSchema {
        let options = validation_options();
        let Some(bundle) = bundle::build_bundle(&options, resolver, schema, direction) else { return Ok(None) };
        let inner = cost_limit::run_within_budget(|| options.build(&bundle.schema).map_err(|error| error.to_string()))?
            .map_err(|reason| {
                tracing::error!(reason, "a schema cannot be compiled");
                ValidationFailure::Validator
            })?;
        let Bundle { schema, schema_count, secret_fields, documented_values } = bundle;
        // Requests are only validated.
        let bundle = if direction == Direction::Response { schema } else { Value::Null };
        let secret_fields = Some(secret_fields);
        let inner = Some(inner);
        Ok(Some(Arc::new(Self { inner, schema_count, direction, secret_fields, documented_values, bundle })))
    }

    /// Adds the values of the examples of a media type.
    fn add_examples(&mut self, resolver: Resolver, media_type_object: &Value) {
        self.documented_values.extend(media_type_object.get("example"));
        for example in media_type_object.get("examples").and_then(Value::as_object).into_iter().flat_map(Map::values) {
            let example = resolver.resolve(example).ok();
            self.documented_values.extend(example.as_ref().and_then(|example| example.get("value")));
        }
    }

    /// Returns all differences between a value and the schema.
    ///
    /// # Errors
    /// Returns an error if the schema is not compiled, if the comparison exceeds its budget, or if the crate panics.
    fn find_differences(&self, value: &Value) -> Result<Vec<Difference>, ValidationFailure> {
        let inner = self.inner.as_ref().ok_or(ValidationFailure::BudgetExhausted)?;
        cost_limit::run_within_budget(|| difference::collect_differences(inner.iter_errors(value), self.direction))
    }
}

/// Returns the options that compile schemas: nothing is fetched, and regular expressions match in linear time.
fn validation_options() -> ValidationOptions<'static> {
    let patterns =
        PatternOptions::regex().size_limit(MAX_COMPILED_PATTERN_BYTES).dfa_size_limit(MAX_COMPILED_PATTERN_BYTES);
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(patterns)
        .should_validate_formats(true)
        .with_keyword(cost_limit::COST_KEYWORD, cost_limit::CostKeyword::build)
        // Bundles contain no `const`. A custom `const` keyword prevents the crate from searching all variants of a
        // union for constants beforehand, which takes unbounded time for hostile documents.
        .with_keyword("const", cost_limit::CostKeyword::build);
    FORMATS.into_iter().fold(options, |options, format| {
        options.with_format(format, move |text: &str| check_format(format, text).is_none())
    })
}

impl Document {
    /// Validates arguments against the schema of the request body. Returns the problems that `model::check` does not
    /// find.
    ///
    /// Undocumented fields are allowed at the root of the body, and `null` is allowed everywhere in it.
    ///
    /// # Errors
    /// Returns an error if the arguments could not be validated.
    pub fn validate_request_body(
        &self,
        operation: &Operation,
        arguments: &Arguments,
    ) -> Result<Vec<Problem>, ValidationFailure> {
        let Some(body) = build_body_argument(operation, arguments) else { return Ok(Vec::new()) };
        let Some(validator) = self.request_body_validator(operation)? else { return Ok(Vec::new()) };
        let mut non_null_body = body.value.clone();
        remove_nulls(&mut non_null_body);
        let mut differences = validator.find_differences(&non_null_body)?;
        // An object with a null field is not validated as a whole, because a field that is present as null is not
        // missing.
        differences.retain(|difference| !difference.find_instance(&body.value).is_some_and(has_null_field));
        Ok(differences.into_iter().map(|difference| difference.into_problem(body.pointer, str::to_owned)).collect())
    }

    fn request_body_validator(&self, operation: &Operation) -> CompiledSchema {
        let index = self.by_name.get(&operation.name).copied();
        let Some((index, body)) = index.zip(operation.body.as_ref()) else { return Ok(None) };
        RECENT_VALIDATORS.get_with(
            (self.json.id, index, SchemaKey::RequestBody(body.document_key().to_owned())),
            || {
                let parts = self.parts();
                let resolver = Resolver::Parts(&parts);
                match self.request_body_schema(resolver, index, body.document_key()) {
                    Some(schema) => SchemaValidator::compile(resolver, schema, Direction::Request),
                    None => Ok(None),
                }
            },
        )
    }

    /// Returns the schema of a request body. Its media type is given as the document spells it.
    pub(super) fn request_body_schema<'a>(
        &self,
        resolver: Resolver<'a>,
        index: usize,
        content_type: &str,
    ) -> Option<&'a Value> {
        let body = resolver.resolve(self.operations[index].resolve(resolver)?.get("requestBody")?).ok()?;
        body.get("content")?.get(content_type)?.get("schema")
    }
}

/// The request body, and its JSON Pointer within the arguments.
struct BodyArgument {
    value: Value,
    pointer: &'static str,
}

/// Builds the request body from the arguments. Returns `None` unless it consists of values.
fn build_body_argument(operation: &Operation, arguments: &Arguments) -> Option<BodyArgument> {
    let documented_body = operation.body.as_ref()?;
    let has_values = matches!(documented_body.encoding(), BodyEncoding::Json | BodyEncoding::UrlEncoded);
    let is_xml = documented_body.xml.is_some() && operation.written_body(arguments).is_none();
    if !has_values && !is_xml {
        return None;
    }
    if let Some(body_field) = operation.fields.iter().find(|field| field.location == FieldLocation::Body) {
        return Some(BodyArgument {
            value: arguments.get(&body_field.name).filter(|body| !body.is_null())?.clone(),
            pointer: "/body",
        });
    }
    let is_parameter = |name: &str| operation.field(name).is_some_and(|field| !field.location.is_in_body());
    let fields: Arguments = arguments
        .iter()
        .filter(|(name, _)| !is_parameter(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (documented_body.required || !fields.is_empty())
        .then_some(BodyArgument { value: Value::Object(fields), pointer: "" })
}

/// Removes null fields from objects.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

fn has_null_field(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| fields.values().any(Value::is_null))
}

#[cfg(test)]
mod tests;
