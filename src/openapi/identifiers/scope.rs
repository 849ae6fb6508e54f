//! The scopes that enclose an object while a document is visited.

/// Maximum length of the reference to an object with an identifier, in bytes. The identifiers of others are ignored.
pub(super) const MAX_REFERENCE_BYTES: usize = 2_000;

/// A stack of scopes, each with the reference to the object that begins it.
#[derive(Debug)]
pub(super) struct ScopeStack<T>(Vec<(String, T)>);

impl<T> Default for ScopeStack<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ScopeStack<T> {
    /// Returns the innermost scope that encloses an object, and leaves all scopes that do not.
    pub(super) fn enclosing(&mut self, reference: &str) -> Option<&T> {
        while self.0.last().is_some_and(|(start, _)| !is_within(reference, start)) {
            self.0.pop();
        }
        self.0.last().map(|(_, scope)| scope)
    }

    /// Begins a scope at an object.
    pub(super) fn enter(&mut self, reference: &str, scope: T) {
        self.0.push((reference.to_owned(), scope));
    }
}

/// Returns true if a reference leads to an object or into it.
pub(super) fn is_within(reference: &str, object: &str) -> bool {
    reference.strip_prefix(object).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
