//! Reads the words that travel to the browser from JSON values, by hand: derived readers for the same types make the
//! browser's program 70 kB larger. Only this program writes what is read here, so what is missing takes its default.

use super::{
    credential::{CredentialSource, CredentialStatus},
    error::{Code, ExplorerError},
    operation::{Body, Method, Operation},
    platform,
    problem::Problem,
    provider::{Environment, NodeSdk, Provider},
    reply::{Differences, Envelope, Meta, Reply, ReplyBody},
    schema::{About, Field, ListRules, NumberRules, Place, Schema, Style, TextRules, Variant, WireFormat},
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
            node_method: fields.option("node_method"),
            node_client: fields.option("node_client"),
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
            node_option: fields.option("node_option"),
            about: About::default(),
        }
    }
}

impl From<Value> for Schema {
    fn from(value: Value) -> Self {
        let (kind, content) = match value {
            Value::String(kind) => (kind, Value::Null),
            Value::Object(tagged) => tagged.into_iter().next().unwrap_or_default(),
            _ => return Self::Any,
        };
        match kind.as_str() {
            "text" => Self::Text(content.into()),
            "number" => Self::Number(content.into()),
            "boolean" => Self::Boolean,
            "choice" => Self::Choice(list(content)),
            "list" => Self::List(Box::new(content.into())),
            "object" => Self::Object(list(content)),
            "map" => Self::Map(Box::new(content.into())),
            "union" => Self::Union(list(content)),
            "ref" => Self::Ref(content.as_str().unwrap_or_default().into()),
            "file" => Self::File,
            _ => Self::Any,
        }
    }
}

impl From<Value> for TextRules {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            format: fields.option("format"),
            min_length: fields.count("min_length"),
            max_length: fields.count("max_length"),
            pattern: fields.option("pattern"),
            pattern_description: fields.option("pattern_description"),
        }
    }
}

impl From<Value> for NumberRules {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            integer: fields.flag("integer"),
            minimum: fields.number("minimum"),
            maximum: fields.number("maximum"),
            above: fields.number("above"),
            below: fields.number("below"),
            multiple_of: fields.number("multiple_of"),
        }
    }
}

impl From<Value> for ListRules {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            item: fields.take("item").into(),
            min_items: fields.count("min_items"),
            max_items: fields.count("max_items"),
            unique: fields.flag("unique"),
        }
    }
}

impl From<Value> for Variant {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let mut tag = list::<Value>(fields.take("tag")).into_iter();
        Self {
            title: fields.text("title"),
            schema: fields.take("schema").into(),
            tag: tag.next().and_then(|name| Some((name.as_str()?.to_owned(), tag.next()?))),
        }
    }
}

impl From<Value> for WireFormat {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            style: match fields.text("style").as_str() {
                "Form" => Some(Style::Form),
                "Simple" => Some(Style::Simple),
                "Label" => Some(Style::Label),
                "Matrix" => Some(Style::Matrix),
                "SpaceDelimited" => Some(Style::SpaceDelimited),
                "PipeDelimited" => Some(Style::PipeDelimited),
                "DeepObject" => Some(Style::DeepObject),
                "Json" => Some(Style::Json),
                _ => None,
            },
            explode: fields.take("explode").as_bool(),
            allow_reserved: fields.flag("allow_reserved"),
            content_type: fields.option("content_type"),
        }
    }
}

impl From<Value> for Provider {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let node_sdk = fields.take("node_sdk");
        Self {
            id: fields.text("id"),
            title: fields.text("title"),
            package: fields.text("package"),
            environments: fields.list("environments"),
            node_sdk: node_sdk.is_object().then(|| node_sdk.into()),
        }
    }
}

impl From<Value> for Environment {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self { name: fields.text("name"), url: fields.text("url") }
    }
}

impl From<Value> for NodeSdk {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            package: fields.text("package"),
            client: fields.text("client"),
            username_option: fields.text("username_option"),
            password_option: fields.text("password_option"),
        }
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

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let headers: Vec<Value> = fields.list("headers");
        let pair = |header: Value| {
            let mut pair = texts(header).into_iter();
            Some((pair.next()?, pair.next()?))
        };
        Self {
            status: narrow(fields.whole("status")),
            headers: headers.into_iter().filter_map(pair).collect(),
            body: fields.take("body").into(),
            size: narrow(fields.whole("size")),
            duration_ms: fields.milliseconds("duration_ms"),
            request_id: fields.text("request_id"),
            environment: fields.text("environment"),
            differences: differences(&mut fields),
        }
    }
}

fn differences(fields: &mut Fields) -> Option<Differences> {
    let listed = Some(fields.take("differences")).filter(Value::is_array)?;
    Some(Differences { listed: list(listed), more: fields.count("moreDifferences").unwrap_or_default() })
}

impl From<Value> for ReplyBody {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        match (fields.option("text"), fields.option("binary")) {
            (Some(text), _) => Self::Text(text),
            (_, Some(base64)) => Self::Binary(base64),
            _ => Self::Empty,
        }
    }
}

impl From<Value> for Envelope {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let mut meta = Fields::from(fields.take("meta"));
        Self {
            error: fields.option("error"),
            data: fields.take("data"),
            meta: Meta {
                request_id: meta.text("requestId"),
                duration_ms: meta.milliseconds("durationMs"),
                status: narrow(meta.whole("status")),
                headers: Fields::from(meta.take("headers")).0,
                environment: meta.text("environment"),
                size: narrow(meta.whole("size")),
                encoding: meta.option("encoding"),
                differences: differences(&mut meta),
            },
        }
    }
}

impl From<Value> for ExplorerError {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        Self {
            message: fields.text("error"),
            code: Code::from_name(&fields.text("code")),
            detail: fields.list("detail"),
        }
    }
}

impl From<Value> for Problem {
    fn from(value: Value) -> Self {
        let mut fields = Fields::from(value);
        let at = fields.option("field").unwrap_or_else(|| fields.text("at"));
        Self { at, message: fields.text("message") }
    }
}
