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
            let rows: Vec<_> = entry.operations_of(group).map(|listing| operation_row(&provider.id, listing)).collect();
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
    let faults: Vec<_> = document.faults.iter().map(|fault| view! { <li><code>{fault.clone()}</code></li> }).collect();
    let credential = &provider.credential;
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
            <p>
                "HTTP Basic, with the "{credential.username_label.clone()}" as user name and the "{credential.password_label.clone()}
                " as password. Set them on any operation's page; they stay on the server."
            </p>
        </section>
        {groups}
        {(!faults.is_empty()).then(|| view! {
            <section><h2>"Not understood"</h2><p>"These parts of the document could not be read."</p><ul>{faults}</ul></section>
        })}
    }
    .into_any()
}

/// An operation in a list: method, title, path, name.
pub fn operation_row(provider: &str, operation: &Listing) -> AnyView {
    view! {
        <li>
            <a href=["/", provider, "/", &operation.name].concat()>
                <span class=["method ", operation.method.as_str()].concat()>{operation.method.as_str()}</span>
                <span class="title">{operation.title.clone()}</span>
                <code class="path">{operation.path.clone()}</code>
            </a>
        </li>
    }
    .into_any()
}
