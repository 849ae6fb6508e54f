//! Resolves `$dynamicRef`: its target depends on the schemas that refer to the one that contains it, the outermost first.
//! A schema that is used with other targets is copied, once for each set of targets.

use super::scope::is_within;
use crate::openapi::{
    reference::{REFERENCED_FILES_KEY, Resolver, reference_name, to_reference},
    walk::{visit_objects_from, visit_objects_with_references},
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Key of a document under which the copies are added.
const COPIES_KEY: &str = "x-dynamic-schemas";
/// Maximum number of copies, and their maximum size in bytes of JSON.
const MAX_COPIES: usize = 500;
const MAX_COPIED_BYTES: usize = 10_000_000;

/// References to the targets of `$dynamicRef`, by the name of the anchor.
type Targets = BTreeMap<String, String>;

/// Replaces each `$dynamicRef` with a `$ref`. Those in schemas that exceed the limits have the targets that they have
/// without the schemas that refer to them.
pub(super) fn resolve_dynamic_references(root: &mut Value) {
    let schemas = DynamicSchemas::collect(root);
    if !schemas.uses.values().any(|names| !names.is_empty()) {
        return;
    }
    let original = root.clone();
    let mut copier =
        Copier { schemas: &schemas, original: &original, numbers: HashMap::new(), copies: Map::new(), bytes: 0 };
    visit_objects_with_references(root, &mut |object, reference| {
        let unit = schemas.unit_of(reference).unwrap_or_default();
        copier.rewrite(object, &unit, &unit, &schemas.targets(&unit, &Targets::new()));
    });
    if let Some(object) = root.as_object_mut().filter(|_| !copier.copies.is_empty()) {
        object.insert(COPIES_KEY.into(), Value::Object(copier.copies));
    }
}

/// The schemas of a document that have dynamic anchors or references. A unit is what a dynamic scope consists of: a
/// schema with a name or `$id`, or the schema of a media type or parameter.
#[derive(Default)]
struct DynamicSchemas {
    /// References to the units.
    units: BTreeSet<String>,
    /// Dynamic anchors of the units.
    anchors: HashMap<String, Targets>,
    /// Names in the `$dynamicRef` of the units.
    uses: HashMap<String, BTreeSet<String>>,
    /// Units that the units refer to.
    references: HashMap<String, BTreeSet<String>>,
}

impl DynamicSchemas {
    fn collect(root: &mut Value) -> Self {
        let mut schemas = Self::default();
        visit_objects_with_references(root, &mut |object, reference| {
            if object.get("$id").is_some_and(Value::is_string) || is_unit_place(reference) {
                schemas.units.insert(reference.to_owned());
            }
        });
        visit_objects_with_references(root, &mut |object, reference| {
            let Some(unit) = schemas.unit_of(reference) else { return };
            if let Some(name) = object.get("$dynamicAnchor").and_then(Value::as_str) {
                let anchors = schemas.anchors.entry(unit.clone()).or_default();
                anchors.entry(name.to_owned()).or_insert_with(|| reference.to_owned());
            }
            if object.get("$dynamicRef").is_some_and(Value::is_string) {
                let targets = object.get("$dynamicRef").and_then(Value::as_str);
                schemas.uses.entry(unit.clone()).or_default().extend(targets.map(str::to_owned));
            }
            if let Some(target) = object.get("$ref").and_then(Value::as_str).and_then(|target| schemas.unit_of(target))
            {
                schemas.references.entry(unit).or_default().insert(target);
            }
        });
        schemas.name_uses();
        schemas
    }

    /// Replaces the references of `$dynamicRef` with the names of their anchors. Those that lead to no dynamic anchor
    /// are left out, because they are the same as `$ref`.
    fn name_uses(&mut self) {
        let names: HashMap<&String, &String> =
            self.anchors.values().flatten().map(|(name, reference)| (reference, name)).collect();
        let uses = self.uses.iter().map(|(unit, targets)| {
            (unit.clone(), targets.iter().filter_map(|target| names.get(target)).map(|name| (*name).clone()).collect())
        });
        self.uses = uses.collect();
    }

    fn is_unit(&self, reference: &str) -> bool {
        self.units.contains(reference)
    }

    /// Returns the innermost unit that a reference leads into.
    fn unit_of(&self, reference: &str) -> Option<String> {
        let mut end = reference.len();
        loop {
            let candidate = reference.get(..end)?;
            if self.is_unit(candidate) {
                return Some(candidate.to_owned());
            }
            end = candidate.rfind('/')?;
        }
    }

    /// Returns true if the targets change anything in a unit, or in those that it refers to.
    fn depends_on(&self, unit: &str, targets: &Targets) -> bool {
        let (mut seen, mut pending) = (BTreeSet::new(), vec![unit.to_owned()]);
        while let Some(unit) = pending.pop() {
            if self.uses.get(&unit).is_some_and(|names| names.iter().any(|name| targets.contains_key(name))) {
                return true;
            }
            if seen.insert(unit.clone()) {
                pending.extend(self.references.get(&unit).into_iter().flatten().cloned());
            }
        }
        false
    }

    /// Returns the targets within a unit. Outer targets override its own.
    fn targets(&self, unit: &str, outer: &Targets) -> Targets {
        let own = self.anchors.get(unit).into_iter().flatten();
        own.chain(outer).map(|(name, target)| (name.clone(), target.clone())).collect()
    }

    /// Returns the name of the dynamic anchor at a reference.
    fn anchor_at(&self, reference: &str) -> Option<&String> {
        let anchors = self.anchors.get(&self.unit_of(reference)?)?;
        anchors.iter().find(|(_, place)| *place == reference).map(|(name, _)| name)
    }
}

/// Returns true if the schema at a reference is a unit because of its place.
fn is_unit_place(reference: &str) -> bool {
    let Some((parent, key)) = reference.rsplit_once('/') else { return false };
    matches!(key, "schema" | "itemSchema")
        || parent == "#/components/schemas"
        || parent.strip_prefix("#/").is_some_and(|parent| parent == REFERENCED_FILES_KEY)
}

/// Copies units for the targets that they are used with.
struct Copier<'a> {
    schemas: &'a DynamicSchemas,
    original: &'a Value,
    /// Numbers of the copies, by unit and targets.
    numbers: HashMap<(String, Targets), usize>,
    copies: Map<String, Value>,
    bytes: usize,
}

