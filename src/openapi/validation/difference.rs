//! Converts validation errors to differences, in the wording of `model::check`. They never contain a value of a
//! response.

use crate::{
    model::{
        check::{check_format, json_type_name},
        problem::{Problem, decode_pointer_key, join_pointer},
    },
    openapi::keywords::Direction,
    text,
};
use jsonschema::{JsonType, ValidationError, error::TypeKind, error::ValidationErrorKind};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Maximum length of an external name in a message, in characters.
const MAX_NAME_CHARS: usize = 60;
/// Maximum number of segments of a pointer.
const MAX_POINTER_SEGMENTS: usize = 20;
/// Maximum number of enum values in a message.
const MAX_LISTED_CHOICES: usize = 20;

/// A difference between a value and its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON Pointer to the value that the error is about.
    instance_pointer: String,
    /// Names and indices of the location, including a missing or unexpected field.
    path: Vec<String>,
    message: String,
    /// Number of other list items with the same difference.
    repeat_count: usize,
}

impl Difference {
    /// Creates a difference at the root of the value.
    pub(super) fn at_root(message: impl Into<String>) -> Self {
        Self { instance_pointer: String::new(), path: Vec::new(), message: message.into(), repeat_count: 0 }
    }

    /// Returns the value that the difference is about.
    pub(super) fn find_instance<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        root.pointer(&self.instance_pointer)
    }

    /// Converts the difference to a problem. External names are redacted with `redact` and truncated.
    pub fn into_problem(self, base_pointer: &str, redact: impl Fn(&str) -> String) -> Problem {
        let shortened_pointer = self
            .path
            .iter()
            .take(MAX_POINTER_SEGMENTS)
            .fold(base_pointer.to_owned(), |at, name| join_pointer(&at, &truncate_name(&redact(name))));
        let location =
            if self.path.len() > MAX_POINTER_SEGMENTS { shortened_pointer + "/…" } else { shortened_pointer };
        let message = match self.repeat_count {
            0 => self.message,
            count => text!("schema-difference-repeated", difference = self.message, count = count),
        };
        Problem::new(location, message)
    }
}

/// Converts errors to differences. The same error in several items of a list becomes one difference.
pub(super) fn collect_differences<'a>(
    errors: impl Iterator<Item = ValidationError<'a>>,
    direction: Direction,
) -> Vec<Difference> {
    let mut collector = DifferenceCollector::new(direction);
    for error in errors {
        collector.add_error(&error);
    }
    collector.differences
}

struct DifferenceCollector {
    direction: Direction,
    differences: Vec<Difference>,
    /// Locations and messages that are already reported: two schemas of one value can yield the same error.
    seen: HashSet<(Vec<String>, String)>,
    /// Indices of differences, by location without list indices, and message.
    index_by_message: HashMap<(Vec<String>, String), usize>,
}

impl DifferenceCollector {
    fn new(direction: Direction) -> Self {
        Self { direction, differences: Vec::new(), seen: HashSet::new(), index_by_message: HashMap::new() }
    }

    fn add_difference(&mut self, error: &ValidationError, name: Option<&str>, message: impl Into<String>) {
        let instance_pointer = error.instance_path().as_str();
        let mut path: Vec<String> = pointer_segments(instance_pointer).collect();
        path.extend(name.map(str::to_owned));
        let message = message.into();
        let is_index = |name: &String| name.bytes().all(|b| b.is_ascii_digit());
        let path_without_indices =
            path.iter().map(|name| if is_index(name) { String::new() } else { name.clone() }).collect();
        if !self.seen.insert((path.clone(), message.clone())) {
            return;
        }
        let next = self.differences.len();
        match *self.index_by_message.entry((path_without_indices, message.clone())).or_insert(next) {
            index if index == next => self.differences.push(Difference {
                instance_pointer: instance_pointer.to_owned(),
                path,
                message,
                repeat_count: 0,
            }),
            index => self.differences[index].repeat_count += 1,
        }
    }

