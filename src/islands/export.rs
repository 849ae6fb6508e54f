//! Copies text to the clipboard, and saves content as files.

use super::remote;
use crate::{model::response::ResponseBody, text};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

/// Copies a text, and shows the result on the button for 1.6 seconds, in place of its label.
pub(super) fn copy_text(button: &Element, label: &'static str, text: &str) {
    let copied = JsFuture::from(window().navigator().clipboard().write_text(text));
    // An icon may stand before the label.
    let Some(label_node) = button.last_child() else { return };
    spawn_local(async move {
        label_node.set_text_content(Some(if copied.await.is_ok() { text!("copy-done") } else { text!("copy-failed") }));
        set_timeout(move || label_node.set_text_content(Some(label)), Duration::from_millis(1600));
    });
}

/// Copies the address of a link.
pub(super) fn copy_link(link: &Element) {
    let address = link.dyn_ref::<HtmlAnchorElement>().map(HtmlAnchorElement::href);
    copy_text(link, text!("copy-link"), &address.unwrap_or_default());
}

/// Copies the text that a link leads to.
pub(super) fn copy_target(link: Element) {
    spawn_local(async move {
        let address = link.get_attribute("href").unwrap_or_default();
        if let Some(text) = remote::fetch_text(&address).await {
            copy_text(&link, text!("copy-markdown"), &text);
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
