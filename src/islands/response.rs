//! The Response card: the outcome of the call.

use super::{
    dom, export, remote,
    state::{CallState, TryItState},
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
        let (status, body) = state.call_state.with(|call_state| match call_state {
            CallState::Idle => return (None, None),
            CallState::Running(_) => (Some("Sending…".into()), None),
            CallState::Refused => (Some("Not sent. Correct the marked fields.".into()), None),
            CallState::Cancelled => (Some("Cancelled. The provider may still have received the call.".into()), None),
            CallState::Done(Ok(response)) => {
                (Some(response::render_status(response)), Some(response::render_response(response, true)))
            }
            CallState::Done(Err(error)) => (Some(response::FAILED.into()), Some(response::render_error(error))),
        });
        let Some(status) = status else { return };
        dom::set_html("#call-status", &status);
        dom::set_html(".bar-status", &status);
        dom::toggle_attribute("#outcome", "data-outdated", body.is_none());
        if let Some(body) = body {
            dom::set_html("#outcome", &body);
        }
    });
}

/// Runs the action of a button in the response: copies or saves the body.
pub(super) fn handle_action(state: TryItState, button: &Element) {
    state.call_state.with_untracked(|call_state| {
        let CallState::Done(Ok(response)) = call_state else { return };
        match (&response.body, button.get_attribute("data-action").as_deref()) {
            (ResponseBody::Text(text), Some("copy-response")) => export::copy_text(button, text),
            (body, Some("download")) => {
                let is_json = MediaType::parse(response.header("content-type").unwrap_or_default()).is_json();
                let name = response.file_name.as_deref().unwrap_or("response.bin");
                let _ = match body {
                    // The file is UTF-8, whatever charset the text declares.
                    ResponseBody::Text(text) if response.charset.is_some() && !is_json => {
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
