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

use super::{Arguments, check::check, json, operation::Operation, problem::Problem, schema::Schema};
use serde_json::Value;

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
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Whether a value is written as JSON instead of plainly.
    pub fn is_json(&self, at: &str) -> bool {
        self.get(&["as", at].concat()) == Some("json")
    }

    /// The numbers of the rows that a list or map has, ascending.
    pub fn rows(&self, at: &str) -> Vec<usize> {
        let row = |(name, _): &(String, String)| {
            let rest = place_of(name).strip_prefix(at)?.strip_prefix('/')?;
            rest.split('/').next()?.parse::<u16>().ok().map(usize::from)
        };
        let mut rows: Vec<usize> = Vec::new();
        for number in self.0.iter().filter_map(row) {
            if let Err(place) = rows.binary_search(&number) {
                rows.insert(place, number);
            }
        }
        rows
    }

    /// Whether something stands inside of a list, object or union.
    pub fn has_inside(&self, at: &str) -> bool {
        self.0.iter().any(|(name, text)| {
            let inside = place_of(name).strip_prefix(at);
            !text.is_empty() && inside.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Sets a control, which may be there already.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.into(), text.into()));
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
    reader::read(operation, controls)
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
            return Reading { problems, has_unread: true, ..Reading::default() };
        }
    };
    Reading { arguments, problems, has_unread: false }
}

/// Parses JSON, and says in words where it breaks.
///
/// # Errors
/// One sentence for the person who typed it, with the place and what stands there.
pub fn parse(text: &str) -> Result<Value, String> {
    json::parse(text).map_err(|json::Break { at }| {
        let bare_word = !text.trim_start().starts_with(['{', '[', '"']);
        if bare_word && !text.contains(['"', '\n']) {
            return ["Not JSON. Text needs quotes: \"", text.trim(), "\""].concat();
        }
        if at >= text.trim_end().len() {
            return "Not JSON yet: it ends before a }, ] or \" that it needs.".into();
        }
        let (before, behind) = text.split_at(at);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let here: String = behind.lines().next().unwrap_or_default().chars().take(20).collect();
        [
            "Not JSON: something is wrong at line ",
            &line.to_string(),
            ", column ",
            &column.to_string(),
            ", before ",
            &here,
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

/// What a plainly written text means for a single value; `None` where it cannot mean anything.
fn plain(schema: &Schema, text: &str) -> Option<Value> {
    match schema {
        // Forms are posted with line ends of two characters (HTML, §4.10.22.4).
        Schema::Text(rules) if rules.lines => Some(text.replace("\r\n", "\n").into()),
        Schema::Text(_) => Some(Value::from(text)),
        Schema::Number(_) => json::parse(text).ok().filter(Value::is_number),
        Schema::Boolean => json::parse(text).ok().filter(Value::is_boolean),
        Schema::Choice(choices) => choices.iter().find(|choice| choice_text(choice) == text).cloned(),
        Schema::File => parse(text).ok().filter(Value::is_object),
        _ => None,
    }
}

/// How a choice is written in its control: text as it is, everything else as its JSON.
pub fn choice_text(choice: &Value) -> String {
    match choice {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
