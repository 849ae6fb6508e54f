//! Webhooks and callbacks as documentation: requests that a provider sends.

use super::{
    list::encode_query_value,
    messages::{write_bodies, write_response},
    schema_fields::{anchor_id, write_fields, write_types},
    unreadable_parts::unreadable_parts,
};
use crate::{
    model::schema::Schema,
    openapi::{ProviderRequest, ProviderRequests, WebhookSummary},
    providers::CatalogEntry,
    text, text_html,
    ui::html::HtmlWriter,
};
use leptos::prelude::*;

/// Maximum number of webhooks that are listed on the provider's page.
const MAX_LISTED_WEBHOOKS: usize = 500;

/// Renders links to the webhooks of a provider, if there are any.
pub(super) fn webhook_list(entry: &CatalogEntry) -> Option<AnyView> {
    let webhooks = &entry.document.webhooks;
    let mut html = HtmlWriter::default();
    for webhook in webhooks.iter().take(MAX_LISTED_WEBHOOKS) {
        html.raw("<li><a href=\"").text(&webhook_url(entry, &webhook.name)).raw("\">");
        write_webhook(&mut html, webhook);
        html.raw("</a></li>");
    }
    let rest = webhooks.len().saturating_sub(MAX_LISTED_WEBHOOKS);
    (!webhooks.is_empty()).then(|| {
        view! {
            <section aria-labelledby="webhooks-title">
                <h2 id="webhooks-title">{[text!("webhooks-title"), " "].concat()}<span class="count">{webhooks.len()}</span></h2>
                <p class="note">{text!("webhooks-note")}</p>
                <ul class="operations" inner_html=html.finish()></ul>
                {(rest > 0).then(|| view! { <p class="note">{text!("webhooks-more", count = rest)}</p> })}
            </section>
        }
        .into_any()
    })
}

/// Writes the content of a link to a webhook.
fn write_webhook(html: &mut HtmlWriter, webhook: &WebhookSummary) {
    html.raw("<code>").text(webhook.method.as_str()).raw(" ").text(&webhook.name);
    html.raw("</code> ").text(&webhook.title);
    if webhook.is_deprecated {
        html.raw(" <span class=\"kind\">").text(text!("list-deprecated")).raw("</span>");
    }
}

/// Renders links to the webhooks that a search found, if there are any.
pub(super) fn found_webhooks(found: &[(&CatalogEntry, &WebhookSummary)]) -> Option<AnyView> {
    let mut html = HtmlWriter::default();
    for (entry, webhook) in found {
        html.raw("<li><a href=\"").text(&webhook_url(entry, &webhook.name)).raw("\">");
        write_webhook_of_provider(&mut html, entry, webhook);
        html.raw("</a></li>");
    }
    (!found.is_empty()).then(|| {
        view! { <h2>{text!("webhooks-title")}</h2><ul class="operations" inner_html=html.finish()></ul> }.into_any()
    })
}

/// Writes the content of a link to a webhook, with its provider.
pub(super) fn write_webhook_of_provider(html: &mut HtmlWriter, entry: &CatalogEntry, webhook: &WebhookSummary) {
    write_webhook(html, webhook);
    html.raw(" <span class=\"home\">")
        .text(&entry.provider.title)
        .raw(" · ")
        .text(text!("webhook-kind"))
        .raw("</span>");
}

pub(super) fn webhook_url(entry: &CatalogEntry, name: &str) -> String {
    format!("/{}?webhook={}", entry.provider.id, encode_query_value(name))
}

/// Renders the page of a webhook.
pub fn webhook_page(entry: &CatalogEntry, name: &str, webhook: &ProviderRequests) -> AnyView {
    let provider = &entry.provider.id;
    view! {
        <nav class="breadcrumb" aria-label=text!("catalog-breadcrumb")>
            <ol>
                <li><a href="/">{text!("catalog-all-providers")}</a></li>
                <li><a href=format!("/{provider}") inner_html=text_html!("catalog-breadcrumb-provider", id = provider)></a></li>
                <li aria-current="page">{name.to_owned()}</li>
            </ol>
        </nav>
        <h1>{text!("webhook-title", name = name)}</h1>
        <p class="note">{text!("webhook-note")}</p>
        <div class="responses" inner_html=requests_html(webhook)></div>
        {unreadable_parts(&webhook.diagnostics)}
    }
    .into_any()
}

/// Renders the callbacks of an operation, if there are any.
pub(super) fn callbacks_section(callbacks: &ProviderRequests) -> Option<AnyView> {
    (!callbacks.requests.is_empty()).then(|| {
        view! {
            <section class="responses" aria-labelledby="callbacks-title">
                <h2 id="callbacks-title">{text!("callbacks-title")}</h2>
                <p class="note">{text!("callbacks-note")}</p>
                <div inner_html=requests_html(callbacks)></div>
            </section>
        }
        .into_any()
    })
}

fn requests_html(requests: &ProviderRequests) -> String {
    let mut html = HtmlWriter::default();
    for (index, request) in requests.requests.iter().enumerate() {
        let id = anchor_id("request-", &format!("{index}-{}", request.name));
        write_request(&mut html, request, &requests.definitions, &id);
    }
    write_types(&mut html, &requests.definitions);
    html.finish()
}

fn write_request(html: &mut HtmlWriter, request: &ProviderRequest, definitions: &[(String, Schema)], id: &str) {
    html.raw("<details class=\"type\" open id=\"").text(id).raw("\"><summary><code>").text(request.method.as_str());
    html.raw("</code> ").text(&request.title).raw("</summary>");
    if let Some(url) = &request.url {
        html.raw("<p>").sanitized(&text_html!("webhook-recipient", name = request.name, url = url)).raw("</p>");
    }
    if request.is_deprecated {
        html.raw("<p class=\"deprecated\">").text(text!("operation-deprecated")).raw("</p>");
    }
    html.raw("<div class=\"description\">").sanitized(&request.description).raw("</div>");
    if !request.parameters.is_empty() {
        html.raw("<h2>").text(text!("webhook-parameters")).raw("</h2>");
        write_fields(html, &request.parameters, &format!("{id}/parameters"));
    }
    write_bodies(html, &request.contents, definitions, id);
    if !request.responses.is_empty() {
        html.raw("<h2>").text(text!("webhook-responses")).raw("</h2>");
    }
    for response in &request.responses {
        write_response(html, response, definitions, &format!("{id}/"), false);
    }
    html.raw("</details>");
}
