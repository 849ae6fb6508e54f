//! Turns the controls of a form into arguments and back: in the browser on every keystroke, on the server for a
//! form posted without scripts.
//!
//! A form is a list of names and texts, as HTML submits it. Control names say what the text is and where it goes:
//!
//! | control | what it holds |
//! | --- | --- |
//! | `value/limit` | a single value, written plainly; empty means absent |
//! | `value/name/first_name` | a field of an object |
//! | `value/roles/0` | an item of a list; gaps between the numbers do not matter |
//! | `key/trusted_metadata/0`, `value/trusted_metadata/0` | a row of a map; the value is JSON |
//! | `as/email` = `json`, `json/email` | a value written as JSON: `null`, `""`, whatever the plain control cannot say |
//! | `key+/0`, `value+/0` | a field that the document does not name |

use super::{
    Arguments,
    check::check,
    operation::Operation,
    problem::{Problem, pointer},
    schema::{Field, Schema},
};
use serde_json::{Map, Value};

/// The control that holds the whole arguments as JSON text, while the control `view` says `json`.
pub const ARGUMENTS: &str = "arguments";

/// Where fields that the document does not name are kept among the controls.
pub const OTHER: &str = "+";

/// Names and texts of a form's controls, in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controls(pub Vec<(String, String)>);

/// What a form says: the arguments that could be read, and what is wrong (`at` is the name of a control).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Everything that could be read; what is wrong by type is left out, what is wrong by rule is in.
    pub arguments: Arguments,
    /// In the order of the page.
    pub problems: Vec<Problem>,
    /// Whether something typed could not be read, and is missing from the arguments.
    pub has_unread: bool,
}

impl Controls {
    /// The text of a control, if the form has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, text)| text.as_str())
    }

    /// Whether a value is written as JSON instead of plainly.
    pub fn is_json(&self, at: &str) -> bool {
        self.get(&["as", at].concat()) == Some("json")
    }

    /// The numbers of the rows that a list or map has, ascending.
    pub fn rows(&self, at: &str) -> Vec<usize> {
        let row = |(name, _): &(String, String)| {
            let rest = place_of(name).strip_prefix(at)?.strip_prefix('/')?;
            rest.split('/').next()?.parse().ok()
        };
        let mut rows: Vec<usize> = Vec::new();
        for number in self.0.iter().filter_map(row) {
            if let Err(place) = rows.binary_search(&number) {
                rows.insert(place, number);
            }
        }
        rows
    }

    fn push(&mut self, kind: &str, at: &str, text: impl Into<String>) {
        self.0.push(([kind, at].concat(), text.into()));
    }

    fn push_json(&mut self, at: &str, value: &Value) {
        self.push("as", at, "json");
        self.push("json", at, pretty(value));
    }
}

/// Where a control stands: `value/name/first_name` → `/name/first_name`.
pub fn place_of(control: &str) -> &str {
    control.find(['/', '+']).map_or(control, |start| &control[start..])
}

/// JSON as people edit it.
pub fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// Reads whichever view of the form is open, and checks what it says.
pub fn read(operation: &Operation, controls: &Controls) -> Reading {
    if controls.get("view") == Some("json") {
        return read_json(operation, controls.get(ARGUMENTS).unwrap_or_default());
    }
    read_fields(operation, controls)
}

fn read_json(operation: &Operation, text: &str) -> Reading {
    let (arguments, problems) = match parse_arguments(text) {
        Ok(arguments) => {
            let problems = check(operation, &arguments);
            let at_field = |Problem { at, message }| {
                Problem::new(ARGUMENTS, [at.trim_start_matches('/'), ": ", &message].concat())
            };
            (arguments, problems.into_iter().map(at_field).collect())
        }
        Err(message) => {
            let problems = vec![Problem::new(ARGUMENTS, message)];
            return Reading {
                problems,
                has_unread: true,
                ..Reading::default()
            };
        }
    };
    Reading {
        arguments,
        problems,
        has_unread: false,
    }
}

