//! `/{provider}`: one API, and its operations by group.

mod groups;

use super::{
    list,
    logo::provider_logo,
    provider_requests::{found_webhooks, webhook_list},
    unavailable::stale_copy_note,
};
use crate::{
    model::security::SecurityScheme,
    providers::{Catalog, CatalogEntry},
    text, text_html,
    ui::icon::icon,
};
use leptos::prelude::*;

pub use groups::{group_page, group_url};

/// Maximum number of operations that a filter lists.
const MAX_FILTERED_OPERATIONS: usize = 100;
/// Maximum number of diagnostics that are shown.
const MAX_SHOWN_DIAGNOSTICS: usize = 200;

/// Renders the description of the API, its operations by group, its servers and its authentication. A filter limits the
/// operations to those that match; a page number selects a page of groups.
pub fn provider_page(catalog: &Catalog, entry: &CatalogEntry, filter: &str, page: usize) -> AnyView {
    let (provider, document) = (&entry.provider, &entry.document);
    let servers: Vec<_> = provider
        .environments
        .iter()
        .map(|server| view! { <div><dt>{server.name.clone()}</dt><dd><code>{server.url.clone()}</code></dd></div> })
        .collect();
    view! {
        <nav class="breadcrumb" aria-label=text!("catalog-breadcrumb")>
            <ol><li><a href="/">{text!("catalog-all-providers")}</a></li><li aria-current="page">{provider.id.clone()}</li></ol>
        </nav>
        <div class="title">{provider_logo(&entry.settings, &provider.title)}<h1>{document.title.clone()}</h1></div>
        {catalog.provider(&provider.id).and_then(stale_copy_note)}
        <div class="lead" dir="auto" inner_html=document.description.clone()></div>
        <p class="note">
            <code>{provider.package.clone()}</code>{[" · ", &text!("provider-version", version = document.version), " · "].concat()}
            <a href=format!("/{}/openapi.json", provider.id)>{text!("provider-document")}</a>
            {document.documentation_url.clone().map(|url| view! { " · "<a href=url rel="noopener noreferrer">{text!("provider-documentation", provider = provider.title)}{icon("external")}</a> })}
        </p>
        {filter_form(entry, filter)}
        {if filter.is_empty() { groups::group_overview(entry, page) } else { filtered_operations(catalog, entry, filter) }}
        {filter.is_empty().then(|| webhook_list(entry))}
        <section>
            <h2>{text!("provider-servers")}</h2>
            <dl class="facts">{servers}</dl>
            <p class="note">{text!("provider-servers-note")}</p>
        </section>
        <section>
            <h2>{text!("provider-authentication")}</h2>
            {security_schemes(entry)}
        </section>
        {diagnostics_section(entry)}
    }
    .into_any()
}

/// Renders the ways to obtain a token for a security scheme, if the document describes any.
pub(super) fn token_sources(scheme: &SecurityScheme) -> Option<AnyView> {
    let flows: Vec<_> = scheme.flows.iter().map(|flow| view! { <li>{flow.in_words()}</li> }).collect();
    (!flows.is_empty()).then(|| {
        view! { <p class="note">{text!("provider-token-sources")}</p><ul class="note">{flows}</ul> }.into_any()
    })
}

/// Renders the document's security schemes, in words.
fn security_schemes(entry: &CatalogEntry) -> AnyView {
    let schemes: Vec<_> = entry
        .named_schemes()
        .iter()
        .map(|scheme| {
            let text = match entry.describe_scheme(&scheme.id) {
                Ok(description) => {
                    let parts: Vec<String> = scheme.kind.parts().iter().map(|part| entry.part_label(&scheme.kind, *part)).collect();
                    format!("{description}: {}", parts.join(", "))
                }
                Err(reason) => text!("provider-scheme-unsupported", reason = reason),
            };
            view! {
                <div><dt><code>{scheme.id.clone()}</code></dt><dd>{text}{token_sources(scheme)}<div inner_html=scheme.description.clone()></div></dd></div>
            }
        })
        .collect();
    if schemes.is_empty() {
        let note = if entry.has_offered_schemes {
            text!("provider-no-credential-yet")
        } else {
            text!("provider-no-credential")
        };
        return view! { <p>{note}</p> }.into_any();
    }
    view! {
        <dl class="facts">{schemes}</dl>
        <p class="note">{text!("provider-credentials-note")}</p>
    }
    .into_any()
}

/// Renders the parts of the document that could not be read, and are missing.
fn diagnostics_section(entry: &CatalogEntry) -> Option<AnyView> {
    let diagnostics = entry.diagnostics();
    let items: Vec<_> = diagnostics
        .iter()
        .take(MAX_SHOWN_DIAGNOSTICS)
        .map(|diagnostic| view! { <li><code>{diagnostic.to_string()}</code></li> })
        .collect();
    let rest = diagnostics.len().saturating_sub(MAX_SHOWN_DIAGNOSTICS);
    (!items.is_empty()).then(|| {
        view! {
            <details class="faults" id="faults">
                <summary>{[text!("unreadable-parts-title"), " "].concat()}<span class="count">{diagnostics.len()}</span></summary>
                <p>{text!("provider-faults-note")}</p>
                <ul>{items}</ul>
                {(rest > 0).then(|| view! { <p class="note" inner_html=text_html!("provider-more-faults", count = rest)></p> })}
            </details>
        }
        .into_any()
    })
}

/// Renders a filter form that works without scripts. With scripts, and if all operations are listed, it filters as the
/// user types.
fn filter_form(entry: &CatalogEntry, filter: &str) -> AnyView {
    let provider = &entry.provider;
    let is_filtered_in_browser = filter.is_empty() && groups::lists_all_operations(entry);
    view! {
        <form class="search" role="search" aria-label=text!("provider-filter") action=format!("/{}", provider.id)>
            <label for="filter">{text!("provider-filter-label", provider = provider.title)}</label>
            <input id="filter" type="search" name="q" value=filter.to_owned() data-live=is_filtered_in_browser.then_some("") autocomplete="off" spellcheck="false"/>
            <button type="submit">{text!("provider-filter-submit")}</button>
            <p id="filtered" class="note" role="status"></p>
        </form>
    }
    .into_any()
}

fn filtered_operations(catalog: &Catalog, entry: &CatalogEntry, filter: &str) -> AnyView {
    let id = &entry.provider.id;
    let results = catalog.search(filter, Some(id), MAX_FILTERED_OPERATIONS);
    let summary = match results.total {
        total if total > 0 && results.are_nearest => list::nearest_results().to_owned(),
        0 => text!("provider-filter-none", filter = filter),
        total if total > MAX_FILTERED_OPERATIONS => {
            text!("search-best", listed = MAX_FILTERED_OPERATIONS, total = total)
        }
        total => list::operation_count(total),
    };
    let show_all = text!("provider-show-all", count = entry.document.operations.len());
    view! {
        <section aria-label=text!("provider-filtered")>
            <p role="status">{summary}" · "<a href=format!("/{id}")>{show_all}</a></p>
            {list::operation_list(id, results.operations.into_iter().map(|(_, operation)| operation))}
            {found_webhooks(&catalog.find_webhooks(filter, Some(id), MAX_FILTERED_OPERATIONS))}
        </section>
    }
    .into_any()
}