    fn add_error(&mut self, error: &ValidationError) {
        use ValidationErrorKind as Kind;
        let is_response = self.direction == Direction::Response;
        // Messages must not contain data of a response, including its sizes.
        let exceeded = |kind: &str, limit: u64, size: fn(&Value) -> usize| {
            if is_response {
                text!("schema-difference-limit", kind = kind, limit = limit)
            } else {
                text!("check-limit", kind = kind, limit = limit, count = size(error.instance()))
            }
        };
        let characters = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
        let items = |value: &Value| value.as_array().map_or(0, Vec::len);
        let fields = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
        let message = match error.kind() {
            Kind::Required { property } => {
                let sentence = if is_response { text!("schema-difference-missing") } else { text!("check-required") };
                return self.add_difference(error, property.as_str(), sentence);
            }
            Kind::AdditionalProperties { unexpected } => {
                let sentence = if is_response {
                    text!("schema-difference-undocumented")
                } else {
                    text!("schema-difference-unknown-field")
                };
                for name in unexpected {
                    self.add_difference(error, Some(name), sentence);
                }
                return;
            }
            Kind::AnyOf { context } => return self.add_union_error(error, context),
            Kind::PropertyNames { error: inner } => {
                let (name, mut nested) = (inner.instance().as_str(), Self::new(self.direction));
                nested.add_error(inner);
                for difference in nested.differences {
                    let message = text!("schema-difference-name", problem = difference.message);
                    self.add_difference(error, name, message);
                }
                return;
            }
            Kind::Type { kind } => type_mismatch(&expected_types(kind), error.instance()),
            Kind::Enum { options } => {
                let choices: Vec<String> = options
                    .as_array()
                    .into_iter()
                    .flatten()
                    .take(MAX_LISTED_CHOICES)
                    .map(ToString::to_string)
                    .collect();
                let is_cut = options.as_array().is_some_and(|all| all.len() > choices.len());
                text!("check-one-of", choices = choices.join(", ") + if is_cut { ", …" } else { "" })
            }
            Kind::Format { format } => {
                let format_problem = error.instance().as_str().and_then(|text| check_format(format, text));
                format_problem.map_or_else(|| text!("schema-difference-format", format = format), str::to_owned)
            }
            Kind::Pattern { pattern } => text!("check-pattern", pattern = pattern),
            Kind::MaxLength { limit } => exceeded("maxLength", *limit, characters),
            Kind::MinLength { limit } => exceeded("minLength", *limit, characters),
            Kind::MaxItems { limit } => exceeded("maxItems", *limit, items),
            Kind::MinItems { limit } => exceeded("minItems", *limit, items),
            Kind::MaxProperties { limit } => exceeded("maxProperties", *limit, fields),
            Kind::MinProperties { limit } => exceeded("minProperties", *limit, fields),
            Kind::UniqueItems => text!("schema-difference-repeated-item").into(),
            Kind::Minimum { limit } => text!("check-minimum", limit = limit),
            Kind::Maximum { limit } => text!("check-maximum", limit = limit),
            Kind::ExclusiveMinimum { limit } => text!("check-exclusive-minimum", limit = limit),
            Kind::ExclusiveMaximum { limit } => text!("check-exclusive-maximum", limit = limit),
            Kind::MultipleOf { multiple_of } => text!("check-multiple", step = multiple_of),
            Kind::Contains => text!("schema-difference-contains").into(),
            Kind::Not { .. } => text!("schema-difference-not").into(),
            Kind::FalseSchema => text!("schema-difference-no-value").into(),
            // Unknown kinds of errors are not reported.
            _ => return,
        };
        self.add_difference(error, None, message);
    }

    /// Adds the error of a value that matches none of several variants. If only one variant is plausible, the errors of
    /// that variant are added instead.
    fn add_union_error(&mut self, error: &ValidationError, variants: &[Vec<ValidationError<'static>>]) {
        let union_pointer = error.instance_path().as_str();
        let is_at_union = |union_error: &ValidationError| union_error.instance_path().as_str() == union_pointer;
        // A variant is implausible if the value has another type, or another constant in one of its fields.
        let excludes_variant = |variant_error: &ValidationError| match variant_error.kind() {
            ValidationErrorKind::Type { .. } => is_at_union(variant_error),
            ValidationErrorKind::Enum { options } => {
                options.as_array().is_some_and(|choices| choices.len() == 1)
                    && variant_error
                        .instance_path()
                        .as_str()
                        .strip_prefix(union_pointer)
                        .is_some_and(|rest| rest.matches('/').count() == 1)
            }
            _ => false,
        };
        let plausible_variants: Vec<_> =
            variants.iter().filter(|variant_errors| !variant_errors.iter().any(excludes_variant)).collect();
        if let [single_variant] = plausible_variants.as_slice() {
            return single_variant.iter().for_each(|variant_error| self.add_error(variant_error));
        }
        let types: Option<Vec<Vec<JsonType>>> = variants
            .iter()
            .map(|variant_errors| match variant_errors.first().map(ValidationError::kind) {
                Some(ValidationErrorKind::Type { kind }) if is_at_union(&variant_errors[0]) => {
                    Some(expected_types(kind))
                }
                _ => None,
            })
            .collect();
        if let Some(types) = types {
            return self.add_difference(error, None, type_mismatch(&types.concat(), error.instance()));
        }
        let missing_fields = |variant_errors: &Vec<ValidationError>| {
            let names = variant_errors.iter().map(|variant_error| match variant_error.kind() {
                ValidationErrorKind::Required { property } if is_at_union(variant_error) => property.as_str(),
                _ => None,
            });
            names.collect::<Option<Vec<&str>>>().map(|names| names.join(text!("list-and")))
        };
        if let Some(missing) = variants.iter().map(missing_fields).collect::<Option<Vec<String>>>() {
            let message = text!("check-must-have", alternatives = missing.join(text!("list-comma-or")));
            return self.add_difference(error, None, message);
        }
        self.add_difference(error, None, text!("schema-difference-variants", count = variants.len()));
    }
}

fn expected_types(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.iter().collect(),
    }
}

fn type_mismatch(expected: &[JsonType], value: &Value) -> String {
    if value.is_number() && !expected.is_empty() && expected.iter().all(|kind| *kind == JsonType::Integer) {
        return text!("check-whole-number").into();
    }
    let mut type_names: Vec<&str> = expected
        .iter()
        .map(|kind| match kind {
            JsonType::Array => text!("check-type-list"),
            JsonType::Boolean => text!("check-type-boolean"),
            JsonType::Integer => text!("check-type-whole-number"),
            JsonType::Null => "null",
            JsonType::Number => text!("check-type-number"),
            JsonType::Object => text!("check-type-object"),
            JsonType::String => text!("check-type-text"),
        })
        .collect();
    type_names.dedup();
    text!("check-type", expected = type_names.join(text!("list-or")), actual = json_type_name(value))
}

/// Returns the unescaped segments of a JSON Pointer.
fn pointer_segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(decode_pointer_key)
}

/// Truncates a name to the maximum length.
fn truncate_name(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => [&name[..end], "…"].concat(),
        None => name.to_owned(),
    }
}
