//! Keeps the input of the form in this tab, so that a reload does not lose it. Secrets, files and confirmations are not
//! kept.

use super::{
    dom::{self, Controls},
    form,
    json_text::quote,
};
use js_sys::{Array, JSON};
use leptos::prelude::{document, window};
use web_sys::Storage;

/// Start of the keys of drafts in the storage of the tab; the path of the page follows.
const KEY_PREFIX: &str = "api-explorer.draft";
/// Controls that are not kept, besides those of secrets and files.
const EXCLUDED: [&str; 4] = ["fingerprint", "confirm", "unlock", "secret_source"];

/// Stores the input of the form.
pub(super) fn save() {
    let Some((storage, key)) = storage() else { return };
    let pairs: Vec<String> = kept_controls().iter().map(|(name, text)| [quote(name), quote(text)].join(",")).collect();
    let _ = storage.set_item(&key, &["[", &pairs.join(","), "]"].concat());
}

/// Returns the stored input, if it differs from the form's.
pub(super) fn stored() -> Option<Controls> {
    let (storage, key) = storage()?;
    let texts: Array = JSON::parse(&storage.get_item(&key).ok()??).ok()?.into();
    let texts: Vec<String> = texts.iter().filter_map(|text| text.as_string()).collect();
    let controls = texts.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    (controls != kept_controls()).then_some(controls)
}

/// Deletes the stored input.
pub(super) fn clear() {
    if let Some((storage, key)) = storage() {
        let _ = storage.remove_item(&key);
    }
}

/// Returns the input of the form that may be kept.
fn kept_controls() -> Controls {
    let mut controls = form::controls();
    controls.retain(|(name, text)| {
        let selector = [&dom::attribute_selector("name", name), ":is([type=password], [type=file], .secret)"].concat();
        !text.is_empty() && !EXCLUDED.contains(&name.as_str()) && dom::find(&selector).is_none()
    });
    controls
}

/// Returns the storage of the tab and the key of the page.
fn storage() -> Option<(Storage, String)> {
    let path = document().location()?.pathname().ok()?;
    Some((window().session_storage().ok()??, [KEY_PREFIX, &path].concat()))
}
