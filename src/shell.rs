//! The HTML document around every page.

use crate::{islands::Search, pages::search::form};
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
    /// The page's one lasting address on this site, if it has one: `/stytch`.
    pub path: Option<String>,
    /// Whether the page itself has the search, which stands in the header of all others.
    pub has_search: bool,
}

/// Who has signed in, as every page tells.
#[derive(Clone, Debug, Default)]
pub enum Account {
    /// Nobody is asked to.
    #[default]
    None,
    /// One is asked to sign in.
    Asked,
    /// Somebody.
    Known {
        /// What people call them.
        name: String,
        /// Whether they can sign out here, and not only where they signed in.
        by_session: bool,
    },
}

/// What all pages have in common.
#[derive(Clone, Debug)]
pub struct Site {
    /// Where the browser's part of the program is.
    pub options: LeptosOptions,
    /// The styles, where they stand in the page itself.
    pub styles: Option<Arc<str>>,
    /// Where the site is for everybody, if the server knows: `https://explorer.example.com`.
    pub origin: Option<Arc<str>>,
}

/// The document, with the page inside.
pub fn shell(site: Site, head: Head, account: Account, page: AnyView) -> impl IntoView {
    let Site { options, styles, origin } = site;
    let canonical =
        origin.zip(head.path).map(|(origin, path)| view! { <link rel="canonical" href=[&*origin, &path].concat()/> });
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
                {canonical}
                {styles}
                <AutoReload options=options.clone()/>
                <HydrationScripts options=options islands=true/>
            </head>
            <body>
                <a class="skip" href="#main">"Skip to the content"</a>
                <header class="site"><a href="/">"API Explorer"</a>{(!head.has_search).then(|| form(""))}{self::account(account)}</header>
                <main id="main">{page}</main>
                <footer class="site">"Credentials stay on the server. The page never holds them."</footer>
                <Search/>
            </body>
        </html>
    }
}

fn account(account: Account) -> Option<AnyView> {
    match account {
        Account::None => None,
        Account::Asked => Some(view! { <a class="account" href="/sign-in">"Sign in"</a> }.into_any()),
        Account::Known { name, by_session } => {
            let sign_out = by_session.then(|| view! { <button type="submit">"Sign out"</button> });
            let form =
                view! { <form class="account" method="post" action="/sign-out"><span>{name}</span>{sign_out}</form> };
            Some(form.into_any())
        }
    }
}