fn read_fields(operation: &Operation, controls: &Controls) -> Reading {
    let mut reader = Reader {
        controls,
        problems: Vec::new(),
        places: Vec::new(),
    };
    let mut arguments = reader.object(&operation.fields, "", "");
    if operation.takes_other_fields() {
        for (name, value) in reader.map(OTHER, "").unwrap_or_default() {
            if operation.fields.iter().any(|field| field.name == name) {
                reader.problems.push(Problem::new(
                    ["key", OTHER].concat(),
                    [&name, " has its own input above."].concat(),
                ));
            } else {
                arguments.insert(name, value);
            }
        }
    }
    let Reader {
        mut problems, places, ..
    } = reader;
    let has_unread = !problems.is_empty();
    for Problem { at, message } in check(operation, &arguments) {
        let control = control_of(&places, &at);
        if !problems.iter().any(|known| known.at == control) {
            problems.push(Problem::new(control, message));
        }
    }
    let of_page = places.iter().flat_map(|(_, control)| {
        problems
            .extract_if(.., |problem| problem.at == *control)
            .collect::<Vec<_>>()
    });
    let mut in_order: Vec<Problem> = of_page.collect();
    in_order.append(&mut problems);
    Reading {
        arguments,
        problems: in_order,
        has_unread,
    }
}

/// The control nearest to a place in the arguments: its own, or that of the value around it.
fn control_of(places: &[(String, String)], at: &str) -> String {
    let mut at = at;
    loop {
        if let Some((_, control)) = places.iter().find(|(place, _)| place == at) {
            return control.clone();
        }
        match at.rfind('/') {
            Some(end) => at = &at[..end],
            None => return String::new(),
        }
    }
}

