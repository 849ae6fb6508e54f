//! `/responses/uses`: the operations that take the secret of a response, with its placeholder filled in.

use crate::{
    gateway::{PlaceholderSource, form_link::ARGUMENTS_PARAMETER, plain_name},
    model::{NON_UNRESERVED, placeholder::Placeholder},
    providers::CatalogEntry,
    text, text_html,
};
use leptos::prelude::*;
use percent_encoding::utf8_percent_encode;
use serde_json::json;

/// Maximum number of operations that are listed.
const MAX_OPERATIONS: usize = 100;

/// Renders the operations of the provider that have a field with the name of the secret.
pub fn placeholder_uses_page(entry: &CatalogEntry, placeholder: &Placeholder, source: &PlaceholderSource) -> AnyView {
    let id = &entry.provider.id;
    let links: Vec<_> = find_uses(entry, placeholder)
        .into_iter()
        .map(|(index, field)| {
            let operation = &entry.document.operations[index];
            let arguments = json!({ &field: placeholder.to_string() }).to_string();
            let query = utf8_percent_encode(&arguments, NON_UNRESERVED);
            let url = format!("/{id}/{}?{ARGUMENTS_PARAMETER}={query}", operation.name);
            view! {
                <li>
                    <a href=url>
                        <span class=format!("method {}", operation.method)>{operation.method.as_str().to_owned()}</span>
                        <span>{operation.title.clone()}</span>
                        <code class="path">{field}</code>
                    </a>
                </li>
            }
        })
        .collect();
    let list = if links.is_empty() {
        view! { <p class="note">{text!("placeholder-uses-none")}</p> }.into_any()
    } else {
        view! { <ul class="operations">{links}</ul> }.into_any()
    };
    let explanation = text_html!(
        "placeholder-uses-explanation",
        placeholder = placeholder,
        provider = entry.document.title,
        environment = source.environment,
    );
    view! {
        <h1>{text!("placeholder-uses-title")}</h1>
        <p inner_html=explanation></p>
        {list}
    }
    .into_any()
}

/// Returns the indices of the operations that have a field with the name of the secret, and the name of the field.
fn find_uses(entry: &CatalogEntry, placeholder: &Placeholder) -> Vec<(usize, String)> {
    // The last part of the label that is no index: `user.session_tokens.0`.
    let is_name = |part: &&str| part.parse::<usize>().is_err() && !part.starts_with('#');
    let Some(name) = placeholder.label.split('.').rev().find(is_name) else { return Vec::new() };
    let fields = entry.document.search_fields().into_iter().enumerate();
    fields
        .filter(|(_, names)| names.iter().any(|field| plain_name(field) == plain_name(name)))
        .filter_map(|(index, _)| {
            let documented = entry.operation(&entry.document.operations.get(index)?.name)?;
            let mut fields = documented.operation.fields.iter();
            let field = fields.find(|field| plain_name(field.sent_name()) == plain_name(name))?;
            Some((index, field.name.clone()))
        })
        .take(MAX_OPERATIONS)
        .collect()
}
