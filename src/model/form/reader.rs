//! Controls into arguments.

use super::{Controls, OTHER, Reading, parse, plain};
use crate::model::{
    check::check,
    operation::Operation,
    problem::{Problem, pointer},
    schema::{Field, Schema},
};
use serde_json::{Map, Value};

/// Reads the form field by field.
pub(super) fn read(operation: &Operation, controls: &Controls) -> Reading {
    let mut reader = Reader { operation, controls, problems: Vec::new(), places: Vec::new() };
    let mut arguments = reader.object(&operation.fields, "", "");
    if operation.takes_other_fields() {
        for (name, value) in reader.map(&Schema::Any, OTHER, "").unwrap_or_default() {
            if operation.fields.iter().any(|field| field.name == name) {
                reader
                    .problems
                    .push(Problem::new(["key", OTHER].concat(), [&name, " has its own input above."].concat()));
            } else {
                arguments.insert(name, value);
            }
        }
    }
    let Reader { mut problems, places, .. } = reader;
    let has_unread = !problems.is_empty();
    for Problem { at, message } in check(operation, &arguments) {
        let control = control_of(&places, &at);
        if !problems.iter().any(|known| known.at == control) {
            problems.push(Problem::new(control, message));
        }
    }
    let of_page = places
        .iter()
        .flat_map(|(_, control)| problems.extract_if(.., |problem| problem.at == *control).collect::<Vec<_>>());
    let mut in_order: Vec<Problem> = of_page.collect();
    in_order.append(&mut problems);
    Reading { arguments, problems: in_order, has_unread }
}

/// The control nearest to a place in the arguments: its own, or that of the value around it.
fn control_of(places: &[(String, String)], at: &str) -> String {
    let mut at = at;
    loop {
        if let Some((_, control)) = places.iter().rev().find(|(place, _)| place == at) {
            return control.clone();
        }
        match at.rfind('/') {
            Some(end) => at = &at[..end],
            None => return String::new(),
        }
    }
}

struct Reader<'a> {
    operation: &'a Operation,
    controls: &'a Controls,
    problems: Vec<Problem>,
    /// Place in the arguments → name of the control that says it.
    places: Vec<(String, String)>,
}

impl Reader<'_> {
    fn object(&mut self, fields: &[Field], form: &str, at: &str) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            let value = self.value(&field.schema, &pointer(form, &field.name), &pointer(at, &field.name));
            if let Some(value) = value {
                object.insert(field.name.clone(), value);
            }
        }
        object
    }

    /// Reads the value whose controls stand at `form` and whose place in the arguments is `at`.
    fn value(&mut self, schema: &Schema, form: &str, at: &str) -> Option<Value> {
        if self.controls.is_json(form) {
            return self.json("json", form, at);
        }
        let (operation, control) = (self.operation, ["value", form].concat());
        self.places.push((at.to_owned(), control.clone()));
        let is_named = matches!(schema, Schema::Ref(_));
        let schema = operation.open(schema);
        // A schema that contains itself ends where nothing is filled in any more.
        if is_named && !schema.is_single() && !self.controls.has_inside(form) && !self.is_picked(form) {
            return None;
        }
        match schema {
            Schema::List(rules) => {
                let mut items = Vec::new();
                for row in self.controls.rows(form) {
                    let row = pointer(form, &row.to_string());
                    let place = pointer(at, &items.len().to_string());
                    items.extend(self.value(&rules.item, &row, &place));
                }
                (!items.is_empty()).then_some(Value::Array(items))
            }
            Schema::Object(fields) => {
                let object = self.object(fields, form, at);
                (!object.is_empty()).then_some(Value::Object(object))
            }
            Schema::Map(item) => self.map(item, form, at).map(Value::Object),
            Schema::Union(variants) => {
                let pick = ["pick", form].concat();
                let variant = variants.get(self.controls.get(&pick)?.parse::<usize>().ok()?)?;
                self.places.push((at.to_owned(), pick));
                let value = self.value(&variant.schema, form, at);
                let Some((name, tag)) = &variant.tag else { return value };
                let mut object = match value {
                    Some(Value::Object(object)) => object,
                    None => Map::new(),
                    other => return other,
                };
                object.insert(name.clone(), tag.clone());
                Some(Value::Object(object))
            }
            Schema::Any => self.json("value", form, at),
            single => {
                let text = self.controls.get(&control).filter(|text| !text.is_empty())?;
                let value = plain(single, text);
                if value.is_none() {
                    let message = match single {
                        Schema::Number(rules) if rules.integer => "Must be a whole number, like 10.",
                        Schema::Number(_) => "Must be a number, like 10 or 2.5.",
                        _ => "Must be one of the values offered.",
                    };
                    self.problems.push(Problem::new(control, message));
                }
                value
            }
        }
    }

    fn is_picked(&self, form: &str) -> bool {
        self.controls.get(&["pick", form].concat()).is_some_and(|number| !number.is_empty())
    }

    /// Reads a control that holds JSON; empty means absent.
    fn json(&mut self, kind: &str, form: &str, at: &str) -> Option<Value> {
        let control = [kind, form].concat();
        self.places.push((at.to_owned(), control.clone()));
        let text = self.controls.get(&control).filter(|text| !text.trim().is_empty())?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problems.push(Problem::new(control, message));
                None
            }
        }
    }

    fn map(&mut self, item: &Schema, form: &str, at: &str) -> Option<Map<String, Value>> {
        let mut map = Map::new();
        for row in self.controls.rows(form) {
            let row = pointer(form, &row.to_string());
            let control = ["key", &row].concat();
            let key = self.controls.get(&control).unwrap_or_default();
            let known = self.problems.len();
            let Some(value) = self.value(item, &row, &pointer(at, key)) else {
                if !key.is_empty() && self.problems.len() == known {
                    let message = match item {
                        Schema::Any => "Needs a JSON value, like \"gold\" or 1.",
                        _ => "Needs a value.",
                    };
                    self.problems.push(Problem::new(["value", &row].concat(), message));
                }
                continue;
            };
            if key.is_empty() {
                self.problems.push(Problem::new(control, "Needs a key."));
            } else if map.insert(key.to_owned(), value).is_some() {
                self.problems.push(Problem::new(control, "This key is used twice."));
            }
        }
        (!map.is_empty()).then_some(map)
    }
}
