//! A provider's operations by group. Large providers and groups are split over several pages, so that every page stays
//! readable.

use crate::{
    openapi::OperationGroup,
    pages::list::{self, clamp_page, encode_query_value, operation_count, pagination},
    providers::CatalogEntry,
    text, text_html,
    ui::{html::HtmlWriter, icon::icon},
};
use leptos::prelude::*;

/// Maximum number of operations that a provider's page lists. Beyond it, the page lists only groups.
const MAX_LISTED_OPERATIONS: usize = 300;
/// Maximum number of a group's operations on the provider's page. Beyond it, they have a separate page.
const MAX_INLINE_GROUP_OPERATIONS: usize = 50;
/// Maximum number of operations, or of groups, per page.
const ITEMS_PER_PAGE: usize = 100;

/// Returns true if the provider's page lists all of its operations.
pub(super) fn lists_all_operations(entry: &CatalogEntry) -> bool {
    entry.document.operations.len() <= MAX_LISTED_OPERATIONS
        && entry.document.groups.len() <= ITEMS_PER_PAGE
        && entry.document.groups.iter().all(|group| group.operation_indices.len() <= MAX_INLINE_GROUP_OPERATIONS)
}

/// Renders all groups, with their operations if there are not too many.
pub(super) fn group_overview(entry: &CatalogEntry, page: usize) -> AnyView {
    let groups = &entry.document.groups;
    let (page, first) = clamp_page(page, ITEMS_PER_PAGE, groups.len());
    let is_large = entry.document.operations.len() > MAX_LISTED_OPERATIONS;
    // The heading of the groups without a heading of their own.
    let default_heading = text!("groups-default-heading");
    let mut heading = "";
    let mut parts: Vec<AnyView> = Vec::new();
    let shown = &groups[first..groups.len().min(first + ITEMS_PER_PAGE)];
    for group in shown {
        // Groups without a heading come last. "Other" would have no meaning if no group has a heading.
        let group_heading = group.heading.as_deref().unwrap_or(if parts.is_empty() || heading == default_heading {
            default_heading
        } else {
            text!("groups-other-heading")
        });
        if heading != group_heading {
            heading = group_heading;
            parts.push(view! { <h2 class="heading">{group_heading.to_owned()}</h2> }.into_any());
        }
        parts.push(if is_large { group_entry(entry, group) } else { group_section(entry, group) });
    }
    let index = (!is_large && shown.len() > 2).then(|| group_index(shown));
    view! {
        {index}
        {parts}
        {pagination(&format!("/{}", entry.provider.id), page, ITEMS_PER_PAGE, groups.len())}
    }
    .into_any()
}

/// Renders a group's page, or one of its pages if it has several.
pub fn group_page(entry: &CatalogEntry, group: &OperationGroup, page: usize) -> AnyView {
    let id = entry.provider.id.as_str();
    let total = group.operation_indices.len();
    let (page, first) = clamp_page(page, ITEMS_PER_PAGE, total);
    let rows = entry.operations_in_group(group).skip(first).take(ITEMS_PER_PAGE);
    view! {
        <nav class="breadcrumb" aria-label=text!("catalog-breadcrumb")>
            <ol>
                <li><a href="/">{text!("catalog-all-providers")}</a></li>
                <li><a href=format!("/{id}") inner_html=text_html!("catalog-breadcrumb-provider", id = id)></a></li>
                <li aria-current="page">{group.title.clone()}</li>
            </ol>
        </nav>
        <h1>{group.title.clone()}</h1>
        <div class="lead" dir="auto" inner_html=group.description.clone()></div>
        {vendor_link(entry, group)}
        {subgroups(entry, group)}
        <p class="note">{operation_count(total)}</p>
        {list::operation_list(id, rows)}
        {pagination(&group_page_url(entry, group), page, ITEMS_PER_PAGE, total)}
    }
    .into_any()
}

