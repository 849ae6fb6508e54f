//! The Response card: the outcome of the call.

use super::{
    dom, remote, snippets,
    state::{CallState, TryItState},
};
use crate::{
    model::{media_type::MediaType, response::ResponseBody},
    ui::{masked_secret, response},
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

/// Replaces the shown outcome whenever the call's state changes. Until the first call, the server's HTML stays.
pub(super) fn start(state: TryItState) {
    Effect::new(move || {
        let html = state.call_state.with(|call_state| match call_state {
            CallState::Idle => None,
            CallState::Running(_) => Some("<p class=\"note\">Sending…</p>".to_owned()),
            CallState::Cancelled => {
                Some("<p class=\"note\">Cancelled. The provider may still have received the call.</p>".to_owned())
            }
            CallState::Done(Ok(response)) => Some(response::render_response(response, true)),
            CallState::Done(Err(error)) => Some(response::render_error(error)),
        });
        if let (Some(html), Some(element)) = (html, dom::find("#outcome")) {
            element.set_inner_html(&html);
        }
    });
}

/// Runs the action of a button in the response: copies or saves the body.
pub(super) fn handle_action(state: TryItState, button: &Element) {
    state.call_state.with_untracked(|call_state| {
        let CallState::Done(Ok(response)) = call_state else { return };
        match (&response.body, button.get_attribute("data-action").as_deref()) {
            (ResponseBody::Text(text), Some("copy-response")) => snippets::copy_text(button, text),
            (body, Some("download")) => {
                let content_type = response.header("content-type").unwrap_or_default();
                let is_json = MediaType::parse(content_type).is_json();
                let _ = download(body, if is_json { "response.json" } else { "response.bin" });
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

/// Saves a body as a file. The page never opens it, because its content is not trusted.
pub(super) fn download(body: &ResponseBody, name: &str) -> Result<(), JsValue> {
    let blob_part: JsValue = match body {
        ResponseBody::Empty => JsValue::from_str(""),
        ResponseBody::Text(text) => JsValue::from_str(text),
        ResponseBody::Binary(base64) => {
            let bytes: Vec<u8> = window().atob(base64)?.chars().map(|c| c as u8).collect();
            js_sys::Uint8Array::from(bytes.as_slice()).into()
        }
    };
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&blob_part), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
