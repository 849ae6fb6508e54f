//! Converts the controls of a form into arguments and back. With scripts, the browser has the server read the form after
//! every change; without scripts, when the form is posted.
//!
//! A form is a list of names and texts, as HTML submits it. The name of a control defines the meaning and the place of
//! its text:
//!
//! | control | content |
//! | --- | --- |
//! | `value/limit` | a single value as plain text; empty means absent |
//! | `value/name/first_name` | a field of an object |
//! | `value/roles/0` | an item of a list; gaps between the numbers are allowed |
//! | `key/trusted_metadata/0`, `value/trusted_metadata/0` | a row of a map |
//! | `pick/owner` | the index of the selected variant of a union; empty means absent |
//! | `open/owner` | present if an object whose fields are rendered on demand is open |
//! | `as/email` = `json`, `json/email` | a value as JSON: `null`, `""`, all that a plain control cannot express |
//! | `key+/0`, `value+/0` | a field that the document does not name |
//! | `emptied/roles` | present if all rows of a list or map were removed |

mod reader;
mod writer;

pub use writer::{write, write_at};

use super::{Arguments, check::check_arguments, json, operation::Operation, problem::Problem, schema::Schema};
use crate::text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the control that holds all arguments as JSON text, used while the control `view` is `json`.
pub const ARGUMENTS_CONTROL: &str = "arguments";

/// Prefix of the names of controls for server variables.
pub const SERVER_VARIABLE_PREFIX: &str = "variable.";

/// Start of the names of controls that say that all rows of a list or map were removed.
pub const EMPTIED: &str = "emptied";

/// Path of the controls for fields that the document does not name.
pub const ADDITIONAL_FIELDS: &str = "+";

/// Names and texts of a form's controls, in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls(pub Vec<(String, String)>);

/// The arguments of a form, and its problems. The `location` of a problem is the name of a control.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedForm {
    /// All values that could be parsed, including those that violate a constraint.
    pub arguments: Arguments,
    /// The problems, in document order.
    pub problems: Vec<Problem>,
    /// True if some input could not be parsed, and is missing from the arguments.
    pub has_parse_errors: bool,
}

impl Controls {
    /// Returns the text of a control, if the form has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(control, _)| control == name).map(|(_, text)| text.as_str())
    }

    /// Returns true if a value is entered as JSON instead of plain text.
    pub fn is_json(&self, path: &str) -> bool {
        self.get(&["as", path].concat()) == Some("json")
    }

    /// Returns the row numbers of a list or map, ascending.
    pub fn row_numbers(&self, path: &str) -> Vec<usize> {
        let row = |(name, _): &(String, String)| {
            let rest = control_path(name).strip_prefix(path)?.strip_prefix('/')?;
            rest.split('/').next()?.parse::<u16>().ok().map(usize::from)
        };
        let mut rows: Vec<usize> = Vec::new();
        for number in self.0.iter().filter_map(row) {
            if let Err(index) = rows.binary_search(&number) {
                rows.insert(index, number);
            }
        }
        rows
    }

    /// Returns true if a control inside a list, object or union has a text.
    pub fn has_nested_values(&self, path: &str) -> bool {
        self.0.iter().any(|(name, text)| {
            let suffix = control_path(name).strip_prefix(path);
            !text.is_empty() && suffix.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Sets the text of a control; replaces an existing one.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(control, _)| control != name);
        self.0.push((name.into(), text.into()));
    }

    fn push(&mut self, kind: &str, path: &str, text: impl Into<String>) {
        self.0.push(([kind, path].concat(), text.into()));
    }

    fn push_json(&mut self, path: &str, value: &Value) {
        self.push("as", path, "json");
        self.push("json", path, to_pretty_json(value));
    }
}

/// Returns the path in a control's name: `value/name/first_name` → `/name/first_name`.
pub fn control_path(control: &str) -> &str {
    control.find(['/', '+']).map_or(control, |start| &control[start..])
}

