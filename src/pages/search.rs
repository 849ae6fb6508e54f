//! `/search`: operations of all providers, or of one.

use super::list;
use crate::{
    providers::{Catalog, Found},
    ui::html::Html,
};
use leptos::prelude::*;

/// How many operations a search lists, and how many while one types.
const MOST_FOUND: usize = 20;
const MOST_OFFERED: usize = 8;

/// The page of what a search found.
pub fn search(catalog: &Catalog, query: &str, provider: Option<&str>) -> AnyView {
    let found = catalog.search(query, provider, MOST_FOUND);
    let results = (!query.trim().is_empty()).then(|| {
        view! {
            <section aria-label="Search results">
                <p role="status">{said(query, &found)}</p>
                {list::rows_from_everywhere(&found.operations)}
            </section>
        }
    });
    view! {
        <h1>"Search"</h1>
        {form(query)}
        {results}
    }
    .into_any()
}

/// The form that leads there. Where scripts run, it offers operations while one types.
pub fn form(query: &str) -> AnyView {
    view! {
        <form class="search" role="search" action="/search">
            <label for="site-search">"Search operations"</label>
            <input id="site-search" type="search" name="q" value=query.to_owned() placeholder="create user, /v1/users, phone_number" autocomplete="off" spellcheck="false"/>
            <button type="submit">"Search"</button>
            <div class="offer" id="offer" hidden>
                <p id="offer-said" role="status"></p>
                <div id="offered" role="listbox" aria-label="Operations found"></div>
            </div>
        </form>
    }
    .into_any()
}

/// What the form offers while one types: on the first line how much was found, after it the links, as HTML.
pub fn fragment(catalog: &Catalog, query: &str, provider: Option<&str>) -> String {
    let found = catalog.search(query, provider, MOST_OFFERED);
    let mut html = Html::default();
    html.text(&said(query.trim(), &found).replace('\n', " ")).raw("\n");
    for (place, (entry, listing)) in found.operations.iter().enumerate() {
        html.raw("<a role=\"option\" aria-selected=\"false\" tabindex=\"-1\" id=\"offer-").text(&place.to_string());
        html.raw("\" href=\"/").text(&entry.provider.id).raw("/").text(&listing.name).raw("\">");
        list::content(&mut html, listing);
        list::home(&mut html, &entry.provider, listing);
        html.raw("</a>");
    }
    html.finish()
}

fn said(query: &str, found: &Found) -> String {
    match (found.total, found.operations.len()) {
        (0, _) => ["No operation matches “", query.trim(), "”. Try fewer or other words."].concat(),
        (all, listed) if all > listed => ["The best ", &listed.to_string(), " of ", &list::count(all)].concat(),
        (all, _) => list::count(all),
    }
}
