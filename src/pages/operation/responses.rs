//! The documented responses of an operation, by status and field. Named types are described once, below, and linked to.

use crate::{
    model::{
        form::{to_control_text, to_pretty_json},
        schema::{Field, Schema},
    },
    openapi::{DocumentedOperation, DocumentedResponse, DocumentedResponses},
    providers::CatalogEntry,
    ui::html::HtmlWriter,
};
use axum::http::StatusCode;
use leptos::prelude::*;
use serde_json::Value;

/// Maximum number of enum values that are listed per field.
const MAX_SHOWN_VALUES: usize = 30;

/// Renders a summary of the documented responses. Their fields have a separate page, because they can be longer than
/// the form.
pub(crate) fn responses_summary(entry: &CatalogEntry, documented: &DocumentedOperation) -> Option<AnyView> {
    if documented.responses.is_empty() {
        return None;
    }
    let url = ["/", &entry.provider.id, "/", &documented.operation.name, "/replies"].concat();
    let mut html = HtmlWriter::default();
    html.raw("<ul class=\"tree\">");
    for response in &documented.responses {
        html.raw("<li><a href=\"").text(&url).raw("#").text(&anchor_id("reply-", &response.status)).raw("\"><code>");
        html.text(&response.status).raw("</code></a> <div class=\"description\">").sanitized(&response.description);
        html.raw("</div></li>");
    }
    html.raw("</ul>");
    Some(
        view! {
            <section class="responses" aria-labelledby="responses-title">
                <h2 id="responses-title">"Responses"</h2>
                <div inner_html=html.finish()></div>
                <p><a href=url>"All response fields"</a></p>
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
        write_response(&mut html, response, &responses.definitions, Some(index) == first_success);
    }
    if !responses.definitions.is_empty() {
        html.raw("<h2>Types</h2>");
    }
    for (name, schema) in &responses.definitions {
        let id = anchor_id("type-", name);
        html.raw("<details class=\"type\" id=\"").text(&id).raw("\"><summary><code>").text(name);
        html.raw("</code></summary>");
        write_nested_fields(&mut html, schema, &id);
        html.raw("</details>");
    }
    let provider = &entry.provider.id;
    let operation = ["/", provider, "/", &documented.operation.name].concat();
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                <li><a href=["/", provider].concat()>"provider "<b>{provider.clone()}</b></a></li>
                <li><a href=operation>{documented.title.clone()}</a></li>
                <li aria-current="page">"Responses"</li>
            </ol>
        </nav>
        <h1>"Responses: "{documented.title.clone()}</h1>
        <div class="responses" inner_html=html.finish()></div>
        {super::diagnostics_section(&responses.diagnostics)}
    }
    .into_any()
}

fn write_response(
    html: &mut HtmlWriter,
    response: &DocumentedResponse,
    definitions: &[(String, Schema)],
    is_open: bool,
) {
    let id = anchor_id("reply-", &response.summary.status);
    html.raw("<details class=\"type\" id=\"").text(&id).raw(if is_open { "\" open>" } else { "\">" });
    let reason =
        response.summary.status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok()?.canonical_reason());
    html.raw("<summary><code>").text(&response.summary.status).raw("</code> ").text(reason.unwrap_or_default());
    html.raw("</summary>");
    html.raw("<div class=\"description\">").sanitized(&response.summary.description).raw("</div>");
    if !response.headers.is_empty() {
        html.raw("<h2>Headers</h2>");
        write_fields(html, &response.headers, &[&id, "/headers"].concat());
    }
    if let Some((media_type, schema)) = &response.content {
        html.raw("<h2>Body <span class=\"kind\">").text(media_type);
        if !matches!(schema, Schema::Object(_)) {
            html.raw(", ");
            write_type(html, schema);
        }
        html.raw("</span></h2>");
        // Users look for the fields of a response, not for the name of its type.
        let definition = definitions.iter().find(|(name, _)| matches!(schema, Schema::Ref(of) if of == name));
        write_nested_fields(html, definition.map_or(schema, |(_, resolved)| resolved), &id);
    }
    if let Some(example) = response.example.as_ref().filter(|example| !example.is_null()) {
        html.raw("<details><summary>Example</summary><pre tabindex=\"0\"><code>").text(&to_pretty_json(example));
        html.raw("</code></pre></details>");
    }
    html.raw("</details>");
}

