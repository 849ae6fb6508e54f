//! The page for content that is not available to the caller, or not at the moment.

use crate::{model::error::ExplorerError, text};
use leptos::prelude::*;

/// Renders the reason why the content is not shown.
pub fn error_page(error: &ExplorerError) -> AnyView {
    view! {
        <h1>{text!("catalog-not-available")}</h1>
        <p class="lead" role="alert">{error.message.clone()}</p>
        <p><a href="/">{text!("catalog-all-providers")}</a></p>
    }
    .into_any()
}
