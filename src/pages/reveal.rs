//! `/reveal`: a secret that the caller requested.

use crate::{model::error::ExplorerError, text, text_html};
use leptos::prelude::*;

/// Renders the secret of a placeholder, or the reason why it is not shown.
pub fn secret_page(placeholder: &str, result: &Result<String, ExplorerError>) -> AnyView {
    let content = match result {
        Ok(secret) => view! {
            <p inner_html=text_html!("reveal-value", placeholder = placeholder)></p>
            <pre tabindex="0" role="region" aria-label=text!("reveal-title")><code>{secret.clone()}</code></pre>
            <p class="note">{text!("reveal-note")}</p>
        }
        .into_any(),
        Err(error) => view! { <p class="problem" role="alert">{error.message.clone()}</p> }.into_any(),
    };
    view! {
        <h1>{text!("reveal-title")}</h1>
        <section class="card narrow">{content}</section>
    }
    .into_any()
}
