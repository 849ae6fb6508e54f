//! The form in the document. What is typed lives there and nowhere else, so nothing is lost when the script arrives.

use super::dom;
use crate::model::{
    form::{self, ARGUMENTS, Controls, OTHER, Reading, place_of},
    operation::Operation,
    problem::Problem,
};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FormData, HtmlFormElement, SubmitEvent};

/// Said where arguments stay in the JSON view.
const NO_ROOM: &str = "The form has no room for some of this. It can be sent from here.";

/// What the form says now.
pub(super) fn read(operation: &Operation, form: &HtmlFormElement) -> Reading {
    form::read(operation, &controls(form))
}

/// Names and texts of the form's controls, as it would submit them.
fn controls(form: &HtmlFormElement) -> Controls {
    let Ok(data) = FormData::new_with_form(form) else {
        return Controls::default();
    };
    let entries = js_sys::try_iter(&data).ok().flatten().into_iter().flatten().flatten();
    let pairs = entries.filter_map(|entry| {
        let entry: js_sys::Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    });
    Controls(pairs.collect())
}

/// Says each problem at its field, and takes back what is said no more.
pub(super) fn show_problems(form: &HtmlFormElement, problems: &[Problem]) {
    for control in all(form, "[aria-invalid]") {
        let _ = control.remove_attribute("aria-invalid");
    }
    for slot in all(form, "[data-problem]") {
        let place = slot.get_attribute("data-problem").unwrap_or_default();
        let here = problems.iter().filter(|problem| place_of(&problem.at) == place);
        let messages: Vec<&str> = here.map(|problem| problem.message.as_str()).collect();
        slot.set_text_content(Some(&messages.join("\n")));
    }
    for problem in problems {
        if let Some(control) = control_of(form, problem) {
            let _ = control.set_attribute("aria-invalid", "true");
        }
    }
}

/// Moves the focus to the first field that needs attention.
pub(super) fn focus_first(form: &HtmlFormElement, problems: &[Problem]) {
    if let Some(control) = problems.first().and_then(|problem| control_of(form, problem)) {
        dom::focus(&control);
    }
}

/// The control that a problem names; for a problem of a whole list or object, its first control.
fn control_of(form: &HtmlFormElement, problem: &Problem) -> Option<Element> {
    let exact = form.query_selector(&dom::with_attribute("name", &problem.at)).ok().flatten();
    exact.or_else(|| {
        let field = [
            &dom::with_attribute("data-at", place_of(&problem.at)),
            " :is(.plain, .json-view) :is(input, select, textarea)",
        ]
        .concat();
        form.query_selector(&field).ok().flatten()
    })
}

