//! The items of a stream: shown in the Response card as they arrive.

use super::{dom, html::parse_html};
use crate::{
    model::json,
    text,
    ui::{
        self,
        stream::{MAX_SHOWN_ITEMS, describe_count, render_item},
    },
};
use js_sys::{Reflect, Uint8Array};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, ReadableStreamDefaultReader, Response};

/// Distance from the end of the list at which it follows new items, in pixels.
const FOLLOW_DISTANCE: i32 = 8;

/// Returns true if the body of a response consists of frames.
pub(super) fn has_frames(response: &Response) -> bool {
    let content_type = response.headers().get("content-type").ok().flatten();
    content_type.is_some_and(|content_type| content_type.starts_with("application/x-ndjson"))
}

/// Reads the frames of a response, and shows the items as they arrive. Returns the status and the JSON of the last frame:
/// of a response without its items, or of an error.
pub(super) async fn read_frames(response: &Response) -> Result<(u16, Value), JsValue> {
    let body = response.body().ok_or(JsValue::NULL)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let (mut pending, mut count, mut last) = (Vec::new(), 0, Err(JsValue::NULL));
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            return last;
        }
        pending.extend(Uint8Array::new(&Reflect::get(&chunk, &"value".into())?).to_vec());
        let mut items = String::new();
        while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8(pending.drain(..=end).collect()).unwrap_or_default();
            let Ok(Value::Object(frame)) = json::parse(&line) else { continue };
            for (kind, content) in frame {
                match kind.as_str() {
                    "head" => show_head(&content),
                    "item" => {
                        count += 1;
                        items += &to_html(content);
                    }
                    "end" => last = Ok((200, content)),
                    _ => last = Ok((500, content)),
                }
            }
        }
        add_items(&items, count);
    }
}

/// Shows the status of the response, and an empty list.
fn show_head(head: &Value) {
    let status = head.get("status").and_then(Value::as_u64).and_then(|status| status.try_into().ok());
    dom::show_status(&ui::response::render_status_code(status.unwrap_or_default()));
    dom::set_html("#outcome", &ui::response::render_open_stream());
    dom::toggle_attribute("#outcome", "data-outdated", false);
}

fn to_html(mut item: Value) -> String {
    let [event, id, data] = ["event", "id", "data"].map(|name| match item.get_mut(name).map(Value::take) {
        Some(Value::String(text)) => text,
        // Gateways send JSON to the pages of other explorers.
        Some(json) => json.to_string(),
        None => String::new(),
    });
    render_item([&event, &id], &data)
}

/// Adds items to the list, of which only the last ones stay. `count` is the number of all items.
fn add_items(items: &str, count: u32) {
    let (Some(region), Some(list)) = (find_list(), dom::find("#items ol")) else { return };
    dom::set_text("#receiving", &[text!("receiving-stream"), " ", &describe_count(count, true)].concat());
    let is_at_end = region.scroll_top() + region.client_height() + FOLLOW_DISTANCE >= region.scroll_height();
    if let Some(content) = parse_html(items) {
        let _ = list.append_child(&content);
    }
    while list.child_element_count() > MAX_SHOWN_ITEMS
        && let Some(first) = list.first_element_child()
    {
        first.remove();
    }
    let _ = list.set_attribute("start", &(count + 1 - list.child_element_count()).to_string());
    if is_at_end {
        region.set_scroll_top(region.scroll_height());
    }
}

/// Returns the list of the stream that is shown.
pub(super) fn find_list() -> Option<Element> {
    dom::find("#items")
}
