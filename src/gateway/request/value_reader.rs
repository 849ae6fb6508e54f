//! Reads values that are written outside of JSON: in paths, queries, headers, cookies and forms. The inverse of
//! `model::style`, which also accepts the other ways in which SDKs write lists, objects and numbers.

use super::{invalid_request, json_body::parse_json};
use crate::model::{
    Arguments,
    check::{check_field, matches_variant},
    error::ExplorerError,
    format_value,
    operation::Operation,
    schema::{Field, FieldLocation, ParameterStyle, Schema},
};
use serde_json::{Number, Value};

/// Maximum number of values that are read for one field. Unions are tried variant by variant.
const MAX_READ_VALUES: u32 = 10_000;
/// Maximum number of schemas around a value that are read.
const MAX_DEPTH: u32 = 64;
/// Maximum number of keys in brackets after a name.
const MAX_KEYS: usize = 16;

/// One occurrence of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WrittenValue {
    /// Keys of the value within the field: `a` and `b` for `field[a][b]`.
    pub(super) keys: Vec<String>,
    /// The value, decoded.
    pub(super) text: String,
    /// The parts of the value between commas that are not encoded, decoded.
    pub(super) parts: Vec<String>,
}

impl WrittenValue {
    /// Creates a value without keys, in which no comma is encoded.
    pub(super) fn new(text: &str) -> Self {
        Self { keys: Vec::new(), text: text.into(), parts: text.split(',').map(|part| part.trim().into()).collect() }
    }
}