/// Returns true if a path is another one, or inside it: `/name/first_name` is inside `/name`.
pub fn is_within(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Formats JSON with indentation, for editing.
pub fn to_pretty_json(value: &Value) -> String {
    format!("{value:#}")
}

/// Parses the active view of the form, and checks the arguments.
pub fn read(operation: &Operation, controls: &Controls) -> ParsedForm {
    if controls.get("view") == Some("json") {
        return read_json_view(operation, controls.get(ARGUMENTS_CONTROL).unwrap_or_default());
    }
    reader::read(operation, controls)
}

/// Parses the value at a path of the form; `None` if its controls are empty or cannot be parsed.
pub fn read_at(operation: &Operation, schema: &Schema, controls: &Controls, path: &str) -> Option<Value> {
    reader::read_at(operation, schema, controls, path)
}

fn read_json_view(operation: &Operation, text: &str) -> ParsedForm {
    let (arguments, problems) = match parse_arguments(text) {
        Ok(arguments) => {
            let problems = check_arguments(operation, &arguments);
            let to_control_problem = |Problem { location, message }| {
                Problem::new(ARGUMENTS_CONTROL, [location.trim_start_matches('/'), ": ", &message].concat())
            };
            (arguments, problems.into_iter().map(to_control_problem).collect())
        }
        Err(message) => {
            let problems = vec![Problem::new(ARGUMENTS_CONTROL, message)];
            return ParsedForm { problems, has_parse_errors: true, ..ParsedForm::default() };
        }
    };
    ParsedForm { arguments, problems, has_parse_errors: false }
}

/// Parses JSON, and describes syntax errors in words.
///
/// # Errors
/// Returns an error if the text is not JSON: one sentence for the user, with the position and the text there.
pub fn parse_json(text: &str) -> Result<Value, String> {
    json::parse(text).map_err(|json::SyntaxError { offset }| {
        let is_bare_word = !text.trim_start().starts_with(['{', '[', '"']);
        if is_bare_word && !text.contains(['"', '\n']) {
            return text!("form-reading-json-quotes", text = text.trim());
        }
        if offset >= text.trim_end().len() {
            return text!("form-reading-json-incomplete").into();
        }
        let (before, after) = text.split_at(offset);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let excerpt: String = after.lines().next().unwrap_or_default().chars().take(20).collect();
        text!("form-reading-json-invalid", line = line, column = column, excerpt = excerpt)
    })
}

/// Parses all arguments from the JSON view of a form; an empty text means no arguments.
///
/// # Errors
/// Returns an error if the text is not a JSON object: one sentence for the user.
pub fn parse_arguments(text: &str) -> Result<Arguments, String> {
    if text.trim().is_empty() {
        return Ok(Arguments::new());
    }
    match parse_json(text)? {
        Value::Object(arguments) => Ok(arguments),
        _ => Err(text!("form-reading-arguments").into()),
    }
}

/// Parses a plain text as a single value of the schema; `None` if it cannot be one.
fn parse_plain_value(schema: &Schema, text: &str) -> Option<Value> {
    match schema {
        // Forms are posted with CRLF line ends (HTML, §4.10.22.4).
        Schema::String(constraints) if constraints.is_multiline => Some(text.replace("\r\n", "\n").into()),
        Schema::String(_) => Some(Value::from(text)),
        Schema::Number(_) => json::parse(text).ok().filter(Value::is_number),
        Schema::Boolean => json::parse(text).ok().filter(Value::is_boolean),
        Schema::Enum(choices) => choices.iter().find(|choice| to_control_text(choice) == text).cloned(),
        Schema::File => parse_json(text).ok().filter(Value::is_object),
        _ => None,
    }
}

/// Returns the text of a choice in its control: strings without quotes, all other values as JSON.
pub fn to_control_text(choice: &Value) -> String {
    match choice {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
