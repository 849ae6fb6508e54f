//! The buttons that only change the form: rows, open objects, defaults, examples. They send no call.

use super::Submission;
use crate::{
    model::{
        Arguments,
        form::{self, ADDITIONAL_FIELDS, ARGUMENTS_CONTROL, Controls, EMPTIED},
        operation::Operation,
        problem::{Problem, decode_pointer_key, join_pointer},
        schema::{Field, Schema},
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    text,
};
use serde_json::Value;

impl Submission {
    /// Applies the intent of a button. Returns false if the intent does not concern the form alone.
    ///
    /// | intent | effect |
    /// | --- | --- |
    /// | `add/roles`, `remove/roles/0` | adds an empty row, removes one; `remove/photo` removes a file |
    /// | `open/address` | renders the fields of an object |
    /// | `json/email`, `plain/email` | enters the value of a field as JSON, or in its own input again |
    /// | `take/limit` | fills in the default of a field |
    /// | `try/1/limit` | fills in an example of a field, by number |
    /// | `example/2` | fills in an example of all arguments, by number; other input stays |
    /// | `next/{"page":2}` | fills in arguments, as JSON; other input stays |
    /// | `client/curl` | chooses the target of the snippet |
    /// | `reset` | empties the form |
    /// | `view` | opens the form view with the arguments of the JSON view |
    /// | `redraw` | renders the form with the chosen variant or media type |
    pub fn apply_intent(&mut self, entry: &CatalogEntry, documented: &DocumentedOperation, intent: &str) -> bool {
        let operation = &documented.operation;
        let (verb, path) = intent.split_at(intent.find(['/', '+']).unwrap_or(intent.len()));
        match verb {
            "add" => self.add_row(path),
            "remove" => self.remove_row(path),
            "open" => {
                self.controls.set(intent, "1");
                self.focus = Some(path.to_owned());
            }
            "json" => self.enter_as_json(operation, path),
            "plain" => self.enter_as_plain_value(operation, path),
            "take" => {
                let default = |field: &Field| field.annotations.default.clone();
                self.fill_from(operation, path, default);
            }
            "try" => {
                let path = path.trim_start_matches('/');
                let (number, path) = path.split_at(path.find('/').unwrap_or(path.len()));
                let number: usize = number.parse().unwrap_or_default();
                self.fill_from(operation, path, |field| field.annotations.examples.get(number).cloned());
            }
            "example" => {
                let number = path.trim_start_matches('/').parse::<usize>().ok();
                if let Some(example) = number.and_then(|number| entry.examples(documented).nth(number))
                    && !self.fill_arguments(operation, &example.arguments)
                {
                    return true;
                }
            }
            "next" => {
                if let Ok(arguments) = form::parse_arguments(path.trim_start_matches('/')) {
                    self.fill_arguments(operation, &arguments);
                }
            }
            "client" => self.controls.set("client", path.trim_start_matches('/')),
            "reset" => self.controls.0.retain(|(name, _)| !name.contains(['/', '+']) && name != "view"),
            "view" => self.open_form_view(operation),
            _ => return verb == "redraw",
        }
        if verb != "view" {
            self.update_json_view(operation);
        }
        true
    }

    /// Adds an empty row to a list or map.
    fn add_row(&mut self, path: &str) {
        let next = self.controls.row_numbers(path).last().map_or(0, |last| last + 1);
        let row = join_pointer(path, &next.to_string());
        self.controls.0.retain(|(name, _)| *name != format!("{EMPTIED}{path}"));
        self.controls.0.push((format!("value{row}"), String::new()));
        self.focus = Some(row);
    }

    /// Removes a row of a list or map, or a file.
    fn remove_row(&mut self, path: &str) {
        self.remove_at(path);
        let (list, _) = path.rsplit_once('/').unwrap_or_default();
        if !list.is_empty() && self.controls.row_numbers(list).is_empty() {
            self.controls.set(&format!("{EMPTIED}{list}"), "");
        }
    }

    /// Replaces the controls of a field by one for JSON, with the current value, or `null` if there is none.
    fn enter_as_json(&mut self, operation: &Operation, path: &str) {
        let Some(field) = find_field(operation, &self.controls, path) else { return };
        let value = form::read_at(operation, &field.schema, &self.controls, path).unwrap_or_default();
        self.remove_at(path);
        self.controls.set(&format!("as{path}"), "json");
        self.controls.set(&format!("json{path}"), form::to_pretty_json(&value));
        self.focus = Some(path.to_owned());
    }

    /// Writes the JSON of a field into its own controls, unless they cannot express it.
    fn enter_as_plain_value(&mut self, operation: &Operation, path: &str) {
        self.focus = Some(path.to_owned());
        let control = format!("json{path}");
        let text = self.controls.get(&control).unwrap_or_default();
        let value = match form::parse_json(text) {
            _ if text.trim().is_empty() => Value::Null,
            Ok(value) => value,
            Err(message) => {
                self.problems = vec![Problem::new(control, message)];
                return;
            }
        };
        let Some(field) = find_field(operation, &self.controls, path) else { return };
        let written = if value.is_null() && !field.annotations.nullable {
            Controls::default()
        } else {
            form::write_at(operation, &field.schema, &value, path)
        };
        if written.is_json(path) {
            self.problems = vec![Problem::new(control, text!("form-field-cannot-show-value"))];
            return;
        }
        self.remove_at(path);
        self.controls.0.extend(written.0);
    }

    /// Removes all controls at a path or below it.
    fn remove_at(&mut self, path: &str) {
        self.controls.0.retain(|(name, _)| !form::is_within(form::control_path(name), path));
    }

    /// Fills in a suggestion of the field at a path.
    fn fill_from(&mut self, operation: &Operation, path: &str, suggestion: impl Fn(&Field) -> Option<Value>) {
        let field = find_field(operation, &self.controls, path);
        if let Some((field, value)) = field.and_then(|field| Some((field, suggestion(field)?))) {
            self.remove_at(path);
            self.controls.0.extend(form::write_at(operation, &field.schema, &value, path).0);
        }
        self.focus = Some(path.to_owned());
    }

    /// Fills in arguments; input in fields that the document does not name stays. Opens the JSON view, and returns false,
    /// if the form has no fields for them: for a body that is written as text in place of its fields.
    pub(super) fn fill_arguments(&mut self, operation: &Operation, arguments: &Arguments) -> bool {
        if arguments.keys().any(|name| operation.field(name).is_none()) && !operation.allows_additional_fields() {
            self.controls.set("view", "json");
            self.controls.set(ARGUMENTS_CONTROL, form::to_pretty_json(&Value::Object(arguments.clone())));
            return false;
        }
        let mut others = self.read_arguments(operation);
        others.retain(|name, _| operation.field(name).is_none());
        let mut filled = arguments.clone();
        for (name, value) in others {
            filled.entry(name).or_insert(value);
        }
        for name in filled.keys() {
            self.remove_at(&join_pointer("", name));
        }
        self.remove_at(ADDITIONAL_FIELDS);
        self.controls.0.extend(form::write(operation, &filled).0);
        true
    }

    /// Parses the arguments of the form view, whichever view is open.
    fn read_arguments(&self, operation: &Operation) -> Arguments {
        let mut controls = self.controls.clone();
        controls.set("view", "form");
        form::read(operation, &controls).arguments
    }

    /// Writes the arguments of the form view into the JSON view.
    pub(super) fn update_json_view(&mut self, operation: &Operation) {
        let text = form::to_pretty_json(&Value::Object(self.read_arguments(operation)));
        self.controls.set(ARGUMENTS_CONTROL, text);
    }

    /// Opens the form view with the arguments of the JSON view, unless the form cannot express all of them.
    fn open_form_view(&mut self, operation: &Operation) {
        let parsed_form = form::read(operation, &self.controls);
        if parsed_form.has_parse_errors {
            self.problems = parsed_form.problems;
            return;
        }
        let controls = form::write(operation, &parsed_form.arguments);
        if form::read(operation, &controls).arguments != parsed_form.arguments {
            self.problems = vec![Problem::new(ARGUMENTS_CONTROL, text!("form-cannot-show-values"))];
            return;
        }
        self.controls.0.retain(|(name, _)| !name.contains(['/', '+']));
        self.controls.0.extend(controls.0);
        self.controls.set("view", "form");
    }
}

/// Returns the field whose controls are at a path: follows lists and maps by their rows, unions by the selected
/// variant.
fn find_field<'a>(operation: &'a Operation, controls: &Controls, path: &str) -> Option<&'a Field> {
    let mut keys = path.strip_prefix('/')?.split('/').map(decode_pointer_key);
    let mut field = operation.field(&keys.next()?)?;
    let (mut schema, mut current_path) = (&field.schema, join_pointer("", &field.name));
    for key in keys {
        while let Schema::Union(variants) = operation.resolve(schema) {
            let variant_index: usize = controls.get(&format!("pick{current_path}"))?.parse().ok()?;
            schema = &variants.get(variant_index)?.schema;
        }
        schema = match operation.resolve(schema) {
            Schema::Object(fields) => {
                field = fields.iter().find(|field| field.name == key)?;
                &field.schema
            }
            Schema::Array(constraints) => {
                let position = key.parse().ok().and_then(|index: usize| constraints.prefix.get(index));
                field = position.unwrap_or(field);
                position.map_or(&constraints.item, |position| &position.schema)
            }
            Schema::Map(item) => item,
            _ => return None,
        };
        current_path = join_pointer(&current_path, &key);
    }
    Some(field)
}