/// Splits a name with keys in brackets, like `filter[since]` and `id[]`. Returns `None` if the brackets do not match.
pub(super) fn split_name(name: &str) -> Option<(&str, Vec<String>)> {
    let Some(start) = name.find('[').filter(|start| *start > 0) else { return Some((name, Vec::new())) };
    let (base_name, mut rest) = name.split_at(start);
    let mut keys = Vec::new();
    while let Some((key, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        keys.push(key.to_owned());
        rest = after;
    }
    (rest.is_empty() && keys.len() <= MAX_KEYS).then_some((base_name, keys))
}

/// Reads the value of a field: as the document describes it, or else in another way in which it has no problems.
/// Returns `Null` for an empty value, unless it is a text.
///
/// # Errors
/// Returns an error if the value must be JSON and is not, or has an object with two values for one key.
pub(super) fn read_field(
    operation: &Operation,
    field: &Field,
    written: &[WrittenValue],
) -> Result<Value, ExplorerError> {
    if field.serialization.style == Some(ParameterStyle::Json) {
        let text = written.iter().map(|value| value.text.as_str()).collect::<String>();
        return parse_json(text.as_bytes()).map_err(|error| {
            invalid_request(&format!("{} is not valid JSON, or has a key twice: {error}.", field.name))
        });
    }
    let readings: Vec<Value> = readings(operation, field, written)
        .iter()
        .map(|written| Reader { operation, remaining: MAX_READ_VALUES }.value(&field.schema, written, 0))
        .collect();
    let is_valid = |value: &&Value| {
        let arguments = Arguments::from_iter([(field.name.clone(), (*value).clone())]);
        value.is_null() || check_field(operation, field, &arguments).is_empty()
    };
    let chosen = readings.iter().find(is_valid).or(readings.first());
    Ok(chosen.cloned().unwrap_or_default())
}

/// Returns the ways in which a value can be split into items, the documented one first.
fn readings(operation: &Operation, field: &Field, written: &[WrittenValue]) -> Vec<Vec<WrittenValue>> {
    let style = field.serialization.style;
    let whole = written.to_vec();
    let [WrittenValue { keys, text, parts }] = written else { return vec![whole] };
    let (is_list, is_object) = match operation.resolve(&field.schema) {
        Schema::Array(_) => (true, false),
        Schema::Object(_) | Schema::Map(_) => (false, true),
        Schema::Union(_) | Schema::Any => (true, true),
        _ => (false, false),
    };
    let matrix = format!(";{}=", field.sent_name());
    let (text, parts, delimiter) = match style {
        Some(ParameterStyle::Label) => (text.strip_prefix('.').unwrap_or(text), &Vec::new(), '.'),
        Some(ParameterStyle::Matrix) => (text.strip_prefix(&*matrix).unwrap_or(text), &Vec::new(), ';'),
        Some(ParameterStyle::SpaceDelimited) => (text.as_str(), &Vec::new(), ' '),
        Some(ParameterStyle::PipeDelimited) => (text.as_str(), &Vec::new(), '|'),
        Some(ParameterStyle::TabDelimited) => (text.as_str(), &Vec::new(), '\t'),
        _ => (text.as_str(), parts, ','),
    };
    let whole = if keys.is_empty() { vec![WrittenValue::new(text)] } else { whole };
    if !keys.is_empty() || !(is_list || is_object) {
        return vec![whole];
    }
    let at = |delimiter: char| -> Vec<String> { text.split(delimiter).map(|part| part.trim().to_owned()).collect() };
    let mut splits = vec![parts.clone(), at(delimiter), at(',')];
    splits.retain(|items| items.len() > 1 || is_object && items.iter().any(|item| item.contains('=')));
    let mut split_readings = Vec::new();
    for items in splits {
        if is_object {
            split_readings.extend(as_pairs(&items));
        }
        if is_list {
            let items = items.iter().map(|item| WrittenValue::new(item.strip_prefix(&matrix[1..]).unwrap_or(item)));
            split_readings.push(items.collect());
        }
    }
    let is_form =
        matches!(style, None | Some(ParameterStyle::Form | ParameterStyle::DeepObject | ParameterStyle::Cookie))
            && !matches!(field.location, FieldLocation::Path | FieldLocation::Header);
    if field.serialization.explode.unwrap_or(is_form) && is_form {
        split_readings.insert(0, whole);
    } else {
        split_readings.push(whole);
    }
    split_readings
}

/// Returns the properties of an object that is written as `R=100,G=200`, or else as `R,100,G,200`.
fn as_pairs(items: &[String]) -> Option<Vec<WrittenValue>> {
    let property = |(key, value): (&str, &str)| WrittenValue { keys: vec![key.into()], ..WrittenValue::new(value) };
    let exploded: Option<Vec<_>> = items.iter().map(|item| item.split_once('=').map(property)).collect();
    exploded.or_else(|| {
        let pairs = items.chunks_exact(2);
        pairs
            .remainder()
            .is_empty()
            .then(|| pairs.filter_map(|pair| Some(property((pair.first()?, pair.get(1)?)))).collect())
    })
}

/// Reads a text in the place of a value.
pub(crate) fn read_text(operation: &Operation, schema: &Schema, text: &str) -> Value {
    Reader { operation, remaining: MAX_READ_VALUES }.value(schema, &[WrittenValue::new(text)], 0)
}

/// Reads the values of a form whose fields the document does not name one by one.
pub(super) fn read_values(operation: &Operation, schema: &Schema, written: &[WrittenValue]) -> Value {
    Reader { operation, remaining: MAX_READ_VALUES }.value(schema, written, 0)
}

struct Reader<'a> {
    operation: &'a Operation,
    remaining: u32,
}

