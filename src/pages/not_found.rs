//! The page for a URL that does not exist.

use crate::text;
use leptos::prelude::*;

/// Renders a message, and links to existing pages.
pub fn not_found_page(message: &str, back: &str, back_title: &str) -> AnyView {
    view! {
        <h1>{text!("not-found-title")}</h1>
        <p class="lead">{message.to_owned()}</p>
        <p><a href=back.to_owned()>{back_title.to_owned()}</a>" · "<a href="/">{text!("catalog-all-providers")}</a></p>
    }
    .into_any()
}
