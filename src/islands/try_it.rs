//! "Try it" brought to life: the form is read on every keystroke, checked, switched between form and JSON, and sent.
#![allow(unreachable_pub, reason = "the macro needs it, and re-exports it")]

use super::{authentication, dom, form, gateway, response, send, snippets, state::State};
use crate::model::{
    form::{Reading, place_of},
    json,
    problem::Problem,
};
use leptos::{ev, prelude::*, task::spawn_local};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlFormElement};

/// Stands around everything that belongs to one call.
#[island]
pub fn TryIt(
    /// The cards and the form, from the server.
    children: Children,
) -> impl IntoView {
    // On the server there is nothing to start: the island is its children.
    let state = State::new(if is_browser() { start() } else { Value::Null }.into());
    // The controls whose problems are shown: those changed once, and all after the first try to send.
    let told = StoredValue::new(Told::default());
    Effect::new(move || {
        if let Some(form) = form::call() {
            state.operation.with_value(|operation| form::catch_up(operation, &form));
        }
        refresh(state, told);
        gateway::start(state);
        send::start(state);
        authentication::start(state);
        snippets::start(state);
        response::start(state);
        dom::set_flag(".try-it", "data-ready", true);
    });

    let on_input = move |event: ev::Event| {
        if form::control_name(&event).is_some() {
            refresh(state, told);
        } else {
            gateway::on_input(state, &event);
        }
    };
    let on_change = move |event: ev::Event| {
        if let (Some(name), Some(form)) = (form::control_name(&event), form::call()) {
            on_control_changed(state, told, &form, &name);
        } else if dom::target(&event).is_some_and(|target| matches!(&*target.id(), "client" | "keeper")) {
            snippets::choose(state);
        }
    };
    // A field that is left is told what is wrong with it; not on the way to a button, which would move away from under the
    // pointer.
    let is_list = |event: &ev::FocusEvent| dom::target(event).is_some_and(|target| target.id() == "client");
    let on_focusin = move |event: ev::FocusEvent| {
        if is_list(&event) {
            snippets::open();
        }
    };
    let on_focusout = move |event: ev::FocusEvent| {
        if is_list(&event) {
            snippets::close();
        }
        let to_button = event.related_target().is_some_and(|next| next.has_type::<HtmlButtonElement>());
        let name = form::control_name(&event).filter(|name| name != "view" && name != "environment");
        if let (Some(name), false) = (name, to_button) {
            told.update_value(|told| told.add(&name));
            refresh(state, told);
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        let button = dom::target(&event).and_then(|target| target.closest("[data-action]").ok().flatten());
        let Some(button) = button else { return };
        match button.get_attribute("data-action").as_deref() {
            Some("cancel") => send::cancel(state),
            Some("copy-snippet") => snippets::copy(&button),
            Some("save-snippet") => snippets::save(),
            Some("reveal") => {
                event.prevent_default();
                response::reveal(button);
            }
            Some(_) => response::act(state, &button),
            None => {}
        }
    };
    let on_submit = move |event: ev::SubmitEvent| {
        if let Some(form) = dom::submitted(&event, "call") {
            event.prevent_default();
            on_call_submitted(state, told, &form, &form::intent(&event));
        } else if dom::submitted(&event, "credential").is_some() {
            event.prevent_default();
            authentication::submit(state, form::intent(&event) == "clear");
        }
    };
    view! {
        <div class="try-it" on:input=on_input on:change=on_change on:focusin=on_focusin on:focusout=on_focusout on:click=on_click on:submit=on_submit>
            {children()}
        </div>
    }
}

/// What the page starts from: its `Start`, as JSON.
fn start() -> Value {
    let text = dom::find("#start").and_then(|script| script.text_content());
    text.and_then(|text| json::parse(&text).ok()).unwrap_or_default()
}

fn on_control_changed(state: State, told: StoredValue<Told>, form: &HtmlFormElement, name: &str) {
    match name {
        "view" => {
            told.set_value(Told::default());
            if dom::value("#view-json:checked").is_empty() {
                redraw(state, told, form.clone(), "view");
                return;
            }
            let shown = state.operation.with_value(|operation| form::show_json(operation, form));
            if let Err(problems) = shown {
                told.set_value(Told::Everything);
                refresh(state, told);
                form::show_problems(form, &problems);
                form::focus_first(form, &problems);
                return;
            }
        }
        "environment" => state.environment.set(dom::value("#environment")),
        _ if name == "media" || name.starts_with("pick/") => redraw(state, told, form.clone(), "redraw"),
        _ if name.starts_with("as/") => {
            state.operation.with_value(|operation| form::start_json(operation, form, place_of(name)));
        }
        _ => {}
    }
    refresh(state, told);
}

fn on_call_submitted(state: State, told: StoredValue<Told>, form: &HtmlFormElement, intent: &str) {
    if let Some(list) = intent.strip_prefix("add") {
        form::add_row(form, list);
    } else if intent.strip_prefix("remove").is_some_and(|row| form::remove_row(form, row)) {
        // Its problems go with it.
    } else if intent != "send" && !intent.is_empty() {
        redraw(state, told, form.clone(), intent);
        return;
    } else {
        told.set_value(Told::Everything);
        let problems = refresh(state, told);
        if problems.is_empty() {
            send::send(state);
        } else {
            form::focus_first(form, &problems);
        }
        return;
    }
    refresh(state, told);
}

/// Has the server draw the input anew, and goes on with that; where it cannot, the reader is told.
fn redraw(state: State, told: StoredValue<Told>, form: HtmlFormElement, intent: &str) {
    let intent = intent.to_owned();
    spawn_local(async move {
        match form::redraw(&form, &intent).await {
            Ok(operation) => {
                state.operation.set_value(operation.into());
                // The form did not open: the server says why, and knows more about it.
                if intent != "view" || dom::value("#view-json:checked").is_empty() {
                    refresh(state, told);
                }
            }
            Err(message) => dom::set_text("#hint", &message),
        }
    });
}

/// Reads the form again; returns what keeps it from being sent.
fn refresh(state: State, told: StoredValue<Told>) -> Vec<Problem> {
    let Some(form) = form::call() else { return Vec::new() };
    let Reading { arguments, problems, .. } = state.operation.with_value(|operation| form::read(operation, &form));
    let is_told = |problem: &&Problem| told.with_value(|told| told.has(&problem.at));
    let shown: Vec<Problem> = problems.iter().filter(is_told).cloned().collect();
    form::show_problems(&form, &shown);
    state.arguments.set(arguments);
    problems
}

/// Which controls' problems the reader has been told.
#[derive(Clone, Debug)]
enum Told {
    Only(Vec<String>),
    Everything,
}

impl Default for Told {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
}

impl Told {
    fn add(&mut self, control: &str) {
        if let Self::Only(controls) = self {
            controls.push(control.to_owned());
        }
    }

    fn has(&self, control: &str) -> bool {
        match self {
            Self::Only(controls) => controls.iter().any(|known| known == control),
            Self::Everything => true,
        }
    }
}
