//! `/`: the catalog.

use super::{list, search};
use crate::providers::{Catalog, CatalogEntry, Slot};
use leptos::prelude::*;

/// Groups that a card names.
const MOST_GROUPS: usize = 6;

/// What this site is, a search over all operations, and the providers.
pub fn home(catalog: &Catalog) -> AnyView {
    let cards: Vec<_> = catalog.slots().iter().map(card).collect();
    view! {
        <h1>"API Explorer"</h1>
        <p class="lead">
            "Try any API from a web page, without the page ever holding its keys. The server keeps the credential and makes \
             the call; your browser sends the name of an operation and its arguments, and gets the reply."
        </p>
        {search::form("")}
        <ul class="cards">{cards}</ul>
    }
    .into_any()
}

fn card(slot: &Slot) -> AnyView {
    slot.entry.as_ref().map_or_else(|| unavailable_card(slot), |entry| available_card(entry))
}

fn unavailable_card(slot: &Slot) -> AnyView {
    view! {
        <li class="card">
            <h2><a href=["/", &slot.settings.id].concat()>{slot.title().to_owned()}</a></h2>
            <p class="note">"Not available at the moment: its OpenAPI document could not be loaded."</p>
        </li>
    }
    .into_any()
}

fn available_card(entry: &CatalogEntry) -> AnyView {
    let (provider, document) = (&entry.provider, &entry.document);
    let groups: Vec<&str> = document.groups.iter().take(MOST_GROUPS).map(|group| group.name.as_str()).collect();
    let more = document.groups.len().saturating_sub(MOST_GROUPS);
    let more = (more > 0).then(|| [" and ", &more.to_string(), " more groups"].concat());
    view! {
        <li class="card">
            <h2><a href=["/", &provider.id].concat()>{provider.title.clone()}</a></h2>
            <p>{document.summary.clone()}</p>
            <p class="note">{list::count(document.listings.len())}" · version "{document.version.clone()}</p>
            {(document.groups.len() > 1).then(|| view! { <p class="note">{groups.join(" · ")}{more}</p> })}
        </li>
    }
    .into_any()
}
