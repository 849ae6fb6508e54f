//! The namespaces in scope of an element (Namespaces in XML 1.0).

use super::text::escape;
use crate::text;

/// URI of the prefix `xml`, which is always declared.
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// Prefixes and URIs of the namespaces in scope. The prefix of the default namespace is empty.
#[derive(Default)]
pub(super) struct Namespaces {
    bindings: Vec<(String, String)>,
    /// Number of the bindings of enclosing elements.
    outer: usize,
    /// The bindings that the names of the current element and of its attributes use.
    used: Vec<(String, String)>,
}

impl Namespaces {
    /// Begins an element. Returns the state that [`close`](Self::close) restores.
    pub(super) fn open(&mut self) -> (usize, usize) {
        let state = (self.bindings.len(), self.outer);
        self.outer = self.bindings.len();
        self.used.clear();
        state
    }

    /// Ends an element.
    pub(super) fn close(&mut self, (length, outer): (usize, usize)) {
        self.bindings.truncate(length);
        self.outer = outer;
    }

    /// Uses a prefix for a namespace in a name of the current element. Declares it there, unless it is in scope.
    ///
    /// # Errors
    /// Returns an error if another name of the element uses the prefix for another namespace, or if it is reserved.
    pub(super) fn bind(&mut self, prefix: &str, uri: &str) -> Result<(), String> {
        if (prefix == "xml") != (uri == XML_NAMESPACE) {
            return Err(text!("xml-reserved-prefix").into());
        }
        if let Some((_, other)) = self.used.iter().find(|(used, other)| used == prefix && other != uri) {
            return Err(text!("xml-ambiguous-prefix", prefix = prefix, first = other, second = uri));
        }
        if self.find(prefix) != Some(uri) {
            self.bindings.push((prefix.to_owned(), uri.to_owned()));
        }
        self.used.push((prefix.to_owned(), uri.to_owned()));
        Ok(())
    }

    /// Uses a prefix for the namespace that it has in scope. Returns the namespace.
    ///
    /// # Errors
    /// Returns an error if it has none.
    pub(super) fn resolve(&mut self, prefix: &str) -> Result<String, String> {
        let Some(uri) = self.find(prefix).map(str::to_owned) else {
            return Err(text!("xml-unknown-prefix", prefix = prefix));
        };
        self.used.push((prefix.to_owned(), uri.clone()));
        Ok(uri)
    }

    /// Uses any prefix for a namespace: an attribute without a prefix is in none.
    ///
    /// # Errors
    /// Returns an error if the namespace is reserved.
    pub(super) fn prefix_for(&mut self, uri: &str, suggestion: &str) -> Result<String, String> {
        let in_scope = self.bindings.iter().map(|(prefix, _)| prefix);
        let found = in_scope.filter(|prefix| !prefix.is_empty()).find(|prefix| self.find(prefix) == Some(uri)).cloned();
        let prefix = found.unwrap_or_else(|| {
            let mut prefix = suggestion.to_owned();
            while self.find(&prefix).is_some() {
                prefix.push('_');
            }
            prefix
        });
        self.bind(&prefix, uri).map(|()| prefix)
    }

    /// Writes the declarations of the current element.
    pub(super) fn write_declarations(&self, output: &mut String) {
        for (prefix, uri) in self.bindings.iter().skip(self.outer) {
            output.extend([if prefix.is_empty() { " xmlns" } else { " xmlns:" }, prefix, "=\""]);
            escape(uri, true, output);
            output.push('"');
        }
    }

    fn find(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML_NAMESPACE);
        }
        self.bindings.iter().rev().find(|(declared, _)| declared == prefix).map(|(_, uri)| uri.as_str())
    }
}
