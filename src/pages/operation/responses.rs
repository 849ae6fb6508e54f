//! What the document says of an operation's replies: status by status, field by field. Types that have names stand once,
//! below, and are linked to.

use crate::{
    model::{
        form::{choice_text, pretty},
        schema::{Field, Schema},
    },
    openapi::{Documentation, DocumentedReplies, DocumentedReply},
    providers::CatalogEntry,
    ui::html::Html,
};
use axum::http::StatusCode;
use leptos::prelude::*;
use serde_json::Value;

/// How many of a field's values are listed.
const MOST_CHOICES: usize = 30;

/// The documented replies in short: their fields have a page of their own, since they can be more than all of the form.
pub(crate) fn summary(entry: &CatalogEntry, documented: &Documentation) -> Option<AnyView> {
    if documented.replies.is_empty() {
        return None;
    }
    let address = ["/", &entry.provider.id, "/", &documented.operation.name, "/replies"].concat();
    let mut html = Html::default();
    html.raw("<ul class=\"tree\">");
    for reply in &documented.replies {
        html.raw("<li><a href=\"").text(&address).raw("#").text(&anchor("reply-", &reply.status)).raw("\"><code>");
        html.text(&reply.status).raw("</code></a> <div class=\"description\">").sanitised(&reply.description);
        html.raw("</div></li>");
    }
    html.raw("</ul>");
    Some(
        view! {
            <section class="replies" aria-labelledby="replies-title">
                <h2 id="replies-title">"Replies"</h2>
                <div inner_html=html.finish()></div>
                <p><a href=address>"All fields of the replies"</a></p>
            </section>
        }
        .into_any(),
    )
}

/// `/{provider}/{operation}/replies`: all documented replies, field by field.
pub fn replies(entry: &CatalogEntry, documented: &Documentation, replies: &DocumentedReplies) -> AnyView {
    let mut html = Html::default();
    let first_success = replies.all.iter().position(|reply| reply.summary.status.starts_with('2'));
    for (index, reply) in replies.all.iter().enumerate() {
        write_reply(&mut html, reply, &replies.definitions, Some(index) == first_success);
    }
    if !replies.definitions.is_empty() {
        html.raw("<h2>Types</h2>");
    }
    for (name, schema) in &replies.definitions {
        let id = anchor("type-", name);
        html.raw("<details class=\"type\" id=\"").text(&id).raw("\"><summary><code>").text(name);
        html.raw("</code></summary>");
        write_inside(&mut html, schema, &id);
        html.raw("</details>");
    }
    let provider = &entry.provider.id;
    let operation = ["/", provider, "/", &documented.operation.name].concat();
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol>
                <li><a href=["/", provider].concat()>"provider "<b>{provider.clone()}</b></a></li>
                <li><a href=operation>{documented.title.clone()}</a></li>
                <li aria-current="page">"Replies"</li>
            </ol>
        </nav>
        <h1>"Replies: "{documented.title.clone()}</h1>
        <div class="replies" inner_html=html.finish()></div>
        {super::faults(&replies.faults)}
    }
    .into_any()
}

fn write_reply(html: &mut Html, reply: &DocumentedReply, definitions: &[(String, Schema)], is_open: bool) {
    let id = anchor("reply-", &reply.summary.status);
    html.raw("<details class=\"type\" id=\"").text(&id).raw(if is_open { "\" open>" } else { "\">" });
    let reason =
        reply.summary.status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok()?.canonical_reason());
    html.raw("<summary><code>").text(&reply.summary.status).raw("</code> ").text(reason.unwrap_or_default());
    html.raw("</summary>");
    html.raw("<div class=\"description\">").sanitised(&reply.summary.description).raw("</div>");
    if !reply.headers.is_empty() {
        html.raw("<h2>Headers</h2>");
        write_fields(html, &reply.headers, &[&id, "/headers"].concat());
    }
    if let Some((media, schema)) = &reply.content {
        html.raw("<h2>Body <span class=\"kind\">").text(media);
        if !matches!(schema, Schema::Object(_)) {
            html.raw(", ");
            write_kind(html, schema);
        }
        html.raw("</span></h2>");
        // Whoever comes for a reply wants its fields, not the name of its type.
        let named = definitions.iter().find(|(name, _)| matches!(schema, Schema::Ref(of) if of == name));
        write_inside(html, named.map_or(schema, |(_, named)| named), &id);
    }
    if let Some(example) = reply.example.as_ref().filter(|example| !example.is_null()) {
        html.raw("<details><summary>Example</summary><pre tabindex=\"0\"><code>").text(&pretty(example));
        html.raw("</code></pre></details>");
    }
    html.raw("</details>");
}

