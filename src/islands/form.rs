//! The form in the document. The document is the only place that holds the user's input, so nothing is lost when the
//! script loads.

use super::{dom, files, html::parse_html, remote};
use crate::model::{
    error::ExplorerError,
    form::{self, ARGUMENTS_CONTROL, Controls, ParsedForm, control_path},
    json,
    operation::Operation,
    problem::Problem,
};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FormData, HtmlFormElement, SubmitEvent};

/// Selects the controls inside a field, except those that only switch between form and JSON.
const NESTED_CONTROLS: &str =
    " :is(.plain, .json-view) :is(input:not([type=hidden], [name^=\"as/\"]), select, textarea, button)";

/// Parses the current state of the form.
pub(super) fn read(operation: &Operation, form: &HtmlFormElement) -> ParsedForm {
    form::read(operation, &collect_controls(form))
}

/// Collects the names and texts of the form's controls, as the browser would submit them.
fn collect_controls(form: &HtmlFormElement) -> Controls {
    let Ok(data) = FormData::new_with_form(form) else {
        return Controls::default();
    };
    let mut controls = Controls::default();
    for entry in js_sys::try_iter(&data).ok().flatten().into_iter().flatten().flatten() {
        let Ok(entry) = entry.dyn_into::<js_sys::Array>() else { continue };
        let name = entry.get(0).as_string().unwrap_or_default();
        match (entry.get(1).as_string(), entry.get(1).dyn_into::<web_sys::File>()) {
            (Some(text), _) => controls.0.push((name, text)),
            // A chosen file replaces the earlier one. Without a chosen file, the browser submits an empty file without
            // a name.
            (None, Ok(file)) if !file.name().is_empty() => controls.set(&name, files::file_argument(&name, &file)),
            _ => {}
        }
    }
    controls
}

/// Shows each problem at its field, and clears the problems that no longer exist.
pub(super) fn show_problems(form: &HtmlFormElement, problems: &[Problem]) {
    for control in query_all(form, "[aria-invalid]") {
        let _ = control.remove_attribute("aria-invalid");
    }
    for problem_element in query_all(form, "[data-problem]") {
        let path = problem_element.get_attribute("data-problem").unwrap_or_default();
        let field_problems = problems.iter().filter(|problem| control_path(&problem.location) == path);
        let messages: Vec<&str> = field_problems.map(|problem| problem.message.as_str()).collect();
        problem_element.set_text_content(Some(&messages.join("\n")));
    }
    for problem in problems {
        if let Some(control) = find_control(form, problem) {
            let _ = control.set_attribute("aria-invalid", "true");
        }
    }
}

/// Shows the problems of an error at their fields, and returns the error without them. If a field is not in the form,
/// the error is returned as it is.
pub(super) fn show_error(error: ExplorerError) -> ExplorerError {
    let problems = error.field_problems();
    let Some(form) = call_form().filter(|_| dom::find("#view-json:checked").is_none() && !problems.is_empty()) else {
        return error;
    };
    if problems.iter().any(|problem| find_control(&form, problem).is_none()) {
        return error;
    }
    // The focus leaves another control, which reads the form again.
    focus_first(&form, &problems);
    show_problems(&form, &problems);
    error.without_field_problems()
}

/// Moves the focus to the first control with a problem.
pub(super) fn focus_first(form: &HtmlFormElement, problems: &[Problem]) {
    if let Some(control) = problems.first().and_then(|problem| find_control(form, problem)) {
        dom::focus(&control);
    }
}

/// Returns the control that a problem names; for a problem of a whole list or object, its first control.
fn find_control(form: &HtmlFormElement, problem: &Problem) -> Option<Element> {
    let exact = form.query_selector(&dom::attribute_selector("name", &problem.location)).ok().flatten();
    exact.or_else(|| {
        let field = [&dom::attribute_selector("data-at", control_path(&problem.location)), NESTED_CONTROLS].concat();
        form.query_selector(&field).ok().flatten()
    })
}

fn query_all(form: &HtmlFormElement, selector: &str) -> Vec<Element> {
    let Ok(nodes) = form.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..nodes.length()).filter_map(|index| nodes.get(index)?.dyn_into().ok()).collect()
}

/// Adds an empty row to a list or map, and moves the focus there.
pub(super) fn add_row(form: &HtmlFormElement, list: &str) {
    let next = collect_controls(form).row_numbers(list).last().map_or(0, |last| last + 1);
    let control =
        insert_row(form, list, next).and_then(|row| row.query_selector("input, select, textarea").ok().flatten());
    if let Some(control) = control {
        dom::focus(&control);
    }
}

/// Inserts a row from its list's template, with the row number in every name.
fn insert_row(form: &HtmlFormElement, list: &str, number: usize) -> Option<Element> {
    let template = form.query_selector(&dom::attribute_selector("data-rows", list)).ok()??;
    let row = [list, "/", &number.to_string()].concat();
    let html = template.inner_html().replace(&[list, "/{row}"].concat(), &row);
    let content = parse_html(&html)?;
    template.before_with_node_1(&content).ok()?;
    form.query_selector(&dom::attribute_selector("data-row", &row)).ok()?
}

/// Removes a row; returns true if it existed.
pub(super) fn remove_row(form: &HtmlFormElement, row: &str) -> bool {
    let row_element = form.query_selector(&dom::attribute_selector("data-row", row)).ok().flatten();
    row_element.inspect(Element::remove).is_some()
}

