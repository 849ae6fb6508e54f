//! The HTML document around every page.

use leptos::{
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    nonce::use_nonce,
    prelude::*,
};
use leptos_meta::HashedStylesheet;
use std::sync::Arc;

/// What a page says about itself.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Title of the window and of search results.
    pub title: String,
    /// One sentence for search results.
    pub description: String,
    /// Whether anything on the page moves: pages without islands load no script.
    pub has_islands: bool,
}

/// The document, with the page inside.
pub fn shell(options: LeptosOptions, styles: Option<Arc<str>>, head: Head, page: AnyView) -> impl IntoView {
    let scripts = head.has_islands.then(|| view! { <HydrationScripts options=options.clone() islands=true/> });
    let styles = match styles {
        Some(styles) => view! { <style nonce=use_nonce() inner_html=styles.to_string()></style> }.into_any(),
        None => view! { <HashedStylesheet options=options.clone()/> }.into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{head.title}</title>
                <meta name="description" content=head.description/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {styles}
                <AutoReload options=options/>
                {scripts}
            </head>
            <body>
                <a class="skip" href="#main">"Skip to the content"</a>
                <header class="site"><a href="/">"API Explorer"</a></header>
                <main id="main">{page}</main>
                <footer class="site">"Credentials stay on the server. The page never holds them."</footer>
            </body>
        </html>
    }
}
