//! A form posted without scripts: its input and the result.

use crate::{
    model::{
        error::{CONFIRM_CONTROL, ExplorerError},
        form::{self, ARGUMENTS_CONTROL, Controls, ParsedForm},
        operation::Operation,
        problem::Problem,
        response::CallResponse,
    },
    snippet::SnippetPreference,
};
use serde_json::Value;

/// The input of a posted form, its problems and its result. Empty for a page that was only opened.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// The submitted controls.
    pub controls: Controls,
    /// Problems that prevent the call from being sent.
    pub problems: Vec<Problem>,
    /// Problems with a credential.
    pub credential_problems: Vec<Problem>,
    /// The result of the call.
    pub result: Option<CallResult>,
    /// Path whose first control gets the focus when the page is opened.
    pub focus: Option<String>,
}

/// The result of a call.
pub type CallResult = Result<CallResponse, ExplorerError>;

impl Submission {
    /// Parses a posted form. The view that was not active is rewritten from the arguments, so that both views agree.
    pub fn new(operation: &Operation, mut posted: Controls) -> (Self, ParsedForm) {
        // Without scripts, a view or field that was switched to JSON is empty until the user fills it in. Until then
        // the earlier input applies.
        let is_blank = |posted: &Controls, name: &str| posted.get(name).is_none_or(|text| text.trim().is_empty());
        let unused: Vec<String> = posted
            .0
            .iter()
            .filter(|(name, _)| match name.strip_prefix("as/") {
                Some(path) => is_blank(&posted, &format!("json/{path}")),
                None => name == "view" && is_blank(&posted, ARGUMENTS_CONTROL),
            })
            .map(|(name, _)| name.clone())
            .collect();
        posted.0.retain(|(name, _)| !unused.contains(name));
        let parsed_form = form::read(operation, &posted);
        let is_json = posted.get("view") == Some("json");
        let mut controls = posted;
        if is_json && !parsed_form.has_parse_errors {
            let others = controls.0.extract_if(.., |(name, _)| !name.contains(['/', '+'])).collect::<Vec<_>>();
            controls = form::write(operation, &parsed_form.arguments);
            controls.0.extend(others);
        } else if !is_json {
            controls.0.retain(|(name, _)| name != ARGUMENTS_CONTROL);
            let arguments = (!parsed_form.arguments.is_empty()).then(|| Value::Object(parsed_form.arguments.clone()));
            controls
                .0
                .extend(arguments.map(|arguments| (ARGUMENTS_CONTROL.to_owned(), form::to_pretty_json(&arguments))));
        }
        (Self { controls, ..Self::default() }, parsed_form)
    }

    /// Sets the result of the call. The problems of an error are shown at their fields, if the form has them all.
    pub fn set_result(&mut self, operation: &Operation, result: CallResult) {
        let is_json = self.controls.get("view") == Some("json");
        let is_field = |problem: &Problem| {
            let name = problem.location.strip_prefix('/').unwrap_or_default();
            problem.location == CONFIRM_CONTROL || !is_json && operation.field(name).is_some()
        };
        self.result = Some(result.map_err(|error| {
            let problems = error.field_problems();
            if problems.is_empty() || !problems.iter().all(is_field) {
                return error;
            }
            self.problems = problems;
            error.without_field_problems()
        }));
    }

    /// Returns the choice of snippet target and secret source, if the form has it.
    pub fn preference(&self) -> Option<SnippetPreference> {
        let secret_source = self.controls.get("secret_source").unwrap_or_default();
        self.controls.get("client").map(|client| SnippetPreference::new(client, secret_source))
    }

    /// Returns true if a path is the one that gets the focus, or inside it. Of several controls, the browser chooses the
    /// first (HTML, §6.6.7).
    pub(super) fn is_focused(&self, path: &str) -> bool {
        self.focus.as_deref().is_some_and(|focus| form::is_within(path, focus))
    }

    /// Returns the submitted text of a control.
    pub(super) fn control_text(&self, control: &str) -> String {
        self.controls.get(control).unwrap_or_default().to_owned()
    }

    /// Returns the messages of the problems at a path of the form.
    pub(super) fn problem_message(&self, path: &str) -> Option<String> {
        let is_at_path = |problem: &&Problem| form::control_path(&problem.location) == path;
        let messages: Vec<&str> = self.problems.iter().filter(is_at_path).map(|problem| &*problem.message).collect();
        (!messages.is_empty()).then(|| messages.join("\n"))
    }
}
