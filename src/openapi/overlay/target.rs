//! The parts of a document that an action selects by a `JSONPath` (RFC 9535).

use serde_json::Value;
use serde_json_path::{JsonPath, PathElement};
use std::collections::BTreeSet;

/// Maximum number of parts that one `JSONPath` selects.
const MAX_SELECTED: usize = 100_000;

/// One step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Name(String),
    Index(usize),
}

/// Returns the places of the parts that a `JSONPath` selects, each once: parts after the values that contain them.
///
/// # Errors
/// Returns an error if it is not a `JSONPath`, or selects too many parts.
pub(super) fn select(root: &Value, path: &str) -> Result<Vec<Vec<Step>>, String> {
    let parsed = JsonPath::parse(path).map_err(|error| format!("is not applied: {path} is not a JSONPath: {error}"))?;
    let located = parsed.query_located(root);
    let mut places = BTreeSet::new();
    for location in located.locations() {
        places.insert(location.iter().map(to_step).collect());
        if places.len() > MAX_SELECTED {
            return Err(format!("is not applied: {path} selects more than {MAX_SELECTED} parts of the document"));
        }
    }
    Ok(places.into_iter().collect())
}

fn to_step(element: &PathElement) -> Step {
    match element {
        PathElement::Name(name) => Step::Name((*name).to_owned()),
        PathElement::Index(index) => Step::Index(*index),
    }
}

pub(super) fn find<'a>(root: &'a Value, place: &[Step]) -> Option<&'a Value> {
    place.iter().try_fold(root, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    })
}

pub(super) fn find_mut<'a>(root: &'a mut Value, place: &[Step]) -> Option<&'a mut Value> {
    place.iter().try_fold(root, |value, step| match step {
        Step::Name(name) => value.get_mut(name),
        Step::Index(index) => value.get_mut(index),
    })
}

/// Removes the parts at these places. The last ones come first, so that the index of no other part changes.
///
/// # Errors
/// Returns an error if one of the parts is the document itself.
pub(super) fn remove(root: &mut Value, places: Vec<Vec<Step>>) -> Result<(), String> {
    if places.iter().any(Vec::is_empty) {
        return Err("is not applied: the document itself cannot be removed".into());
    }
    for place in places.into_iter().rev() {
        let Some((last, parent)) = place.split_last() else { continue };
        match (find_mut(root, parent), last) {
            (Some(Value::Object(object)), Step::Name(name)) => drop(object.shift_remove(name)),
            (Some(Value::Array(items)), Step::Index(index)) => drop(items.remove(*index)),
            _ => {}
        }
    }
    Ok(())
}
