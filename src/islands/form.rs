//! The form in the document. The document is the only place that holds the user's input, so nothing is lost when the
//! script loads.

use super::{
    dom::{self, Controls},
    files,
    html::parse_html,
    remote,
};
use crate::{
    model::{
        error::ExplorerError,
        form::{ARGUMENTS_CONTROL, control_path},
        problem::Problem,
    },
    text,
};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, FormData, HtmlFormElement, HtmlInputElement, SubmitEvent};

/// Selects the controls inside a field, except those beside its name and its description.
const NESTED_CONTROLS: &str = " :is(input:not([type=hidden], [type=checkbox]), select, textarea, button:not(.as-json))";

/// Returns the names and texts of the form's controls, as the browser would submit them.
pub(super) fn controls() -> Controls {
    let data = call_form().and_then(|form| FormData::new_with_form(&form).ok());
    let entries = data.and_then(|data| js_sys::try_iter(&data).ok().flatten());
    let mut controls = Controls::new();
    for entry in entries.into_iter().flatten().flatten() {
        let Ok(entry) = entry.dyn_into::<js_sys::Array>() else { continue };
        let name = entry.get(0).as_string().unwrap_or_default();
        match (entry.get(1).as_string(), entry.get(1).dyn_into::<web_sys::File>()) {
            (Some(text), _) => controls.push((name, text)),
            // A chosen file replaces the earlier one. Without a chosen file, the browser submits an empty file without
            // a name.
            (None, Ok(file)) if !file.name().is_empty() => {
                controls.retain(|(control, _)| *control != name);
                let text = files::file_argument(&name, &file);
                controls.push((name, text));
            }
            _ => {}
        }
    }
    controls
}

/// Returns true if the form differs from the one that the server sent.
pub(super) fn is_changed() -> bool {
    let property = |element: &Element, name: &str| js_sys::Reflect::get(element, &name.into()).unwrap_or_default();
    query_all("#call :is(input, textarea, option), [form=call] option").iter().any(|control| {
        let pairs = [("value", "defaultValue"), ("checked", "defaultChecked")];
        if control.tag_name() == "OPTION" {
            // Without a default, the first option is selected.
            let has_default = control
                .closest("select")
                .ok()
                .flatten()
                .is_some_and(|select| select.query_selector("[selected]").ok().flatten().is_some());
            let is_default = if has_default {
                property(control, "defaultSelected")
            } else {
                JsValue::from(property(control, "index") == 0)
            };
            property(control, "selected") != is_default
        } else {
            pairs.iter().any(|(current, default)| property(control, current) != property(control, default))
        }
    })
}

/// Returns true if the page shows the result of a form posted without scripts.
pub(super) fn has_result() -> bool {
    dom::find("#call-status :first-child").is_some()
}

/// Returns true while the server redraws the input section.
pub(super) fn is_redrawing() -> bool {
    dom::find("#input[inert]").is_some()
}

/// Returns true if the JSON view is open.
pub(super) fn is_json_view() -> bool {
    dom::find("#view-json:checked").is_some()
}

/// Shows each problem at its field, and clears the problems that no longer exist.
pub(super) fn show_problems(problems: &[Problem]) {
    for control in query_all("#call [aria-invalid], [form=call][aria-invalid]") {
        let _ = control.remove_attribute("aria-invalid");
    }
    for problem_element in query_all("[data-problem]") {
        let path = problem_element.get_attribute("data-problem").unwrap_or_default();
        let field_problems = problems.iter().filter(|problem| control_path(&problem.location) == path);
        let messages: Vec<&str> = field_problems.map(|problem| problem.message.as_str()).collect();
        problem_element.set_text_content(Some(&messages.join("\n")));
    }
    for problem in problems {
        if let Some(control) = find_control(problem) {
            let _ = control.set_attribute("aria-invalid", "true");
        }
    }
}

/// Shows the problems of an error at their fields, and returns the error without them. If a field is not in the form,
/// the error is returned as it is.
pub(super) fn show_error(error: ExplorerError) -> ExplorerError {
    let problems = error.field_problems();
    if is_json_view() || problems.is_empty() || problems.iter().any(|problem| find_control(problem).is_none()) {
        return error;
    }
    focus_first(&problems);
    show_problems(&problems);
    error.without_field_problems()
}

