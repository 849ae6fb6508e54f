//! Finds what of multipart bodies is not sent or shown as the document describes it. Only `multipart/form-data` is sent,
//! whose parts have names.

use super::{
    operation_summary::{MAX_TEXT_BYTES, truncate},
    reference::Resolver,
    schema::SchemaReader,
};
use crate::model::media_type::MediaType;
use serde_json::Value;

/// Keys of encodings by position (`OpenAPI` 3.2).
const POSITIONAL_KEYS: [&str; 2] = ["prefixEncoding", "itemEncoding"];

/// Returns true if the parts of a multipart body have positions instead of names, so that it cannot be sent.
pub(super) fn has_unnamed_parts(resolver: Resolver, content_type: &str, media_type: &Value) -> bool {
    let is_list = || {
        let schema = media_type.get("schema").map(|schema| resolver.resolve_schema(schema, &mut |_| {}));
        schema.is_some_and(|schema| schema.types() == ["array"])
    };
    MediaType::parse(content_type).is_multipart()
        && (has_positional_encoding(media_type) || media_type.get("itemSchema").is_some() || is_list())
}

/// Returns true if a media type has encodings by position.
pub(super) fn has_positional_encoding(media_type: &Value) -> bool {
    POSITIONAL_KEYS.iter().any(|key| media_type.get(key).is_some())
}

/// Reports what of a multipart body is not sent as documented: its subtype, and parts within its parts.
pub(super) fn report_multipart(reader: &mut SchemaReader, content_type: &str, encoding: Option<&Value>) {
    let media_type = MediaType::parse(content_type);
    if !media_type.is_range() && !media_type.is_same(MediaType::parse("multipart/form-data")) {
        let content_type = truncate(content_type, MAX_TEXT_BYTES);
        reader.report(format!("requestBody: {content_type} is not supported, so it is sent as multipart/form-data"));
    }
    for (part, encoding) in encoding.and_then(Value::as_object).into_iter().flatten() {
        if encoding.get("encoding").is_some() || has_positional_encoding(encoding) {
            let part = truncate(part, MAX_TEXT_BYTES);
            reader.report(format!("requestBody: the encoding of parts within the part {part} is not supported"));
        }
    }
}

/// Reports encodings by position (`OpenAPI` 3.2), which are not shown.
pub(super) fn report_positional_encoding(
    reader: &mut SchemaReader,
    place: &str,
    content_type: &str,
    media_type: &Value,
) {
    if has_positional_encoding(media_type) {
        let content_type = truncate(content_type, MAX_TEXT_BYTES);
        reader.report(format!("{place}: prefixEncoding and itemEncoding of {content_type} are not shown"));
    }
}
