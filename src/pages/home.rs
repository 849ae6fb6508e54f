//! `/`: the catalog.

use crate::providers::Catalog;
use leptos::prelude::*;

/// What this site is, its providers, and a search over all of their operations.
pub fn home(catalog: &Catalog, query: &str) -> AnyView {
    let providers: Vec<_> = catalog
        .iter()
        .map(|entry| {
            let provider = &entry.provider;
            view! {
                <li class="card">
                    <h2><a href=["/", &provider.id].concat()>{provider.title.clone()}</a></h2>
                    <div inner_html=entry.document.description.clone()></div>
                    <p class="note">
                        {entry.document.operations.len()}" operations · version "{entry.document.version.clone()}
                    </p>
                </li>
            }
        })
        .collect();
    view! {
        <h1>"API Explorer"</h1>
        <p class="lead">
            "Try any API from a web page, without the page ever holding its keys. The server keeps the credential and makes \
             the call; your browser sends the name of an operation and its arguments, and gets the reply."
        </p>
        <form class="search" role="search" action="/" method="get">
            <label for="q">"Search operations"</label>
            <input id="q" type="search" name="q" value=query.to_owned() placeholder="create user, /v1/users, phone_number" autocomplete="off"/>
            <button type="submit">"Search"</button>
        </form>
        {(!query.trim().is_empty()).then(|| results(catalog, query))}
        <ul class="cards">{providers}</ul>
    }
    .into_any()
}

fn results(catalog: &Catalog, query: &str) -> AnyView {
    let found = catalog.search(query, None, 50);
    let count = match found.total {
        0 => "Nothing found. Try fewer or other words.".into(),
        1 => "1 operation".into(),
        many => [&many.to_string(), " operations"].concat(),
    };
    let rows: Vec<_> = found
        .operations
        .into_iter()
        .map(|(entry, documented)| super::provider::operation_row(&entry.provider.id, documented))
        .collect();
    view! {
        <section aria-label="Search results">
            <p role="status">{count}</p>
            <ul class="operations">{rows}</ul>
        </section>
    }
    .into_any()
}
