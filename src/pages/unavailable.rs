//! The page of a provider whose document could not be loaded, and the note for a provider that is served from an older
//! copy.

use crate::providers::{Outage, ProviderState, format_timestamp};
use leptos::prelude::*;

/// Renders the page for every URL of a provider without a document: the reason, its start, and the time of the next
/// attempt.
pub fn unavailable_page(provider: &ProviderState) -> AnyView {
    let outage = provider.outage.as_ref().map(outage_facts);
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol><li><a href="/">"All providers"</a></li><li aria-current="page">{provider.settings.id.clone()}</li></ol>
        </nav>
        <h1>{provider.title().to_owned()}</h1>
        <p class="lead" role="alert">"This API is not available at the moment: its OpenAPI document could not be loaded."</p>
        <dl class="facts">
            <div><dt>"Document"</dt><dd><code>{provider.settings.document.public_name()}</code></dd></div>
            {outage}
        </dl>
        <p><a href="/">"All providers"</a></p>
    }
    .into_any()
}

fn outage_facts(outage: &Outage) -> AnyView {
    let next = outage.retry_at().map_or_else(
        || "None. The operator must correct the document and restart the server.".to_owned(),
        |time| format_timestamp(time).to_string(),
    );
    view! {
        <div><dt>"Reason"</dt><dd>{outage.reason.clone()}</dd></div>
        <div><dt>"Since"</dt><dd>{format_timestamp(outage.since).to_string()}</dd></div>
        <div><dt>"Next attempt"</dt><dd>{next}</dd></div>
    }
    .into_any()
}

/// Renders a note that an older copy of the document is served, and the reason.
pub(super) fn stale_copy_note(provider: &ProviderState) -> Option<AnyView> {
    let outage = provider.outage.as_ref()?;
    let copy = outage.served_copy.as_ref()?;
    let next = outage.retry_at().map(|time| format!(" Next attempt: {}.", format_timestamp(time)));
    let message = format!(
        "This page uses the copy of the document that was fetched on {}. The current document has been unavailable \
         since {}: {}{}",
        format_timestamp(copy.fetched_at),
        format_timestamp(outage.since),
        outage.reason,
        next.unwrap_or_default(),
    );
    Some(view! { <p class="note" role="status">{message}</p> }.into_any())
}
