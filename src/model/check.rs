//! Checks arguments against an operation. Browser and server use the same code.

use super::{
    Arguments,
    cookie_value::can_be_sent,
    date_time, json,
    operation::Operation,
    path_value::is_path_value,
    placeholder, platform,
    problem::{Problem, join_pointer},
    schema::{ArrayConstraints, Field, FieldLocation, NumberConstraints, Schema, StringConstraints, UnionVariant},
};
use crate::text;
use serde_json::{Number, Value};

/// Maximum number of values that one check visits. Nested unions are tried variant by variant, so the number of visits
/// doubles with every level. Values beyond the limit are treated as valid and left to the provider.
pub const MAX_VISITED_VALUES: u32 = 100_000;

/// Number up to which floating point represents all integers: 2^53.
const MAX_EXACT_NUMBER: f64 = 9_007_199_254_740_992.0;

/// Returns all problems that prevent these arguments from being sent; empty if there are none.
///
/// `null` is accepted for every field of a body, so that users can find out how the API responds to it.
pub fn check_arguments(operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
    let mut checker = Checker::new(operation, MAX_VISITED_VALUES);
    let written_body = operation.written_body(arguments).map(|(name, _)| name);
    for field in &operation.fields {
        if let Some(name) = written_body.filter(|_| field.location.is_in_body()) {
            if *name != field.name && arguments.contains_key(&field.name) {
                let message = text!("check-leave-out-of-body", name = name);
                checker.problems.push(Problem::new(join_pointer("", &field.name), message));
            }
            continue;
        }
        if field.serialization.part.as_ref().is_some_and(|part| !operation.has_part(arguments, part)) {
            if arguments.contains_key(&field.name) {
                let message = text!("check-part-not-sent");
                checker.problems.push(Problem::new(join_pointer("", &field.name), message));
            }
            continue;
        }
        checker.allows_null = field.location.is_in_body();
        checker.check_fields(std::slice::from_ref(field), arguments, "");
    }
    for name in arguments.keys() {
        if operation.field(name).is_some() || written_body == Some(name) {
            continue;
        }
        let same_name = operation.fields.iter().filter(|field| field.sent_name() == name);
        let same_name: Vec<&str> = same_name.map(|field| field.name.as_str()).collect();
        let message = if !same_name.is_empty() {
            text!("check-ambiguous-name", names = same_name.join(text!("list-or")))
        } else if !operation.allows_additional_fields() {
            text!("check-unknown-field", name = name)
        } else {
            continue;
        };
        checker.problems.push(Problem::new(join_pointer("", name), message));
    }
    checker.problems
}

/// Returns the problems of one parameter or field of the body among the arguments.
#[cfg(feature = "ssr")]
pub(crate) fn check_field(operation: &Operation, field: &Field, arguments: &Arguments) -> Vec<Problem> {
    let mut checker = Checker::new(operation, MAX_VISITED_VALUES);
    checker.allows_null = field.location.is_in_body();
    checker.check_fields(std::slice::from_ref(field), arguments, "");
    checker.problems
}

/// Returns true if a value matches a union's variant: its discriminator is the variant's, and it has no problems.
///
/// `remaining_visits` is the number of values that may still be visited, and is counted down. Values beyond are treated
/// as valid.
pub fn matches_variant(
    operation: &Operation,
    variant: &UnionVariant,
    value: &Value,
    remaining_visits: &mut u32,
) -> bool {
    let matches_discriminator =
        variant.discriminator.as_ref().is_none_or(|(name, expected)| value.get(name) == Some(expected));
    matches_discriminator && {
        let mut checker = Checker::new(operation, *remaining_visits);
        let is_valid = checker.is_valid(&variant.schema, value);
        *remaining_visits = checker.remaining_visits;
        is_valid
    }
}

struct Checker<'a> {
    operation: &'a Operation,
    problems: Vec<Problem>,
    remaining_visits: u32,
    /// True if the items of a list can be null.
    allows_null: bool,
}

impl<'a> Checker<'a> {
    fn new(operation: &'a Operation, remaining_visits: u32) -> Self {
        Self { operation, problems: Vec::new(), remaining_visits, allows_null: true }
    }

    /// Returns true if a value has no problems, without reporting those that it has.
    fn is_valid(&mut self, schema: &Schema, value: &Value) -> bool {
        let reported = std::mem::take(&mut self.problems);
        self.check_value(schema, value, "");
        std::mem::replace(&mut self.problems, reported).is_empty()
    }

    fn check_fields(&mut self, fields: &[Field], values: &Arguments, pointer: &str) {
        for field in fields {
            let pointer = join_pointer(pointer, &field.name);
            let problem = match values.get(&field.name) {
                None if field.required => text!("check-required"),
                None => continue,
                Some(Value::Null) if field.location.is_in_body() => continue,
                Some(Value::Null) => text!("check-null"),
                Some(Value::String(text)) if text.is_empty() && field.serialization.allow_empty => continue,
                Some(value) if field.location == FieldLocation::Path && !is_path_value(field, value) => {
                    text!("check-path-value")
                }
                Some(value) if !can_be_sent(field, value) => text!("check-cookie-value"),
                Some(value) => {
                    self.check_value(&field.schema, value, &pointer);
                    continue;
                }
            };
            self.problems.push(Problem::new(pointer, problem));
        }
    }

