//! The attributes of elements.

use super::{Node, XmlWriter, ensure_name, join_name};
use crate::{
    model::{
        problem::join_pointer,
        schema::{Field, Schema},
        xml_object::{XmlNodeType, XmlObject},
    },
    text,
};
use serde_json::Value;

/// Namespace of the attribute `nil`, which marks an element that stands for `null` (XML Schema Part 1, §2.6.2).
const INSTANCE_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An attribute that is written.
pub(super) struct Attribute {
    namespace: String,
    local_name: String,
    /// The name with its prefix.
    pub(super) name: String,
    pub(super) text: String,
}

impl XmlWriter<'_> {
    /// Returns the attributes of an element: those of its value, and of the objects in it that have no node.
    pub(super) fn attributes(&mut self, node: Node, pointer: &str) -> Vec<Attribute> {
        let mut attributes: Vec<Attribute> = Vec::new();
        if node.value.is_null() {
            let nil = XmlObject { namespace: Some(INSTANCE_NAMESPACE.into()), ..XmlObject::default() };
            attributes.extend(self.attribute("nil", &nil, &Value::Bool(true), pointer));
        }
        let operation = self.operation;
        let mut pending = vec![(node.schema, node.value, pointer.to_owned())];
        while let Some((schema, value, pointer)) = pending.pop() {
            let schema = operation.resolve(self.select_variant(schema, value));
            let (Schema::Object(fields), Value::Object(values)) = (schema, value) else { continue };
            for Field { name, xml, schema, .. } in fields {
                let Some(value) = values.get(name) else { continue };
                let pointer = join_pointer(&pointer, name);
                match xml.node {
                    XmlNodeType::None => pending.push((schema, value, pointer)),
                    XmlNodeType::Attribute => {
                        let Some(attribute) = self.attribute(name, xml, value, &pointer) else { continue };
                        let is_same = |other: &Attribute| {
                            other.namespace == attribute.namespace && other.local_name == attribute.local_name
                        };
                        if attributes.iter().any(is_same) {
                            self.report(&pointer, text!("xml-repeated-attribute", name = attribute.name));
                        } else {
                            attributes.push(attribute);
                        }
                    }
                    _ => {}
                }
            }
        }
        attributes
    }

    fn attribute(&mut self, name: &str, xml: &XmlObject, value: &Value, pointer: &str) -> Option<Attribute> {
        let text = self.text_of(value, pointer);
        match self.attribute_name(name, xml) {
            Ok((namespace, prefix, local_name)) => {
                let name = join_name(prefix.as_deref(), &local_name);
                Some(Attribute { namespace, local_name, name, text })
            }
            Err(problem) => {
                self.report(pointer, problem);
                None
            }
        }
    }

    /// Returns the namespace, the prefix and the local name of an attribute.
    fn attribute_name(&mut self, name: &str, xml: &XmlObject) -> Result<(String, Option<String>, String), String> {
        let (prefix, local_name) = xml.qualified_name(name);
        ensure_name(prefix, local_name)?;
        let (namespace, prefix) = match (prefix, &xml.namespace) {
            (Some(prefix), Some(uri)) => {
                self.namespaces.bind(prefix, uri)?;
                (uri.clone(), Some(prefix.to_owned()))
            }
            (Some(prefix), None) => (self.namespaces.resolve(prefix)?, Some(prefix.to_owned())),
            (None, Some(uri)) => {
                let suggestion = if uri == INSTANCE_NAMESPACE { "xsi" } else { "ns" };
                (uri.clone(), Some(self.namespaces.prefix_for(uri, suggestion)?))
            }
            (None, None) => (String::new(), None),
        };
        Ok((namespace, prefix, local_name.to_owned()))
    }
}
