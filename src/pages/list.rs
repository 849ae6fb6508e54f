//! Lists of operations, as several pages show them.

use crate::{
    model::{UNRESERVED, provider::Provider},
    openapi::Listing,
    providers::CatalogEntry,
    ui::html::Html,
};
use leptos::prelude::*;
use percent_encoding::utf8_percent_encode;

/// Links to operations of a provider: method, title, path.
pub(super) fn rows<'a>(provider: &str, operations: impl Iterator<Item = &'a Listing>) -> AnyView {
    let mut rows = Html::default();
    for listing in operations {
        row(&mut rows, provider, listing, |_| {});
    }
    list(rows)
}

/// Links to operations from everywhere, each with its home.
pub(super) fn rows_from_everywhere(operations: &[(&CatalogEntry, &Listing)]) -> AnyView {
    let mut rows = Html::default();
    for (entry, listing) in operations {
        row(&mut rows, &entry.provider.id, listing, |html| home(html, &entry.provider, listing));
    }
    list(rows)
}

fn row(rows: &mut Html, provider: &str, listing: &Listing, write_home: impl Fn(&mut Html)) {
    rows.raw("<li><a href=\"/").text(provider).raw("/").text(&listing.name).raw("\">");
    content(rows, listing);
    write_home(rows);
    rows.raw("</a></li>");
}

fn list(rows: Html) -> AnyView {
    view! { <ul class="operations" inner_html=rows.finish()></ul> }.into_any()
}

/// What a link to an operation says.
pub(super) fn content(html: &mut Html, listing: &Listing) {
    let method = listing.method.as_str();
    html.raw("<span class=\"method ").text(method).raw("\">").text(method).raw("</span> <span class=\"title\">");
    html.text(&listing.title);
    if listing.is_deprecated {
        html.raw(" <span class=\"kind\">deprecated</span>");
    }
    html.raw("</span> <code class=\"path\">").text(&listing.path).raw("</code>");
}

/// Where an operation is at home, for lists from several places: `Stytch · User`.
pub(super) fn home(html: &mut Html, provider: &Provider, listing: &Listing) {
    html.raw(" <span class=\"home\">").text(&provider.title).raw(" · ").text(&listing.group).raw("</span>");
}

/// `1 operation`, `184 operations`.
pub(super) fn count(number: usize) -> String {
    [number.to_string().as_str(), if number == 1 { " operation" } else { " operations" }].concat()
}

/// Links to the page before and the page after, where there are more than fit on one.
pub(super) fn paging(address: &str, page: usize, per_page: usize, all: usize) -> Option<AnyView> {
    let last = all.div_ceil(per_page).max(1);
    let link = |to: usize| {
        let sign = if address.contains('?') { "&" } else { "?" };
        [address, sign, "page=", &to.to_string()].concat()
    };
    (last > 1).then(|| {
        let previous = (page > 1).then(|| view! { <a rel="prev" href=link(page - 1)>"Previous page"</a> });
        let next = (page < last).then(|| view! { <a rel="next" href=link(page + 1)>"Next page"</a> });
        view! { <nav class="paging" aria-label="Pages">{previous}<span>"Page "{page}" of "{last}</span>{next}</nav> }
            .into_any()
    })
}

/// A text as a value in a query.
pub fn in_query(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
