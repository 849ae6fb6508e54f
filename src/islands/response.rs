//! The Response card: the outcome of the call.

use super::{
    dom, export, remote,
    state::{CallState, TryItState},
    stream,
};
use crate::{
    model::{media_type::MediaType, response::ResponseBody},
    ui::{masked_secret, response},
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::Element;

/// Shows the state of the call whenever it changes. An earlier response stays, as outdated, until the next one replaces
/// it.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        let was_outdated = dom::find("#outcome[data-outdated]").is_some();
        let (status, body, is_outdated) = state.call_state.with(|call_state| match call_state {
            CallState::Idle => (String::new(), None, false),
            CallState::Running(_) => ("Sending…".into(), None, true),
            CallState::Refused => ("Not sent. Correct the marked fields.".into(), None, true),
            CallState::Cancelled if was_outdated => {
                ("Cancelled. The provider may still have received the call.".into(), None, true)
            }
            // Items of a stream have arrived.
            CallState::Cancelled => ("Cancelled. The connection to the provider was closed.".into(), None, false),
            CallState::Done(Ok(response)) => {
                (response::render_status(response), Some(response::render_response(response, true)), false)
            }
            CallState::Done(Err(error)) => (response::FAILED.into(), Some(response::render_error(error)), false),
        });
        if status.is_empty() {
            return;
        }
        dom::show_status(&status);
        if let (Some(body), Some(outcome)) = (body, dom::find("#outcome")) {
            // The items of a stream stay, as the user has scrolled them.
            let list = stream::find_list().filter(|_| !was_outdated);
            dom::set_html("#outcome", &body);
            if let Some(list) = list {
                let _ = dom::find("#items-place").unwrap_or(outcome).append_child(&list);
            }
        }
        dom::toggle_attribute("#outcome", "data-outdated", is_outdated);
    });
}

/// Runs the action of a button in the response: copies or saves the body.
pub(super) fn handle_action(state: TryItState, button: &Element) {
    state.call_state.with_untracked(|call_state| {
        let CallState::Done(Ok(response)) = call_state else { return };
        let items = response.stream.and_then(|_| stream::find_list()?.text_content()).map(ResponseBody::Text);
        match (items.as_ref().unwrap_or(&response.body), button.get_attribute("data-action").as_deref()) {
            (ResponseBody::Text(text), Some("copy-response")) => export::copy_text(button, "Copy", text),
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

/// Shows or hides the secret before a button.
pub(super) fn toggle_secret(button: Element) {
    let Some(secret_element) = button.previous_element_sibling() else { return };
    let placeholder = button.get_attribute("value").unwrap_or_default();
    if button.text_content().as_deref() == Some(masked_secret::HIDE_LABEL) {
        secret_element.set_text_content(Some(&placeholder));
        button.set_text_content(Some(masked_secret::SHOW_LABEL));
        return;
    }
    spawn_local(async move {
        match remote::reveal(placeholder).await {
            Ok(secret) => {
                secret_element.set_text_content(secret.as_str());
                button.set_text_content(Some(masked_secret::HIDE_LABEL));
            }
            Err(error) => button.set_text_content(Some(&error.message)),
        }
    });
}
