//! Lists of operations, shared by several pages.

use crate::{
    model::{NON_UNRESERVED, provider::Provider},
    openapi::OperationSummary,
    providers::CatalogEntry,
    text,
    ui::html::HtmlWriter,
};
use leptos::prelude::*;
use percent_encoding::utf8_percent_encode;

/// Renders links to operations of a provider: method, title, path.
pub(super) fn operation_list<'a>(provider: &str, operations: impl Iterator<Item = &'a OperationSummary>) -> AnyView {
    let mut rows = HtmlWriter::default();
    for operation in operations {
        write_row(&mut rows, provider, operation, |_| {});
    }
    wrap_rows(rows.finish())
}

/// Renders links to operations of several providers, each with its provider and group.
pub(super) fn operation_list_with_providers(operations: &[(&CatalogEntry, &OperationSummary)]) -> AnyView {
    wrap_rows(operation_rows_with_providers(operations))
}

/// Renders the items of such a list.
pub(super) fn operation_rows_with_providers(operations: &[(&CatalogEntry, &OperationSummary)]) -> String {
    let mut rows = HtmlWriter::default();
    for (entry, operation) in operations {
        write_row(&mut rows, &entry.provider.id, operation, |html| {
            write_provider_and_group(html, &entry.provider, operation);
        });
    }
    rows.finish()
}

fn write_row(
    rows: &mut HtmlWriter,
    provider: &str,
    operation: &OperationSummary,
    write_provider: impl Fn(&mut HtmlWriter),
) {
    rows.raw("<li><a href=\"/").text(provider).raw("/").text(&operation.name).raw("\">");
    write_listing(rows, operation);
    write_provider(rows);
    rows.raw("</a></li>");
}

fn wrap_rows(rows: String) -> AnyView {
    view! { <ul class="operations" inner_html=rows></ul> }.into_any()
}

/// Writes the content of a link to an operation.
pub(super) fn write_listing(html: &mut HtmlWriter, operation: &OperationSummary) {
    let method = operation.method.as_str();
    html.raw("<span class=\"method badge ").text(method).raw("\">").text(method).raw("</span> <span class=\"title\">");
    html.text(&operation.title);
    if operation.is_deprecated {
        html.raw(" <span class=\"kind\">").text(text!("list-deprecated")).raw("</span>");
    }
    html.raw("</span> <code class=\"path\">").text(&operation.path).raw("</code>");
}

/// Writes the provider and the group of an operation, for lists of several providers: `Stytch · User`.
pub(super) fn write_provider_and_group(html: &mut HtmlWriter, provider: &Provider, operation: &OperationSummary) {
    html.raw(" <span class=\"home\">").text(&provider.title).raw(" · ").text(&operation.group).raw("</span>");
}

/// Opens or closes nested lists between two items. The next item is at most one level deeper. Returns its depth.
pub(super) fn write_nesting(html: &mut HtmlWriter, depth: usize, next_depth: usize) -> usize {
    let next_depth = next_depth.min(depth + 1);
    if next_depth > depth {
        html.raw("<ul>");
    }
    for _ in next_depth..depth {
        html.raw("</ul>");
    }
    next_depth
}

/// Returns the text above the operations that match most words of a query, if none matches all.
pub(super) fn nearest_results() -> &'static str {
    text!("list-nearest")
}

/// Formats a number of operations: `1 operation`, `184 operations`.
pub(super) fn operation_count(number: usize) -> String {
    text!("list-operations", count = number)
}

/// Limits a page number to the existing pages; returns it with the index of the page's first item.
pub(super) fn clamp_page(page: usize, per_page: usize, total: usize) -> (usize, usize) {
    let page = page.clamp(1, total.div_ceil(per_page).max(1));
    (page, (page - 1) * per_page)
}

/// Returns the beginning of a text that is longer than a number of characters, with an ellipsis.
pub(super) fn shorten(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => [text[..end].trim_end(), "…"].concat(),
        None => text.to_owned(),
    }
}

/// Renders links to the previous and the next page, if there is more than one page.
pub(super) fn pagination(url: &str, page: usize, per_page: usize, total: usize) -> Option<AnyView> {
    let last = total.div_ceil(per_page).max(1);
    let link = |to: usize| {
        let sign = if url.contains('?') { "&" } else { "?" };
        format!("{url}{sign}page={to}")
    };
    (last > 1).then(|| {
        let previous = (page > 1).then(|| view! { <a rel="prev" href=link(page - 1)>{text!("list-previous-page")}</a> });
        let next = (page < last).then(|| view! { <a rel="next" href=link(page + 1)>{text!("list-next-page")}</a> });
        view! { <nav class="paging" aria-label=text!("list-pages")>{previous}<span>{text!("list-page", page = page, last = last)}</span>{next}</nav> }
            .into_any()
    })
}

/// Percent-encodes a text as a value in a query.
pub fn encode_query_value(text: &str) -> String {
    utf8_percent_encode(text, NON_UNRESERVED).to_string()
}