/// Moves the focus to the first control with a problem.
pub(super) fn focus_first(problems: &[Problem]) {
    if let Some(control) = problems.first().and_then(find_control) {
        if let Ok(Some(folded)) = control.closest("details") {
            let _ = folded.set_attribute("open", "");
        }
        dom::focus(&control);
    }
}

/// Returns the control that a problem names; for a problem of a whole list or object, its first control.
fn find_control(problem: &Problem) -> Option<Element> {
    let name = dom::attribute_selector("name", &problem.location);
    let field = dom::attribute_selector("data-at", control_path(&problem.location));
    dom::find(&["#call ", &name, ", [form=call]", &name].concat())
        .or_else(|| dom::find(&[&field, NESTED_CONTROLS].concat()))
}

fn query_all(selector: &str) -> Vec<Element> {
    dom::elements(document().query_selector_all(selector)).collect()
}

/// Requests the input section from the server, as a form post without scripts does: with another row, an object opened,
/// another variant, or an example filled in. Chosen files are preserved.
pub(super) async fn redraw(form: &HtmlFormElement, mut controls: Controls, intent: &str) -> Result<(), String> {
    controls.push(("intent".into(), intent.into()));
    if intent == "view" {
        // The user has selected the form view, but the JSON view still holds the current arguments. An empty JSON view
        // means no arguments.
        for (name, text) in &mut controls {
            match name.as_str() {
                "view" => *text = "json".into(),
                ARGUMENTS_CONTROL if text.trim().is_empty() => *text = "{}".into(),
                _ => {}
            }
        }
    }
    // A changed control is identified by its name, a pressed button by its value.
    let origin_selector = match document().active_element().and_then(|control| control.get_attribute("name")) {
        Some(name) if name != "intent" => dom::attribute_selector("name", &name),
        _ => dom::attribute_selector("value", intent),
    };
    dom::toggle_attribute("#input", "inert", true);
    let result = replace_input(form, &controls).await;
    dom::toggle_attribute("#input", "inert", false);
    if result.is_err() && intent == "view" {
        set_controls("view", "json");
    }
    // The server marks the control that gets the focus. After a change of the view, it is the first invalid one.
    let marked = if intent == "view" { "#input [aria-invalid]" } else { "#input [autofocus]" };
    let next =
        [marked, &*origin_selector].into_iter().find_map(|selector| form.query_selector(selector).ok().flatten());
    if let Some(next) = next {
        dom::focus(&next);
    }
    result
}

async fn replace_input(form: &HtmlFormElement, controls: &[(String, String)]) -> Result<(), String> {
    let page = remote::post_form(controls).await?;
    let new_input = parse_html(&page).and_then(|content| content.query_selector("#input").ok().flatten());
    let (Some(new_input), Some(input)) = (new_input, dom::find("#input")) else {
        return Err(text!("redraw-different-page").into());
    };
    let chosen = query_all("#call input[type=file]");
    let is_open = dom::find("#optional-fields[open]").is_some();
    let _ = input.replace_with_with_node_1(&new_input);
    for file in chosen {
        let name = file.get_attribute("name").unwrap_or_default();
        let empty = ["input[type=\"file\"]", &dom::attribute_selector("name", &name)].concat();
        if let Ok(Some(empty)) = form.query_selector(&empty) {
            let _ = empty.replace_with_with_node_1(&file);
        }
    }
    if is_open {
        dom::toggle_attribute("#optional-fields", "open", true);
    }
    Ok(())
}

/// Sets the controls with a name; of radio buttons, checks the one with the value.
pub(super) fn set_controls(name: &str, text: &str) {
    for control in query_all(&["#call ", &dom::attribute_selector("name", name)].concat()) {
        dom::set_control_value(&control, text);
    }
}

/// Clears a checkbox, and returns true if it was checked.
pub(super) fn uncheck(selector: &str) -> bool {
    let checkbox = dom::find(selector).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
    let Some(checkbox) = checkbox.filter(HtmlInputElement::checked) else { return false };
    checkbox.set_checked(false);
    true
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
    // Some controls are outside of their form, and name it.
    target.closest("#call, [form=call]").ok()??;
    target.get_attribute("name")
}