/// Writes the form's arguments into its JSON view. Returns the problems if some input cannot be parsed: the form view
/// then stays open, so that no input is lost.
pub(super) fn fill_json_view(operation: &Operation, form: &HtmlFormElement) -> Result<(), Vec<Problem>> {
    let mut controls = collect_controls(form);
    controls.0.retain(|(name, _)| name != "view");
    let ParsedForm { arguments, problems, has_parse_errors } = form::read(operation, &controls);
    if has_parse_errors {
        set_controls(form, "view", "form");
        return Err(problems);
    }
    let text = if arguments.is_empty() { String::new() } else { form::to_pretty_json(&Value::Object(arguments)) };
    set_controls(form, ARGUMENTS_CONTROL, &text);
    Ok(())
}

/// Requests the input section from the server, as a form post without scripts does: with an object opened, another
/// variant, or an example filled in. Chosen files are preserved. Returns the operation as the server now describes it,
/// with the chosen media type.
pub(super) async fn redraw(form: &HtmlFormElement, intent: &str) -> Result<Value, String> {
    let mut controls = collect_controls(form);
    controls.0.push(("intent".into(), intent.into()));
    if intent == "view" {
        // The user has selected the form view, but the JSON view still holds the current arguments. An empty JSON view
        // means no arguments.
        controls.set("view", "json");
        if controls.get(ARGUMENTS_CONTROL).is_none_or(|text| text.trim().is_empty()) {
            controls.set(ARGUMENTS_CONTROL, "{}");
        }
    }
    // A changed control is identified by its name, a pressed button by its value.
    let origin_selector =
        match leptos::prelude::document().active_element().and_then(|control| control.get_attribute("name")) {
            Some(name) if name != "intent" => dom::attribute_selector("name", &name),
            _ => dom::attribute_selector("value", intent),
        };
    dom::toggle_attribute("#input", "inert", true);
    let result = replace_input(form, &controls).await;
    dom::toggle_attribute("#input", "inert", false);
    if result.is_err() && intent == "view" {
        set_controls(form, "view", "json");
    }
    // Focus order: the first invalid control (only after a change of the view), the controls that were opened, the
    // control that caused the request.
    let opened_selector = [&dom::attribute_selector("data-at", control_path(intent)), NESTED_CONTROLS].concat();
    let next = ["#input [aria-invalid]", &*opened_selector, &*origin_selector].into_iter();
    let next =
        next.skip(usize::from(intent != "view")).find_map(|selector| form.query_selector(selector).ok().flatten());
    if let Some(next) = next {
        dom::focus(&next);
    }
    result
}

async fn replace_input(form: &HtmlFormElement, controls: &Controls) -> Result<Value, String> {
    let page = remote::post_form(&controls.0).await?;
    let content = parse_html(&page);
    let find = |selector| content.as_ref()?.query_selector(selector).ok().flatten();
    let (Some(new_input), Some(state_script), Some(input)) = (find("#input"), find("#start"), dom::find("#input"))
    else {
        return Err("The server returned a different page. Reload this page.".into());
    };
    let chosen = query_all(form, "input[type=\"file\"]");
    let _ = input.replace_with_with_node_1(&new_input);
    for file in chosen {
        let name = file.get_attribute("name").unwrap_or_default();
        let empty = ["input[type=\"file\"]", &dom::attribute_selector("name", &name)].concat();
        if let Ok(Some(empty)) = form.query_selector(&empty) {
            let _ = empty.replace_with_with_node_1(&file);
        }
    }
    let initial_state = json::parse(&state_script.text_content().unwrap_or_default()).unwrap_or_default();
    Ok(initial_state["operation"].clone())
}

/// Sets the controls with a name; of radio buttons, checks the one with the value.
fn set_controls(form: &HtmlFormElement, name: &str, text: &str) {
    for control in query_all(form, &dom::attribute_selector("name", name)) {
        dom::set_control_value(&control, text);
    }
}

/// Fills the JSON input of a field from its plain controls. If they are empty, preserves the earlier JSON, or sets
/// `null`.
pub(super) fn fill_json_field(operation: &Operation, form: &HtmlFormElement, path: &str) {
    let name = ["json", path].concat();
    let mut controls = collect_controls(form);
    controls.0.retain(|(control, _)| *control != ["as", path].concat());
    let arguments = Value::Object(form::read(operation, &controls).arguments);
    match arguments.pointer(path) {
        Some(value) => set_controls(form, &name, &form::to_pretty_json(value)),
        None if controls.get(&name).is_none_or(str::is_empty) => set_controls(form, &name, "null"),
        None => {}
    }
}

/// Fills the JSON inputs that were opened before the script loaded.
pub(super) fn sync_json_views(operation: &Operation, form: &HtmlFormElement) {
    let controls = collect_controls(form);
    for (name, _) in controls.0.iter().filter(|(name, _)| name.starts_with("as/")) {
        if controls.get(&["json", control_path(name)].concat()).is_none_or(str::is_empty) {
            fill_json_field(operation, form, control_path(name));
        }
    }
    if controls.get("view") == Some("json") && controls.get(ARGUMENTS_CONTROL).is_none_or(str::is_empty) {
        let _ = fill_json_view(operation, form);
    }
}

/// Returns the `value` of the submit button that was pressed.
pub(super) fn submit_intent(event: &SubmitEvent) -> String {
    event.submitter().and_then(|button| button.get_attribute("value")).unwrap_or_default()
}

/// Returns the form of the call.
pub(super) fn call_form() -> Option<HtmlFormElement> {
    dom::find("#call")?.dyn_into().ok()
}

/// Returns the name of the control of the call's form that an event came from.
pub(super) fn control_name(event: &Event) -> Option<String> {
    let target = dom::event_target(event)?;
    target.closest("#call").ok()??;
    target.get_attribute("name")
}
