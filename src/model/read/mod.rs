//! Converts JSON values into the types that the browser receives. The conversions are written by hand: derived ones for
//! the same types make the browser's binary 70 kB larger. Only this program writes the JSON, so a missing field takes
//! its default.

mod response;

use super::{
    credential::{CredentialSource, CredentialStatus},
    platform,
};
use serde_json::{Map, Number, Value};

/// The fields of an object, to be taken by name. A value that is not an object has no fields.
struct JsonFields(Map<String, Value>);

impl From<Value> for JsonFields {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self(fields),
            _ => Self(Map::new()),
        }
    }
}

impl JsonFields {
    fn take(&mut self, name: &str) -> Value {
        self.0.get_mut(name).map(Value::take).unwrap_or_default()
    }

    fn take_string(&mut self, name: &str) -> String {
        self.take_optional_string(name).unwrap_or_default()
    }

    fn take_optional_string(&mut self, name: &str) -> Option<String> {
        match self.take(name) {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn take_bool(&mut self, name: &str) -> bool {
        self.take(name) == Value::Bool(true)
    }

    fn take_number(&mut self, name: &str) -> Option<Number> {
        match self.take(name) {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn take_u64(&mut self, name: &str) -> Option<u64> {
        self.take_number(name)?.as_u64()
    }

    fn take_u32(&mut self, name: &str) -> Option<u32> {
        self.take_u64(name)?.try_into().ok()
    }

    fn take_f64(&mut self, name: &str) -> f64 {
        self.take_number(name).map_or(0.0, |number| platform::parse_f64(&number.to_string()))
    }

    fn take_list<T: From<Value>>(&mut self, name: &str) -> Vec<T> {
        read_list(self.take(name))
    }
}

fn read_object(value: Value) -> Option<JsonFields> {
    value.is_object().then(|| value.into())
}

fn read_list<T: From<Value>>(value: Value) -> Vec<T> {
    match value {
        Value::Array(items) => items.into_iter().map(T::from).collect(),
        _ => Vec::new(),
    }
}

fn read_strings(value: Value) -> Vec<String> {
    read_list::<Value>(value).into_iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

/// Converts a number to a narrower type; returns the default if it is missing or too large.
fn narrow_or_default<T: TryFrom<u64> + Default>(number: Option<u64>) -> T {
    number.and_then(|number| number.try_into().ok()).unwrap_or_default()
}

impl From<Value> for CredentialStatus {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self {
            source: match fields.take_string("source").as_str() {
                "operator" => CredentialSource::Operator,
                "visitor" => CredentialSource::Caller,
                _ => CredentialSource::None,
            },
            environment: fields.take_optional_string("environment"),
            fingerprint: fields.take_optional_string("fingerprint"),
            schemes: read_strings(fields.take("schemes")),
        }
    }
}
