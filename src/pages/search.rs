//! `/search`: operations and webhooks of all providers, or of one.

use super::{
    list,
    provider_requests::{found_webhooks, webhook_url, write_webhook_of_provider},
};
use crate::{
    providers::{Catalog, ProviderState, SearchResults},
    ui::html::HtmlWriter,
};
use leptos::prelude::*;

/// Maximum number of operations in search results.
const MAX_RESULTS: usize = 20;
/// Maximum number of providers in search results, and maximum length of their titles in characters.
const MAX_PROVIDERS: usize = 10;
const MAX_TITLE_CHARS: usize = 80;
const MAX_SUGGESTIONS: usize = 8;

/// Renders the page of search results: providers, then operations.
pub fn search_page(catalog: &Catalog, query: &str, provider: Option<&str>) -> AnyView {
    let results = catalog.search(query, provider, MAX_RESULTS);
    let results_section = (!query.trim().is_empty()).then(|| {
        view! {
            <section aria-label="Search results">
                {provider.is_none().then(|| matching_providers(catalog, query))}
                <p role="status">{result_summary(query, &results)}</p>
                {list::operation_list_with_providers(&results.operations)}
                {found_webhooks(&catalog.find_webhooks(query, provider, MAX_RESULTS))}
            </section>
        }
    });
    view! {
        <h1>"Search"</h1>
        {search_form(query)}
        {results_section}
    }
    .into_any()
}

/// Renders links to the providers whose title or id matches the query, if there are any.
fn matching_providers(catalog: &Catalog, query: &str) -> Option<AnyView> {
    let providers = catalog.find_providers(query, MAX_PROVIDERS);
    if providers.is_empty() {
        return None;
    }
    let link = |provider: &ProviderState| {
        let title = list::shorten(provider.title(), MAX_TITLE_CHARS);
        view! { <li><a href=format!("/{}", provider.settings.id)>{title}</a></li> }
    };
    let links: Vec<_> = providers.into_iter().map(link).collect();
    Some(view! { <nav class="groups" aria-label="Providers"><ul>{links}</ul></nav> }.into_any())
}

/// Renders the search form. With scripts, it suggests operations while the user types.
pub fn search_form(query: &str) -> AnyView {
    view! {
        <form class="search" role="search" action="/search">
            <label for="site-search">"Search operations"</label>
            <input id="site-search" type="search" name="q" value=query.to_owned() placeholder="create user, /v1/users, phone_number" autocomplete="off" spellcheck="false"/>
            <button type="submit">"Search"</button>
            <div class="suggestions" id="suggestions" hidden>
                <p id="suggestion-status" role="status"></p>
                <div id="suggestion-list" role="listbox" aria-label="Operations found"></div>
            </div>
        </form>
    }
    .into_any()
}

/// Renders the suggestions of the search form: a line with the number of results, then the links as HTML.
pub fn suggestions_fragment(catalog: &Catalog, query: &str, provider: Option<&str>) -> String {
    let results = catalog.search(query, provider, MAX_SUGGESTIONS);
    let mut html = HtmlWriter::default();
    html.text(&result_summary(query.trim(), &results).replace('\n', " ")).raw("\n");
    for (index, (entry, operation)) in results.operations.iter().enumerate() {
        html.raw("<a role=\"option\" aria-selected=\"false\" tabindex=\"-1\" id=\"suggestion-")
            .text(&index.to_string());
        html.raw("\" href=\"/").text(&entry.provider.id).raw("/").text(&operation.name).raw("\">");
        list::write_listing(&mut html, operation);
        list::write_provider_and_group(&mut html, &entry.provider, operation);
        html.raw("</a>");
    }
    let listed = results.operations.len();
    let webhooks = catalog.find_webhooks(query, provider, MAX_SUGGESTIONS - listed.min(MAX_SUGGESTIONS));
    for (index, (entry, webhook)) in webhooks.into_iter().enumerate() {
        html.raw("<a role=\"option\" aria-selected=\"false\" tabindex=\"-1\" id=\"suggestion-")
            .text(&(listed + index).to_string());
        html.raw("\" href=\"").text(&webhook_url(entry, &webhook.name)).raw("\">");
        write_webhook_of_provider(&mut html, entry, webhook);
        html.raw("</a>");
    }
    html.finish()
}

fn result_summary(query: &str, results: &SearchResults) -> String {
    match (results.total, results.operations.len()) {
        (0, _) => format!("No operation matches “{}”. Try fewer or other words.", query.trim()),
        (total, listed) if total > listed => {
            format!("Best {listed} of {total} matches")
        }
        (total, _) => list::operation_count(total),
    }
}
