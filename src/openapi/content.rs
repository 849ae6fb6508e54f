//! Reads the media types of a response, or of a request that the provider sends, with their schemas and examples.

use super::{
    example, multipart::report_positional_encoding, reference::ResolvedObject, schema::SchemaReader, xml::read_xml_root,
};
use crate::model::{media_type::MediaType, operation::Operation, schema::Schema, xml, xml_object::XmlRoot};
use serde_json::Value;

/// Maximum number of different bodies that are read.
const MAX_CONTENTS: usize = 20;

/// A documented body, in one or several media types.
#[derive(Debug)]
pub struct DocumentedContent {
    /// The media types.
    pub content_types: Vec<String>,
    /// Schema.
    pub schema: Schema,
    /// Example: that of the document, or one generated from the schema. That of XML is text.
    pub example: Option<Value>,
    /// The element of a body of XML.
    xml: Option<XmlRoot>,
}

/// Reads the bodies of a response or request. The first JSON media type comes first, and media types that are described
/// alike are one body. `location` is that of the response or request in the operation.
pub(super) fn read_contents<'a>(
    reader: &mut SchemaReader<'a>,
    location: &str,
    message: &ResolvedObject<'a>,
) -> Vec<DocumentedContent> {
    let Some(preferred) = preferred_media_type(message) else { return Vec::new() };
    let content = message.get("content").and_then(Value::as_object).into_iter().flatten();
    let others = content.filter(|(content_type, _)| *content_type != preferred.0);
    let mut contents: Vec<(&'a Value, DocumentedContent)> = Vec::new();
    for (content_type, media) in [preferred].into_iter().chain(others) {
        let is_xml = MediaType::parse(content_type).is_xml();
        let alike = contents.iter_mut().find(|(other, content)| {
            *other == media && content.content_types.iter().all(|other| MediaType::parse(other).is_xml() == is_xml)
        });
        if let Some((_, content)) = alike {
            content.content_types.push(content_type.clone());
            continue;
        }
        if contents.len() == MAX_CONTENTS {
            reader.report(format!(
                "{location}: media types from {content_type} on are left out: more than {MAX_CONTENTS}"
            ));
            break;
        }
        report_positional_encoding(reader, location, content_type, media);
        let example = example::media_type_example(reader.resolver, media);
        let content = DocumentedContent {
            content_types: vec![content_type.clone()],
            schema: read_content_schema(reader, media).unwrap_or_default(),
            example: example.filter(|example| reader.byte_budget.try_spend(example)),
            xml: media.get("schema").and_then(|schema| read_xml_root(reader.resolver, content_type, schema)),
        };
        contents.push((media, content));
    }
    contents.into_iter().map(|(_, content)| content).collect()
}

/// Returns the media type of a response or request body to show: the first JSON media type, or else the first one.
pub(super) fn preferred_media_type<'a>(response: &ResolvedObject<'a>) -> Option<(&'a String, &'a Value)> {
    let content = response.get("content").and_then(Value::as_object)?;
    content.iter().find(|(media_type, _)| MediaType::parse(media_type).is_json()).or_else(|| content.iter().next())
}

/// Reads the schema of a body. A body that is described only by the schema of its items is a list of them (`OpenAPI` 3.2,
/// `itemSchema`).
pub(super) fn read_content_schema<'a>(reader: &mut SchemaReader<'a>, media_type: &'a Value) -> Option<Schema> {
    match (media_type.get("schema"), media_type.get("itemSchema")) {
        (Some(schema), _) => Some(reader.read_schema(schema)),
        (None, Some(item)) => Some(Schema::array_of(reader.read_schema(item))),
        (None, None) => None,
    }
}

impl DocumentedContent {
    /// Replaces the example of a body of XML with its text, unless XML cannot express it. `operation` has the named
    /// schemas.
    pub(super) fn write_xml_example(&mut self, operation: &Operation) {
        let Some(root) = &self.xml else { return };
        let value = self.example.as_ref().filter(|value| !value.is_string() && !value.is_null());
        let written = value.map(|value| xml::write_value(operation, root, &self.schema, value, ""));
        if let Some((text, _)) = written.filter(|(_, problems)| problems.is_empty()) {
            self.example = Some(text.into());
        }
    }
}
