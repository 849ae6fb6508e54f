//! Parses controls into arguments.

use super::{ADDITIONAL_FIELDS, Controls, ParsedForm, parse_json, parse_plain_value};
use crate::{
    model::{
        check::check_arguments,
        operation::Operation,
        problem::{Problem, join_pointer},
        schema::{Field, Schema},
    },
    text,
};
use serde_json::{Map, Value};

/// Parses the value at a path; `None` if its controls are empty or cannot be parsed.
pub(super) fn read_at(operation: &Operation, schema: &Schema, controls: &Controls, path: &str) -> Option<Value> {
    let mut reader = FormReader { operation, controls, problems: Vec::new(), controls_by_pointer: Vec::new() };
    reader.read_value(schema, path, "")
}

/// Parses the form field by field.
pub(super) fn read(operation: &Operation, controls: &Controls) -> ParsedForm {
    let mut reader = FormReader { operation, controls, problems: Vec::new(), controls_by_pointer: Vec::new() };
    let mut arguments = reader.read_object(&operation.fields, "", "");
    if operation.allows_additional_fields() {
        for (name, value) in reader.read_map(&Schema::Any, ADDITIONAL_FIELDS, "").unwrap_or_default() {
            if operation.fields.iter().any(|field| field.name == name) {
                let message = text!("form-reading-own-input", name = name);
                reader.problems.push(Problem::new(["key", ADDITIONAL_FIELDS].concat(), message));
            } else {
                arguments.insert(name, value);
            }
        }
    }
    let FormReader { mut problems, controls_by_pointer, .. } = reader;
    let has_parse_errors = !problems.is_empty();
    for Problem { location, message } in check_arguments(operation, &arguments) {
        let control = find_control(&controls_by_pointer, &location);
        if !problems.iter().any(|existing| existing.location == control) {
            problems.push(Problem::new(control, message));
        }
    }
    let in_page_order = controls_by_pointer
        .iter()
        .flat_map(|(_, control)| problems.extract_if(.., |problem| problem.location == *control).collect::<Vec<_>>());
    let mut ordered_problems: Vec<Problem> = in_page_order.collect();
    ordered_problems.append(&mut problems);
    ParsedForm { arguments, problems: ordered_problems, has_parse_errors }
}

/// Returns the control nearest to a place in the arguments: its own, or that of an enclosing value.
fn find_control(controls_by_pointer: &[(String, String)], pointer: &str) -> String {
    let mut pointer = pointer;
    loop {
        if let Some((_, control)) = controls_by_pointer.iter().rev().find(|(candidate, _)| candidate == pointer) {
            return control.clone();
        }
        match pointer.rfind('/') {
            Some(end) => pointer = &pointer[..end],
            None => return String::new(),
        }
    }
}

struct FormReader<'a> {
    operation: &'a Operation,
    controls: &'a Controls,
    problems: Vec<Problem>,
    /// Pairs of a place in the arguments (JSON Pointer) and the name of its control.
    controls_by_pointer: Vec<(String, String)>,
}

