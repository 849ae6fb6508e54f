//! The HTML document around every page.

use super::search::search_form;
use crate::{
    islands::Search,
    model::{branding::Branding, theme::Theme},
    text,
    texts::Language,
    ui::icon::{icon, symbols},
};
use leptos::{config::LeptosOptions, hydration::AutoReload, nonce::use_nonce, prelude::*};
use leptos_meta::HashedStylesheet;
use serde_json::Value;
use std::sync::Arc;

/// Metadata of a page.
#[derive(Clone, Debug, Default)]
pub struct PageHead {
    /// Title of the page, which precedes the name of the site in the title of the window; empty on the home page.
    pub title: String,
    /// One sentence for search results.
    pub description: String,
    /// Canonical path of the page on this site, if it has one: `/stytch`.
    pub canonical_path: Option<String>,
    /// True if the page contains the search form, which is in the header of all other pages.
    pub has_search: bool,
    /// True for the page of an operation: its columns fill the window. The styles know it before they see the columns.
    pub is_wide: bool,
}

/// The caller's account, as shown in the header.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Display name, if known.
    pub name: Option<String>,
    /// True if the caller can sign out here, and not only at the place where they signed in.
    pub can_sign_out: bool,
    /// True if the caller is asked to sign in.
    pub is_sign_in_required: bool,
    /// True if the caller is an administrator.
    pub is_admin: bool,
}

/// The data that all pages share.
#[derive(Clone, Debug)]
pub struct Site {
    /// Leptos options.
    pub options: LeptosOptions,
    /// The script that loads the browser program.
    pub loader: Arc<str>,
    /// The styles, if they are embedded in the page.
    pub inline_styles: Option<Arc<str>>,
    /// Public origin of the site, if configured: `https://explorer.example.com`.
    pub origin: Option<Arc<str>>,
    /// Branding of the site.
    pub branding: Arc<Branding>,
}

/// The parts of a page's frame that depend on the caller.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The caller's account.
    pub account: Account,
    /// The theme that the reader chose.
    pub theme: Theme,
}

/// Renders the HTML document around a page, with `banner`, which is HTML, above its content.
pub fn shell(site: Site, head: PageHead, frame: Frame, banner: String, page: AnyView) -> impl IntoView {
    let Frame { account, theme } = frame;
    let language = Language::current();
    let Site { options, loader, inline_styles: styles, origin, branding } = site;
    let canonical = origin
        .zip(head.canonical_path)
        .map(|(origin, path)| view! { <link rel="canonical" href=[&*origin, &path].concat()/> });
    let title =
        if head.title.is_empty() { branding.name.clone() } else { [&head.title, " · ", &branding.name].concat() };
    let logo_url = branding.logo.as_ref().map_or_else(|| "/favicon.svg".into(), |logo| logo.url(None));
    let notice = branding
        .notice
        .clone()
        .map(|text| view! { <aside class="notice" aria-label=text!("shell-notice")>{text}</aside> });
    let styles = match styles {
        Some(styles) => view! { <style nonce=use_nonce() inner_html=styles.to_string()></style> }.into_any(),
        None => view! { <HashedStylesheet options=options.clone()/> }.into_any(),
    };
    view! {
        <!DOCTYPE html>
        <html lang=language.code() data-theme=(theme != Theme::System).then(|| theme.name())>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <meta name="description" content=head.description/>
                <link rel="icon" href=logo_url.clone()/>
                {canonical}
                {styles}
                {accent_style(&branding)}
                <AutoReload options/>
                {render_loader(&loader)}
            </head>
            <body class=head.is_wide.then_some("wide") data-texts=language.browser_texts_path()>
                <a class="skip" href="#main">{text!("shell-skip")}</a>
                {notice}
                <header class="site"><a class="home-link" href="/"><img src=logo_url alt="" width="26" height="26"/><span>{branding.name.clone()}</span></a>{(!head.has_search).then(|| search_form(""))}{self::render_account(account)}</header>
                <div id="banner" role="status" inner_html=banner></div>
                <main id="main">{page}</main>
                <footer class="site"><span>{icon("lock")}{[" ", text!("shell-credentials")].concat()}</span>{theme_form(theme)}{language_form()}</footer>
                {symbols()}
                <Search/>
            </body>
        </html>
    }
}

/// Returns the script that loads the browser program, from the URL paths of its script and of its WebAssembly module. It has
/// no comments and no indentation.
pub fn loader_script(script: &str, module: &str) -> Arc<str> {
    let arguments = [script, module].map(|path| Value::from(path).to_string()).join(", ");
    let lines = include_str!("loader.js").lines().map(str::trim_start);
    let code: Vec<&str> = lines.filter(|line| !line.starts_with("//")).collect();
    ["(", &code.join("\n"), ")(", &arguments, ")"].concat().into()
}

/// Renders the script that loads the browser program.
fn render_loader(loader: &str) -> AnyView {
    // Without this, Leptos would add what it needs to hydrate whole pages.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    view! { <script type="module" nonce=use_nonce()>{loader.to_owned()}</script> }.into_any()
}

/// Renders the accent color that the operator has set, which takes the place of that of the styles.
fn accent_style(branding: &Branding) -> Option<AnyView> {
    let accent = branding.accent?;
    let style = format!(":root{{--accent-light:{};--accent-dark:{}}}", accent.light, accent.dark);
    Some(view! { <style nonce=use_nonce()>{style}</style> }.into_any())
}

fn render_account(account: Account) -> Option<AnyView> {
    let Account { name, can_sign_out, is_sign_in_required, is_admin } = account;
    let sign_in =
        (is_sign_in_required && name.is_none()).then(|| view! { <a href="/sign-in">{text!("sign-in-submit")}</a> });
    let admin = is_admin.then(|| view! { <a href="/admin">{text!("shell-admin")}</a> });
    let sign_out = can_sign_out.then(|| {
        view! { <form method="post" action="/sign-out"><button type="submit">{text!("shell-sign-out")}</button></form> }
    });
    let is_any = sign_in.is_some() || admin.is_some() || name.is_some();
    let name = name.map(|name| view! { <span>{name}</span> });
    is_any.then(|| view! { <div class="account">{sign_in}{name}{admin}{sign_out}</div> }.into_any())
}

/// Renders the choice of a language, which works without scripts.
fn language_form() -> AnyView {
    let button = |language: Language| {
        let is_pressed = if language == Language::current() { "true" } else { "false" };
        view! {
            <button type="submit" name="language" value=language.code() lang=language.code() aria-pressed=is_pressed>
                {language.name()}
            </button>
        }
    };
    let buttons: Vec<_> = Language::all().map(button).collect();
    view! {
        <form id="language" class="choice" method="post" action="/language" aria-label=text!("shell-language")>
            {text!("shell-language")}
            {buttons}
        </form>
    }
    .into_any()
}

/// Renders the choice of a theme, which works without scripts.
fn theme_form(chosen: Theme) -> AnyView {
    let button = |theme: Theme| {
        let is_pressed = if theme == chosen { "true" } else { "false" };
        view! { <button type="submit" name="theme" value=theme.name() aria-pressed=is_pressed>{theme.label()}</button> }
    };
    view! {
        <form id="theme" class="choice" method="post" action="/theme" aria-label=text!("shell-theme")>{text!("shell-theme")}{Theme::ALL.map(button)}</form>
    }
    .into_any()
}
