//! A form posted without scripts: what it said, and what it was answered.

use crate::model::{
    Arguments,
    error::ExplorerError,
    form::{self, ARGUMENTS, Controls, Reading},
    operation::Operation,
    problem::{Problem, pointer},
    reply::Reply,
};
use crate::openapi::Documentation;
use serde_json::Value;

/// What the page shows as typed, and what it says about it. Empty for a page that was only opened.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// What was typed.
    pub controls: Controls,
    /// What keeps it from being sent.
    pub problems: Vec<Problem>,
    /// What is wrong with a credential.
    pub credential_problems: Vec<Problem>,
    /// What the call was answered.
    pub answer: Option<Answer>,
}

/// The end of a call.
pub type Answer = Result<Reply, ExplorerError>;

impl Submission {
    /// What a posted form says. The view that was not open is written anew from it, so that both say the same.
    pub fn new(operation: &Operation, mut posted: Controls) -> (Self, Reading) {
        // Without scripts a view or field that is switched to JSON is empty until somebody writes there; what was typed
        // before the switch still counts.
        let is_blank = |posted: &Controls, name: &str| posted.get(name).is_none_or(|text| text.trim().is_empty());
        let unused: Vec<String> = posted
            .0
            .iter()
            .filter(|(name, _)| match name.strip_prefix("as/") {
                Some(place) => is_blank(&posted, &["json/", place].concat()),
                None => name == "view" && is_blank(&posted, ARGUMENTS),
            })
            .map(|(name, _)| name.clone())
            .collect();
        posted.0.retain(|(name, _)| !unused.contains(name));
        let reading = form::read(operation, &posted);
        let is_json = posted.get("view") == Some("json");
        let mut controls = posted;
        if is_json && !reading.has_unread {
            let others = controls.0.extract_if(.., |(name, _)| !name.contains(['/', '+'])).collect::<Vec<_>>();
            controls = form::write(operation, &reading.arguments);
            controls.0.extend(others);
        } else if !is_json {
            controls.0.retain(|(name, _)| name != ARGUMENTS);
            let arguments = (!reading.arguments.is_empty()).then(|| Value::Object(reading.arguments.clone()));
            controls.0.extend(arguments.map(|arguments| (ARGUMENTS.to_owned(), form::pretty(&arguments))));
        }
        (Self { controls, ..Self::default() }, reading)
    }

    /// Does what an intent asks of the form alone, if it is one that does: shows other controls, fills some in.
    pub fn redraw(&mut self, documented: &Documentation, intent: &str) -> bool {
        let operation = &documented.operation;
        if let Some(place) = intent.strip_prefix("open") {
            self.controls.set(intent, "1");
            debug_assert!(place.starts_with('/'));
        } else if let Some(place) = intent.strip_prefix("take") {
            let default = operation.field(place.trim_start_matches('/')).and_then(|field| field.about.default.clone());
            if let Some(default) = default {
                self.fill(operation, Arguments::from_iter([(place.trim_start_matches('/').to_owned(), default)]));
            }
        } else if let Some(example) = intent.strip_prefix("example/") {
            let example = example.parse::<usize>().ok().and_then(|number| documented.examples.get(number));
            if let Some(example) = example {
                self.fill(operation, example.arguments.clone());
            }
        } else if intent == "view" {
            self.show_form(operation);
        } else {
            return intent == "redraw";
        }
        true
    }

    /// Fills arguments in; what was typed into other fields stays.
    fn fill(&mut self, operation: &Operation, arguments: Arguments) {
        let mut all = form::read(operation, &self.controls).arguments;
        all.extend(arguments);
        self.write(operation, &all);
    }

    /// Writes arguments into both views.
    fn write(&mut self, operation: &Operation, arguments: &Arguments) {
        let kept = |name: &str| !name.contains(['/', '+']) && name != ARGUMENTS;
        let others: Vec<(String, String)> = self.controls.0.drain(..).filter(|(name, _)| kept(name)).collect();
        self.controls = form::write(operation, arguments);
        self.controls.0.extend(others);
        self.controls.0.push((ARGUMENTS.into(), form::pretty(&Value::Object(arguments.clone()))));
    }

    /// Opens the form view with what the JSON view says, unless the form has no room for all of it.
    fn show_form(&mut self, operation: &Operation) {
        let mut posted = self.controls.clone();
        posted.set("view", "json");
        let reading = form::read(operation, &posted);
        let written = form::write(operation, &reading.arguments);
        let fits = !reading.has_unread && form::read(operation, &written).arguments == reading.arguments;
        if fits {
            self.write(operation, &reading.arguments);
            self.controls.set("view", "form");
        } else {
            self.controls = posted;
            let no_room =
                || vec![Problem::new(ARGUMENTS, "The form has no room for some of this. It can be sent from here.")];
            self.problems = if reading.has_unread { reading.problems } else { no_room() };
        }
    }

    /// Adds an empty row to a list or map.
    pub fn add_row(&mut self, list: &str) {
        let next = self.controls.rows(list).last().map_or(1, |last| last + 1);
        self.controls.0.push((["value", &pointer(list, &next.to_string())].concat(), String::new()));
    }

    /// Takes a row out of a list or map.
    pub fn remove_row(&mut self, row: &str) {
        self.controls.0.retain(|(name, _)| {
            form::place_of(name).strip_prefix(row).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
    }

    /// What was typed into a control.
    pub(super) fn text(&self, control: &str) -> String {
        self.controls.get(control).unwrap_or_default().to_owned()
    }

    /// What is wrong at a place of the form.
    pub(super) fn problem(&self, place: &str) -> Option<String> {
        let here = |problem: &&Problem| form::place_of(&problem.at) == place;
        let messages: Vec<&str> = self.problems.iter().filter(here).map(|problem| &*problem.message).collect();
        (!messages.is_empty()).then(|| messages.join("\n"))
    }
}
