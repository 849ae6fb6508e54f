//! Reads XML Objects (`OpenAPI` 3.1, §4.8.26, and 3.2).

use super::reference::{ResolvedObject, Resolver, reference_name};
use crate::model::{
    media_type::{MediaType, other_charset},
    xml_object::{XmlNodeType, XmlObject, XmlRoot},
};
use serde_json::Value;

/// Maximum length of a name or URI, in bytes. Longer ones are ignored.
const MAX_NAME_BYTES: usize = 2_000;

/// Reads the XML Object of a schema.
pub(super) fn read_xml_object(resolved: &ResolvedObject) -> XmlObject {
    let Some(xml) = resolved.get("xml").filter(|xml| xml.is_object()) else { return XmlObject::default() };
    let text = |key: &str| xml[key].as_str().filter(|text| !text.is_empty() && text.len() <= MAX_NAME_BYTES);
    let node_type = text("nodeType");
    let is_list = resolved.types() == ["array"];
    XmlObject {
        name: text("name").map(str::to_owned),
        prefix: text("prefix").map(str::to_owned),
        namespace: text("namespace").map(str::to_owned),
        node: match node_type {
            Some("attribute") => XmlNodeType::Attribute,
            Some("text") => XmlNodeType::Text,
            Some("cdata") => XmlNodeType::Cdata,
            Some("none") if !is_list => XmlNodeType::None,
            None if xml["attribute"] == true => XmlNodeType::Attribute,
            _ => XmlNodeType::Element,
        },
        wrapped: is_list && (xml["wrapped"] == true || node_type == Some("element")),
    }
}

/// Reads the element of a whole body. Returns `None` if the media type is not XML in UTF-8, if the schema describes
/// neither an object nor a list, or if neither an XML Object nor the name of a component names the element.
pub(super) fn read_xml_root(resolver: Resolver, content_type: &str, schema: &Value) -> Option<XmlRoot> {
    if !MediaType::parse(content_type).is_xml() || other_charset(content_type).is_some() {
        return None;
    }
    let root = resolver.resolve_schema(schema, &mut |_| {});
    let is_composite = matches!(root.types().as_slice(), ["object" | "array"]);
    let xml = read_xml_object(&root);
    let component = schema.get("$ref").and_then(Value::as_str).map(reference_name);
    let name = xml.name.clone().or(component).filter(|name| is_composite && !name.is_empty())?;
    Some(XmlRoot { name, xml })
}