fn all(form: &HtmlFormElement, selector: &str) -> Vec<Element> {
    let Ok(found) = form.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// Adds an empty row to a list or map, and moves the focus there.
pub(super) fn add_row(form: &HtmlFormElement, list: &str) {
    let next = controls(form).rows(list).last().map_or(0, |last| last + 1);
    let control =
        insert_row(form, list, next).and_then(|row| row.query_selector("input, select, textarea").ok().flatten());
    if let Some(control) = control {
        dom::focus(&control);
    }
}

/// Draws a row from its list's template, with its number in every name.
fn insert_row(form: &HtmlFormElement, list: &str, number: usize) -> Option<Element> {
    let template = form.query_selector(&dom::with_attribute("data-rows", list)).ok()??;
    let row = [list, "/", &number.to_string()].concat();
    let html = template.inner_html().replace(&[list, "/{row}"].concat(), &row);
    template.insert_adjacent_html("beforebegin", &html).ok()?;
    form.query_selector(&dom::with_attribute("data-row", &row)).ok()?
}

/// Takes a row out.
pub(super) fn remove_row(form: &HtmlFormElement, row: &str) {
    if let Ok(Some(row)) = form.query_selector(&dom::with_attribute("data-row", row)) {
        row.remove();
    }
}

/// Shows the arguments in the view that was just opened. Where that would lose something, the view stays as it was and
/// the reader is told why.
pub(super) fn switch_view(operation: &Operation, form: &HtmlFormElement) -> Result<(), Vec<Problem>> {
    let mut before = controls(form);
    let (opened, left) = if before.get("view") == Some("json") { ("json", "form") } else { ("form", "json") };
    before.0.retain(|(name, _)| name != "view");
    before.0.push(("view".into(), left.into()));
    let Reading { arguments, problems, has_unread } = form::read(operation, &before);
    if has_unread {
        set(form, "view", left);
        return Err(problems);
    }
    if opened == "json" {
        let text = if arguments.is_empty() { String::new() } else { form::pretty(&Value::Object(arguments)) };
        set(form, ARGUMENTS, &text);
        return Ok(());
    }
    let controls = form::write(operation, &arguments);
    if form::read(operation, &controls).arguments != arguments {
        set(form, "view", left);
        return Err(vec![Problem::new(ARGUMENTS, NO_ROOM)]);
    }
    fill(form, &controls);
    // The document may hold less than the controls say: a line feed does not fit into a single line.
    if read(operation, form).arguments != arguments {
        set(form, "view", left);
        return Err(vec![Problem::new(ARGUMENTS, NO_ROOM)]);
    }
    Ok(())
}

/// Writes controls into the form, drawing and removing rows as needed.
fn fill(form: &HtmlFormElement, controls: &Controls) {
    for row in all(form, "[data-row]") {
        row.remove();
    }
    for control in all(form, ":is([name^=\"value\"], [name^=\"as\"], [name^=\"json\"], [name^=\"key\"])") {
        dom::set_value(&control, "");
    }
    for (name, text) in &controls.0 {
        while form.query_selector(&dom::with_attribute("name", name)).ok().flatten().is_none() {
            if draw_row_for(form, place_of(name)).is_none() {
                break;
            }
        }
        set(form, name, text);
    }
    // As on a fresh page, a list or map without values shows one empty row.
    for template in all(form, "[data-rows]") {
        let list = template.get_attribute("data-rows").unwrap_or_default();
        let is_drawn =
            form.query_selector(&dom::with_attribute("data-row", &[&list, "/0"].concat())).ok().flatten().is_some();
        if list != OTHER && controls.rows(&list).is_empty() && !is_drawn {
            insert_row(form, &list, 0);
        }
    }
}

/// Draws the outermost missing row around a place.
fn draw_row_for(form: &HtmlFormElement, place: &str) -> Option<Element> {
    all(form, "[data-rows]").into_iter().find_map(|template| {
        let list = template.get_attribute("data-rows")?;
        let number: usize = place.strip_prefix(&list)?.strip_prefix('/')?.split('/').next()?.parse().ok()?;
        let row = dom::with_attribute("data-row", &[&list, "/", &number.to_string()[..]].concat());
        let is_drawn = form.query_selector(&row).ok().flatten().is_some();
        if is_drawn { None } else { insert_row(form, &list, number) }
    })
}

/// Sets a control by name; of radio buttons, checks the one with the value.
fn set(form: &HtmlFormElement, name: &str, text: &str) {
    for control in all(form, &dom::with_attribute("name", name)) {
        dom::set_value(&control, text);
    }
}

/// When a field is switched to JSON, starts it with what its plain controls say; else with what was there, or `null`.
pub(super) fn start_json(operation: &Operation, form: &HtmlFormElement, place: &str) {
    let name = ["json", place].concat();
    let mut plain = controls(form);
    plain.0.retain(|(control, _)| *control != ["as", place].concat());
    let arguments = Value::Object(form::read(operation, &plain).arguments);
    match arguments.pointer(place) {
        Some(value) => set(form, &name, &form::pretty(value)),
        None if plain.get(&name).is_none_or(str::is_empty) => set(form, &name, "null"),
        None => {}
    }
}

/// Opens what was switched to JSON before the script arrived.
pub(super) fn catch_up(operation: &Operation, form: &HtmlFormElement) {
    let switched = controls(form);
    for (name, _) in switched.0.iter().filter(|(name, _)| name.starts_with("as/")) {
        if switched.get(&["json", place_of(name)].concat()).is_none_or(str::is_empty) {
            start_json(operation, form, place_of(name));
        }
    }
    if switched.get("view") == Some("json") && switched.get(ARGUMENTS).is_none_or(str::is_empty) {
        let _ = switch_view(operation, form);
    }
}

/// The submit button that was pressed: its `value`.
pub(super) fn intent(event: &SubmitEvent) -> String {
    event.submitter().and_then(|button| button.get_attribute("value")).unwrap_or_default()
}

/// The form of the call.
pub(super) fn call() -> Option<HtmlFormElement> {
    dom::find("#call")?.dyn_into().ok()
}

/// The control of the call's form that an event came from.
pub(super) fn control_name(event: &Event) -> Option<String> {
    let target = dom::target(event)?;
    target.closest("#call").ok()??;
    target.get_attribute("name")
}
