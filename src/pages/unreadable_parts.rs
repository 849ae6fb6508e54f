//! The parts of an operation that could not be read.

use crate::{openapi::Diagnostic, text};
use leptos::prelude::*;

/// Renders the parts of the document that could not be read, and are missing from the form or the documentation.
pub(super) fn unreadable_parts(diagnostics: &[Diagnostic]) -> Option<AnyView> {
    let items: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| view! { <li><code>{diagnostic.location.clone()}</code>": "{diagnostic.reason.clone()}</li> })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <section aria-labelledby="faults-title">
                <h2 id="faults-title">{text!("unreadable-parts-title")}</h2>
                <p>{text!("unreadable-parts-note")}</p>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}
