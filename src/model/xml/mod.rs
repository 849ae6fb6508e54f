//! XML 1.0: writes values as the XML Objects of a document describe (`OpenAPI` 3.1, §4.8.26, and 3.2), and reads texts.

mod attribute;
mod namespaces;
mod parsed_text;
mod text;

pub(crate) use parsed_text::parse_texts;

use self::{
    attribute::Attribute,
    namespaces::Namespaces,
    text::{escape, find_forbidden, is_name},
};
use super::{
    Arguments,
    check::{MAX_VISITED_VALUES, matches_variant},
    operation::Operation,
    problem::{Problem, join_pointer},
    schema::{ArrayConstraints, Field, Schema},
    style::format_value,
    xml_object::{XmlNodeType, XmlObject, XmlRoot},
};
use crate::text;
use serde_json::Value;

/// Maximum nesting depth of elements.
const MAX_DEPTH: usize = 128;
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Returns the fields of a body as XML, and the problems of values that XML cannot express. Those are left out.
pub(crate) fn write_fields(operation: &Operation, root: &XmlRoot, fields: &Arguments) -> (String, Vec<Problem>) {
    let body_fields = operation.fields.iter().filter(|field| field.location.is_in_body()).cloned().collect();
    write_value(operation, root, &Schema::Object(body_fields), &Value::Object(fields.clone()), "")
}

/// Returns a value as XML, and the problems of what XML cannot express. The named schemas that `schema` refers to are
/// those of `operation`. `pointer` is the place of the value in the arguments.
pub(crate) fn write_value(
    operation: &Operation,
    root: &XmlRoot,
    schema: &Schema,
    value: &Value,
    pointer: &str,
) -> (String, Vec<Problem>) {
    let mut writer = XmlWriter {
        operation,
        output: DECLARATION.to_owned(),
        problems: Vec::new(),
        namespaces: Namespaces::default(),
        depth: 0,
        remaining_visits: MAX_VISITED_VALUES,
    };
    // A document has one root, so a list is always within an element of its own.
    let xml = XmlObject { node: XmlNodeType::Element, wrapped: value.is_array(), ..root.xml.clone() };
    writer.write_node(Node { name: &root.name, xml: &xml, schema, value }, pointer);
    (writer.output, writer.problems)
}

/// A value that is represented by a node.
#[derive(Clone, Copy)]
struct Node<'a> {
    /// Name of the property.
    name: &'a str,
    xml: &'a XmlObject,
    schema: &'a Schema,
    value: &'a Value,
}

struct XmlWriter<'a> {
    operation: &'a Operation,
    output: String,
    problems: Vec<Problem>,
    namespaces: Namespaces,
    depth: usize,
    remaining_visits: u32,
}

