//! Schemas.

use super::{Fields, list};
use crate::model::schema::{ListRules, NumberRules, Schema, Style, TextRules, Variant, WireFormat};
use serde_json::Value;

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
            lines: fields.flag("lines"),
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
