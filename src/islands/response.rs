//! The Response card: the outcome of the call.

use super::{
    dom, export,
    html::set_html,
    remote,
    state::{CallState, TryItState},
    stream,
};
use crate::{
    model::{media_type::MediaType, response::ResponseBody},
    ui::{masked_secret, response},
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::Element;

/// Replaces the shown outcome whenever the call's state changes. Until the first call, the server's HTML stays.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        let html = state.call_state.with(|call_state| match call_state {
            CallState::Idle => None,
            CallState::Running(_) => Some("<p class=\"note\">Sending…</p>".to_owned()),
            CallState::Cancelled if stream::find_list().is_some() => {
                dom::set_text("#receiving", "Cancelled. The connection to the provider was closed.");
                None
            }
            CallState::Cancelled => {
                Some("<p class=\"note\">Cancelled. The provider may still have received the call.</p>".to_owned())
            }
            CallState::Done(Ok(response)) => Some(response::render_response(response, true)),
            CallState::Done(Err(error)) => Some(response::render_error(error)),
        });
        let list = stream::find_list();
        let Some((html, outcome)) = html.zip(dom::find("#outcome")) else { return };
        set_html(&outcome, &html);
        // The items of a stream stay, as the user has scrolled them.
        let is_done = state.call_state.with_untracked(|call_state| matches!(call_state, CallState::Done(_)));
        if let Some(list) = list.filter(|_| is_done) {
            let _ = dom::find("#items-place").unwrap_or(outcome).append_child(&list);
        }
    });
}

/// Runs the action of a button in the response: copies or saves the body.
pub(super) fn handle_action(state: TryItState, button: &Element) {
    state.call_state.with_untracked(|call_state| {
        let CallState::Done(Ok(response)) = call_state else { return };
        let items = stream::find_list().and_then(|list| list.text_content()).map(ResponseBody::Text);
        match (items.as_ref().unwrap_or(&response.body), button.get_attribute("data-action").as_deref()) {
            (ResponseBody::Text(text), Some("copy-response")) => export::copy_text(button, text),
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