/// The fields that a value has inside of it, unless they have a name and stand elsewhere.
fn write_inside(html: &mut Html, schema: &Schema, at: &str) {
    match schema {
        Schema::Object(fields) => write_fields(html, fields, at),
        Schema::List(rules) => write_inside(html, &rules.item, at),
        Schema::Map(item) => write_inside(html, item, at),
        Schema::Union(variants) => {
            for variant in variants.iter().filter(|variant| matches!(variant.schema, Schema::Object(_))) {
                html.raw("<p class=\"note\">").text(&variant.title).raw("</p>");
                write_inside(html, &variant.schema, &anchor(&[at, "/"].concat(), &variant.title));
            }
        }
        _ => {}
    }
}

fn write_fields(html: &mut Html, fields: &[Field], at: &str) {
    html.raw("<ul class=\"tree\">");
    for field in fields {
        let id = anchor(&[at, "/"].concat(), &field.name);
        html.raw("<li id=\"").text(&id).raw("\"><a href=\"#").text(&id).raw("\"><code>").text(&field.name);
        html.raw("</code></a> <span class=\"kind\">");
        write_kind(html, &field.schema);
        html.raw(if field.about.nullable { " or null" } else { "" });
        html.raw(if field.required { "</span>" } else { ", may be missing</span>" });
        html.raw(if field.about.deprecated { " <span class=\"deprecated\">deprecated</span>" } else { "" });
        html.raw("<div class=\"description\">").sanitised(&field.about.description).raw("</div>");
        write_choices(html, field);
        write_inside(html, &field.schema, &id);
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// What kind of value it is, with a link to its type if that has a name.
fn write_kind(html: &mut Html, schema: &Schema) {
    match schema {
        Schema::Ref(name) => {
            html.raw("<a href=\"#").text(&anchor("type-", name)).raw("\">").text(name).raw("</a>");
        }
        Schema::List(rules) => {
            html.raw("list of ");
            write_kind(html, &rules.item);
        }
        Schema::Map(item) if **item != Schema::Any => {
            html.raw("map to ");
            write_kind(html, item);
        }
        Schema::Union(variants) => {
            for (index, variant) in variants.iter().enumerate() {
                html.raw(if index == 0 { "" } else { " or " });
                match variant.schema {
                    Schema::Object(_) => drop(html.text(&variant.title)),
                    _ => write_kind(html, &variant.schema),
                }
            }
        }
        Schema::Text(rules) => {
            html.text(schema.kind());
            if let Some(format) = &rules.format {
                html.raw(", ").text(format);
            }
        }
        _ => drop(html.text(schema.kind())),
    }
}

/// The values that it can have, with what they mean.
fn write_choices(html: &mut Html, field: &Field) {
    let choices = match &field.schema {
        Schema::Choice(choices) => choices.as_slice(),
        Schema::List(rules) => match &rules.item {
            Schema::Choice(choices) => choices.as_slice(),
            _ => return,
        },
        _ => return,
    };
    let write = |html: &mut Html, choice: &Value| {
        let text = choice_text(choice);
        html.raw("<code>").text(&text).raw("</code>");
        if let Some((_, meaning)) = field.about.choices.iter().find(|(known, _)| *known == text) {
            html.raw(" ").text(meaning);
        }
    };
    html.raw("<p class=\"note\">");
    for (index, choice) in choices.iter().take(MOST_CHOICES).enumerate() {
        html.raw(if index == 0 { "" } else { " · " });
        write(html, choice);
    }
    html.raw(if choices.len() > MOST_CHOICES { " · …</p>" } else { "</p>" });
}

/// An id that an address can end with: letters, digits and a few marks; everything else becomes a hyphen.
fn anchor(before: &str, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/') { c } else { '-' };
    before.chars().chain(name.chars().map(plain)).collect()
}
