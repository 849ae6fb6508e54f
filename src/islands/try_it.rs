//! The "Try it" island: parses and checks the form on every keystroke, switches between form and JSON, and sends the
//! call.
#![allow(unreachable_pub, reason = "the macro needs it, and re-exports it")]

use super::{authentication, dom, form, gateway, response, send, snippets, state::TryItState};
use crate::model::{
    form::{ParsedForm, control_path},
    json,
    problem::Problem,
};
use leptos::{ev, prelude::*, task::spawn_local};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlFormElement};

/// Wraps all parts of one call.
#[island]
pub fn TryIt(
    /// The cards and the form, from the server.
    children: Children,
) -> impl IntoView {
    // The server has no initial state to read: there, the island only renders its children.
    let state = TryItState::new(if is_browser() { read_initial_state() } else { Value::Null }.into());
    // Problems are shown only for controls that lost the focus once, and for all controls after the first attempt to
    // send.
    let visible_problems = StoredValue::new(VisibleProblems::default());
    Effect::new(move || {
        if let Some(form) = form::call_form() {
            state.operation.with_value(|operation| form::sync_json_views(operation, &form));
        }
        refresh(state, visible_problems);
        gateway::start(state);
        send::start(state);
        authentication::start(state);
        snippets::start(state);
        response::start(state);
        dom::toggle_attribute(".try-it", "data-ready", true);
    });

    let on_input = move |event: ev::Event| {
        if form::control_name(&event).is_some() {
            refresh(state, visible_problems);
        } else {
            gateway::on_input(state, &event);
        }
    };
    let on_change = move |event: ev::Event| {
        if let (Some(name), Some(form)) = (form::control_name(&event), form::call_form()) {
            on_control_changed(state, visible_problems, &form, &name);
        } else if dom::event_target(&event).is_some_and(|target| matches!(&*target.id(), "client" | "secret-source")) {
            snippets::select_target(state);
        }
    };
    let is_target_input =
        |event: &ev::FocusEvent| dom::event_target(event).is_some_and(|target| target.id() == "client");
    let on_focusin = move |event: ev::FocusEvent| {
        if is_target_input(&event) {
            snippets::clear_target_input();
        }
    };
    let on_focusout = move |event: ev::FocusEvent| {
        if is_target_input(&event) {
            snippets::restore_target_input();
        }
        // A field's problems are shown when it loses the focus; not if the focus moves to a button, because they would
        // move the button away from under the pointer.
        let to_button = event.related_target().is_some_and(|next| next.has_type::<HtmlButtonElement>());
        let name = form::control_name(&event).filter(|name| name != "view" && name != "environment");
        if let (Some(name), false) = (name, to_button) {
            visible_problems.update_value(|visible_problems| visible_problems.add_control(&name));
            refresh(state, visible_problems);
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        let button = dom::event_target(&event).and_then(|target| target.closest("[data-action]").ok().flatten());
        let Some(button) = button else { return };
        match button.get_attribute("data-action").as_deref() {
            Some("cancel") => send::cancel_call(state),
            Some("copy-snippet") => snippets::copy_snippet(&button),
            Some("save-snippet") => snippets::save_snippet(),
            Some("reveal") => {
                event.prevent_default();
                response::toggle_secret(button);
            }
            Some(_) => response::handle_action(state, &button),
            None => {}
        }
    };
    let on_submit = move |event: ev::SubmitEvent| {
        if let Some(form) = dom::submitted_form(&event, "call") {
            event.prevent_default();
            on_call_submitted(state, visible_problems, &form, &form::submit_intent(&event));
        } else if dom::submitted_form(&event, "credential").is_some() {
            event.prevent_default();
            authentication::submit(state, form::submit_intent(&event) == "clear");
        }
    };
    view! {
        <div class="try-it" on:input=on_input on:change=on_change on:focusin=on_focusin on:focusout=on_focusout on:click=on_click on:submit=on_submit>
            {children()}
        </div>
    }
}

/// Reads the [`InitialState`](super::state::InitialState) that is embedded in the page, as JSON.
fn read_initial_state() -> Value {
    let text = dom::find("#start").and_then(|script| script.text_content());
    text.and_then(|text| json::parse(&text).ok()).unwrap_or_default()
}

fn on_control_changed(
    state: TryItState,
    visible_problems: StoredValue<VisibleProblems>,
    form: &HtmlFormElement,
    name: &str,
) {
    match name {
        "view" => {
            visible_problems.set_value(VisibleProblems::default());
            if dom::control_value("#view-json:checked").is_empty() {
                redraw(state, visible_problems, form.clone(), "view");
                return;
            }
            let result = state.operation.with_value(|operation| form::fill_json_view(operation, form));
            if let Err(problems) = result {
                visible_problems.set_value(VisibleProblems::All);
                refresh(state, visible_problems);
                form::show_problems(form, &problems);
                form::focus_first(form, &problems);
                return;
            }
        }
        "environment" => state.environment.set(dom::control_value("#environment")),
        _ if name == "media" || name.starts_with("pick/") => redraw(state, visible_problems, form.clone(), "redraw"),
        _ if name.starts_with("as/") => {
            state.operation.with_value(|operation| form::fill_json_field(operation, form, control_path(name)));
        }
        _ => {}
    }
    refresh(state, visible_problems);
}

fn on_call_submitted(
    state: TryItState,
    visible_problems: StoredValue<VisibleProblems>,
    form: &HtmlFormElement,
    intent: &str,
) {
    if let Some(list) = intent.strip_prefix("add") {
        form::add_row(form, list);
    } else if intent.strip_prefix("remove").is_some_and(|row| form::remove_row(form, row)) {
        // The row's problems are removed with it.
    } else if intent != "send" && !intent.is_empty() {
        redraw(state, visible_problems, form.clone(), intent);
        return;
    } else {
        visible_problems.set_value(VisibleProblems::All);
        let problems = refresh(state, visible_problems);
        if problems.is_empty() {
            send::send_call(state);
        } else {
            form::focus_first(form, &problems);
        }
        return;
    }
    refresh(state, visible_problems);
}

/// Requests the input section from the server and continues with it; shows an error if the request fails.
fn redraw(state: TryItState, visible_problems: StoredValue<VisibleProblems>, form: HtmlFormElement, intent: &str) {
    let intent = intent.to_owned();
    spawn_local(async move {
        match form::redraw(&form, &intent).await {
            Ok(operation) => {
                state.operation.set_value(operation.into());
                // If the JSON view is still open, the server has rendered the reason, which a refresh would overwrite.
                if intent != "view" || dom::control_value("#view-json:checked").is_empty() {
                    refresh(state, visible_problems);
                }
            }
            Err(message) => dom::set_text("#hint", &message),
        }
    });
}

/// Parses the form again; returns the problems that prevent sending.
fn refresh(state: TryItState, visible_problems: StoredValue<VisibleProblems>) -> Vec<Problem> {
    let Some(form) = form::call_form() else { return Vec::new() };
    let ParsedForm { arguments, problems, .. } = state.operation.with_value(|operation| form::read(operation, &form));
    let is_visible = |problem: &&Problem| {
        visible_problems.with_value(|visible_problems| visible_problems.includes(&problem.location))
    };
    let visible: Vec<Problem> = problems.iter().filter(is_visible).cloned().collect();
    form::show_problems(&form, &visible);
    state.arguments.set(arguments);
    problems
}

/// The controls whose problems are shown.
#[derive(Clone, Debug)]
enum VisibleProblems {
    OfControls(Vec<String>),
    All,
}

impl Default for VisibleProblems {
    fn default() -> Self {
        Self::OfControls(Vec::new())
    }
}

impl VisibleProblems {
    fn add_control(&mut self, control: &str) {
        if let Self::OfControls(controls) = self {
            controls.push(control.to_owned());
        }
    }

    fn includes(&self, control: &str) -> bool {
        match self {
            Self::OfControls(controls) => controls.iter().any(|name| name == control),
            Self::All => true,
        }
    }
}
