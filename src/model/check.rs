//! Checks arguments against an operation: the same code in the browser and on the server.

use super::{
    Arguments,
    operation::Operation,
    platform,
    problem::{Problem, pointer},
    schema::{Field, NumberRules, Place, Schema, TextRules},
};
use serde_json::{Number, Value};

/// Everything that keeps these arguments from being sent; empty when they can be.
///
/// `null` is accepted for every field of a JSON body: an explorer exists to find out what the API says to it.
pub fn check(operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_fields(&operation.fields, arguments, "", &mut problems);
    for name in arguments.keys() {
        let known = operation.fields.iter().any(|field| field.name == *name);
        if !known && !operation.takes_other_fields() {
            let message = ["This operation has no field named ", name, "."].concat();
            problems.push(Problem::new(pointer("", name), message));
        }
    }
    problems
}

fn check_fields(fields: &[Field], values: &Arguments, at: &str, problems: &mut Vec<Problem>) {
    for field in fields {
        let at = pointer(at, &field.name);
        match values.get(&field.name) {
            None if field.required => problems.push(Problem::new(at, "This field is required.")),
            None => {}
            Some(Value::Null) if field.place.is_json() => {}
            Some(Value::Null) => problems.push(Problem::new(at, "Cannot be null here: leave it out instead.")),
            Some(Value::String(text)) if field.place == Place::Path && !is_path_segment(text) => {
                problems.push(Problem::new(
                    at,
                    "Stands in the path: it cannot be empty, \".\" or \"..\", nor contain / or \\ or control characters.",
                ));
            }
            Some(value) => check_value(&field.schema, value, &at, problems),
        }
    }
}

/// Whether a value can be one segment of a path without changing which resource the path names.
pub fn is_path_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.chars().any(|c| c == '/' || c == '\\' || c.is_control())
}

fn check_value(schema: &Schema, value: &Value, at: &str, problems: &mut Vec<Problem>) {
    let wrong = match (schema, value) {
        (Schema::Any, _) | (Schema::Boolean, Value::Bool(_)) | (Schema::Map, Value::Object(_)) => None,
        (Schema::Text(rules), Value::String(text)) => check_text(rules, text),
        (Schema::Number(rules), Value::Number(number)) => check_number(rules, number),
        (Schema::Choice(choices), value) if choices.contains(value) => None,
        (Schema::Choice(choices), _) => {
            let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
            Some(["Must be one of ", &choices.join(", "), "."].concat())
        }
        (Schema::List(item), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                check_value(item, value, &pointer(at, &index.to_string()), problems);
            }
            None
        }
        (Schema::Object(fields), Value::Object(values)) => {
            check_fields(fields, values, at, problems);
            None
        }
        (schema, value) => Some(["Must be ", expected(schema), ", not ", found(value), "."].concat()),
    };
    problems.extend(wrong.map(|message| Problem::new(at, message)));
}

fn expected(schema: &Schema) -> &'static str {
    match schema {
        Schema::Text(_) => "text",
        Schema::Number(rules) if rules.integer => "a whole number",
        Schema::Number(_) => "a number",
        Schema::Boolean => "true or false",
        Schema::List(_) => "a list",
        Schema::Object(_) | Schema::Map => "an object",
        Schema::Choice(_) | Schema::Any => "a JSON value",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn check_text(rules: &TextRules, text: &str) -> Option<String> {
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
    match rules.format.as_deref() {
        Some("email") if !is_email(text) => Some("Must be an email address, like name@example.com.".into()),
        Some("e164") if !is_e164(text) => {
            Some("Must be a phone number in E.164 format: +, country code and number, like +15005550006.".into())
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

fn check_number(rules: &NumberRules, number: &Number) -> Option<String> {
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
    None
}