    fn check_value(&mut self, schema: &Schema, value: &Value, pointer: &str) {
        if self.remaining_visits == 0 {
            return;
        }
        self.remaining_visits -= 1;
        // Only the server knows the value of a placeholder, and checks it there.
        if value.as_str().is_some_and(placeholder::contains_placeholder) {
            return;
        }
        let message = match (self.operation.resolve(schema), value) {
            (Schema::Any, _) | (Schema::Boolean, Value::Bool(_)) => None,
            (Schema::String(constraints), Value::String(text)) => {
                check_string(constraints, text).or_else(|| self.check_content(constraints.content.as_deref()?, text))
            }
            (Schema::Number(constraints), Value::Number(number)) => check_number(constraints, number),
            (Schema::Enum(choices), value) if choices.iter().any(|choice| is_same_value(choice, value)) => None,
            (Schema::Enum(choices), _) => {
                let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
                Some(text!("check-one-of", choices = choices.join(", ")))
            }
            (Schema::Array(constraints), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    if !(self.allows_null && value.is_null()) {
                        self.check_value(constraints.item_at(index), value, &join_pointer(pointer, &index.to_string()));
                    }
                }
                check_array(constraints, values)
            }
            (Schema::Object(fields), Value::Object(values)) => {
                self.check_fields(fields, values, pointer);
                None
            }
            (Schema::Map(item), Value::Object(values)) => {
                for (name, value) in values {
                    if !value.is_null() {
                        self.check_value(item, value, &join_pointer(pointer, name));
                    }
                }
                None
            }
            (Schema::Union(variants), value) => self.check_union(variants, value, pointer),
            (Schema::File, Value::Object(file)) if file.get("filename").is_some_and(Value::is_string) => None,
            (Schema::File, _) => Some(text!("check-file").into()),
            (schema, value) => {
                Some(text!("check-type", expected = schema_type_name(schema), actual = json_type_name(value)))
            }
        };
        self.problems.extend(message.map(|message| Problem::new(pointer, message)));
    }

    /// Returns the first problem of a text that must contain JSON of a schema, with its place in the JSON.
    fn check_content(&mut self, content: &Schema, text: &str) -> Option<String> {
        let value = match json::parse(text) {
            Ok(value) => value,
            Err(json::SyntaxError { offset }) => {
                let start = text.get(..offset).map_or(0, |before| before.chars().count()) + 1;
                return Some(text!("check-json-content", position = start));
            }
        };
        let reported = std::mem::take(&mut self.problems);
        self.check_value(content, &value, "");
        let problem = std::mem::replace(&mut self.problems, reported).into_iter().next()?;
        Some(match problem.location.as_str() {
            "" => text!("check-in-json", problem = problem.message),
            location => text!("check-in-json-at", location = location, problem = problem.message),
        })
    }

    /// Checks a value against a union. If its discriminator selects a variant, if there is a default, or if there is only
    /// one, that variant's problems are reported. Otherwise the value must match one of the variants.
    fn check_union(&mut self, variants: &[UnionVariant], value: &Value, pointer: &str) -> Option<String> {
        let is_selected = |variant: &&UnionVariant| {
            let discriminator = variant.discriminator.as_ref();
            let is_same = |(name, expected): &(String, Value)| {
                value.get(name).is_some_and(|actual| is_same_value(actual, expected))
            };
            discriminator.is_some_and(is_same) || variants.len() == 1
        };
        let default = || variants.iter().find(|variant| variant.is_default);
        if let Some(selected) = variants.iter().find(is_selected).or_else(default) {
            self.check_value(&selected.schema, value, pointer);
            return None;
        }
        // A discriminator can be absent: whether it is required is part of the variant's schema.
        let can_match = |variant: &&UnionVariant| {
            let discriminator = variant.discriminator.as_ref().and_then(|(name, _)| value.get(name));
            discriminator.is_none_or(Value::is_null)
        };
        if variants.iter().filter(can_match).any(|variant| self.is_valid(&variant.schema, value)) {
            return None;
        }
        let titles: Vec<&str> = variants.iter().map(|variant| variant.title.as_str()).collect();
        Some(text!("check-no-variant", variants = titles.join(", ")))
    }
}

/// Returns true if two values are the same. Numbers are compared by value: 1 is 1.0.
fn is_same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || platform::parse_f64(&one.to_string()) - platform::parse_f64(&other.to_string()) == 0.0
        }
        _ => one == other,
    }
}

fn schema_type_name(schema: &Schema) -> &'static str {
    match schema {
        Schema::String(_) => text!("check-type-text"),
        Schema::Number(constraints) if constraints.integer => text!("check-type-whole-number"),
        Schema::Number(_) => text!("check-type-number"),
        Schema::Boolean => text!("check-type-boolean"),
        Schema::Array(_) => text!("check-type-list"),
        Schema::Object(_) | Schema::Map(_) => text!("check-type-object"),
        _ => text!("check-type-json"),
    }
}

