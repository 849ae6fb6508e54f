//! The page of a provider whose document could not be loaded, and the note where an older copy is served.

use crate::providers::{Outage, Slot, for_people};
use leptos::prelude::*;

/// The page for every address of a provider without a document: what is wrong, since when, and when the server tries again.
pub fn unavailable(slot: &Slot) -> AnyView {
    let outage = slot.outage.as_ref().map(facts);
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol><li><a href="/">"All providers"</a></li><li aria-current="page">{slot.settings.id.clone()}</li></ol>
        </nav>
        <h1>{slot.title().to_owned()}</h1>
        <p class="lead" role="alert">"This API is not available at the moment: its OpenAPI document could not be loaded."</p>
        <dl class="facts">
            <div><dt>"Document"</dt><dd><code>{slot.settings.document.public_name()}</code></dd></div>
            {outage}
        </dl>
        <p><a href="/">"All providers"</a></p>
    }
    .into_any()
}

fn facts(outage: &Outage) -> AnyView {
    let next = outage.retry_at().map_or_else(
        || "Not by itself: whoever runs this server corrects the document, and starts the server again.".to_owned(),
        |time| for_people(time).to_string(),
    );
    view! {
        <div><dt>"Reason"</dt><dd>{outage.reason.clone()}</dd></div>
        <div><dt>"Since"</dt><dd>{for_people(outage.since).to_string()}</dd></div>
        <div><dt>"Tried again"</dt><dd>{next}</dd></div>
    }
    .into_any()
}

/// A note that an older copy of the document is served, and why.
pub(super) fn copy_note(slot: &Slot) -> Option<AnyView> {
    let outage = slot.outage.as_ref()?;
    let copy = outage.copy.as_ref()?;
    let next = outage.retry_at().map(|time| format!(" It is tried again at {}.", for_people(time)));
    let said = format!(
        "Served from the copy of {}. The current document has been missing since {}: {}{}",
        for_people(copy.fetched_at),
        for_people(outage.since),
        outage.reason,
        next.unwrap_or_default(),
    );
    Some(view! { <p class="note" role="status">{said}</p> }.into_any())
}
