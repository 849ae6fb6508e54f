//! The page for what is there, and not for whoever asks or not now.

use crate::model::error::ExplorerError;
use leptos::prelude::*;

/// Why it is not shown.
pub fn error_page(error: &ExplorerError) -> AnyView {
    view! {
        <h1>"Not shown"</h1>
        <p class="lead" role="alert">{error.message.clone()}</p>
        <p><a href="/">"All providers"</a></p>
    }
    .into_any()
}
