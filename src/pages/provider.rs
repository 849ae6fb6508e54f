//! `/{provider}`: one API.

use crate::{openapi::Listing, providers::CatalogEntry};
use leptos::prelude::*;

/// What the API is, where it runs, how to authenticate, and its operations by group.
pub fn provider(entry: &CatalogEntry) -> AnyView {
    let (provider, document) = (&entry.provider, &entry.document);
    let servers: Vec<_> = provider
        .environments
        .iter()
        .map(|server| view! { <div><dt>{server.name.clone()}</dt><dd><code>{server.url.clone()}</code></dd></div> })
        .collect();
    let groups: Vec<_> = document
        .groups
        .iter()
        .map(|group| {
            let rows: Vec<_> = entry.listings_of(&group.name).map(|listing| operation_row(&provider.id, listing)).collect();
            let link = group.documentation_url.clone().map(|url| {
                view! { <p><a href=url rel="noopener noreferrer">{provider.title.clone()}" on "{group.name.clone()}</a></p> }
            });
            view! {
                <section>
                    <h2>{group.name.clone()}" "<span class="count">{rows.len()}</span></h2>
                    <div inner_html=group.description.clone()></div>
                    {link}
                    <ul class="operations">{rows}</ul>
                </section>
            }
        })
        .collect();
    let faults: Vec<_> =
        document.faults.iter().map(|fault| view! { <li><code>{fault.to_string()}</code></li> }).collect();
    view! {
        <nav class="breadcrumb" aria-label="Breadcrumb">
            <ol><li><a href="/">"All providers"</a></li><li aria-current="page">{provider.id.clone()}</li></ol>
        </nav>
        <h1>{document.title.clone()}</h1>
        <div class="lead" inner_html=document.description.clone()></div>
        <p class="note">
            <code>{provider.package.clone()}</code>" · version "{document.version.clone()}" · "
            <a href=["/", &provider.id, "/openapi.json"].concat()>"OpenAPI document"</a>
            {document.documentation_url.clone().map(|url| view! { " · "<a href=url rel="noopener noreferrer">"Documentation by "{provider.title.clone()}</a> })}
        </p>
        <section>
            <h2>"Servers"</h2>
            <dl class="facts">{servers}</dl>
            <p class="note">"The environment example needs no server: it answers from the document."</p>
        </section>
        <section>
            <h2>"Authentication"</h2>
            {schemes(entry)}
        </section>
        {groups}
        {(!faults.is_empty()).then(|| view! {
            <section><h2>"Not understood"</h2><p>"These parts of the document could not be read."</p><ul>{faults}</ul></section>
        })}
    }
    .into_any()
}

/// The document's security schemes, in words.
fn schemes(entry: &CatalogEntry) -> AnyView {
    let schemes: Vec<_> = entry
        .document
        .schemes
        .iter()
        .map(|scheme| {
            let words = match entry.scheme_words(&scheme.id) {
                Ok(words) => {
                    let parts: Vec<String> = scheme.kind.parts().iter().map(|part| entry.label(&scheme.kind, *part)).collect();
                    [&words, ": ", &parts.join(", ")].concat()
                }
                Err(reason) => ["Not supported: ", &reason].concat(),
            };
            view! {
                <div><dt><code>{scheme.id.clone()}</code></dt><dd>{words}<div inner_html=scheme.description.clone()></div></dd></div>
            }
        })
        .collect();
    if schemes.is_empty() {
        return view! { <p>"The document describes none: calls are made without a credential."</p> }.into_any();
    }
    view! {
        <dl class="facts">{schemes}</dl>
        <p class="note">"Set them on an operation's page; they stay on the server."</p>
    }
    .into_any()
}

/// An operation in a list: method, title, path, name.
pub fn operation_row(provider: &str, listing: &Listing) -> AnyView {
    view! {
        <li>
            <a href=["/", provider, "/", &listing.name].concat()>
                <span class=["method ", listing.method.as_str()].concat()>{listing.method.as_str()}</span>
                <span class="title">{listing.title.clone()}</span>
                <code class="path">{listing.path.clone()}</code>
            </a>
        </li>
    }
    .into_any()
}
