//! The parts of an operation that could not be read.

use crate::openapi::Diagnostic;
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
                <h2 id="faults-title">"Parts that could not be read"</h2>
                <p>"The document has errors in this operation. Some details may be missing above."</p>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}
