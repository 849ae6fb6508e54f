//! The page for an address that leads nowhere.

use leptos::prelude::*;

/// What is missing, and where to go instead.
pub fn not_found_page(message: &str, back: &str, back_title: &str) -> AnyView {
    view! {
        <h1>"Not found"</h1>
        <p class="lead">{message.to_owned()}</p>
        <p><a href=back.to_owned()>{back_title.to_owned()}</a>" · "<a href="/">"All providers"</a></p>
    }
    .into_any()
}
