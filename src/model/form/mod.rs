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
//! | `key/trusted_metadata/0`, `value/trusted_metadata/0` | a row of a map |
//! | `pick/owner` | the number of the variant that a union takes; empty means absent |
//! | `open/owner` | that an object whose fields are drawn only on demand is open |
//! | `as/email` = `json`, `json/email` | a value written as JSON: `null`, `""`, whatever the plain control cannot say |
//! | `key+/0`, `value+/0` | a field that the document does not name |

mod reader;
mod writer;

pub use writer::{write, write_at};

use super::{Arguments, check::check_arguments, json, operation::Operation, problem::Problem, schema::Schema};
use serde_json::Value;

/// The control that holds the whole arguments as JSON text, while the control `view` says `json`.
pub const ARGUMENTS_CONTROL: &str = "arguments";

/// Where fields that the document does not name are kept among the controls.
pub const ADDITIONAL_FIELDS: &str = "+";

/// Names and texts of a form's controls, in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controls(pub Vec<(String, String)>);

/// What a form says: the arguments that could be read, and what is wrong (`at` is the name of a control).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedForm {
    /// Everything that could be read; what is wrong by type is left out, what is wrong by rule is in.
    pub arguments: Arguments,
    /// In the order of the page.
    pub problems: Vec<Problem>,
    /// Whether something typed could not be read, and is missing from the arguments.
    pub has_parse_errors: bool,
}

impl Controls {
    /// The text of a control, if the form has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(control, _)| control == name).map(|(_, text)| text.as_str())
    }

    /// Whether a value is written as JSON instead of plainly.
    pub fn is_json(&self, path: &str) -> bool {
        self.get(&["as", path].concat()) == Some("json")
    }

    /// The numbers of the rows that a list or map has, ascending.
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

    /// Whether something stands inside of a list, object or union.
    pub fn has_nested_values(&self, path: &str) -> bool {
        self.0.iter().any(|(name, text)| {
            let suffix = control_path(name).strip_prefix(path);
            !text.is_empty() && suffix.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Sets a control, which may be there already.
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

/// Where a control stands: `value/name/first_name` → `/name/first_name`.
pub fn control_path(control: &str) -> &str {
    control.find(['/', '+']).map_or(control, |start| &control[start..])
}

/// JSON as people edit it.
pub fn to_pretty_json(value: &Value) -> String {
    format!("{value:#}")
}

/// Reads whichever view of the form is open, and checks what it says.
pub fn read(operation: &Operation, controls: &Controls) -> ParsedForm {
    if controls.get("view") == Some("json") {
        return read_json_view(operation, controls.get(ARGUMENTS_CONTROL).unwrap_or_default());
    }
    reader::read(operation, controls)
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

/// Parses JSON, and says in words where it breaks.
///
/// # Errors
/// One sentence for the person who typed it, with the place and what stands there.
pub fn parse_json(text: &str) -> Result<Value, String> {
    json::parse(text).map_err(|json::SyntaxError { offset }| {
        let is_bare_word = !text.trim_start().starts_with(['{', '[', '"']);
        if is_bare_word && !text.contains(['"', '\n']) {
            return ["Not JSON. Text needs quotes: \"", text.trim(), "\""].concat();
        }
        if offset >= text.trim_end().len() {
            return "Not JSON yet: it ends before a }, ] or \" that it needs.".into();
        }
        let (before, after) = text.split_at(offset);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let excerpt: String = after.lines().next().unwrap_or_default().chars().take(20).collect();
        [
            "Not JSON: something is wrong at line ",
            &line.to_string(),
            ", column ",
            &column.to_string(),
            ", before ",
            &excerpt,
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
    match parse_json(text)? {
        Value::Object(arguments) => Ok(arguments),
        _ => Err("The arguments are one JSON object: { \"name\": value, … }".into()),
    }
}

/// What a plainly written text means for a single value; `None` where it cannot mean anything.
fn parse_plain_value(schema: &Schema, text: &str) -> Option<Value> {
    match schema {
        // Forms are posted with line ends of two characters (HTML, §4.10.22.4).
        Schema::Text(constraints) if constraints.lines => Some(text.replace("\r\n", "\n").into()),
        Schema::Text(_) => Some(Value::from(text)),
        Schema::Number(_) => json::parse(text).ok().filter(Value::is_number),
        Schema::Boolean => json::parse(text).ok().filter(Value::is_boolean),
        Schema::Choice(choices) => choices.iter().find(|choice| to_control_text(choice) == text).cloned(),
        Schema::File => parse_json(text).ok().filter(Value::is_object),
        _ => None,
    }
}

/// How a choice is written in its control: text as it is, everything else as its JSON.
pub fn to_control_text(choice: &Value) -> String {
    match choice {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