/// Returns the JSON type of a value in words, for messages.
pub fn json_type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => text!("check-type-boolean"),
        Value::Number(_) => text!("check-type-number"),
        Value::String(_) => text!("check-type-text"),
        Value::Array(_) => text!("check-type-list"),
        Value::Object(_) => text!("check-type-object"),
    }
}

fn check_array(constraints: &ArrayConstraints, values: &[Value]) -> Option<String> {
    let count = values.len();
    if let Some(max) = constraints.max_items.filter(|max| count > *max as usize) {
        return Some(text!("check-limit", kind = "maxItems", limit = max, count = count));
    }
    if let Some(min) = constraints.min_items.filter(|min| count < *min as usize) {
        return Some(text!("check-limit", kind = "minItems", limit = min, count = count));
    }
    let mut seen = Arguments::new();
    let mut texts = values.iter().map(ToString::to_string);
    let repeated = texts.find(|text| constraints.unique_items && seen.insert(text.clone(), Value::Null).is_some());
    repeated.map(|text| text!("check-repeated-item", item = text))
}

pub(crate) fn check_string(constraints: &StringConstraints, text: &str) -> Option<String> {
    let length = text.chars().count();
    if let Some(max) = constraints.max_length.filter(|max| length > *max as usize) {
        return Some(text!("check-limit", kind = "maxLength", limit = max, count = length));
    }
    if let Some(min) = constraints.min_length.filter(|min| length < *min as usize) {
        return Some(text!("check-limit", kind = "minLength", limit = min, count = length));
    }
    if let Some(pattern) = constraints.pattern.as_deref().filter(|pattern| !platform::matches_pattern(pattern, text)) {
        return Some(match &constraints.pattern_description {
            Some(description) => text!("check-pattern-described", description = description),
            None => text!("check-pattern", pattern = pattern),
        });
    }
    let message = constraints.format.as_deref().and_then(|format| check_format(format, text));
    message.map(str::to_owned)
}

/// Returns the problem of a text with a format; `None` if the text is valid or the format is not checked.
pub fn check_format(format: &str, text: &str) -> Option<&'static str> {
    match format {
        "uuid" if !is_uuid(text) => Some(text!("check-format-uuid")),
        "date-time" if !date_time::is_date_time(text) => Some(text!("check-format-date-time")),
        "date" if !date_time::is_date(text.as_bytes()) => Some(text!("check-format-date")),
        "time" if !date_time::is_time(text.as_bytes()) => Some(text!("check-format-time")),
        "uri" | "url" if !text.contains(':') || text.contains(char::is_whitespace) => Some(text!("check-format-url")),
        "email" if !is_email(text) => Some(text!("check-format-email")),
        "e164" if !is_e164(text) => Some(text!("check-format-phone-number")),
        _ => None,
    }
}

/// Returns true if there is exactly one `@`, between two non-empty parts without spaces. Stricter checks are left to
/// the provider.
fn is_email(text: &str) -> bool {
    let no_space = !text.contains(char::is_whitespace);
    no_space
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// Returns true for a phone number in ITU-T E.164 format: a plus sign and 2 to 15 digits, the first of them not 0.
fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
    })
}

/// Returns true for a UUID in the format of RFC 9562, §4.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, b)| match index {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

pub(crate) fn check_number(constraints: &NumberConstraints, number: &Number) -> Option<String> {
    let value = platform::parse_f64(&number.to_string());
    // Beyond, the value is not known exactly: doubts are left to the server.
    let is_exact = value.abs() < MAX_EXACT_NUMBER;
    if constraints.integer && is_exact && value.fract() != 0.0 {
        return Some(text!("check-whole-number").into());
    }
    let exceeds = |limit: &&Number, sign: f64| (value - platform::parse_f64(&limit.to_string())) * sign > 0.0;
    if let Some(min) = constraints.minimum.as_ref().filter(|min| exceeds(min, -1.0)) {
        return Some(text!("check-minimum", limit = min));
    }
    if let Some(max) = constraints.maximum.as_ref().filter(|max| exceeds(max, 1.0)) {
        return Some(text!("check-maximum", limit = max));
    }
    let reaches = |limit: &&Number, sign: f64| {
        exceeds(limit, sign) || is_exact && value - platform::parse_f64(&limit.to_string()) == 0.0
    };
    if let Some(min) = constraints.exclusive_minimum.as_ref().filter(|min| reaches(min, -1.0)) {
        return Some(text!("check-exclusive-minimum", limit = min));
    }
    if let Some(max) = constraints.exclusive_maximum.as_ref().filter(|max| reaches(max, 1.0)) {
        return Some(text!("check-exclusive-maximum", limit = max));
    }
    // Decimal fractions are inexact in binary, so a quotient that is almost an integer counts as a multiple.
    let is_multiple = |step: &Number| {
        let times = value / platform::parse_f64(&step.to_string());
        (times - times.round()).abs() < 1e-9 * times.abs().max(1.0)
    };
    let step = constraints.multiple_of.as_ref().filter(|step| is_exact && !is_multiple(step));
    step.map(|step| text!("check-multiple", step = step))
}
