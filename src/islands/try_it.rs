//! The "Try it" island: listens to the form, has the server read it after every change, and sends the call.
#![allow(unreachable_pub, reason = "the macro needs it, and re-exports it")]

use super::{
    authentication,
    dom::{self, Controls},
    drafts, export, form, gateway, json_nodes, load, reading, response, send, snippets,
    state::{TryItState, VisibleProblems},
};
use crate::model::form::ARGUMENTS_CONTROL;
use leptos::{ev, leptos_dom::helpers::window_event_listener_untyped, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlButtonElement;

/// The input for all arguments as JSON.
const JSON_VIEW_SELECTOR: &str = "#call [name=arguments]";

/// Wraps all parts of one call.
#[island]
pub fn TryIt(
    /// The cards and the form, from the server.
    children: Children,
) -> impl IntoView {
    let state = TryItState::new();
    Effect::new(move || start(state));

    let on_input = move |event: ev::Event| {
        // A change of the view changes no argument, unless it fails.
        if form::control_name(&event).is_some_and(|name| name != "view") {
            reading::refresh(state);
        } else {
            gateway::on_input(state, &event);
        }
    };
    let on_change = move |event: ev::Event| {
        let name = form::control_name(&event);
        match name.as_deref() {
            Some("view") if form::is_json_view() => open_json_view(state),
            Some("view") => redraw(state, "view".into()),
            Some(name) if name == "media" || name.starts_with("pick/") => redraw(state, "redraw".into()),
            Some("secret_source") => snippets::select_target(state),
            None if dom::event_target(&event).is_some_and(|target| target.id() == "client") => {
                snippets::select_target(state);
            }
            _ => {}
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
        let name = form::control_name(&event).filter(|name| name.contains(['/', '+']) || name == ARGUMENTS_CONTROL);
        if let (Some(name), false) = (name, to_button) {
            state.visible_problems.update_value(|visible| visible.add_control(name));
            reading::show_known_problems(state);
        }
    };
    let on_click = move |event: ev::MouseEvent| {
        let button = dom::event_target(&event).and_then(|target| target.closest("[data-action]").ok().flatten());
        let Some(button) = button else { return };
        match button.get_attribute("data-action").as_deref() {
            Some("cancel") => send::cancel_call(state),
            Some("choose-client") => {
                event.prevent_default();
                snippets::choose_tab(state, &button);
            }
            Some("copy-snippet") => snippets::copy_snippet(&button),
            Some("save-snippet") => snippets::save_snippet(),
            Some("copy-link") => {
                event.prevent_default();
                export::copy_link(&button);
            }
            Some("copy-markdown") => {
                event.prevent_default();
                export::copy_target(button);
            }
            Some("undo") => {
                if let Some(controls) = state.undo.get_value() {
                    restore(state, controls);
                }
            }
            Some("reveal") => {
                event.prevent_default();
                response::toggle_secret(button);
            }
            Some("load") => {
                event.prevent_default();
                load::follow(button);
            }
            Some("copy-path") => json_nodes::copy_path(&button),
            Some("copy-value") => json_nodes::copy_value(state, button),
            Some(_) => response::handle_action(state, &button),
            None => {}
        }
    };
    let on_submit = move |event: ev::SubmitEvent| {
        let intent = form::submit_intent(&event);
        if dom::submitted_form(&event, "call").is_some() {
            event.prevent_default();
            if intent == "send" || intent.is_empty() {
                send::send_call(state);
            } else {
                redraw(state, intent);
            }
        } else if dom::submitted_form(&event, "credential").is_some() {
            event.prevent_default();
            authentication::submit(state, intent == "clear");
        } else if let Some(form) = dom::submitted_form(&event, "find") {
            event.prevent_default();
            response::search(form.into());
        }
    };
    view! {
        <div class="try-it" on:input=on_input on:change=on_change on:focusin=on_focusin on:focusout=on_focusout on:click=on_click on:submit=on_submit>
            {children()}
        </div>
    }
}

/// Starts the parts of the page, with the input that is there already.
fn start(state: TryItState) {
    gateway::start(state);
    send::start(state);
    authentication::start(state);
    snippets::start(state);
    response::start(state);
    // The server has rendered the page for the form as it was then. Meanwhile, the user may have changed it, or the
    // browser may have restored earlier input.
    if form::is_json_view() && dom::control_value(JSON_VIEW_SELECTOR).is_empty() {
        open_json_view(state);
    } else if form::is_changed() {
        reading::refresh(state);
    } else if let Some(draft) = drafts::stored().filter(|_| !form::has_result()) {
        restore(state, draft);
    }
    for event in ["mouseover", "focusin"] {
        window_event_listener_untyped(event, |event| json_nodes::show_actions(&event));
    }
    window_event_listener_untyped("keydown", move |event| {
        let event: &web_sys::KeyboardEvent = event.unchecked_ref();
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send::send_call(state);
        } else {
            json_nodes::move_focus(event);
        }
    });
    dom::toggle_attribute(".try-it", "data-ready", true);
}

/// Fills in earlier input.
fn restore(state: TryItState, controls: Controls) {
    state.undo.set_value(None);
    redraw_with(state, controls, "redraw".into());
}

/// Requests the input section from the server and continues with it; shows an error if the request fails.
fn redraw(state: TryItState, intent: String) {
    let controls = form::controls();
    // What fills in or empties the whole form can be undone.
    let can_undo = ["example/", "reset", "next/"].iter().any(|start| intent.starts_with(start));
    state.undo.set_value(can_undo.then(|| controls.clone()));
    dom::toggle_attribute("details.examples", "open", false);
    if intent == "reset" {
        drafts::clear();
    }
    redraw_with(state, controls, intent);
}

fn redraw_with(state: TryItState, controls: Controls, intent: String) {
    spawn_local(async move {
        let Some(form) = form::call_form() else { return };
        match form::redraw(&form, controls, &intent).await {
            Ok(()) => {
                dom::toggle_attribute("#undo", "hidden", state.undo.with_value(Option::is_none));
                // If the JSON view is still open, the server has rendered the reason, which a refresh would overwrite.
                if intent != "view" || !form::is_json_view() {
                    reading::refresh(state);
                }
                if state.sends_after_redraw.get_value() {
                    state.sends_after_redraw.set_value(false);
                    send::send_call(state);
                }
            }
            Err(message) => {
                state.sends_after_redraw.set_value(false);
                dom::set_text("#hint", &message);
            }
        }
    });
}

/// Writes the arguments into the JSON view that the user has opened. If some input cannot be parsed, the form stays open,
/// so that no input is lost.
fn open_json_view(state: TryItState) {
    let text_before = dom::control_value(JSON_VIEW_SELECTOR);
    dom::toggle_attribute("#input", "aria-busy", true);
    spawn_local(async move {
        let form_state = reading::read_form_view(state).await;
        dom::toggle_attribute("#input", "aria-busy", false);
        match form_state {
            Ok(form_state) if form_state.has_parse_errors => {
                form::set_controls("view", "form");
                state.visible_problems.set_value(VisibleProblems::All);
                reading::show_problems(state, &form_state);
                form::focus_first(&form_state.problems);
            }
            Ok(form_state) => {
                // The user may have begun to write.
                if dom::control_value(JSON_VIEW_SELECTOR) == text_before {
                    form::set_controls(ARGUMENTS_CONTROL, &form_state.arguments);
                }
                state.visible_problems.set_value(VisibleProblems::OfControls(Vec::new()));
                reading::refresh(state);
            }
            Err(error) => dom::set_text("#hint", &error.message),
        }
    });
}
