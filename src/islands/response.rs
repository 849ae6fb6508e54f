//! The Response card: the outcome of the call.

use super::{
    changes, dom, export, load, remote,
    state::{CallState, TryItState},
    stream, tree_search,
};
use crate::{
    model::{media_type::MediaType, response::ResponseBody},
    text,
    ui::{masked_secret, response},
};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::time::Duration;
use web_sys::Element;

/// Shows the state of the call whenever it changes. An earlier response stays, as outdated, until the next one replaces
/// it.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        let was_outdated = dom::find("#outcome[data-outdated]").is_some();
        let (status, body, is_outdated) = state.call_state.with(|call_state| match call_state {
            CallState::Idle => (String::new(), None, false),
            CallState::Running(_) => (text!("call-status-sending").into(), None, true),
            CallState::Refused => (text!("call-status-refused").into(), None, true),
            CallState::Cancelled if was_outdated => (text!("call-status-cancelled").into(), None, true),
            // Items of a stream have arrived.
            CallState::Cancelled => (text!("call-status-cancelled-stream").into(), None, false),
            CallState::Done(Ok(response)) => {
                (response::render_status(response), Some(response::render_response(response, true)), false)
            }
            CallState::Done(Err(error)) => {
                (response::render_failed_status(), Some(response::render_error(error)), false)
            }
        });
        if status.is_empty() {
            return;
        }
        dom::show_status(&status);
        if let (Some(body), Some(outcome)) = (body, dom::find("#outcome")) {
            // The items of a stream stay, as the user has scrolled them.
            let list = stream::find_list().filter(|_| !was_outdated);
            let view = dom::find("[name=response-view]:checked").and_then(|input| input.get_attribute("value"));
            let earlier = changes::shown_values();
            dom::set_html("#outcome", &body);
            changes::show(&earlier);
            if let (Some(element), CallState::Done(outcome)) =
                (dom::find("#retry"), &*state.call_state.read_untracked())
            {
                let seconds = match outcome {
                    Ok(response) => response.retry_after,
                    Err(error) => error.retry_after,
                };
                count_down(element, js_sys::Date::now() + f64::from(seconds.unwrap_or_default()) * 1000.0);
            }
            // The user continues with the same view of the next response.
            let view = view.unwrap_or_default();
            let selector = dom::attribute_selector("value", &view);
            if let Some(input) = dom::find(&["[name=response-view]", &selector].concat()) {
                dom::set_control_value(&input, &view);
            }
            if let Some(list) = list {
                let _ = dom::find("#items-place").unwrap_or(outcome).append_child(&list);
            }
        }
        dom::toggle_attribute("#outcome", "data-outdated", is_outdated);
    });
}

/// Shows the time until the next call is accepted, at `end` in milliseconds, until it is over or another response is
/// shown.
fn count_down(element: Element, end: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the server sends a number of this type"
    )]
    let seconds = ((end - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u32;
    element.set_text_content(Some(&response::format_wait(seconds)));
    if seconds > 0 && element.is_connected() {
        set_timeout(move || count_down(element, end), Duration::from_secs(1));
    }
}

/// Runs the action of a button in the response: copies or saves the body.
pub(super) fn handle_action(state: TryItState, button: &Element) {
    state.call_state.with_untracked(|call_state| {
        let CallState::Done(Ok(response)) = call_state else { return };
        let items = response.stream.and_then(|_| stream::find_list()?.text_content()).map(ResponseBody::Text);
        match (items.as_ref().unwrap_or(&response.body), button.get_attribute("data-action").as_deref()) {
            (ResponseBody::Text(text), Some("copy-response")) => export::copy_text(button, text!("copy-button"), text),
            (body, Some("download")) => {
                let is_json = MediaType::parse(response.header("content-type").unwrap_or_default()).is_json();
                let name = response.file_name.as_deref().unwrap_or("response.bin");
                let _ = match body {
                    // The file is UTF-8, whatever charset the text declares.
                    ResponseBody::Text(text) if response.charset.is_some() && response.stream.is_none() && !is_json => {
                        export::download(&ResponseBody::Text(["\u{feff}", text].concat()), name)
                    }
                    _ => export::download(body, name),
                };
            }
            _ => {}
        }
    });
}

/// Searches in the tree: here, or on the server if the response is large.
pub(super) fn search(form: Element) {
    if let Some(action) = form.get_attribute("action") {
        return load::search(form, &action);
    }
    tree_search::search();
}

/// Shows or hides the secret before a button.
pub(super) fn toggle_secret(button: Element) {
    let Some(secret_element) = button.previous_element_sibling() else { return };
    let placeholder = button.get_attribute("value").unwrap_or_default();
    if button.text_content().as_deref() == Some(masked_secret::hide_label()) {
        secret_element.set_text_content(Some(&placeholder));
        button.set_text_content(Some(masked_secret::show_label()));
        return;
    }
    spawn_local(async move {
        match remote::reveal(placeholder).await {
            Ok(secret) => {
                secret_element.set_text_content(secret.as_str());
                button.set_text_content(Some(masked_secret::hide_label()));
            }
            Err(error) => button.set_text_content(Some(&error.message)),
        }
    });
}
