//! Checks arguments against an operation: the same code in the browser and on the server.

use super::{
    Arguments,
    operation::Operation,
    placeholder, platform,
    problem::{Problem, pointer},
    schema::{Field, ListRules, NumberRules, Place, Schema, TextRules, Variant},
};
use serde_json::{Number, Value};

/// How many values are looked at. Variants of variants are tried over and over, twice as often with every level; where that
/// never ends, what is inside is left to the provider.
pub const MOST_VISITS: u32 = 100_000;

/// Everything that keeps these arguments from being sent; empty when they can be.
///
/// `null` is accepted for every field of a JSON body: an explorer exists to find out what the API says to it.
pub fn check(operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
    let mut checker = Checker { operation, problems: Vec::new(), left: MOST_VISITS };
    checker.fields(&operation.fields, arguments, "");
    for name in arguments.keys() {
        if operation.field(name).is_none() && !operation.takes_other_fields() {
            let message = ["This operation has no field named ", name, "."].concat();
            checker.problems.push(Problem::new(pointer("", name), message));
        }
    }
    checker.problems
}

/// Whether a value is one of a union's variant: its tag fits, and nothing is wrong with it.
///
/// `left` says how many values may still be looked at, and is counted down; beyond, what is inside is taken to be right.
pub fn is_variant(operation: &Operation, variant: &Variant, value: &Value, left: &mut u32) -> bool {
    let has_tag = variant.tag.as_ref().is_none_or(|(name, tag)| value.get(name) == Some(tag));
    has_tag && {
        let mut checker = Checker { operation, problems: Vec::new(), left: *left };
        checker.value(&variant.schema, value, "");
        *left = checker.left;
        checker.problems.is_empty()
    }
}

/// Whether a value can be one segment of a path without changing which resource the path names.
pub fn is_path_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.chars().any(|c| c == '/' || c == '\\' || c.is_control())
}

struct Checker<'a> {
    operation: &'a Operation,
    problems: Vec<Problem>,
    left: u32,
}

impl Checker<'_> {
    fn fields(&mut self, fields: &[Field], values: &Arguments, at: &str) {
        for field in fields {
            let at = pointer(at, &field.name);
            let problem = match values.get(&field.name) {
                None if field.required => "This field is required.",
                None => continue,
                Some(Value::Null) if field.place.is_in_body() => continue,
                Some(Value::Null) => "Cannot be null here: leave it out instead.",
                Some(value) if field.place == Place::Path && !is_path_value(value) => {
                    "Stands in the path: it cannot be empty, \".\" or \"..\", nor contain / or \\ or control characters."
                }
                Some(value) => {
                    self.value(&field.schema, value, &at);
                    continue;
                }
            };
            self.problems.push(Problem::new(at, problem));
        }
    }

    fn value(&mut self, schema: &Schema, value: &Value, at: &str) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        // What it stands for is known to the server, which checks it there.
        if value.as_str().is_some_and(placeholder::is_in) {
            return;
        }
        let wrong = match (self.operation.open(schema), value) {
            (Schema::Any, _) | (Schema::Boolean, Value::Bool(_)) => None,
            (Schema::Text(rules), Value::String(text)) => check_text(rules, text),
            (Schema::Number(rules), Value::Number(number)) => check_number(rules, number),
            (Schema::Choice(choices), value) if choices.contains(value) => None,
            (Schema::Choice(choices), _) => {
                let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
                Some(["Must be one of ", &choices.join(", "), "."].concat())
            }
            (Schema::List(rules), Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.value(&rules.item, value, &pointer(at, &index.to_string()));
                }
                check_list(rules, values)
            }
            (Schema::Object(fields), Value::Object(values)) => {
                self.fields(fields, values, at);
                None
            }
            (Schema::Map(item), Value::Object(values)) => {
                for (name, value) in values {
                    if !value.is_null() {
                        self.value(item, value, &pointer(at, name));
                    }
                }
                None
            }
            (Schema::Union(variants), value) => self.union(variants, value, at),
            (Schema::File, Value::Object(file)) if file.get("filename").is_some_and(Value::is_string) => None,
            (Schema::File, _) => Some("Must be a file: { \"filename\", \"contentType\", \"base64\" }.".into()),
            (schema, value) => Some(["Must be ", expected(schema), ", not ", found(value), "."].concat()),
        };
        self.problems.extend(wrong.map(|message| Problem::new(at, message)));
    }

    /// A value of a union is right if it is right as one of its variants. Where its tag tells which one is meant, what is
    /// wrong with it as that one is said.
    fn union(&mut self, variants: &[Variant], value: &Value, at: &str) -> Option<String> {
        let is_meant = |variant: &&Variant| {
            variant.tag.as_ref().is_some_and(|(name, tag)| value.get(name) == Some(tag)) || variants.len() == 1
        };
        if let Some(meant) = variants.iter().find(is_meant) {
            self.value(&meant.schema, value, at);
            return None;
        }
        if variants.iter().any(|variant| is_variant(self.operation, variant, value, &mut self.left)) {
            return None;
        }
        let titles: Vec<&str> = variants.iter().map(|variant| variant.title.as_str()).collect();
        Some(["Fits none of: ", &titles.join(", "), "."].concat())
    }
}

