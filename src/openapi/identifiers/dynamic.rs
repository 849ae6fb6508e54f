//! Resolves `$dynamicRef`: its target depends on the schemas that refer to the one that contains it, the outermost first.
//! A schema that is used with other targets is copied, once for each set of targets.

use super::scope::{MAX_REFERENCE_BYTES, is_within};
use crate::openapi::{
    reference::{REFERENCED_FILES_KEY, Resolver, reference_name, to_reference},
    walk::{visit_objects, visit_objects_from, visit_objects_with_references},
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Maximum number of different names, and of anchors of one unit. Others are ignored.
const MAX_NAMES: usize = 100;
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
    let mut has_reference = false;
    visit_objects(root, &mut |object| has_reference |= object.get("$dynamicRef").is_some_and(Value::is_string));
    if !has_reference {
        return;
    }
    let schemas = DynamicSchemas::collect(root);
    let original = root.clone();
    let mut copier =
        Copier { schemas: &schemas, original: &original, numbers: HashMap::new(), pending: Vec::new(), bytes: 0 };
    visit_objects_with_references(root, &mut |object, reference| {
        let unit = schemas.unit_of(reference).unwrap_or_default();
        copier.rewrite(object, &unit, &unit, &schemas.targets(&unit, &Targets::new()));
    });
    let added = copier.write_copies();
    if let Some(object) = root.as_object_mut().filter(|_| !added.is_empty()) {
        object.insert(COPIES_KEY.into(), Value::Object(added));
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
    /// Names of the anchors that the targets of `$dynamicRef` in a unit, or in those that it refers to, depend on.
    names: HashMap<String, BTreeSet<String>>,
}

impl DynamicSchemas {
    fn collect(root: &mut Value) -> Self {
        let mut schemas = Self::default();
        visit_objects_with_references(root, &mut |object, reference| {
            let is_unit = object.get("$id").is_some_and(Value::is_string) || is_unit_place(reference);
            if is_unit && reference.len() <= MAX_REFERENCE_BYTES {
                schemas.units.insert(reference.to_owned());
            }
        });
        let mut uses: Vec<(String, String)> = Vec::new();
        let mut referrers: HashMap<String, BTreeSet<String>> = HashMap::new();
        visit_objects_with_references(root, &mut |object, reference| {
            let text = |key: &str| object.get(key).and_then(Value::as_str);
            let Some(unit) = schemas.unit_of(reference) else { return };
            if let Some(name) = text("$dynamicAnchor").filter(|_| reference.len() <= MAX_REFERENCE_BYTES) {
                let anchors = schemas.anchors.entry(unit.clone()).or_default();
                if anchors.len() < MAX_NAMES {
                    anchors.entry(name.to_owned()).or_insert_with(|| reference.to_owned());
                }
            }
            if let Some(target) = text("$ref").and_then(|target| schemas.unit_of(target)) {
                referrers.entry(target).or_default().insert(unit.clone());
            }
            uses.extend(text("$dynamicRef").map(|target| (unit, target.to_owned())));
        });
        schemas.find_names(uses, &referrers);
        schemas
    }

    /// Finds the names that the units depend on: those of their own `$dynamicRef`, and those of the units that they refer
    /// to. A `$dynamicRef` to a schema without a dynamic anchor is the same as `$ref`.
    fn find_names(&mut self, uses: Vec<(String, String)>, referrers: &HashMap<String, BTreeSet<String>>) {
        let mut units_by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (unit, target) in uses {
            if let Some(name) = self.anchor_at(&target) {
                units_by_name.entry(name.clone()).or_default().insert(unit);
            }
        }
        for (name, units) in units_by_name.into_iter().take(MAX_NAMES) {
            let mut pending: Vec<String> = units.into_iter().collect();
            while let Some(unit) = pending.pop() {
                if self.names.entry(unit.clone()).or_default().insert(name.clone()) {
                    pending.extend(referrers.get(&unit).into_iter().flatten().cloned());
                }
            }
        }
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
        self.names.get(unit).is_some_and(|names| names.iter().any(|name| targets.contains_key(name)))
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
    /// Copies that are not yet written: their numbers, units and targets.
    pending: Vec<(usize, String, Targets)>,
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
        let place = self.place_of_copy(&unit, inner_targets)?;
        Some([&place, &target[unit.len()..]].concat())
    }

    /// Returns the reference to the copy of a unit for these targets; `None` if the limits are reached. The copy is
    /// written later, because copies can refer to each other.
    fn place_of_copy(&mut self, unit: &str, targets: Targets) -> Option<String> {
        let (next, key) = (self.numbers.len(), (unit.to_owned(), targets));
        if let Some(number) = self.numbers.get(&key) {
            return Some(copy_reference(*number, unit));
        }
        if next >= MAX_COPIES || self.bytes > MAX_COPIED_BYTES {
            return None;
        }
        self.bytes += Resolver::Whole(self.original).resolve_reference(unit).ok()?.to_string().len();
        if self.bytes > MAX_COPIED_BYTES {
            return None;
        }
        self.numbers.insert(key.clone(), next);
        self.pending.push((next, key.0, key.1));
        Some(copy_reference(next, unit))
    }

    /// Writes the copies, and those that they refer to. Returns them by number.
    fn write_copies(&mut self) -> Map<String, Value> {
        let mut copies = Map::new();
        while let Some((number, unit, targets)) = self.pending.pop() {
            let Ok(mut copy) = Resolver::Whole(self.original).resolve_reference(&unit).cloned() else { continue };
            let place = copy_reference(number, &unit);
            visit_objects_from(&mut copy, &unit, &mut |object, reference| {
                let inner = self.schemas.unit_of(reference).unwrap_or_default();
                self.rewrite(object, &unit, &place, &self.schemas.targets(&inner, &targets));
            });
            copies.insert(number.to_string(), json!({reference_name(&unit): copy}));
        }
        copies
    }
}

fn copy_reference(number: usize, unit: &str) -> String {
    to_reference(&to_reference(&format!("#/{COPIES_KEY}"), &number.to_string()), &reference_name(unit))
}
