//! The ways from an operation to others: the sidebar, and the links at the foot.

use crate::{
    openapi::{Group, Listing},
    pages::{list, provider},
    providers::{CatalogEntry, Neighbours},
    ui::html::Html,
};
use leptos::prelude::*;
use std::ops::Range;

/// Entries of the sidebar: groups, and operations of the current one.
const MOST_GROUPS: usize = 24;
const MOST_OPERATIONS: usize = 36;

/// The groups, the current one opened. Its HTML is terse, because every operation's page carries it: addresses are
/// relative to the provider's, and end tags that HTML does not need are left out.
pub(super) fn sidebar(entry: &CatalogEntry, around: &Neighbours) -> AnyView {
    let groups = &entry.document.groups;
    let current = groups.iter().position(|group| group.name == around.group.name).unwrap_or_default();
    let mut html = Html::default();
    let shown = window(current, groups.len(), MOST_GROUPS);
    for group in &groups[shown.clone()] {
        let is_current = group.name == around.group.name;
        to_group(&mut html, entry, group, is_current);
        if is_current {
            operations(&mut html, entry, around);
        }
    }
    if shown.len() < groups.len() {
        html.raw("<li><a href=\"/").text(&entry.provider.id).raw("\">All ");
        html.text(&groups.len().to_string()).raw(" groups</a>");
    }
    view! {
        <nav class="sidebar" aria-label="Operations" tabindex="0">
            <details><summary>"Operations"</summary><ul inner_html=html.finish()></ul></details>
        </nav>
    }
    .into_any()
}

fn to_group(html: &mut Html, entry: &CatalogEntry, group: &Group, is_current: bool) {
    html.raw(if is_current { "<li class=\"open\">" } else { "<li>" });
    html.raw("<a href=\"").text(&provider::place(entry, group)).raw("\">").text(&group.name);
    html.raw("</a> ").text(&group.operations.len().to_string());
}

fn operations(html: &mut Html, entry: &CatalogEntry, around: &Neighbours) {
    let all = around.group.operations.len();
    let shown = window(around.place, all, MOST_OPERATIONS);
    html.raw("<ul>");
    for (place, listing) in entry.operations_of(around.group).enumerate().skip(shown.start).take(shown.len()) {
        html.raw("<li><a href=\"").text(&listing.name).raw("\"");
        html.raw(if place == around.place { " aria-current=\"page\">" } else { ">" });
        html.raw("<b class=\"").text(listing.method.as_str()).raw("\">").text(listing.method.as_str()).raw("</b> ");
        html.text(&listing.title).raw("</a>");
    }
    if shown.len() < all {
        html.raw("<li><a href=\"").text(&provider::place(entry, around.group));
        html.raw("\">All ").text(&all.to_string()).raw(" operations</a>");
    }
    html.raw("</ul>");
}

/// What is next to the operation in its group, and what else works on the same thing.
pub(super) fn foot(around: &Neighbours) -> AnyView {
    let link = |listing: &Listing, rel: &'static str, word: &'static str| {
        view! { <a rel=rel href=listing.name.clone()><span class="kind">{word}</span>" "{listing.title.clone()}</a> }
    };
    let previous = around.previous.map(|listing| link(listing, "prev", "Previous"));
    let next = around.next.map(|listing| link(listing, "next", "Next"));
    let mut rows = Html::default();
    for listing in &around.related {
        rows.raw("<li><a href=\"").text(&listing.name).raw("\">");
        list::content(&mut rows, listing);
        rows.raw("</a>");
    }
    let related = (!around.related.is_empty()).then(|| {
        view! {
            <section aria-labelledby="related">
                <h2 id="related">"Related operations"</h2>
                <ul class="operations" inner_html=rows.finish()></ul>
            </section>
        }
    });
    view! {
        {related}
        <nav class="paging" aria-label="Next to this operation">{previous}{next}</nav>
    }
    .into_any()
}

/// The places that are shown of a list too long to be shown whole: those around the current one.
fn window(current: usize, all: usize, most: usize) -> Range<usize> {
    let start = current.saturating_sub(most / 2).min(all.saturating_sub(most));
    start..all.min(start + most)
}
