//! `/reveal`: a secret that the caller requested.

use crate::model::error::ExplorerError;
use leptos::prelude::*;

/// Renders the secret of a placeholder, or the reason why it is not shown.
pub fn secret_page(placeholder: &str, result: &Result<String, ExplorerError>) -> AnyView {
    let content = match result {
        Ok(secret) => view! {
            <p>"Value of "<code>{placeholder.to_owned()}</code>":"</p>
            <pre tabindex="0" role="region" aria-label="Secret"><code>{secret.clone()}</code></pre>
            <p class="note">"The audit log records that you viewed this secret. Use the browser's Back button to return to the response."</p>
        }
        .into_any(),
        Err(error) => view! { <p class="problem" role="alert">{error.message.clone()}</p> }.into_any(),
    };
    view! {
        <h1>"Secret"</h1>
        <section class="card narrow">{content}</section>
    }
    .into_any()
}
