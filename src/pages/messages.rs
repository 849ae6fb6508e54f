//! Documentation of responses and bodies.

use super::schema_fields::{anchor_id, write_fields, write_nested_fields, write_type};
use crate::{
    model::{form::to_pretty_json, media_type::MediaType, schema::Schema},
    openapi::{DocumentedContent, DocumentedResponse},
    text, text_html,
    ui::html::HtmlWriter,
};
use axum::http::StatusCode;
use serde_json::Value;

/// Writes a response: its status, headers and body.
pub(super) fn write_response(
    html: &mut HtmlWriter,
    response: &DocumentedResponse,
    definitions: &[(String, Schema)],
    id_prefix: &str,
    is_open: bool,
) {
    let id = anchor_id(&[id_prefix, "reply-"].concat(), &response.summary.status);
    html.raw("<details class=\"type\" id=\"").text(&id).raw(if is_open { "\" open>" } else { "\">" });
    let reason =
        response.summary.status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok()?.canonical_reason());
    let title = Some(response.summary.title.as_str()).filter(|title| !title.is_empty()).or(reason);
    html.raw("<summary><code>").text(&response.summary.status).raw("</code> ").text(title.unwrap_or_default());
    html.raw("</summary>");
    html.raw("<div class=\"description\">").sanitized(&response.summary.description).raw("</div>");
    if !response.headers.is_empty() {
        html.raw("<h2>").text(text!("messages-headers")).raw("</h2>");
        write_fields(html, &response.headers, &format!("{id}/headers"));
    }
    write_bodies(html, &response.contents, definitions, &id);
    if !response.links.is_empty() {
        html.raw("<h2>").text(text!("messages-links")).raw("</h2><ul class=\"tree\">");
        for link in &response.links {
            html.raw("<li>").sanitized(&match &link.operation {
                // The page of the responses is below that of its operation.
                Some(operation) => text_html!("messages-link", name = link.name, operation = operation),
                None => text_html!("messages-link-elsewhere", name = link.name, target = link.target),
            });
            for (index, (name, value)) in link.values.iter().enumerate() {
                html.sanitized(&text_html!("messages-link-value", index = index, name = name, value = value));
            }
            html.raw("<div class=\"description\">").sanitized(&link.description).raw("</div></li>");
        }
        html.raw("</ul>");
    }
    html.raw("</details>");
}

/// Writes each description of a body.
pub(super) fn write_bodies(
    html: &mut HtmlWriter,
    contents: &[DocumentedContent],
    definitions: &[(String, Schema)],
    id: &str,
) {
    for (index, content) in contents.iter().enumerate() {
        let id = if index == 0 { id.to_owned() } else { format!("{id}/{index}") };
        write_body(html, content, definitions, &id);
    }
}

/// Writes a body: its media types, its fields and its example.
fn write_body(html: &mut HtmlWriter, content: &DocumentedContent, definitions: &[(String, Schema)], id: &str) {
    let DocumentedContent { content_types, schema, example, .. } = content;
    html.raw("<h2>")
        .text(text!("body-label"))
        .raw(" <span class=\"kind\">")
        .text(&content_types.join(text!("list-or")));
    let is_json = content_types.first().is_some_and(|first| MediaType::parse(first).includes_json());
    if !matches!(schema, Schema::Object(_)) && (is_json || *schema != Schema::Any) {
        html.raw(", ");
        write_type(html, schema);
    }
    html.raw("</span></h2>");
    // Users look for the fields of a body, not for the name of its type.
    let definition = definitions.iter().find(|(name, _)| matches!(schema, Schema::Ref(of) if of == name));
    write_nested_fields(html, definition.map_or(schema, |(_, resolved)| resolved), id);
    if let Some(example) = example.as_ref().filter(|example| !example.is_null()) {
        let example = if is_json { to_pretty_json(example) } else { text_or_pretty_json(example) };
        html.raw("<details><summary>").text(text!("messages-example"));
        html.raw("</summary><pre tabindex=\"0\"><code>").text(&example);
        html.raw("</code></pre></details>");
    }
}

/// Returns the text of an example that is text, and any other example as JSON.
fn text_or_pretty_json(example: &Value) -> String {
    example.as_str().map_or_else(|| to_pretty_json(example), str::to_owned)
}
