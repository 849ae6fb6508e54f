//! `/reveal`: a secret that the caller requested.

use crate::model::error::ExplorerError;
use leptos::prelude::*;

/// Renders the secret of a placeholder, or the reason why it is not shown.
pub fn secret_page(placeholder: &str, result: &Result<String, ExplorerError>) -> AnyView {
    let content = match result {
        Ok(secret) => view! {
            <p>"What "<code>{placeholder.to_owned()}</code>" stands for:"</p>
            <pre tabindex="0" role="region" aria-label="Secret"><code>{secret.clone()}</code></pre>
            <p class="note">"That you have seen it is written down. Go back in the browser to the reply."</p>
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
