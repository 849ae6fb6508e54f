//! The default and the examples of a field, to be filled in.

use crate::{
    model::{form::to_control_text, schema::Annotations},
    text,
};
use leptos::prelude::*;
use serde_json::Value;

/// Renders the suggestions for a field: its default and its examples. A single example is shown in the field itself.
pub(super) fn suggestions(annotations: &Annotations, path: &str) -> Option<AnyView> {
    let button = |intent: String, text: String| {
        view! { <button type="submit" class="quiet" name="intent" value=intent>{text}</button> }
    };
    let preview = |value: &Value| to_control_text(value).chars().take(80).collect::<String>();
    let default = annotations.default.as_ref().map(|default| {
        view! { {text!("suggestions-default-before")}<code>{preview(default)}</code>". "{button(format!("take{path}"), text!("suggestions-use-default").into())} }
    });
    let several = if annotations.examples.len() > 1 { annotations.examples.as_slice() } else { &[] };
    let examples: Vec<_> = several
        .iter()
        .enumerate()
        .map(|(number, example)| button(format!("try/{number}{path}"), preview(example)))
        .collect();
    let is_anything = default.is_some() || !examples.is_empty();
    is_anything.then(|| view! { <p class="suggested-values">{default}{examples}</p> }.into_any())
}
