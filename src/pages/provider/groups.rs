//! A provider's operations by group. What is large has pages of its own, so that no page holds more than one can read.

use crate::{
    openapi::Group,
    pages::list::{self, count, in_query, paging},
    providers::CatalogEntry,
};
use leptos::prelude::*;

/// A provider with more operations lists its groups only.
const LARGE_PROVIDER: usize = 300;
/// A group with more operations is listed on a page of its own.
const LARGE_GROUP: usize = 50;
/// What groups stand under that have no heading.
const ALL: &str = "Operations";
/// Operations, and groups, on one page.
const PER_PAGE: usize = 100;

/// Whether the provider's page has all of its operations.
pub(super) fn lists_everything(entry: &CatalogEntry) -> bool {
    entry.document.listings.len() <= LARGE_PROVIDER
        && entry.document.groups.len() <= PER_PAGE
        && entry.document.groups.iter().all(|group| group.operations.len() <= LARGE_GROUP)
}

/// All groups, with their operations as far as that is readable.
pub(super) fn overview(entry: &CatalogEntry, page: usize) -> AnyView {
    let groups = &entry.document.groups;
    let (page, first) = bounded(page, groups.len());
    let is_large = entry.document.listings.len() > LARGE_PROVIDER;
    let mut heading = "";
    let mut parts: Vec<AnyView> = Vec::new();
    let shown = &groups[first..groups.len().min(first + PER_PAGE)];
    for group in shown {
        // Groups without a heading come last; where no group has one, there is nothing to tell them from.
        let own = group.heading.as_deref().unwrap_or(if parts.is_empty() || heading == ALL { ALL } else { "Other" });
        if heading != own {
            heading = own;
            parts.push(view! { <h2 class="heading">{own.to_owned()}</h2> }.into_any());
        }
        parts.push(if is_large { index_entry(entry, group) } else { section(entry, group) });
    }
    let index = (!is_large && shown.len() > 2).then(|| index(shown));
    view! {
        {index}
        {parts}
        {paging(&["/", &entry.provider.id].concat(), page, PER_PAGE, groups.len())}
    }
    .into_any()
}

/// The page of one group, or one of its pages.
pub fn group(entry: &CatalogEntry, group: &Group, page: usize) -> AnyView {
    let id = entry.provider.id.as_str();
    let all = group.operations.len();
    let (page, first) = bounded(page, all);
    let rows = entry.operations_of(group).skip(first).take(PER_PAGE);
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                <li><a href="/">"All providers"</a></li>
                <li><a href=["/", id].concat()>"provider "<b>{id.to_owned()}</b></a></li>
                <li aria-current="page">{group.name.clone()}</li>
            </ol>
        </nav>
        <h1>{group.name.clone()}</h1>
        <div class="lead" inner_html=group.description.clone()></div>
        {vendor(entry, group)}
        <p class="note">{count(all)}</p>
        {list::rows(id, rows)}
        {paging(&address(entry, group), page, PER_PAGE, all)}
    }
    .into_any()
}

/// Where one reads a group's operations: on the provider's page, or on a page of its own where that does not have them all.
pub fn place(entry: &CatalogEntry, group: &Group) -> String {
    if lists_everything(entry) {
        ["/", &entry.provider.id, "#group-", &group.slug].concat()
    } else {
        address(entry, group)
    }
}

/// Where the page of a group is.
fn address(entry: &CatalogEntry, group: &Group) -> String {
    ["/", &entry.provider.id, "?group=", &in_query(&group.slug)].concat()
}

/// A page number that there is, and the place of its first entry.
fn bounded(page: usize, all: usize) -> (usize, usize) {
    let page = page.clamp(1, all.div_ceil(PER_PAGE).max(1));
    (page, (page - 1) * PER_PAGE)
}

fn section(entry: &CatalogEntry, group: &Group) -> AnyView {
    let all = group.operations.len();
    let operations = if all > LARGE_GROUP {
        view! { <p><a href=address(entry, group)>"All "{count(all)}" of "{group.name.clone()}</a></p> }.into_any()
    } else {
        list::rows(&entry.provider.id, entry.operations_of(group))
    };
    view! {
        <section class="group" id=["group-", &group.slug].concat()>
            <h3>{group.name.clone()}" "<span class="count">{all}</span></h3>
            <div inner_html=group.description.clone()></div>
            {vendor(entry, group)}
            {operations}
        </section>
    }
    .into_any()
}

fn index_entry(entry: &CatalogEntry, group: &Group) -> AnyView {
    view! {
        <section class="group-entry" id=["group-", &group.slug].concat()>
            <h3><a href=address(entry, group)>{group.name.clone()}</a>" "<span class="count">{group.operations.len()}</span></h3>
            <p class="note">{group.summary.clone()}</p>
        </section>
    }
    .into_any()
}

fn index(groups: &[Group]) -> AnyView {
    let links: Vec<_> = groups
        .iter()
        .map(|group| {
            view! {
                <li><a href=["#group-", &group.slug].concat()>{group.name.clone()}</a>" "<span class="count">{group.operations.len()}</span></li>
            }
        })
        .collect();
    view! { <nav class="groups" aria-label="Groups"><ul>{links}</ul></nav> }.into_any()
}

fn vendor(entry: &CatalogEntry, group: &Group) -> Option<AnyView> {
    group.documentation_url.clone().map(|url| {
        let title = entry.provider.title.clone();
        view! { <p><a href=url rel="noopener noreferrer">{title}" on "{group.name.clone()}</a></p> }.into_any()
    })
}
