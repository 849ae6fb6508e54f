//! Replaces what may not be shown in one item of a stream.

use super::{
    LabelFn, Visibility,
    harmless::{is_harmless_text, is_plain_name},
    known_json::{KnownJson, Reason, Replace},
    rewrite_embedded, rewrite_secrets_in_text, rewrite_whole,
    secret_detection::{is_secret_name, is_session_name},
};
use crate::{
    gateway::redact::stream_item::{END_MARKERS, ServerEvent, StreamItem},
    openapi::{ExpectedItems, ExpectedResponse},
};
use serde_json::{Map, Value};

/// Maximum number of digits of an event's id that is shown without a description. Longer ones can be secrets.
const MAX_ID_DIGITS: usize = 12;

impl Visibility {
    /// Returns the item, in which everything that is not shown is replaced. Returns `None` if the item cannot be
    /// searched: it is nested too deeply, or, for callers that may not see secrets, it is not JSON as its format
    /// requires.
    pub(super) fn rewrite_item(
        self,
        expected: &ExpectedItems,
        item: &StreamItem,
        replace: &mut Replace,
    ) -> Option<StreamItem> {
        let mut replace_secret = |label: LabelFn, secret: &str| replace(label, secret, Reason::Secret);
        match (item, self) {
            (StreamItem::Json(text), Self::AllButSecrets) => {
                rewrite_secrets_in_text(&expected.item, text, &mut replace_secret).map(StreamItem::Json)
            }
            (StreamItem::Json(text), Self::OnlyKnown) => {
                KnownJson::new(&expected.item, replace).mask_body(text).map(StreamItem::Json)
            }
            (StreamItem::Event(event), Self::AllButSecrets) => {
                rewrite_secrets_in_event(expected, event, &mut replace_secret).map(StreamItem::Event)
            }
            (StreamItem::Event(event), Self::OnlyKnown) => {
                Some(StreamItem::Event(rewrite_known_event(expected, event, replace)))
            }
        }
    }
}

fn rewrite_secrets_in_event(
    expected: &ExpectedItems,
    event: &ServerEvent,
    replace: &mut impl FnMut(LabelFn, &str) -> String,
) -> Option<ServerEvent> {
    let mut rewritten = event.clone();
    for (name, value) in &mut rewritten.fields {
        let label = || name.clone();
        let replaced = if expected.item.is_secret_field(name) {
            rewrite_whole(value, &label, replace)
        } else {
            rewrite_embedded(value, &label, replace)
        };
        *value = replaced.unwrap_or_else(|| std::mem::take(value));
    }
    if let Some(data) = &mut rewritten.data {
        let label = || "data".to_owned();
        let whole = expected.item.is_secret_field("data").then(|| rewrite_whole(data, &label, replace)).flatten();
        *data = match whole {
            Some(whole) => whole,
            None => rewrite_secrets_in_text(expected.data(event.field("event")), data, replace)?,
        };
    }
    Some(rewritten)
}

/// Returns the event without comments and unknown fields, with the other fields masked.
fn rewrite_known_event(expected: &ExpectedItems, event: &ServerEvent, replace: &mut Replace) -> ServerEvent {
    let mut masked = ServerEvent::default();
    for (name, value) in &event.fields {
        let value = match name.as_str() {
            // Comments keep the connection open, whatever their text.
            "" => String::new(),
            "event" if is_plain_name(value) => value.clone(),
            "id" if value.len() <= MAX_ID_DIGITS && value.bytes().all(|byte| byte.is_ascii_digit()) => value.clone(),
            "retry" if value.parse::<u32>().is_ok() => value.clone(),
            "event" | "id" => mask_field(expected, name, value, false, replace),
            _ => continue,
        };
        masked.fields.push((name.clone(), value));
    }
    masked.data = event.data.as_ref().map(|data| mask_data(expected, event, data, replace));
    masked
}

/// Masks the data of an event: as JSON if it is JSON, and else as a text.
fn mask_data(expected: &ExpectedItems, event: &ServerEvent, data: &str, replace: &mut Replace) -> String {
    let event_type = event.field("event");
    // As in a pair of a name and a value, the type of the event can be the name of a secret.
    let names_secret = event_type.is_some_and(|name| is_secret_name(name) || is_session_name(name));
    let is_documented_type =
        event_type.is_some_and(|name| expected.item.describe_body().field("event").has_choice(name));
    let is_secret = names_secret && !is_documented_type;
    if data.is_empty() || END_MARKERS.contains(&data) {
        return data.to_owned();
    }
    let masked = if is_secret { None } else { KnownJson::new(expected.data(event_type), replace).mask_body(data) };
    masked.unwrap_or_else(|| mask_field(expected, "data", data, is_secret, replace))
}

/// Masks a text like the field of an object that the document describes.
fn mask_field(expected: &ExpectedItems, name: &str, value: &str, is_secret: bool, replace: &mut Replace) -> String {
    if is_secret || expected.item.is_secret_field(name) {
        let label = || name.to_owned();
        let masked = rewrite_whole(value, &label, &mut |label, secret| replace(label, secret, Reason::Secret));
        return masked.unwrap_or_else(|| value.to_owned());
    }
    if matches!(expected.item, ExpectedResponse::Unknown) && is_harmless_text(value) {
        return value.to_owned();
    }
    let object = Value::Object(Map::from_iter([(name.to_owned(), Value::from(value))]));
    let masked = KnownJson::new(&expected.item, replace).mask_body(&object.to_string());
    let parsed = masked.and_then(|masked| serde_json::from_str::<Value>(&masked).ok());
    let text = parsed.as_ref().and_then(|object| object[name].as_str());
    text.map_or_else(|| super::NOT_STORED.to_owned(), str::to_owned)
}
