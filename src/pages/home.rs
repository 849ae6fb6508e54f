//! `/`: the catalog.

use super::{list, search};
use crate::providers::{Catalog, CatalogEntry, ProviderState};
use leptos::prelude::*;

/// Maximum number of groups that a provider's card names.
const MAX_CARD_GROUPS: usize = 6;

/// Renders an introduction, a search over all operations, and the providers.
pub fn home_page(catalog: &Catalog) -> AnyView {
    let cards: Vec<_> = catalog.providers().iter().map(provider_card).collect();
    view! {
        <h1>"API Explorer"</h1>
        <p class="lead">
            "Try any API from a web page, without the page ever holding its keys. The server holds the credential and \
             makes the call; your browser sends the name of an operation and its arguments, and gets the response."
        </p>
        {search::search_form("")}
        <ul class="cards">{cards}</ul>
    }
    .into_any()
}

fn provider_card(provider: &ProviderState) -> AnyView {
    provider.entry.as_ref().map_or_else(|| unavailable_card(provider), |entry| available_card(entry))
}

fn unavailable_card(provider: &ProviderState) -> AnyView {
    view! {
        <li class="card">
            <h2><a href=["/", &provider.settings.id].concat()>{provider.title().to_owned()}</a></h2>
            <p class="note">"Not available at the moment: its OpenAPI document could not be loaded."</p>
        </li>
    }
    .into_any()
}

fn available_card(entry: &CatalogEntry) -> AnyView {
    let (provider, document) = (&entry.provider, &entry.document);
    let groups: Vec<&str> = document.groups.iter().take(MAX_CARD_GROUPS).map(|group| group.name.as_str()).collect();
    let hidden_groups = document.groups.len().saturating_sub(MAX_CARD_GROUPS);
    let hidden_note = match hidden_groups {
        0 => None,
        1 => Some(" and 1 more group".to_owned()),
        count => Some([" and ", &count.to_string(), " more groups"].concat()),
    };
    view! {
        <li class="card">
            <h2><a href=["/", &provider.id].concat()>{provider.title.clone()}</a></h2>
            <p>{document.summary.clone()}</p>
            <p class="note">{list::operation_count(document.operations.len())}" · version "{document.version.clone()}</p>
            {(document.groups.len() > 1).then(|| view! { <p class="note">{groups.join(" · ")}{hidden_note}</p> })}
        </li>
    }
    .into_any()
}