impl Reader<'_> {
    /// Reads a value of a schema. A text that is no such value is returned as text, which has a problem.
    fn value(&mut self, schema: &Schema, written: &[WrittenValue], depth: u32) -> Value {
        let operation = self.operation;
        let Some(first) = written.first() else { return Value::Null };
        if self.remaining == 0 || depth > MAX_DEPTH {
            return Value::from(first.text.as_str());
        }
        self.remaining -= 1;
        let has_keys = written.iter().any(|value| !value.keys.is_empty());
        match operation.resolve(schema) {
            Schema::Union(variants) => {
                for variant in variants {
                    let value = self.value(&variant.schema, written, depth + 1);
                    if matches_variant(operation, variant, &value, &mut self.remaining) {
                        return value;
                    }
                }
                self.value(&Schema::Any, written, depth + 1)
            }
            Schema::Array(constraints) if !has_keys && written.len() == 1 => {
                match self.value(constraints.item_at(0), written, depth + 1) {
                    Value::Null => Value::Null,
                    item => Value::Array(vec![item]),
                }
            }
            Schema::Array(constraints) => self.items(|index| constraints.item_at(index), written, depth),
            Schema::Object(fields) if has_keys => {
                let properties = group_by_key(written).into_iter().map(|(key, values)| {
                    let field = fields.iter().find(|field| field.name == key);
                    let value = self.value(field.map_or(&Schema::Any, |field| &field.schema), &values, depth + 1);
                    (key, value)
                });
                Value::Object(properties.collect())
            }
            Schema::Map(item) if has_keys => {
                let properties = group_by_key(written).into_iter();
                Value::Object(properties.map(|(key, values)| (key, self.value(item, &values, depth + 1))).collect())
            }
            _ if !has_keys && written.len() > 1 => self.items(|_| schema, written, depth),
            other if has_keys => {
                let is_index = |value: &WrittenValue| {
                    value.keys.first().is_none_or(|key| key.bytes().all(|byte| byte.is_ascii_digit()))
                };
                if written.iter().all(is_index) {
                    return self.items(|_| other, written, depth);
                }
                let properties = group_by_key(written).into_iter();
                let properties = properties.map(|(key, values)| (key, self.value(&Schema::Any, &values, depth + 1)));
                Value::Object(properties.collect())
            }
            single => single_value(single, &first.text),
        }
    }

    /// Reads the items of a list, which are written without keys, with empty ones (`id[]`), or with indices (`id[0]`).
    fn items<'s>(&mut self, item_at: impl Fn(usize) -> &'s Schema, written: &[WrittenValue], depth: u32) -> Value {
        let groups = group_by_key(written).into_iter();
        let items = groups.flat_map(|(key, values)| {
            if key.is_empty() { values.into_iter().map(|value| vec![value]).collect() } else { vec![values] }
        });
        let items = items.enumerate();
        Value::Array(items.map(|(index, values)| self.value(item_at(index), &values, depth + 1)).collect())
    }
}

/// Groups values by their first key, which is removed.
fn group_by_key(written: &[WrittenValue]) -> Vec<(String, Vec<WrittenValue>)> {
    let mut groups: Vec<(String, Vec<WrittenValue>)> = Vec::new();
    let mut positions = std::collections::HashMap::new();
    for value in written {
        let mut value = value.clone();
        let key = if value.keys.is_empty() { String::new() } else { value.keys.remove(0) };
        let position = *positions.entry(key.clone()).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, values)) = groups.get_mut(position) {
            values.push(value);
        }
    }
    groups
}

/// Reads a value that is one text. An object can be written as JSON.
fn single_value(schema: &Schema, text: &str) -> Value {
    let read = match schema {
        Schema::Number(_) => read_number(text).map(Value::Number),
        // Python writes `True`; PHP and forms write `1`.
        Schema::Boolean if text.eq_ignore_ascii_case("true") || text == "1" => Some(Value::Bool(true)),
        Schema::Boolean if text.eq_ignore_ascii_case("false") || text == "0" => Some(Value::Bool(false)),
        Schema::Enum(choices) => choices.iter().find(|choice| format_value(choice) == text).cloned(),
        Schema::Object(_) | Schema::Map(_) => parse_json(text.as_bytes()).ok().filter(Value::is_object),
        _ => None,
    };
    let is_text = matches!(schema, Schema::String(_) | Schema::Any | Schema::File);
    let unread = if text.is_empty() && !is_text { Value::Null } else { Value::from(text) };
    read.unwrap_or(unread)
}

/// Reads a number: as JSON, or with a plus sign or leading zeros.
fn read_number(text: &str) -> Option<Number> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_digit());
    let plain = || {
        let digits = text.trim_start_matches('+').trim_start_matches('0');
        let digits = if digits.starts_with(|c: char| c.is_ascii_digit()) { digits } else { &format!("0{digits}") };
        digits.parse().ok()
    };
    is_decimal.then(|| text.parse().ok().or_else(plain)).flatten()
}
