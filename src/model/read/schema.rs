//! Conversions for schemas.

use super::{JsonFields, read_list};
use crate::model::schema::{
    ArrayConstraints, FieldSerialization, NumberConstraints, ParameterStyle, Schema, StringConstraints, UnionVariant,
};
use serde_json::Value;

impl From<Value> for Schema {
    fn from(value: Value) -> Self {
        let (kind, content) = match value {
            Value::String(kind) => (kind, Value::Null),
            Value::Object(tagged) => tagged.into_iter().next().unwrap_or_default(),
            _ => return Self::Any,
        };
        match kind.as_str() {
            "text" => Self::String(content.into()),
            "number" => Self::Number(content.into()),
            "boolean" => Self::Boolean,
            "choice" => Self::Enum(read_list(content)),
            "list" => Self::Array(Box::new(content.into())),
            "object" => Self::Object(read_list(content)),
            "map" => Self::Map(Box::new(content.into())),
            "union" => Self::Union(read_list(content)),
            "ref" => Self::Ref(content.as_str().unwrap_or_default().into()),
            "file" => Self::File,
            _ => Self::Any,
        }
    }
}

impl From<Value> for StringConstraints {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self {
            format: fields.take_optional_string("format"),
            min_length: fields.take_u32("min_length"),
            max_length: fields.take_u32("max_length"),
            pattern: fields.take_optional_string("pattern"),
            pattern_description: fields.take_optional_string("pattern_description"),
            content: Some(fields.take("content"))
                .filter(|content| !content.is_null())
                .map(|content| Box::new(content.into())),
            is_multiline: fields.take_bool("lines"),
        }
    }
}

impl From<Value> for NumberConstraints {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self {
            integer: fields.take_bool("integer"),
            minimum: fields.take_number("minimum"),
            maximum: fields.take_number("maximum"),
            exclusive_minimum: fields.take_number("above"),
            exclusive_maximum: fields.take_number("below"),
            multiple_of: fields.take_number("multiple_of"),
        }
    }
}

impl From<Value> for ArrayConstraints {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self {
            prefix: read_list(fields.take("prefix")),
            item: fields.take("item").into(),
            min_items: fields.take_u32("min_items"),
            max_items: fields.take_u32("max_items"),
            unique_items: fields.take_bool("unique"),
            #[cfg(feature = "ssr")]
            item_xml: crate::model::xml_object::XmlObject::default(),
        }
    }
}

impl From<Value> for UnionVariant {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        let mut discriminator = read_list::<Value>(fields.take("tag")).into_iter();
        Self {
            title: fields.take_string("title"),
            schema: fields.take("schema").into(),
            discriminator: discriminator
                .next()
                .and_then(|name| Some((name.as_str()?.to_owned(), discriminator.next()?))),
            is_default: fields.take_bool("default"),
        }
    }
}

impl From<Value> for FieldSerialization {
    fn from(value: Value) -> Self {
        let mut fields = JsonFields::from(value);
        Self {
            name: fields.take_optional_string("name"),
            style: match fields.take_string("style").as_str() {
                "Form" => Some(ParameterStyle::Form),
                "Simple" => Some(ParameterStyle::Simple),
                "Label" => Some(ParameterStyle::Label),
                "Matrix" => Some(ParameterStyle::Matrix),
                "SpaceDelimited" => Some(ParameterStyle::SpaceDelimited),
                "PipeDelimited" => Some(ParameterStyle::PipeDelimited),
                "TabDelimited" => Some(ParameterStyle::TabDelimited),
                "DeepObject" => Some(ParameterStyle::DeepObject),
                "Json" => Some(ParameterStyle::Json),
                _ => None,
            },
            explode: fields.take("explode").as_bool(),
            allow_reserved: fields.take_bool("allow_reserved"),
            allow_empty: fields.take_bool("allow_empty"),
            content_type: fields.take_optional_string("content_type"),
            part: fields.take_optional_string("part"),
        }
    }
}