impl<'a> XmlWriter<'a> {
    fn report(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(pointer, message));
    }

    /// Writes a node that is not an attribute.
    fn write_node(&mut self, node: Node, pointer: &str) {
        match (node.xml.node, node.value) {
            (XmlNodeType::Attribute, _) => {}
            (_, Value::Array(items)) if !node.xml.wrapped && items.is_empty() => {
                self.report(pointer, text!("xml-empty-list"));
            }
            (_, Value::Array(items)) if !node.xml.wrapped => self.write_items(node, node.name, items, pointer),
            (XmlNodeType::Element, _) | (_, Value::Array(_)) => self.write_element(node, pointer),
            (_, Value::Object(_)) => self.write_content(node, pointer),
            (XmlNodeType::Cdata, value) => {
                let text = self.text_of(value, pointer);
                let sections = text.replace("]]>", "]]]]><![CDATA[>");
                self.output.extend(["<![CDATA[", &sections, "]]>"]);
            }
            (_, value) => self.write_text(value, pointer),
        }
    }

    /// Writes the items of a list, named by their own schema or like the list.
    fn write_items(&mut self, list: Node, name: &str, items: &[Value], pointer: &str) {
        let default_constraints = ArrayConstraints::default();
        let operation = self.operation;
        let constraints = match operation.resolve(self.select_variant(list.schema, list.value)) {
            Schema::Array(constraints) => constraints,
            _ => &default_constraints,
        };
        for (index, value) in items.iter().enumerate() {
            let position = constraints.prefix.get(index);
            let xml = position.map_or(&constraints.item_xml, |field| &field.xml);
            let pointer = join_pointer(pointer, &index.to_string());
            if xml.node == XmlNodeType::Attribute {
                self.report(&pointer, text!("xml-list-of-attributes"));
            } else {
                self.write_node(Node { name, xml, schema: constraints.item_at(index), value }, &pointer);
            }
        }
    }

    fn write_element(&mut self, node: Node, pointer: &str) {
        if self.depth == MAX_DEPTH {
            return self.report(pointer, text!("xml-nesting"));
        }
        self.depth += 1;
        let scope = self.namespaces.open();
        match self.element_name(node) {
            Ok(name) => self.write_named_element(node, &name, pointer),
            Err(problem) => self.report(pointer, problem),
        }
        self.namespaces.close(scope);
        self.depth -= 1;
    }

    fn write_named_element(&mut self, node: Node, name: &str, pointer: &str) {
        let attributes = self.attributes(node, pointer);
        self.output.extend(["<", name]);
        self.namespaces.write_declarations(&mut self.output);
        for Attribute { name, text, .. } in attributes {
            self.output.extend([" ", &name, "=\""]);
            escape(&text, true, &mut self.output);
            self.output.push('"');
        }
        self.output.push('>');
        let start = self.output.len();
        match node.value {
            Value::Array(items) => {
                let (_, item_name) = node.xml.qualified_name(node.name);
                self.write_items(node, item_name, items, pointer);
            }
            Value::Null => {}
            _ => self.write_content(node, pointer),
        }
        if self.output.len() == start {
            self.output.insert(start - 1, '/');
        } else {
            self.output.extend(["</", name, ">"]);
        }
    }

    /// Returns the name of an element with its prefix.
    fn element_name(&mut self, node: Node) -> Result<String, String> {
        let (prefix, local_name) = node.xml.qualified_name(node.name);
        ensure_name(prefix, local_name)?;
        match (prefix, &node.xml.namespace) {
            (prefix, Some(uri)) => self.namespaces.bind(prefix.unwrap_or_default(), uri)?,
            (Some(prefix), None) => drop(self.namespaces.resolve(prefix)?),
            // Like in any XML, the element is in the default namespace, if there is one.
            (None, None) => {}
        }
        Ok(join_name(prefix, local_name))
    }

    /// Writes what is within the element of a value, except attributes.
    fn write_content(&mut self, node: Node, pointer: &str) {
        let Value::Object(values) = node.value else { return self.write_text(node.value, pointer) };
        let operation = self.operation;
        let (fields, other) = match operation.resolve(self.select_variant(node.schema, node.value)) {
            Schema::Object(fields) => (fields.as_slice(), &Schema::Any),
            Schema::Map(item) => (&[][..], &**item),
            _ => (&[][..], &Schema::Any),
        };
        for Field { name, xml, schema, .. } in fields {
            if let Some(value) = values.get(name) {
                self.write_node(Node { name, xml, schema, value }, &join_pointer(pointer, name));
            }
        }
        for (name, value) in values {
            if !fields.iter().any(|field| field.name == *name) {
                let xml = &XmlObject::default();
                self.write_node(Node { name, xml, schema: other, value }, &join_pointer(pointer, name));
            }
        }
    }

    fn write_text(&mut self, value: &Value, pointer: &str) {
        let text = self.text_of(value, pointer);
        escape(&text, false, &mut self.output);
    }

    /// Returns the text of a single value. Reports a value that has none, and characters that XML cannot contain.
    fn text_of(&mut self, value: &Value, pointer: &str) -> String {
        if value.is_array() || value.is_object() || value.is_null() {
            self.report(pointer, if value.is_null() { text!("xml-null") } else { text!("xml-not-text") });
            return String::new();
        }
        let text = format_value(value);
        if let Some(c) = find_forbidden(&text) {
            self.report(pointer, text!("xml-character", code = format!("{:04X}", c as u32)));
            return String::new();
        }
        text
    }

    /// Returns the variant of a union that a value matches, or else the first one.
    fn select_variant<'s>(&mut self, schema: &'s Schema, value: &Value) -> &'s Schema
    where
        'a: 's,
    {
        let (operation, mut schema) = (self.operation, schema);
        // A variant can be a union itself, but not of itself.
        for _ in 0..MAX_DEPTH {
            let Schema::Union(variants) = operation.resolve(schema) else { break };
            let is_match = |variant: &&_| matches_variant(operation, variant, value, &mut self.remaining_visits);
            let Some(variant) = variants.iter().find(is_match).or(variants.first()) else { break };
            schema = &variant.schema;
        }
        schema
    }
}

fn ensure_name(prefix: Option<&str>, local_name: &str) -> Result<(), String> {
    if prefix.is_none_or(is_name) && is_name(local_name) {
        return Ok(());
    }
    Err(text!("xml-name", name = join_name(prefix, local_name)))
}

fn join_name(prefix: Option<&str>, local_name: &str) -> String {
    match prefix {
        Some(prefix) => [prefix, ":", local_name].concat(),
        None => local_name.to_owned(),
    }
}
