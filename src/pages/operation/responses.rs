//! The documented responses of an operation, by status and field. Named types are described once, below, and linked to.

use crate::{
    openapi::{DocumentedOperation, DocumentedResponses},
    pages::{
        messages::write_response,
        schema_fields::{anchor_id, write_types},
        unreadable_parts::unreadable_parts,
    },
    providers::CatalogEntry,
    text, text_html,
    ui::html::HtmlWriter,
};
use leptos::prelude::*;

/// Renders a summary of the documented responses. Their fields have a separate page, because they can be longer than
/// the form.
pub(crate) fn responses_summary(entry: &CatalogEntry, documented: &DocumentedOperation) -> Option<AnyView> {
    if documented.responses.is_empty() {
        return None;
    }
    let url = format!("/{}/{}/replies", entry.provider.id, documented.operation.name);
    let mut html = HtmlWriter::default();
    html.raw("<ul class=\"tree\">");
    for response in &documented.responses {
        html.raw("<li><a href=\"").text(&url).raw("#").text(&anchor_id("reply-", &response.status)).raw("\"><code>");
        html.text(&response.status)
            .raw("</code></a> ")
            .text(&response.title)
            .raw("<div class=\"description\">")
            .sanitized(&response.description);
        html.raw("</div></li>");
    }
    html.raw("</ul>");
    Some(
        view! {
            <section class="responses" aria-labelledby="responses-title">
                <h2 id="responses-title">{text!("operation-responses")}</h2>
                <div inner_html=html.finish()></div>
                <p><a href=url>{text!("operation-response-fields")}</a></p>
            </section>
        }
        .into_any(),
    )
}

/// Renders `/{provider}/{operation}/replies`: all documented responses, field by field.
pub fn responses_page(
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    responses: &DocumentedResponses,
) -> AnyView {
    let mut html = HtmlWriter::default();
    let first_success = responses.responses.iter().position(|response| response.summary.status.starts_with('2'));
    for (index, response) in responses.responses.iter().enumerate() {
        write_response(&mut html, response, &responses.definitions, "", Some(index) == first_success);
    }
    write_types(&mut html, &responses.definitions);
    let provider = &entry.provider.id;
    let operation = format!("/{provider}/{}", documented.operation.name);
    view! {
        <nav class="breadcrumb" aria-label=text!("catalog-breadcrumb")>
            <ol>
                <li><a href=format!("/{provider}") inner_html=text_html!("operation-breadcrumb-provider", provider = provider)></a></li>
                <li><a href=operation>{documented.title.clone()}</a></li>
                <li aria-current="page">{text!("operation-responses")}</li>
            </ol>
        </nav>
        <h1>{text!("operation-responses-of", operation = documented.title)}</h1>
        <div class="responses" inner_html=html.finish()></div>
        {unreadable_parts(&responses.diagnostics)}
    }
    .into_any()
}
