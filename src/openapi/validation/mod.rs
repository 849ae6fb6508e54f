//! Compares values with the schemas of a document, by crate `jsonschema`: arguments before they are sent, replies when they
//! come. A document never refuses anything by being wrong itself: where it cannot be understood, no claim is made.
//!
//! schema → bundle → validator → differences; each step is a file.

mod budget;
mod bundle;
mod expected_response;
mod keywords;
mod shape;
mod words;

pub use expected_response::Promise;
pub use words::Difference;

use super::{Document, Listing, reference::Resolver, schema::Direction};
use crate::model::{
    Arguments,
    check::fault_of_format,
    operation::{Encoding, Operation},
    problem::Problem,
    schema::Place,
};
use jsonschema::{Draft, PatternOptions, ValidationOptions};
use moka::sync::Cache;
use serde_json::Value;
use std::{collections::HashSet, fmt, sync::Arc};

/// Schemas of all validators that are kept; one is some hundred bytes.
const KEPT_SCHEMAS: u64 = 100_000;
/// Bytes of a regular expression, compiled.
const LARGEST_PATTERN: usize = 1 << 18;
/// The formats that are checked, by the same code as in the browser.
const FORMATS: [&str; 7] = ["uuid", "date-time", "date", "uri", "url", "email", "e164"];

/// The validators of a document's operations, made when they are asked for; nothing where a schema cannot be validated by.
pub(super) type Validators = Cache<(usize, Part), Option<Arc<Validator>>>;

/// What of an operation a schema describes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// Its body in a media type.
    Body(String),
    /// Its reply with a status, as the document writes it, in a media type.
    Reply(String, String),
}

pub(super) fn validators() -> Validators {
    let weight = |_: &_, validator: &Option<Arc<Validator>>| {
        validator.as_ref().map_or(1, |validator| u32::try_from(validator.size).unwrap_or(u32::MAX))
    };
    Cache::builder().max_capacity(KEPT_SCHEMAS).weigher(weight).build()
}

/// A schema that values are compared with.
pub struct Validator {
    inner: jsonschema::Validator,
    size: usize,
    direction: Direction,
    /// Names of fields whose format is `password`.
    secrets: HashSet<String>,
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Validator({} schemas)", self.size)
    }
}

impl Validator {
    /// Nothing where the schema is too large, or not one that the crate understands.
    fn new(resolver: Resolver, schema: &Value, direction: Direction) -> Option<Self> {
        let options = options();
        let bundle = bundle::bundle(&options, resolver, schema, direction)?;
        let inner = budget::within(|| options.build(&bundle.schema))?.ok()?;
        Some(Self { inner, size: bundle.size, direction, secrets: bundle.secrets })
    }

    /// Everything in which a value differs from the schema; nothing where that takes too long to find out.
    fn differences(&self, value: &Value) -> Option<Vec<Difference>> {
        budget::within(|| words::differences(self.inner.iter_errors(value), self.direction))
    }
}

/// How schemas are compiled: nothing is fetched, and regular expressions match in linear time.
fn options() -> ValidationOptions<'static> {
    let patterns = PatternOptions::regex().size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN);
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(patterns)
        .should_validate_formats(true)
        .with_keyword(budget::KEYWORD, budget::Visit::keyword)
        // No bundle has `const`. That it might be ours keeps the crate from looking for constants in all variants of a
        // union beforehand, which hostile documents make endless.
        .with_keyword("const", budget::Visit::keyword);
    FORMATS.into_iter().fold(options, |options, format| {
        options.with_format(format, move |text: &str| fault_of_format(format, text).is_none())
    })
}

impl Document {
    /// What the schema of an operation's body finds wrong with arguments, beyond what `check` finds.
    ///
    /// Fields that the document does not name are allowed at the body's root, and `null` everywhere in it.
    pub fn check_arguments(&self, operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
        let found = self.validator_of_body(operation).zip(body(operation, arguments)).and_then(|(validator, body)| {
            let mut given = body.value.clone();
            prune(&mut given);
            let mut found = validator.differences(&given)?;
            // What holds a null is not judged as a whole: a field that is there as null is not missing.
            found.retain(|difference| !difference.of(&body.value).is_some_and(holds_null));
            Some(found.into_iter().map(|difference| difference.problem(body.at, str::to_owned)).collect())
        });
        found.unwrap_or_default()
    }

    fn validator_of_body(&self, operation: &Operation) -> Option<Arc<Validator>> {
        let content_type = &operation.body.as_ref()?.content_type;
        let index = *self.by_name.get(&operation.name)?;
        self.validators.get_with((index, Part::Body(content_type.clone())), || {
            let resolver = Resolver(&self.root);
            let body = resolver.resolve(locate(resolver, &self.listings[index])?.get("requestBody")?).ok()?;
            let schema = body.get("content")?.get(content_type)?.get("schema")?;
            Validator::new(resolver, schema, Direction::Request).map(Arc::new)
        })
    }
}

/// An operation in its document.
fn locate<'a>(resolver: Resolver<'a>, listing: &Listing) -> Option<&'a Value> {
    let item = resolver.resolve(&resolver.0["paths"][&listing.path]).ok()?;
    item.get(&listing.method.as_str().to_lowercase())
}

/// A body that is going to be sent, and where it stands in the arguments.
struct Body {
    value: Value,
    at: &'static str,
}

/// The body that the arguments make, where it is made of JSON values.
fn body(operation: &Operation, arguments: &Arguments) -> Option<Body> {
    let sent = operation.body.as_ref()?;
    if !matches!(sent.encoding(), Encoding::Json | Encoding::UrlEncoded) {
        return None;
    }
    if let Some(whole) = operation.fields.iter().find(|field| field.place == Place::Body) {
        return Some(Body { value: arguments.get(&whole.name).filter(|body| !body.is_null())?.clone(), at: "/body" });
    }
    let is_parameter = |name: &str| operation.field(name).is_some_and(|field| !field.place.is_in_body());
    let fields: Arguments = arguments
        .iter()
        .filter(|(name, _)| !is_parameter(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (sent.required || !fields.is_empty()).then_some(Body { value: Value::Object(fields), at: "" })
}

/// Takes fields that are null out of objects.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(prune);
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

fn holds_null(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| fields.values().any(Value::is_null))
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