fn is_path_value(value: &Value) -> bool {
    match value {
        Value::String(text) => is_path_segment(text),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_path_value),
        Value::Object(fields) => {
            !fields.is_empty() && fields.iter().all(|(name, value)| is_path_segment(name) && is_path_value(value))
        }
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn expected(schema: &Schema) -> &'static str {
    match schema {
        Schema::Text(_) => "text",
        Schema::Number(rules) if rules.integer => "a whole number",
        Schema::Number(_) => "a number",
        Schema::Boolean => "true or false",
        Schema::List(_) => "a list",
        Schema::Object(_) | Schema::Map(_) => "an object",
        _ => "a JSON value",
    }
}

/// The kind of a value, in words.
pub fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn check_list(rules: &ListRules, values: &[Value]) -> Option<String> {
    let count = values.len();
    if let Some(max) = rules.max_items.filter(|max| count > *max as usize) {
        return Some(["At most ", &max.to_string(), " items; there are ", &count.to_string(), "."].concat());
    }
    if let Some(min) = rules.min_items.filter(|min| count < *min as usize) {
        return Some(["At least ", &min.to_string(), " items; there are ", &count.to_string(), "."].concat());
    }
    let mut seen = Arguments::new();
    let mut texts = values.iter().map(ToString::to_string);
    let repeated = texts.find(|text| rules.unique && seen.insert(text.clone(), Value::Null).is_some());
    repeated.map(|text| ["No item may occur twice: ", &text, "."].concat())
}

pub(crate) fn check_text(rules: &TextRules, text: &str) -> Option<String> {
    let length = text.chars().count();
    if let Some(max) = rules.max_length.filter(|max| length > *max as usize) {
        return Some(["At most ", &max.to_string(), " characters; this has ", &length.to_string(), "."].concat());
    }
    if let Some(min) = rules.min_length.filter(|min| length < *min as usize) {
        return Some(["At least ", &min.to_string(), " characters; this has ", &length.to_string(), "."].concat());
    }
    if let Some(pattern) = rules.pattern.as_deref().filter(|pattern| !platform::matches(pattern, text)) {
        return Some(match &rules.pattern_description {
            Some(words) => ["Only ", words, "."].concat(),
            None => ["Must match the pattern ", pattern, "."].concat(),
        });
    }
    let fault = rules.format.as_deref().and_then(|format| fault_of_format(format, text));
    fault.map(str::to_owned)
}

/// What is wrong with a text of a format; nothing for formats that are not checked.
pub fn fault_of_format(format: &str, text: &str) -> Option<&'static str> {
    match format {
        "uuid" if !is_uuid(text) => Some("Must be a UUID, like 123e4567-e89b-12d3-a456-426614174000."),
        "date-time" if !has_digits_like(text, "0000-00-00T00:00:00") => {
            Some("Must be a date and time, like 2026-11-23T09:30:00Z.")
        }
        "date" if !(has_digits_like(text, "0000-00-00") && text.len() == 10) => {
            Some("Must be a date, like 2026-11-23.")
        }
        "uri" | "url" if !text.contains(':') || text.contains(char::is_whitespace) => {
            Some("Must be a whole address, like https://example.com/path.")
        }
        "email" if !is_email(text) => Some("Must be an email address, like name@example.com."),
        "e164" if !is_e164(text) => {
            Some("Must be a phone number in E.164 format: +, country code and number, like +15005550006.")
        }
        _ => None,
    }
}

/// One `@` between two non-empty parts without spaces; the server behind the API knows better than any pattern.
fn is_email(text: &str) -> bool {
    let no_space = !text.contains(char::is_whitespace);
    no_space
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

/// ITU-T E.164: a plus sign and up to 15 digits, the first of them not 0.
fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
    })
}

/// RFC 9562, §4.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, b)| match index {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Whether a text begins like the pattern, with any digit where the pattern has 0. Dates of RFC 3339 begin so; whether the
/// day exists is the provider's to say.
fn has_digits_like(text: &str, pattern: &str) -> bool {
    text.len() >= pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, like)| {
            if like == b'0' { b.is_ascii_digit() } else { b.eq_ignore_ascii_case(&like) || (like == b'T' && b == b' ') }
        })
}

pub(crate) fn check_number(rules: &NumberRules, number: &Number) -> Option<String> {
    let value = platform::nearest(&number.to_string());
    if rules.integer && value.fract() != 0.0 {
        return Some("Must be a whole number.".into());
    }
    let exceeds = |limit: &&Number, sign: f64| (value - platform::nearest(&limit.to_string())) * sign > 0.0;
    if let Some(min) = rules.minimum.as_ref().filter(|min| exceeds(min, -1.0)) {
        return Some(["Must be ", &min.to_string(), " or more."].concat());
    }
    if let Some(max) = rules.maximum.as_ref().filter(|max| exceeds(max, 1.0)) {
        return Some(["Must be ", &max.to_string(), " or less."].concat());
    }
    let reaches = |limit: &&Number, sign: f64| (value - platform::nearest(&limit.to_string())) * sign >= 0.0;
    if let Some(min) = rules.above.as_ref().filter(|min| reaches(min, -1.0)) {
        return Some(["Must be more than ", &min.to_string(), "."].concat());
    }
    if let Some(max) = rules.below.as_ref().filter(|max| reaches(max, 1.0)) {
        return Some(["Must be less than ", &max.to_string(), "."].concat());
    }
    // Decimal fractions are not exact in binary: what is nearly a multiple is one.
    let is_multiple = |step: &Number| {
        let times = value / platform::nearest(&step.to_string());
        (times - times.round()).abs() < 1e-9
    };
    let step = rules.multiple_of.as_ref().filter(|step| !is_multiple(step));
    step.map(|step| ["Must be a multiple of ", &step.to_string(), "."].concat())
}
