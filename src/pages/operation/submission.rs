//! A form posted without scripts: what it said, and what it was answered.

use crate::model::{
    error::ExplorerError,
    form::{self, ARGUMENTS, Controls, Reading},
    operation::Operation,
    problem::{Problem, pointer},
    reply::Reply,
};
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
    /// What a posted form says; both of its views show it.
    pub fn new(operation: &Operation, mut controls: Controls) -> (Self, Reading) {
        let reading = form::read(operation, &controls);
        if !reading.has_unread {
            let is_json = controls.get("view") == Some("json");
            if is_json {
                let environment = controls.get("environment").unwrap_or_default().to_owned();
                let text = controls.get(ARGUMENTS).unwrap_or_default().to_owned();
                controls = form::write(operation, &reading.arguments);
                controls.0.extend(
                    [("view", "json".into()), (ARGUMENTS, text), ("environment", environment)]
                        .map(|(name, text): (&str, String)| (name.to_owned(), text)),
                );
            } else if !reading.arguments.is_empty() {
                controls.0.retain(|(name, _)| name != ARGUMENTS);
                controls.0.push((
                    ARGUMENTS.into(),
                    form::pretty(&Value::Object(reading.arguments.clone())),
                ));
            }
        }
        (
            Self {
                controls,
                ..Self::default()
            },
            reading,
        )
    }

    /// Adds an empty row to a list or map.
    pub fn add_row(&mut self, list: &str) {
        let next = self.controls.rows(list).last().map_or(1, |last| last + 1);
        self.controls
            .0
            .push((["value", &pointer(list, &next.to_string())].concat(), String::new()));
    }

    /// Takes a row out of a list or map.
    pub fn remove_row(&mut self, row: &str) {
        self.controls.0.retain(|(name, _)| {
            form::place_of(name)
                .strip_prefix(row)
                .is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/'))
        });
    }

    /// What was typed into a control.
    pub(super) fn text(&self, control: &str) -> String {
        self.controls.get(control).unwrap_or_default().to_owned()
    }

    /// What is wrong at a place of the form.
    pub(super) fn problem(&self, place: &str) -> Option<String> {
        let here = |problem: &&Problem| form::place_of(&problem.at) == place;
        let messages: Vec<&str> = self
            .problems
            .iter()
            .filter(here)
            .map(|problem| &*problem.message)
            .collect();
        (!messages.is_empty()).then(|| messages.join("\n"))
    }
}
