//! The page of a provider whose document could not be loaded, and the note for a provider that is served from an older
//! copy.

use crate::{
    providers::{Outage, ProviderState, format_timestamp},
    text,
};
use leptos::prelude::*;

/// Renders the page for every URL of a provider without a document: the reason, its start, and the time of the next
/// attempt.
pub fn unavailable_page(provider: &ProviderState) -> AnyView {
    let outage = provider.outage.as_ref().map(outage_facts);
    view! {
        <nav class="breadcrumb" aria-label=text!("catalog-breadcrumb")>
            <ol><li><a href="/">{text!("catalog-all-providers")}</a></li><li aria-current="page">{provider.settings.id.clone()}</li></ol>
        </nav>
        <h1>{provider.title().to_owned()}</h1>
        <p class="lead" role="alert">{text!("unavailable-lead")}</p>
        <dl class="facts">
            <div><dt>{text!("unavailable-document")}</dt><dd><code>{provider.settings.document.public_name()}</code></dd></div>
            {outage}
        </dl>
        <p><a href="/">{text!("catalog-all-providers")}</a></p>
    }
    .into_any()
}

fn outage_facts(outage: &Outage) -> AnyView {
    let next = outage
        .retry_at()
        .map_or_else(|| text!("unavailable-no-attempt").to_owned(), |time| format_timestamp(time).to_string());
    view! {
        <div><dt>{text!("unavailable-reason")}</dt><dd>{outage.reason.clone()}</dd></div>
        <div><dt>{text!("unavailable-since")}</dt><dd>{format_timestamp(outage.since).to_string()}</dd></div>
        <div><dt>{text!("unavailable-next-attempt")}</dt><dd>{next}</dd></div>
    }
    .into_any()
}

/// Renders a note that an older copy of the document is served, and the reason.
pub(super) fn stale_copy_note(provider: &ProviderState) -> Option<AnyView> {
    let outage = provider.outage.as_ref()?;
    let copy = outage.served_copy.as_ref()?;
    let mut message = text!(
        "stale-copy-note",
        fetched = format_timestamp(copy.fetched_at),
        since = format_timestamp(outage.since),
        reason = outage.reason,
    );
    if let Some(time) = outage.retry_at() {
        message += &[" ", &text!("stale-copy-next-attempt", time = format_timestamp(time))].concat();
    }
    Some(view! { <p class="note" role="status">{message}</p> }.into_any())
}