struct Reader<'a> {
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
        self.places.push((at.to_owned(), ["value", form].concat()));
        match schema {
            Schema::List(item) => {
                let mut items = Vec::new();
                for row in self.controls.rows(form) {
                    let row = pointer(form, &row.to_string());
                    let place = pointer(at, &items.len().to_string());
                    items.extend(self.value(item, &row, &place));
                }
                (!items.is_empty()).then_some(Value::Array(items))
            }
            Schema::Object(fields) => {
                let object = self.object(fields, form, at);
                (!object.is_empty()).then_some(Value::Object(object))
            }
            Schema::Map => self.map(form, at).map(Value::Object),
            Schema::Any => self.json("value", form, at),
            Schema::Text(_) | Schema::Number(_) | Schema::Boolean | Schema::Choice(_) => {
                let control = ["value", form].concat();
                let text = self.controls.get(&control).filter(|text| !text.is_empty())?;
                let value = plain(schema, text);
                if value.is_none() {
                    let message = match schema {
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

    fn map(&mut self, form: &str, at: &str) -> Option<Map<String, Value>> {
        let mut map = Map::new();
        for row in self.controls.rows(form) {
            let row = pointer(form, &row.to_string());
            let control = ["key", &row].concat();
            let key = self.controls.get(&control).unwrap_or_default();
            let Some(value) = self.json("value", &row, &pointer(at, key)) else {
                let unread = self
                    .problems
                    .iter()
                    .any(|problem| problem.at == ["value", &row].concat());
                if !key.is_empty() && !unread {
                    self.problems.push(Problem::new(
                        ["value", &row].concat(),
                        "Needs a JSON value, like \"gold\" or 1.",
                    ));
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

/// Parses JSON, and says in words where it breaks.
///
/// # Errors
/// One sentence for the person who typed it.
pub fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| {
        let bare_word = !text.trim_start().starts_with(['{', '[', '"']);
        if bare_word && !text.contains(['"', '\n']) {
            return ["Not JSON. Text needs quotes: \"", text.trim(), "\""].concat();
        }
        let (line, column) = (error.line().to_string(), error.column().to_string());
        [
            "Not JSON: something is wrong at line ",
            &line,
            ", column ",
            &column,
            ".",
        ]
        .concat()
    })
}

/// Reads the whole arguments from JSON text, as the JSON view of a form holds them; empty means none.
///
/// # Errors
/// One sentence for the person who typed it.
pub fn parse_arguments(text: &str) -> Result<Arguments, String> {
    if text.trim().is_empty() {
        return Ok(Arguments::new());
    }
    match parse(text)? {
        Value::Object(arguments) => Ok(arguments),
        _ => Err("The arguments are one JSON object: { \"name\": value, … }".into()),
    }
}

/// Writes arguments into the controls of a form: the inverse of [`read`].
///
/// What no plain control can say (`null`, `""`, `[]`, a value of another type) is written as JSON at its field.
pub fn write(operation: &Operation, arguments: &Arguments) -> Controls {
    let mut controls = Controls::default();
    let mut others = Map::new();
    for (name, value) in arguments {
        match operation.fields.iter().find(|field| field.name == *name) {
            Some(field) => write_value(&field.schema, value, &pointer("", name), &mut controls),
            None => drop(others.insert(name.clone(), value.clone())),
        }
    }
    write_rows(&others, OTHER, &mut controls);
    controls
}

fn write_value(schema: &Schema, value: &Value, at: &str, controls: &mut Controls) {
    let before = controls.0.len();
    if !write_plain(schema, value, at, controls) {
        controls.0.truncate(before);
        controls.push_json(at, value);
    }
}

/// Writes a value into plain controls, or says that they cannot hold it.
fn write_plain(schema: &Schema, value: &Value, at: &str, controls: &mut Controls) -> bool {
    match (schema, value) {
        (Schema::Any, value) => controls.push("value", at, pretty(value)),
        (Schema::List(item), Value::Array(items)) if !items.is_empty() => {
            for (row, value) in items.iter().enumerate() {
                if !write_plain(item, value, &pointer(at, &row.to_string()), controls) {
                    return false;
                }
            }
        }
        (Schema::Object(fields), Value::Object(object)) if !object.is_empty() => {
            for (name, value) in object {
                let Some(field) = fields.iter().find(|field| field.name == *name) else {
                    return false;
                };
                write_value(&field.schema, value, &pointer(at, name), controls);
            }
        }
        (Schema::Map, Value::Object(map)) if !map.is_empty() && !map.contains_key("") => {
            write_rows(map, at, controls);
        }
        (schema, value) if schema.is_single() => {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let is_line = !text.is_empty() && !text.contains(['\n', '\r']);
            if !is_line || plain(schema, &text).as_ref() != Some(value) {
                return false;
            }
            controls.push("value", at, text);
        }
        _ => return false,
    }
    true
}

fn write_rows(map: &Map<String, Value>, at: &str, controls: &mut Controls) {
    for (row, (key, value)) in map.iter().enumerate() {
        let row = pointer(at, &row.to_string());
        controls.push("key", &row, key);
        controls.push("value", &row, value.to_string());
    }
}

/// What a plainly written text means for a single value; `None` where it cannot mean anything.
fn plain(schema: &Schema, text: &str) -> Option<Value> {
    match schema {
        Schema::Text(_) => Some(Value::from(text)),
        Schema::Number(_) => serde_json::from_str(text.trim()).ok().filter(Value::is_number),
        Schema::Boolean => serde_json::from_str(text).ok().filter(Value::is_boolean),
        Schema::Choice(choices) => choices.iter().find(|choice| choice_text(choice) == text).cloned(),
        Schema::List(_) | Schema::Object(_) | Schema::Map | Schema::Any => None,
    }
}

/// How a choice is written in its control: text as it is, everything else as its JSON.
pub fn choice_text(choice: &Value) -> String {
    match choice {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
