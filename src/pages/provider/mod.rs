//! `/{provider}`: one API, and its operations by group.

mod groups;

use super::list;
use crate::providers::{Catalog, CatalogEntry};
use leptos::prelude::*;

pub use groups::group;

/// How many operations a filter lists.
const MOST_FILTERED: usize = 100;

/// What the API is, its operations by group, where it runs, and how to authenticate. A filter leaves the operations that
/// match; a page number counts through the groups of a provider that has very many.
pub fn provider(catalog: &Catalog, entry: &CatalogEntry, filter: &str, page: usize) -> AnyView {
    let (provider, document) = (&entry.provider, &entry.document);
    let servers: Vec<_> = provider
        .environments
        .iter()
        .map(|server| view! { <div><dt>{server.name.clone()}</dt><dd><code>{server.url.clone()}</code></dd></div> })
        .collect();
    let faults: Vec<_> = document.faults.iter().map(|fault| view! { <li><code>{fault.clone()}</code></li> }).collect();
    let credential = &provider.credential;
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol><li><a href="/">"All providers"</a></li><li aria-current="page">{provider.id.clone()}</li></ol>
        </nav>
        <h1>{document.title.clone()}</h1>
        <div class="lead" inner_html=document.description.clone()></div>
        <p class="note">
            <code>{provider.package.clone()}</code>" · version "{document.version.clone()}" · "
            <a href=["/", &provider.id, "/openapi.json"].concat()>"OpenAPI document"</a>
            {document.documentation_url.clone().map(|url| view! { " · "<a href=url rel="noopener noreferrer">"Documentation by "{provider.title.clone()}</a> })}
        </p>
        {form(entry, filter)}
        {if filter.is_empty() { groups::overview(entry, page) } else { filtered(catalog, entry, filter) }}
        <section>
            <h2>"Servers"</h2>
            <dl class="facts">{servers}</dl>
            <p class="note">"The environment example needs no server: it answers from the document."</p>
        </section>
        <section>
            <h2>"Authentication"</h2>
            <p>
                "HTTP Basic, with the "{credential.username_label.clone()}" as user name and the "{credential.password_label.clone()}
                " as password. Set them on any operation's page; they stay on the server."
            </p>
        </section>
        {(!faults.is_empty()).then(|| view! {
            <details class="faults">
                <summary>"What could not be read "<span class="count">{faults.len()}</span></summary>
                <p>"These parts of the document could not be read. Everything else is here."</p>
                <ul>{faults}</ul>
            </details>
        })}
    }
    .into_any()
}

/// A filter that works without scripts; with them, and where all operations are listed, it filters as one types.
fn form(entry: &CatalogEntry, filter: &str) -> AnyView {
    let provider = &entry.provider;
    let live = filter.is_empty() && groups::lists_everything(entry);
    view! {
        <form class="search" role="search" action=["/", &provider.id].concat()>
            <label for="filter">"Filter the operations of "{provider.title.clone()}</label>
            <input id="filter" type="search" name="q" value=filter.to_owned() data-live=live.then_some("") autocomplete="off" spellcheck="false"/>
            <button type="submit">"Filter"</button>
            <p id="filtered" class="note" role="status"></p>
        </form>
    }
    .into_any()
}

fn filtered(catalog: &Catalog, entry: &CatalogEntry, filter: &str) -> AnyView {
    let id = &entry.provider.id;
    let found = catalog.search(filter, Some(id), MOST_FILTERED);
    let said = match found.total {
        0 => ["No operation matches “", filter, "”."].concat(),
        all if all > MOST_FILTERED => ["The best ", &MOST_FILTERED.to_string(), " of ", &list::count(all)].concat(),
        all => list::count(all),
    };
    let rows = found.operations.into_iter().map(|(entry, listing)| (entry.provider.id.as_str(), listing));
    view! {
        <section aria-label="Filtered operations">
            <p role="status">{said}" · "<a href=["/", id].concat()>"Show all "{entry.document.listings.len()}</a></p>
            {list::rows(rows)}
        </section>
    }
    .into_any()
}
