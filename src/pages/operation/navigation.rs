//! Links from an operation to others: the sidebar, and the links at the end of the page.

use crate::{
    openapi::{OperationGroup, OperationSummary},
    pages::{list, provider},
    providers::{AdjacentOperations, CatalogEntry},
    text,
    ui::{html::HtmlWriter, icon::icon},
};
use leptos::prelude::*;
use std::ops::Range;

/// Maximum number of groups in the sidebar.
const MAX_SIDEBAR_GROUPS: usize = 24;
const MAX_SIDEBAR_OPERATIONS: usize = 36;

/// Renders the groups, with the current one open. The HTML is terse, because every operation's page contains it: URLs
/// are relative to the provider's, and optional end tags are omitted.
pub(super) fn sidebar(entry: &CatalogEntry, adjacent: &AdjacentOperations) -> AnyView {
    let groups = &entry.document.groups;
    let current = groups.iter().position(|group| group.name == adjacent.group.name).unwrap_or_default();
    let mut html = HtmlWriter::default();
    let shown = visible_range(current, groups.len(), MAX_SIDEBAR_GROUPS);
    let mut depth = 0;
    for (index, group) in groups[shown.clone()].iter().enumerate() {
        depth = list::write_nesting(&mut html, depth, if index == 0 { 0 } else { group.depth });
        let is_current = group.name == adjacent.group.name;
        write_group_link(&mut html, entry, group, is_current);
        if is_current {
            write_operations(&mut html, entry, adjacent);
        }
    }
    list::write_nesting(&mut html, depth, 0);
    if shown.len() < groups.len() {
        html.raw("<li><a href=\"/").text(&entry.provider.id).raw("\">");
        html.text(&text!("operation-all-groups", count = groups.len())).raw("</a>");
    }
    view! {
        <nav class="sidebar" aria-label=text!("operation-sidebar") tabindex="0">
            <details><summary>{icon("menu")}{[" ", text!("operation-sidebar")].concat()}</summary><ul inner_html=html.finish()></ul></details>
        </nav>
    }
    .into_any()
}

fn write_group_link(html: &mut HtmlWriter, entry: &CatalogEntry, group: &OperationGroup, is_current: bool) {
    html.raw(if is_current { "<li class=\"open\">" } else { "<li>" });
    html.raw("<a href=\"").text(&provider::group_url(entry, group)).raw("\">").text(&group.title);
    html.raw("</a> ").text(&group.operation_indices.len().to_string());
}

fn write_operations(html: &mut HtmlWriter, entry: &CatalogEntry, adjacent: &AdjacentOperations) {
    let total = adjacent.group.operation_indices.len();
    let shown = visible_range(adjacent.position, total, MAX_SIDEBAR_OPERATIONS);
    html.raw("<ul>");
    for (index, operation) in entry.operations_in_group(adjacent.group).enumerate().skip(shown.start).take(shown.len())
    {
        html.raw("<li><a href=\"").text(&operation.name).raw("\"");
        html.raw(if index == adjacent.position { " aria-current=\"page\">" } else { ">" });
        html.raw("<b class=\"").text(operation.method.as_str()).raw("\">").text(operation.method.as_str()).raw("</b> ");
        html.text(&operation.title).raw("</a>");
    }
    if shown.len() < total {
        html.raw("<li><a href=\"").text(&provider::group_url(entry, adjacent.group));
        html.raw("\">").text(&text!("operation-all-in-group", count = total)).raw("</a>");
    }
    html.raw("</ul>");
}

/// Renders links to the neighbors of the operation in its group, and to related operations.
pub(super) fn footer_links(adjacent: &AdjacentOperations) -> AnyView {
    let link = |operation: &OperationSummary, rel: &'static str, label: &'static str| {
        view! { <a rel=rel href=operation.name.clone()><span class="kind">{label}</span>" "{operation.title.clone()}</a> }
    };
    let previous = adjacent.previous.map(|operation| link(operation, "prev", text!("operation-previous")));
    let next = adjacent.next.map(|operation| link(operation, "next", text!("operation-next")));
    let mut rows = HtmlWriter::default();
    for operation in &adjacent.related {
        rows.raw("<li><a href=\"").text(&operation.name).raw("\">");
        list::write_listing(&mut rows, operation);
        rows.raw("</a>");
    }
    let related = (!adjacent.related.is_empty()).then(|| {
        view! {
            <section aria-labelledby="related">
                <h2 id="related">{text!("operation-related")}</h2>
                <ul class="operations" inner_html=rows.finish()></ul>
            </section>
        }
    });
    view! {
        {related}
        <nav class="paging" aria-label=text!("operation-neighbors")>{previous}{next}</nav>
    }
    .into_any()
}

/// Returns the range of items around the current one that is shown of a long list.
fn visible_range(current: usize, total: usize, max_count: usize) -> Range<usize> {
    let start = current.saturating_sub(max_count / 2).min(total.saturating_sub(max_count));
    start..total.min(start + max_count)
}
