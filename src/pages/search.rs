//! `/search`: operations and webhooks of all providers, or of one.

use super::{
    commands::{command_words, find_commands, split_path, write_option_attributes},
    list,
    provider_requests::{found_webhooks, webhook_url, write_webhook_of_provider},
};
use crate::{
    openapi::OperationSummary,
    providers::{Catalog, CatalogEntry, ProviderState, SearchResults},
    text,
    ui::{html::HtmlWriter, icon::icon},
};
use leptos::prelude::*;
use percent_encoding::percent_decode_str;

/// Maximum number of operations in search results.
const MAX_RESULTS: usize = 20;
/// Maximum number of providers in search results, and maximum length of their titles in characters.
const MAX_PROVIDERS: usize = 10;
const MAX_TITLE_CHARS: usize = 80;
const MAX_SUGGESTIONS: usize = 8;

/// Renders the page of search results: providers, then operations.
pub fn search_page(catalog: &Catalog, query: &str, provider: Option<&str>) -> AnyView {
    let results = catalog.search(query, provider, MAX_RESULTS);
    let results_section = (!query.trim().is_empty()).then(|| {
        view! {
            <section aria-label=text!("search-results")>
                {provider.is_none().then(|| matching_providers(catalog, query))}
                <p role="status">{result_summary(query, &results)}</p>
                {list::operation_list_with_providers(&results.operations)}
                {found_webhooks(&catalog.find_webhooks(query, provider, MAX_RESULTS))}
            </section>
        }
    });
    view! {
        <h1>{text!("search-title")}</h1>
        {search_form(query)}
        {results_section}
    }
    .into_any()
}

/// Renders links to the providers whose title or id matches the query, if there are any.
fn matching_providers(catalog: &Catalog, query: &str) -> Option<AnyView> {
    let providers = catalog.find_providers(query, MAX_PROVIDERS);
    if providers.is_empty() {
        return None;
    }
    let link = |provider: &ProviderState| {
        let title = list::shorten(provider.title(), MAX_TITLE_CHARS);
        view! { <li><a href=format!("/{}", provider.settings.id)>{title}</a></li> }
    };
    let links: Vec<_> = providers.into_iter().map(link).collect();
    Some(view! { <nav class="groups" aria-label=text!("catalog-providers")><ul>{links}</ul></nav> }.into_any())
}

/// Renders the search form. With scripts, it suggests operations while the user types.
pub fn search_form(query: &str) -> AnyView {
    view! {
        <form class="search" role="search" action="/search">
            <label for="site-search">{text!("search-label")}</label>
            <input id="site-search" type="search" name="q" value=query.to_owned() placeholder=text!("search-placeholder") autocomplete="off" spellcheck="false"/>
            <button type="submit">{icon("search")}<span>{text!("search-submit")}</span></button>
            <div class="suggestions" id="suggestions" hidden>
                <p id="suggestion-status" role="status"></p>
                <div id="suggestion-list" role="listbox" aria-label=text!("search-suggestions")></div>
            </div>
        </form>
    }
    .into_any()
}

/// Renders the suggestions of the search form on the page with a path: a line with the number of results, then the links
/// as HTML.
pub fn suggestions_fragment(catalog: &Catalog, query: &str, provider: Option<&str>, page_path: &str) -> String {
    let commands = find_commands(catalog, query, page_path);
    let mut html = HtmlWriter::default();
    if let Some(words) = command_words(query) {
        let summary = match commands.len() {
            0 => text!("search-no-command", query = words.trim()).replace('\n', " "),
            count => command_count(count),
        };
        html.text(&summary).raw("\n");
        commands.iter().enumerate().for_each(|(index, command)| command.write(&mut html, index));
        return html.finish();
    }
    let mut results = catalog.search(query, provider, MAX_SUGGESTIONS);
    // Commands match every word, so operations that only come near are left out.
    if results.are_nearest && !commands.is_empty() {
        results.operations.clear();
    }
    let summary = match commands.len() {
        count if count > 0 && results.operations.is_empty() => command_count(count),
        _ => result_summary(query.trim(), &results).replace('\n', " "),
    };
    html.text(&summary).raw("\n");
    write_operation_options(&mut html, &results.operations);
    let listed = results.operations.len();
    let webhooks = catalog.find_webhooks(query, provider, MAX_SUGGESTIONS - listed.min(MAX_SUGGESTIONS));
    let webhook_count = webhooks.len();
    for (index, (entry, webhook)) in webhooks.into_iter().enumerate() {
        html.raw("<a href=\"").text(&webhook_url(entry, &webhook.name)).raw("\"");
        write_option_attributes(&mut html, listed + index);
        html.raw(">");
        write_webhook_of_provider(&mut html, entry, webhook);
        html.raw("</a>");
    }
    for (index, command) in commands.iter().enumerate() {
        command.write(&mut html, listed + webhook_count + index);
    }
    html.finish()
}

/// Renders the operations that the reader opened last as a list, which is empty if there are none. Their pages' paths
/// are lines of `recent_paths`.
pub fn recent_list(catalog: &Catalog, recent_paths: &str) -> String {
    let rows = list::operation_rows_with_providers(&find_recent(catalog, recent_paths));
    if rows.is_empty() { rows } else { ["<ul class=\"operations\">", &rows, "</ul>"].concat() }
}

/// Renders the operations that the reader opened last as suggestions.
pub fn recent_fragment(catalog: &Catalog, recent_paths: &str) -> String {
    let operations = find_recent(catalog, recent_paths);
    let mut html = HtmlWriter::default();
    html.text(if operations.is_empty() { text!("search-no-recent") } else { text!("home-recent") }).raw("\n");
    write_operation_options(&mut html, &operations);
    html.finish()
}

fn find_recent<'a>(catalog: &'a Catalog, recent_paths: &str) -> Vec<(&'a CatalogEntry, &'a OperationSummary)> {
    let find_operation = |path: &str| {
        let path = percent_decode_str(path).decode_utf8().ok()?;
        let (provider, name) = split_path(&path)?;
        let entry = catalog.entry(provider)?.as_ref();
        let document = &entry.document;
        Some((entry, document.operations.get(document.operation_index(name)?)?))
    };
    recent_paths.lines().take(MAX_SUGGESTIONS).filter_map(find_operation).collect()
}

fn write_operation_options(html: &mut HtmlWriter, operations: &[(&CatalogEntry, &OperationSummary)]) {
    for (index, (entry, operation)) in operations.iter().enumerate() {
        html.raw("<a href=\"/").text(&entry.provider.id).raw("/").text(&operation.name).raw("\"");
        write_option_attributes(html, index);
        html.raw(">");
        list::write_listing(html, operation);
        list::write_provider_and_group(html, &entry.provider, operation);
        html.raw("</a>");
    }
}

fn command_count(number: usize) -> String {
    text!("search-commands", count = number)
}

fn result_summary(query: &str, results: &SearchResults) -> String {
    if results.are_nearest {
        return list::nearest_results().to_owned();
    }
    match (results.total, results.operations.len()) {
        (0, _) => text!("search-no-operation", query = query.trim()),
        (total, listed) if total > listed => text!("search-best", listed = listed, total = total),
        (total, _) => list::operation_count(total),
    }
}
