//! A form posted without scripts: what it said, and what it was answered.

use crate::model::{
    error::ExplorerError,
    form::{self, ARGUMENTS, Controls, Reading},
    operation::Operation,
    problem::Problem,
    response::Reply,
};
use crate::snippet::Preference;
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

    /// How code is wanted, where the form said so.
    pub fn preference(&self) -> Option<Preference> {
        let keeper = self.controls.get("keeper").unwrap_or_default();
        self.controls.get("client").map(|client| Preference::new(client, keeper))
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
