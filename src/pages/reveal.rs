//! `/reveal`: a secret, shown to whoever asked for it.

use crate::model::error::ExplorerError;
use leptos::prelude::*;

/// The secret that a handle stands for, or why it is not shown.
pub fn reveal(handle: &str, found: &Result<String, ExplorerError>) -> AnyView {
    let said = match found {
        Ok(secret) => view! {
            <p>"What "<code>{handle.to_owned()}</code>" stands for:"</p>
            <pre tabindex="0" role="region" aria-label="Secret"><code>{secret.clone()}</code></pre>
            <p class="note">"That you have seen it is written down. Go back in the browser to the reply."</p>
        }
        .into_any(),
        Err(error) => view! { <p class="problem" role="alert">{error.message.clone()}</p> }.into_any(),
    };
    view! {
        <h1>"Secret"</h1>
        <section class="card narrow">{said}</section>
    }
    .into_any()
}
