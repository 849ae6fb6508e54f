//! Replaces references by `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12, §8.2) with references by JSON
//! Pointer, once, so that forms, documentation, examples and the validator all follow the same references.

mod dynamic;
mod scope;

use super::{
    reference::{REFERENCED_FILES_KEY, Resolver},
    walk::{visit_objects, visit_objects_with_references},
};
use scope::{MAX_REFERENCE_BYTES, ScopeStack};
use serde_json::{Map, Value};
use std::collections::HashMap;
use url::Url;

/// Maximum number of anchors of one name in a resource.
const MAX_SAME_ANCHORS: usize = 100;
/// Base URI of a document that has none of its own.
const DEFAULT_BASE: &str = "https://document.invalid/";
const KEYWORDS: [&str; 5] = ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$self"];

/// The identifiers of a document, with the references that they stand for.
#[derive(Default)]
struct Identifiers {
    /// References to the schema resources, by URI without a fragment.
    resources: HashMap<String, String>,
    /// References to anchors, by the URI of their resource and name. Documents also have several anchors of one name.
    anchors: HashMap<(String, String), Vec<String>>,
}

/// Replaces the references of a document. Those that lead nowhere are left as they are, and reported where they are used.
pub(super) fn resolve_identifiers(root: &mut Value) {
    if !has_keyword(root) {
        return;
    }
    let identifiers = Identifiers::collect(root);
    let snapshot = root.clone();
    identifiers.rewrite(root, Resolver::Whole(&snapshot));
    dynamic::resolve_dynamic_references(root);
    visit_objects(root, &mut |object| {
        if object.get("$id").is_some_and(Value::is_string) {
            object.shift_remove("$id");
        }
    });
}

/// Returns true if a value contains one of the keywords.
fn has_keyword(value: &Value) -> bool {
    match value {
        Value::Object(object) => object
            .iter()
            .any(|(key, value)| KEYWORDS.contains(&key.as_str()) && value.is_string() || has_keyword(value)),
        Value::Array(items) => items.iter().any(has_keyword),
        _ => false,
    }
}

impl Identifiers {
    fn collect(root: &mut Value) -> Self {
        let mut identifiers = Self::default();
        let mut bases = ScopeStack::default();
        visit_objects_with_references(root, &mut |object, reference| {
            if let Some(place) = place_url(reference, bases.enclosing(reference)) {
                identifiers.resources.insert(place.into(), reference.to_owned());
            }
            if let Some(base) = own_base(object, reference, bases.enclosing(reference)) {
                identifiers.resources.entry(base.to_string()).or_insert_with(|| reference.to_owned());
                bases.enter(reference, base);
            }
            let Some(base) = bases.enclosing(reference).filter(|_| reference.len() <= MAX_REFERENCE_BYTES) else {
                return;
            };
            for key in ["$anchor", "$dynamicAnchor"] {
                if let Some(name) = object.get(key).and_then(Value::as_str) {
                    let same = identifiers.anchors.entry((base.to_string(), name.to_owned())).or_default();
                    if same.len() < MAX_SAME_ANCHORS {
                        same.push(reference.to_owned());
                    }
                }
            }
        });
        identifiers
    }

    /// Replaces all references except by JSON Pointer from the root. `$dynamicRef` gets the target that it has if no
    /// other schema overrides it.
    fn rewrite(&self, root: &mut Value, original: Resolver) {
        let mut bases: ScopeStack<(Url, Option<String>)> = ScopeStack::default();
        visit_objects_with_references(root, &mut |object, reference| {
            let enclosing = bases.enclosing(reference).map(|(base, _)| base);
            if let Some(base) = own_base(object, reference, enclosing) {
                let resource = object.contains_key("$id").then(|| reference.to_owned());
                bases.enter(reference, (base, resource));
            }
            let Some((base, resource)) = bases.enclosing(reference) else { return };
            for key in ["$ref", "$dynamicRef"] {
                let Some(Value::String(target)) = object.get_mut(key) else { continue };
                let found = if target == "#" || target.starts_with("#/") {
                    // Many authors write references from the root of the document, although `$id` begins a resource.
                    let inner = resource.as_ref().map(|resource| [resource, &target[1..]].concat());
                    inner.filter(|inner| original.resolve_reference(inner).is_ok())
                } else {
                    self.find(target, base, reference)
                };
                if let Some(found) = found {
                    *target = found;
                }
            }
        });
    }

    /// Returns the reference from the root for the URI reference of an object. Returns `None` if it leads nowhere.
    fn find(&self, target: &str, base: &Url, object: &str) -> Option<String> {
        let mut url = base.join(Some(target).filter(|target| target.len() <= MAX_REFERENCE_BYTES)?).ok()?;
        let fragment = url.fragment().unwrap_or_default().to_owned();
        url.set_fragment(None);
        if fragment.is_empty() || fragment.starts_with('/') {
            return self.resources.get(url.as_str()).map(|resource| [resource, &*fragment].concat());
        }
        let candidates = self.anchors.get(&(url.into(), fragment))?;
        // The closest one is meant, if there are several.
        candidates.iter().rev().max_by_key(|candidate| shared_length(candidate, object)).cloned()
    }
}

/// Returns the length of the part that two references share, in whole segments.
fn shared_length(one: &str, other: &str) -> usize {
    let length = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let is_border = |reference: &str| matches!(reference.as_bytes().get(length), None | Some(b'/'));
    if is_border(one) && is_border(other) {
        length
    } else {
        one.as_bytes()[..length].iter().rposition(|byte| *byte == b'/').unwrap_or_default()
    }
}

/// Returns the base URI that an object sets: the document, a file that it refers to, or a schema with `$id`.
fn own_base(object: &Map<String, Value>, reference: &str, enclosing: Option<&Url>) -> Option<Url> {
    let is_short = |text: &&str| text.len().max(reference.len()) <= MAX_REFERENCE_BYTES;
    let text = |key: &str| object.get(key)?.as_str().filter(is_short);
    let place = place_url(reference, enclosing);
    let (start, own) = match (&place, enclosing) {
        (Some(place), _) => (place, text("$self").or(text("$id"))),
        (None, enclosing) => (enclosing?, Some(text("$id")?)),
    };
    let mut base = own.and_then(|own| start.join(own).ok()).unwrap_or_else(|| start.clone());
    base.set_fragment(None);
    Some(base)
}

/// Returns the URL of the document, or of a file that it refers to; `None` for objects in them.
fn place_url(reference: &str, enclosing: Option<&Url>) -> Option<Url> {
    match enclosing {
        None => Url::parse(DEFAULT_BASE).ok(),
        Some(document) => document.join(file_name(reference)?).ok(),
    }
}

/// Returns the name of the file that a reference leads to, encoded; `None` for other references.
fn file_name(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix("#/")?.strip_prefix(REFERENCED_FILES_KEY)?.strip_prefix('/')?;
    (!name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests;
