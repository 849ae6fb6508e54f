//! Reads the words that travel to the browser from JSON values, by hand: derived readers for the same types make the
//! browser's program 70 kB larger. Only this program writes what is read here, so what is missing takes its default.

mod response;
mod schema;

use super::{
    credential::{CredentialSource, CredentialStatus},
    operation::{Body, Method, Operation},
    platform,
    provider::{Environment, Provider},
    schema::{About, Field, Place},
    security::{Access, KeyPlace, Reference},
};
use serde_json::{Map, Number, Value};

/// Takes fields out of an object; fields of anything else are all missing.
struct Fields(Map<String, Value>);

impl From<Value> for Fields {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self(fields),
            _ => Self(Map::new()),
        }
    }
}

impl Fields {
    fn take(&mut self, name: &str) -> Value {
        self.0.get_mut(name).map(Value::take).unwrap_or_default()
    }

    fn text(&mut self, name: &str) -> String {
        self.option(name).unwrap_or_default()
    }

    fn option(&mut self, name: &str) -> Option<String> {
        match self.take(name) {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn flag(&mut self, name: &str) -> bool {
        self.take(name) == Value::Bool(true)
    }

    fn number(&mut self, name: &str) -> Option<Number> {
        match self.take(name) {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn whole(&mut self, name: &str) -> Option<u64> {
        self.number(name)?.as_u64()
    }

    fn count(&mut self, name: &str) -> Option<u32> {
        self.whole(name)?.try_into().ok()
    }

    fn milliseconds(&mut self, name: &str) -> f64 {
        self.number(name).map_or(0.0, |number| platform::nearest(&number.to_string()))
    }

    fn list<T: From<Value>>(&mut self, name: &str) -> Vec<T> {
        list(self.take(name))
    }
}

fn object(value: Value) -> Option<Fields> {
    value.is_object().then(|| value.into())
}

fn list<T: From<Value>>(value: Value) -> Vec<T> {
    match value {
        Value::Array(items) => items.into_iter().map(T::from).collect(),
        _ => Vec::new(),
    }
}

fn texts(value: Value) -> Vec<String> {
    list::<Value>(value).into_iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

/// Numbers that are counted, not computed with, fit.
fn narrow<T: TryFrom<u64> + Default>(number: Option<u64>) -> T {
    number.and_then(|number| number.try_into().ok()).unwrap_or_default()
}

impl From<Value> for Operation {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            name: fields.text("name"),
            method: Method::from_name(&fields.text("method")).unwrap_or(Method::Get),
            path: fields.text("path"),
            fields: fields.list("fields"),
            body: object(fields.take("body"))
                .map(|mut body| Body { required: body.flag("required"), content_type: body.text("content_type") }),
            definitions: Fields::from(fields.take("definitions"))
                .0
                .into_iter()
                .map(|(name, schema)| (name, schema.into()))
                .collect(),
        }
    }
}

impl From<Value> for Field {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            name: fields.text("name"),
            place: match fields.text("place").as_str() {
                "Path" => Place::Path,
                "Query" => Place::Query,
                "Header" => Place::Header,
                "Cookie" => Place::Cookie,
                "Body" => Place::Body,
                _ => Place::BodyField,
            },
            required: fields.flag("required"),
            schema: fields.take("schema").into(),
            format: fields.take("format").into(),
            about: About::default(),
        }
    }
}

impl From<Value> for Provider {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            id: fields.text("id"),
            title: fields.text("title"),
            package: fields.text("package"),
            environments: fields.list("environments"),
        }
    }
}

impl From<Value> for Environment {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self { name: fields.text("name"), url: fields.text("url") }
    }
}

impl From<Value> for Access {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let needs: Vec<Value> = fields.list("needs");
        Self { needs: needs.into_iter().map(texts).collect(), references: fields.list("references") }
    }
}

impl From<Value> for Reference {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            place: match fields.text("place").as_str() {
                "query" => KeyPlace::Query,
                "cookie" => KeyPlace::Cookie,
                _ => KeyPlace::Header,
            },
            name: fields.text("name"),
            before: fields.text("before"),
            variable: fields.text("variable"),
            username_variable: fields.option("username_variable"),
        }
    }
}

impl From<Value> for CredentialStatus {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            source: match fields.text("source").as_str() {
                "operator" => CredentialSource::Operator,
                "visitor" => CredentialSource::Visitor,
                _ => CredentialSource::None,
            },
            environment: fields.option("environment"),
            fingerprint: fields.option("fingerprint"),
            schemes: texts(fields.take("schemes")),
        }
    }
}
