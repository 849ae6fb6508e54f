//! What the buttons of a form ask of the form alone: rows, open objects, defaults, examples. Nothing is sent.

use super::Submission;
use crate::{
    model::{
        Arguments,
        form::{self, ARGUMENTS, Controls, OTHER},
        operation::Operation,
        problem::{Problem, pointer},
        schema::{Field, Schema},
    },
    openapi::Documentation,
    providers::CatalogEntry,
};
use serde_json::Value;

impl Submission {
    /// Does what a button asks, if it is one that asks something of the form alone.
    ///
    /// | intent | what it does |
    /// | --- | --- |
    /// | `add/roles`, `remove/roles/0` | adds an empty row, takes one out; `remove/photo` takes a file out |
    /// | `open/address` | draws the fields of an object |
    /// | `take/limit` | fills in the default of a field |
    /// | `try/1/limit` | fills in an example of a field, by number |
    /// | `example/2` | fills in an example of the whole, by number; what else was typed stays |
    /// | `view` | opens the form with what the JSON view says |
    /// | `redraw` | draws it with the variant or media type that was chosen |
    pub fn redraw(&mut self, entry: &CatalogEntry, documented: &Documentation, intent: &str) -> bool {
        let operation = &documented.operation;
        let (verb, place) = intent.split_at(intent.find('/').unwrap_or(intent.len()));
        match verb {
            "add" => self.add_row(place),
            "remove" => self.remove(place),
            "open" => self.controls.set(intent, "1"),
            "take" => {
                let default = |field: &Field| field.about.default.clone();
                self.put_from(operation, place, default);
            }
            "try" => {
                let place = place.trim_start_matches('/');
                let (number, place) = place.split_at(place.find('/').unwrap_or(place.len()));
                let number: usize = number.parse().unwrap_or_default();
                self.put_from(operation, place, |field| field.about.examples.get(number).cloned());
            }
            "example" => {
                let number = place.trim_start_matches('/').parse::<usize>().ok();
                if let Some(example) = number.and_then(|number| entry.examples(documented).nth(number)) {
                    self.fill(operation, &example.arguments);
                }
            }
            "view" => self.show_form(operation),
            _ => return verb == "redraw",
        }
        if verb != "view" {
            self.write_json(operation);
        }
        true
    }

    /// Adds an empty row to a list or map.
    fn add_row(&mut self, list: &str) {
        let next = self.controls.rows(list).last().map_or(1, |last| last + 1);
        self.controls.0.push((["value", &pointer(list, &next.to_string())].concat(), String::new()));
    }

    /// Takes out everything that stands at a place or inside of it.
    fn remove(&mut self, place: &str) {
        self.controls.0.retain(|(name, _)| {
            form::place_of(name).strip_prefix(place).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
    }

    /// Fills in what a field itself offers.
    fn put_from(&mut self, operation: &Operation, place: &str, offer: impl Fn(&Field) -> Option<Value>) {
        let field = field_at(operation, &self.controls, place);
        if let Some((field, value)) = field.and_then(|field| Some((field, offer(field)?))) {
            self.remove(place);
            self.controls.0.extend(form::write_at(operation, &field.schema, &value, place).0);
        }
    }

    /// Fills arguments in; what was typed into other fields stays.
    fn fill(&mut self, operation: &Operation, arguments: &Arguments) {
        let mut others = self.arguments(operation);
        others.retain(|name, _| operation.field(name).is_none());
        let mut filled = arguments.clone();
        for (name, value) in others {
            filled.entry(name).or_insert(value);
        }
        for name in filled.keys() {
            self.remove(&pointer("", name));
        }
        self.remove(OTHER);
        self.controls.0.extend(form::write(operation, &filled).0);
    }

    /// What the fields say, whichever view is open.
    fn arguments(&self, operation: &Operation) -> Arguments {
        let mut controls = self.controls.clone();
        controls.set("view", "form");
        form::read(operation, &controls).arguments
    }

    /// Has the JSON view say what the fields say.
    fn write_json(&mut self, operation: &Operation) {
        let text = form::pretty(&Value::Object(self.arguments(operation)));
        self.controls.set(ARGUMENTS, text);
    }

    /// Opens the form view with what the JSON view says, unless the form has no room for all of it.
    fn show_form(&mut self, operation: &Operation) {
        let reading = form::read(operation, &self.controls);
        if reading.has_unread {
            self.problems = reading.problems;
            return;
        }
        let written = form::write(operation, &reading.arguments);
        if form::read(operation, &written).arguments != reading.arguments {
            let message = "The form has no room for some of this. It can be sent from here.";
            self.problems = vec![Problem::new(ARGUMENTS, message)];
            return;
        }
        self.controls.0.retain(|(name, _)| !name.contains(['/', '+']));
        self.controls.0.extend(written.0);
        self.controls.set("view", "form");
    }
}

/// The field whose controls stand at a place: through lists and maps by their rows, through unions by what is picked.
fn field_at<'a>(operation: &'a Operation, controls: &Controls, place: &str) -> Option<&'a Field> {
    let mut keys = place.strip_prefix('/')?.split('/').map(|key| key.replace("~1", "/").replace("~0", "~"));
    let mut field = operation.field(&keys.next()?)?;
    let (mut schema, mut at) = (&field.schema, pointer("", &field.name));
    for key in keys {
        while let Schema::Union(variants) = operation.open(schema) {
            let picked: usize = controls.get(&["pick", &at].concat())?.parse().ok()?;
            schema = &variants.get(picked)?.schema;
        }
        schema = match operation.open(schema) {
            Schema::Object(fields) => {
                field = fields.iter().find(|field| field.name == key)?;
                &field.schema
            }
            Schema::List(rules) => &rules.item,
            Schema::Map(item) => item,
            _ => return None,
        };
        at = pointer(&at, &key);
    }
    Some(field)
}
