//! `/responses/{id}/tree`: a part of a large JSON body, for browsers without scripts.

use crate::text;
use leptos::prelude::*;

/// Renders a part of a body, which is HTML of this server.
pub fn response_body_page(part: &str) -> AnyView {
    let part = part.to_owned();
    view! {
        <h1>{text!("body-part-title")}</h1>
        <section class="card response" inner_html=part></section>
    }
    .into_any()
}
