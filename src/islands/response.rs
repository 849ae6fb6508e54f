//! The Response card: what became of the call.

use super::{
    dom, remote, snippets,
    state::{Outcome, State},
};
use crate::{
    model::response::ReplyBody,
    ui::{response, secret},
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

/// Shows each outcome in place of the one before; at first, what the server rendered stays.
pub(super) fn start(state: State) {
    Effect::new(move || {
        let html = state.outcome.with(|outcome| match outcome {
            Outcome::Idle => None,
            Outcome::Running(_) => Some("<p class=\"note\">Sending…</p>".to_owned()),
            Outcome::Cancelled => Some(
                "<p class=\"note\">Cancelled. The provider may have received the call all the same.</p>".to_owned(),
            ),
            Outcome::Done(Ok(reply)) => Some(response::reply(reply, true)),
            Outcome::Done(Err(error)) => Some(response::failure(error)),
        });
        if let (Some(html), Some(place)) = (html, dom::find("#outcome")) {
            place.set_inner_html(&html);
        }
    });
}

/// Does what a button of a reply says: copies or saves its body.
pub(super) fn act(state: State, button: &Element) {
    state.outcome.with_untracked(|outcome| {
        let Outcome::Done(Ok(reply)) = outcome else { return };
        match (&reply.body, button.get_attribute("data-action").as_deref()) {
            (ReplyBody::Text(text), Some("copy-reply")) => snippets::copy_text(button, text),
            (body, Some("download")) => {
                let is_json = reply.header("content-type").is_some_and(|kind| kind.contains("json"));
                let _ = save(body, if is_json { "reply.json" } else { "reply.bin" });
            }
            _ => {}
        }
    });
}

/// Shows the secret beside a button, or hides it again.
pub(super) fn reveal(button: Element) {
    let Some(place) = button.previous_element_sibling() else { return };
    let handle = button.get_attribute("value").unwrap_or_default();
    if button.text_content().as_deref() == Some(secret::HIDE) {
        place.set_text_content(Some(&handle));
        button.set_text_content(Some(secret::SHOW));
        return;
    }
    spawn_local(async move {
        match remote::reveal(handle).await {
            Ok(secret) => {
                place.set_text_content(secret.as_str());
                button.set_text_content(Some(secret::HIDE));
            }
            Err(error) => button.set_text_content(Some(&error.message)),
        }
    });
}

/// Saves a body as a file. It never opens in the page, whatever is in it.
pub(super) fn save(body: &ReplyBody, name: &str) -> Result<(), JsValue> {
    let part: JsValue = match body {
        ReplyBody::Empty => JsValue::from_str(""),
        ReplyBody::Text(text) => JsValue::from_str(text),
        ReplyBody::Binary(base64) => {
            let bytes: Vec<u8> = window().atob(base64)?.chars().map(|c| c as u8).collect();
            js_sys::Uint8Array::from(bytes.as_slice()).into()
        }
    };
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&part), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