impl FormReader<'_> {
    fn read_object(&mut self, fields: &[Field], control_path: &str, pointer: &str) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            let value = self.read_value(
                &field.schema,
                &join_pointer(control_path, &field.name),
                &join_pointer(pointer, &field.name),
            );
            if let Some(value) = value {
                object.insert(field.name.clone(), value);
            }
        }
        object
    }

    /// Reads the value whose controls are at `control_path` and whose place in the arguments is `pointer`.
    fn read_value(&mut self, schema: &Schema, control_path: &str, pointer: &str) -> Option<Value> {
        if self.controls.is_json(control_path) {
            return self.read_json("json", control_path, pointer);
        }
        let (operation, control) = (self.operation, ["value", control_path].concat());
        self.controls_by_pointer.push((pointer.to_owned(), control.clone()));
        let is_ref = matches!(schema, Schema::Ref(_));
        let schema = operation.resolve(schema);
        // A recursive schema ends where no nested control has a value.
        if is_ref
            && !schema.has_single_control()
            && !self.controls.has_nested_values(control_path)
            && !self.has_picked_variant(control_path)
        {
            return None;
        }
        match schema {
            Schema::Array(constraints) => {
                let mut items = Vec::new();
                for row in self.controls.row_numbers(control_path) {
                    // The items of a tuple stay at their positions, those after them move up.
                    let position = row.min(constraints.prefix.len());
                    let item_pointer = join_pointer(pointer, &position.max(items.len()).to_string());
                    let row_path = join_pointer(control_path, &row.to_string());
                    let value = self.read_value(constraints.item_at(row), &row_path, &item_pointer);
                    while value.is_some() && items.len() < position {
                        let missing = join_pointer(control_path, &items.len().to_string());
                        let message = text!("form-reading-earlier-value");
                        self.problems.push(Problem::new(["value", &missing].concat(), message));
                        items.push(Value::Null);
                    }
                    items.extend(value);
                }
                (!items.is_empty()).then_some(Value::Array(items))
            }
            Schema::Object(fields) => {
                let object = self.read_object(fields, control_path, pointer);
                (!object.is_empty()).then_some(Value::Object(object))
            }
            Schema::Map(item) => self.read_map(item, control_path, pointer).map(Value::Object),
            Schema::Union(variants) => {
                let pick = ["pick", control_path].concat();
                let variant = variants.get(self.controls.get(&pick)?.parse::<usize>().ok()?)?;
                self.controls_by_pointer.push((pointer.to_owned(), pick));
                let value = self.read_value(&variant.schema, control_path, pointer);
                let Some((name, discriminator_value)) = &variant.discriminator else { return value };
                let mut object = match value {
                    Some(Value::Object(object)) => object,
                    None => Map::new(),
                    other => return other,
                };
                object.insert(name.clone(), discriminator_value.clone());
                Some(Value::Object(object))
            }
            Schema::Any => self.read_json("value", control_path, pointer),
            single => {
                let text = self.controls.get(&control).filter(|text| !text.is_empty())?;
                let value = parse_plain_value(single, text);
                if value.is_none() {
                    let message = match single {
                        Schema::Number(constraints) if constraints.integer => text!("form-reading-whole-number"),
                        Schema::Number(_) => text!("form-reading-number"),
                        _ => text!("form-reading-listed-value"),
                    };
                    self.problems.push(Problem::new(control, message));
                }
                value
            }
        }
    }

    fn has_picked_variant(&self, control_path: &str) -> bool {
        self.controls.get(&["pick", control_path].concat()).is_some_and(|number| !number.is_empty())
    }

    /// Reads a control that holds JSON; empty means absent.
    fn read_json(&mut self, kind: &str, control_path: &str, pointer: &str) -> Option<Value> {
        let control = [kind, control_path].concat();
        self.controls_by_pointer.push((pointer.to_owned(), control.clone()));
        let text = self.controls.get(&control).filter(|text| !text.trim().is_empty())?;
        match parse_json(text) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problems.push(Problem::new(control, message));
                None
            }
        }
    }

    fn read_map(&mut self, item: &Schema, control_path: &str, pointer: &str) -> Option<Map<String, Value>> {
        let mut map = Map::new();
        for row in self.controls.row_numbers(control_path) {
            let row = join_pointer(control_path, &row.to_string());
            let control = ["key", &row].concat();
            let key = self.controls.get(&control).unwrap_or_default();
            let problem_count = self.problems.len();
            let Some(value) = self.read_value(item, &row, &join_pointer(pointer, key)) else {
                if !key.is_empty() && self.problems.len() == problem_count {
                    let message = match item {
                        Schema::Any => text!("form-reading-json-value"),
                        _ => text!("form-reading-value"),
                    };
                    self.problems.push(Problem::new(["value", &row].concat(), message));
                }
                continue;
            };
            if key.is_empty() {
                self.problems.push(Problem::new(control, text!("form-reading-key")));
            } else if map.insert(key.to_owned(), value).is_some() {
                self.problems.push(Problem::new(control, text!("form-reading-repeated-key")));
            }
        }
        (!map.is_empty()).then_some(map)
    }
}
