//! `/`: the catalog.

use super::{
    list::{self, encode_query_value},
    logo::provider_logo,
    search,
};
use crate::{
    providers::{Catalog, CatalogEntry, ProviderState},
    snippet::HTTP_CLIENT_TARGETS,
    text,
    ui::icon::icon,
};
use leptos::prelude::*;
use std::cmp::Reverse;

/// Maximum number of providers per page.
const PROVIDERS_PER_PAGE: usize = 50;
/// Maximum number of categories that are listed: the largest.
const MAX_LISTED_CATEGORIES: usize = 40;
/// Maximum number of groups that a provider's card names.
const MAX_CARD_GROUPS: usize = 6;
/// Maximum length of a title, and of the name of a group, on a provider's card, in characters.
const MAX_CARD_TITLE_CHARS: usize = 80;
const MAX_CARD_GROUP_CHARS: usize = 30;

/// Renders an introduction, a search over all operations, and the providers of a category, or all. A page number selects
/// a page of providers.
pub fn home_page(catalog: &Catalog, category: Option<&str>, page: usize) -> AnyView {
    let is_listed =
        |provider: &&ProviderState| category.is_none_or(|name| provider.categories().iter().any(|other| other == name));
    let providers: Vec<_> = catalog.providers().iter().filter(is_listed).collect();
    let total = providers.len();
    let (page, first) = list::clamp_page(page, PROVIDERS_PER_PAGE, total);
    let cards: Vec<_> = providers.into_iter().skip(first).take(PROVIDERS_PER_PAGE).map(provider_card).collect();
    let has_categories = category.is_some() || catalog.providers().len() > PROVIDERS_PER_PAGE;
    view! {
        <div class="intro">
            <h1>{text!("home-lead")}</h1>
            <ul class="facts-row">
                <li>{icon("lock")}{text!("home-fact-credential")}</li>
                <li>{icon("check")}{text!("home-fact-secrets")}</li>
                <li>{icon("code")}{text!("home-fact-code", count = HTTP_CLIENT_TARGETS.len())}</li>
            </ul>
        </div>
        {search::search_form("")}
        {has_categories.then(|| category_links(catalog, category))}
        <div class="columns">
            <section aria-labelledby="providers-title">
                <h2 id="providers-title">{text!("catalog-providers")}</h2>
                <ul class="cards">{cards}</ul>
            </section>
            // The browser knows the operations, and replaces the note.
            <section class="recent needs-script" aria-labelledby="recent-title">
                <h2 id="recent-title">{text!("home-recent")}</h2>
                <div id="recent"><p class="note">{text!("home-recent-empty")}</p></div>
            </section>
        </div>
        {list::pagination(&category_url(category), page, PROVIDERS_PER_PAGE, total)}
    }
    .into_any()
}

/// Returns the URL of the first page of a category, or of all providers.
pub fn category_url(category: Option<&str>) -> String {
    category.map_or_else(|| "/".into(), |name| format!("/?category={}", encode_query_value(name)))
}

/// Renders links to the categories, sorted by name.
fn category_links(catalog: &Catalog, current: Option<&str>) -> AnyView {
    let mut categories: Vec<_> = catalog.categories().into_iter().collect();
    categories.sort_by_key(|(_, count)| Reverse(*count));
    categories.truncate(MAX_LISTED_CATEGORIES);
    categories.sort_unstable();
    let link = |name: Option<&str>, count: usize| {
        let is_current = (name == current).then_some("page");
        view! {
            <li><a href=category_url(name) aria-current=is_current>{name.unwrap_or_else(|| text!("catalog-all-providers")).to_owned()}</a>" "<span class="count">{count}</span></li>
        }
    };
    let links: Vec<_> = categories.into_iter().map(|(name, count)| link(Some(name), count)).collect();
    view! {
        <nav class="groups" aria-label=text!("home-categories")><ul>{link(None, catalog.providers().len())}{links}</ul></nav>
    }
    .into_any()
}

fn provider_card(provider: &ProviderState) -> AnyView {
    provider.entry.as_ref().map_or_else(|| unavailable_card(provider), |entry| available_card(entry))
}

fn unavailable_card(provider: &ProviderState) -> AnyView {
    view! {
        <li class="card">
            {provider_logo(&provider.settings, provider.title())}
            <h3><a href=format!("/{}", provider.settings.id)>{list::shorten(provider.title(), MAX_CARD_TITLE_CHARS)}</a></h3>
            <p class="note">{text!("home-card-unavailable")}</p>
        </li>
    }
    .into_any()
}

fn available_card(entry: &CatalogEntry) -> AnyView {
    let (provider, document) = (&entry.provider, &entry.document);
    let groups: Vec<String> = document
        .groups
        .iter()
        .take(MAX_CARD_GROUPS)
        .map(|group| list::shorten(&group.title, MAX_CARD_GROUP_CHARS))
        .collect();
    let hidden_groups = document.groups.len().saturating_sub(MAX_CARD_GROUPS);
    let count = list::operation_count(document.operations.len());
    let version = text!("home-card-version", version = list::shorten(&document.version, MAX_CARD_GROUP_CHARS));
    view! {
        <li class="card">
            {provider_logo(&entry.settings, &provider.title)}
            <h3><a href=format!("/{}", provider.id)>{list::shorten(&provider.title, MAX_CARD_TITLE_CHARS)}</a></h3>
            <p>{document.summary.clone()}</p>
            <p class="note">{[&count, " · ", &version].concat()}</p>
            {(document.groups.len() > 1).then(|| view! { <p class="note">{text!("home-card-groups", groups = groups.join(" · "), count = hidden_groups)}</p> })}
        </li>
    }
    .into_any()
}
