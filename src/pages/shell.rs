//! The HTML document around every page.

use super::search::search_form;
use crate::islands::Search;
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
pub struct PageHead {
    /// Title of the window and of search results.
    pub title: String,
    /// One sentence for search results.
    pub description: String,
    /// The page's one lasting address on this site, if it has one: `/stytch`.
    pub canonical_path: Option<String>,
    /// Whether the page itself has the search, which stands in the header of all others.
    pub has_search: bool,
}

/// Who has signed in, as every page tells.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What people call them, if somebody has.
    pub name: Option<String>,
    /// Whether they can sign out here, and not only where they signed in.
    pub can_sign_out: bool,
    /// Whether one is asked to sign in.
    pub is_sign_in_required: bool,
    /// Whether they may administer.
    pub is_admin: bool,
}

/// What all pages have in common.
#[derive(Clone, Debug)]
pub struct Site {
    /// Where the browser's part of the program is.
    pub options: LeptosOptions,
    /// The styles, where they stand in the page itself.
    pub inline_styles: Option<Arc<str>>,
    /// Where the site is for everybody, if the server knows: `https://explorer.example.com`.
    pub origin: Option<Arc<str>>,
}

/// The document, with the page inside.
pub fn shell(site: Site, head: PageHead, account: Account, page: AnyView) -> impl IntoView {
    let Site { options, inline_styles: styles, origin } = site;
    let canonical = origin
        .zip(head.canonical_path)
        .map(|(origin, path)| view! { <link rel="canonical" href=[&*origin, &path].concat()/> });
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
                <header class="site"><a href="/">"API Explorer"</a>{(!head.has_search).then(|| search_form(""))}{self::render_account(account)}</header>
                <main id="main">{page}</main>
                <footer class="site">"Credentials stay on the server. The page never holds them."</footer>
                <Search/>
            </body>
        </html>
    }
}

fn render_account(account: Account) -> Option<AnyView> {
    let Account { name, can_sign_out, is_sign_in_required, is_admin } = account;
    let sign_in = (is_sign_in_required && name.is_none()).then(|| view! { <a href="/sign-in">"Sign in"</a> });
    let admin = is_admin.then(|| view! { <a href="/admin">"Admin"</a> });
    let sign_out = can_sign_out.then(|| {
        view! { <form method="post" action="/sign-out"><button type="submit">"Sign out"</button></form> }
    });
    let is_any = sign_in.is_some() || admin.is_some() || name.is_some();
    let name = name.map(|name| view! { <span>{name}</span> });
    is_any.then(|| view! { <div class="account">{sign_in}{name}{admin}{sign_out}</div> }.into_any())
}