/// Renders links to the groups below a group, if there are any.
fn subgroups(entry: &CatalogEntry, group: &OperationGroup) -> Option<AnyView> {
    let following = entry.document.groups.iter().skip_while(|other| other.slug != group.slug).skip(1);
    let children: Vec<_> = following
        .take_while(|other| other.depth > group.depth)
        .map(|child| view! { <li><a href=group_page_url(entry, child)>{child.title.clone()}</a>{count(child)}</li> })
        .collect();
    let label = text!("groups-below", group = group.title);
    (!children.is_empty()).then(|| view! { <nav class="groups" aria-label=label><ul>{children}</ul></nav> }.into_any())
}

/// Returns the URL of a group's operations: on the provider's page, or on a separate page if that page does not list
/// all operations.
pub fn group_url(entry: &CatalogEntry, group: &OperationGroup) -> String {
    if lists_all_operations(entry) {
        format!("/{}#group-{}", entry.provider.id, group.slug)
    } else {
        group_page_url(entry, group)
    }
}

/// Returns the URL of a group's separate page.
fn group_page_url(entry: &CatalogEntry, group: &OperationGroup) -> String {
    format!("/{}?group={}", entry.provider.id, encode_query_value(&group.slug))
}

fn group_section(entry: &CatalogEntry, group: &OperationGroup) -> AnyView {
    let total = group.operation_indices.len();
    let operations = if total == 0 {
        ().into_any()
    } else if total > MAX_INLINE_GROUP_OPERATIONS {
        let title = text!("groups-all-operations", count = total, group = group.title);
        view! { <p><a href=group_page_url(entry, group)>{title}</a></p> }.into_any()
    } else {
        list::operation_list(&entry.provider.id, entry.operations_in_group(group))
    };
    view! {
        <section class="group" id=format!("group-{}", group.slug)>
            {heading(group.depth, view! { {group.title.clone()}{count(group)} }.into_any())}
            <div dir="auto" inner_html=group.description.clone()></div>
            {vendor_link(entry, group)}
            {operations}
        </section>
    }
    .into_any()
}

fn group_entry(entry: &CatalogEntry, group: &OperationGroup) -> AnyView {
    let link = view! { <a href=group_page_url(entry, group)>{group.title.clone()}</a>{count(group)} };
    view! {
        <section class="group-entry" id=format!("group-{}", group.slug)>
            {heading(group.depth, link.into_any())}
            <p class="note">{group.summary.clone()}</p>
        </section>
    }
    .into_any()
}

/// Renders the heading of a group below its ancestors.
fn heading(depth: usize, content: AnyView) -> AnyView {
    match depth {
        0 => view! { <h3>{content}</h3> }.into_any(),
        1 => view! { <h4>{content}</h4> }.into_any(),
        _ => view! { <h5>{content}</h5> }.into_any(),
    }
}

/// Renders the number of operations of a group, if it has any of its own.
fn count(group: &OperationGroup) -> Option<AnyView> {
    let total = group.operation_indices.len();
    (total > 0).then(|| view! { " "<span class="count">{total}</span> }.into_any())
}

fn group_index(groups: &[OperationGroup]) -> AnyView {
    let mut html = HtmlWriter::default();
    let mut depth = 0;
    for (index, group) in groups.iter().enumerate() {
        depth = list::write_nesting(&mut html, depth, if index == 0 { 0 } else { group.depth });
        html.raw("<li><a href=\"#group-").text(&group.slug).raw("\">").text(&group.title).raw("</a>");
        let total = group.operation_indices.len();
        if total > 0 {
            html.raw(" <span class=\"count\">").text(&total.to_string()).raw("</span>");
        }
    }
    list::write_nesting(&mut html, depth, 0);
    view! { <nav class="groups" aria-label=text!("groups-label")><ul inner_html=html.finish()></ul></nav> }.into_any()
}

fn vendor_link(entry: &CatalogEntry, group: &OperationGroup) -> Option<AnyView> {
    group.documentation_url.clone().map(|url| {
        let title = text!("groups-documentation", provider = entry.provider.title, group = group.title);
        view! {
            <p><a href=url rel="noopener noreferrer">{title}{icon("external")}</a></p>
        }
        .into_any()
    })
}
