//! The representation of a value in XML, as a document describes it.

/// The XML Object of a schema (`OpenAPI` 3.1, §4.8.26, and 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlObject {
    /// Name of the element or attribute; `None` for the name of the property.
    pub name: Option<String>,
    /// Prefix of the name.
    pub prefix: Option<String>,
    /// URI of the namespace.
    pub namespace: Option<String>,
    /// The node that represents the value.
    pub node: XmlNodeType,
    /// True if the items of a list are within an element of their own.
    pub wrapped: bool,
}

/// The XML node that represents a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum XmlNodeType {
    /// An element.
    #[default]
    Element,
    /// An attribute of the enclosing element.
    Attribute,
    /// Text in the enclosing element.
    Text,
    /// A CDATA section in the enclosing element.
    Cdata,
    /// No node: the fields of the value belong to the enclosing element.
    None,
}

/// The element that represents a whole body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlRoot {
    /// Name of the element, if its XML Object names none.
    pub name: String,
    /// Its XML Object.
    pub xml: XmlObject,
}

impl XmlObject {
    /// Returns the prefix and the local name. A name can contain its prefix.
    pub fn qualified_name<'a>(&'a self, default_name: &'a str) -> (Option<&'a str>, &'a str) {
        let name = self.name.as_deref().unwrap_or(default_name);
        match (&self.prefix, name.split_once(':')) {
            (Some(prefix), _) => (Some(prefix), name),
            (None, Some((prefix, local_name))) => (Some(prefix), local_name),
            (None, None) => (None, name),
        }
    }
}