/// Writes the nested fields of a schema, except those of a named type, which is described elsewhere.
fn write_nested_fields(html: &mut HtmlWriter, schema: &Schema, parent_id: &str) {
    match schema {
        Schema::Object(fields) => write_fields(html, fields, parent_id),
        Schema::Array(constraints) => {
            if !constraints.prefix.is_empty() {
                write_fields(html, &constraints.prefix, parent_id);
            }
            write_nested_fields(html, &constraints.item, parent_id);
        }
        Schema::Map(item) => write_nested_fields(html, item, parent_id),
        Schema::Union(variants) => {
            for variant in variants.iter().filter(|variant| matches!(variant.schema, Schema::Object(_))) {
                html.raw("<p class=\"note\">").text(&variant.title).raw("</p>");
                write_nested_fields(html, &variant.schema, &anchor_id(&[parent_id, "/"].concat(), &variant.title));
            }
        }
        _ => {}
    }
}

fn write_fields(html: &mut HtmlWriter, fields: &[Field], parent_id: &str) {
    html.raw("<ul class=\"tree\">");
    for field in fields {
        let id = anchor_id(&[parent_id, "/"].concat(), &field.name);
        html.raw("<li id=\"").text(&id).raw("\"><a href=\"#").text(&id).raw("\"><code>").text(&field.name);
        html.raw("</code></a> <span class=\"kind\">");
        write_type(html, &field.schema);
        html.raw(if field.annotations.nullable { " or null" } else { "" });
        html.raw(if field.required { "</span>" } else { ", optional</span>" });
        html.raw(if field.annotations.deprecated { " <span class=\"deprecated\">deprecated</span>" } else { "" });
        html.raw("<div class=\"description\">").sanitized(&field.annotations.description).raw("</div>");
        write_enum_values(html, field);
        write_nested_fields(html, &field.schema, &id);
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// Writes the type of a value, with a link if it is a named type.
fn write_type(html: &mut HtmlWriter, schema: &Schema) {
    match schema {
        Schema::Ref(name) => {
            html.raw("<a href=\"#").text(&anchor_id("type-", name)).raw("\">").text(name).raw("</a>");
        }
        Schema::Array(constraints) if constraints.prefix.is_empty() => {
            html.raw("list of ");
            write_type(html, &constraints.item);
        }
        Schema::Map(item) if **item != Schema::Any => {
            html.raw("map of ");
            write_type(html, item);
        }
        Schema::Union(variants) => {
            for (index, variant) in variants.iter().enumerate() {
                html.raw(if index == 0 { "" } else { " or " });
                match variant.schema {
                    Schema::Object(_) => drop(html.text(&variant.title)),
                    _ => write_type(html, &variant.schema),
                }
            }
        }
        Schema::String(constraints) => {
            html.text(schema.type_label());
            if let Some(format) = &constraints.format {
                html.raw(", ").text(format);
            }
        }
        _ => drop(html.text(schema.type_label())),
    }
}

/// Writes the values of an enum, with their descriptions.
fn write_enum_values(html: &mut HtmlWriter, field: &Field) {
    let choices = match &field.schema {
        Schema::Enum(choices) => choices.as_slice(),
        Schema::Array(constraints) => match &constraints.item {
            Schema::Enum(choices) => choices.as_slice(),
            _ => return,
        },
        _ => return,
    };
    let write_value = |html: &mut HtmlWriter, choice: &Value| {
        let text = to_control_text(choice);
        html.raw("<code>").text(&text).raw("</code>");
        if let Some((_, meaning)) = field.annotations.value_descriptions.iter().find(|(value, _)| *value == text) {
            html.raw(" ").text(meaning);
        }
    };
    html.raw("<p class=\"note\">");
    for (index, choice) in choices.iter().take(MAX_SHOWN_VALUES).enumerate() {
        html.raw(if index == 0 { "" } else { " · " });
        write_value(html, choice);
    }
    html.raw(if choices.len() > MAX_SHOWN_VALUES { " · …</p>" } else { "</p>" });
}

/// Builds an id for URL fragments. Characters other than letters, digits, `_`, `.` and `/` become hyphens.
fn anchor_id(prefix: &str, name: &str) -> String {
    let to_id_char = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/') { c } else { '-' };
    prefix.chars().chain(name.chars().map(to_id_char)).collect()
}