impl Copier<'_> {
    /// Rewrites the references of an object of a unit, which is at `place`: the unit itself, or a copy.
    fn rewrite(&mut self, object: &mut Map<String, Value>, unit: &str, place: &str, targets: &Targets) {
        if let Some(Value::String(target)) = object.get_mut("$ref") {
            if is_within(target, unit) {
                *target = [place, &target[unit.len()..]].concat();
            } else if let Some(copied) = self.copy_for(target, targets) {
                *target = copied;
            }
        }
        if let Some(Value::String(target)) = object.shift_remove("$dynamicRef") {
            let outermost = self.schemas.anchor_at(&target).and_then(|name| targets.get(name));
            let target = outermost.cloned().unwrap_or(target);
            let reference = if is_within(&target, unit) {
                [place, &target[unit.len()..]].concat()
            } else {
                self.copy_for(&target, targets).unwrap_or(target)
            };
            if object.contains_key("$ref") {
                if let Value::Array(parts) = object.entry("allOf").or_insert_with(|| json!([])) {
                    parts.push(json!({"$ref": reference}));
                }
            } else {
                object.insert("$ref".into(), reference.into());
            }
        }
    }

    /// Returns the reference to the copy that replaces the target of a reference. Returns `None` if it is used as it is.
    fn copy_for(&mut self, target: &str, targets: &Targets) -> Option<String> {
        let unit = self.schemas.unit_of(target)?;
        let inner_targets = self.schemas.targets(&unit, targets);
        if inner_targets == self.schemas.targets(&unit, &Targets::new()) || !self.schemas.depends_on(&unit, targets) {
            return None;
        }
        let place = self.copy(&unit, inner_targets)?;
        Some([&place, &target[unit.len()..]].concat())
    }

    /// Copies a unit for a dynamic scope with these targets. Returns the reference to the copy; `None` if the limits are
    /// reached.
    fn copy(&mut self, unit: &str, targets: Targets) -> Option<String> {
        let name = reference_name(unit);
        let place =
            |number: usize| to_reference(&to_reference(&["#/", COPIES_KEY].concat(), &number.to_string()), &name);
        let (next, key) = (self.numbers.len(), (unit.to_owned(), targets));
        if let Some(number) = self.numbers.get(&key) {
            return Some(place(*number));
        }
        let mut copy = Resolver(self.original).resolve_reference(unit).ok()?.clone();
        self.bytes += copy.to_string().len();
        if next >= MAX_COPIES || self.bytes > MAX_COPIED_BYTES {
            return None;
        }
        self.numbers.insert(key.clone(), next);
        visit_objects_from(&mut copy, unit, &mut |object, reference| {
            let inner = self.schemas.unit_of(reference).unwrap_or_default();
            self.rewrite(object, unit, &place(next), &self.schemas.targets(&inner, &key.1));
        });
        self.copies.insert(next.to_string(), json!({name.clone(): copy}));
        Some(place(next))
    }
}
