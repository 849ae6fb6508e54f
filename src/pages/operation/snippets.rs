//! The call as source code: a tab per language that follows in the browser, and one for all others, which the server prints.

use super::OperationPage;
use crate::{
    model::{form, provider::Provider, security::Access},
    openapi::Documentation,
    snippet::{CLIENTS, Client, Language, Source},
};
use leptos::prelude::*;

/// The tabs, turned by radio buttons, so that they turn without scripts too.
pub(super) fn snippets(
    page: &OperationPage,
    provider: &Provider,
    documented: &Documentation,
    access: &Access,
    environment: &str,
) -> AnyView {
    let operation = &documented.operation;
    let arguments = form::read(operation, &page.submission.controls).arguments;
    let source = Source { provider, operation, references: &access.references, arguments: &arguments, environment };
    let chosen = page.submission.controls.get("language");
    let is_chosen = |id: &str, index: usize| chosen.map_or(index == 0, |chosen| chosen == id);
    let tabs: Vec<_> = Language::of(provider, operation)
        .enumerate()
        .map(|(index, language)| {
            let (id, label) = (language.id(), language.label());
            let code = language.print(source);
            view! {
                <input type="radio" name="language" id=id value=id form="call" checked=is_chosen(id, index)/>
                <label for=id>{label}</label>
                <div class="panel">{code_of(["snippet-", id].concat(), label, code)}</div>
            }
        })
        .collect();
    let client = page.submission.controls.get("client").and_then(Client::find).unwrap_or(CLIENTS[0]);
    let code = client.print(source).unwrap_or_else(str::to_owned);
    view! {
        <div class="tabs" role="radiogroup" aria-labelledby="snippet-title">
            {tabs}
            <input type="radio" name="language" id="more" value="more" form="call" checked=is_chosen("more", usize::MAX)/>
            <label for="more">"More"</label>
            <div class="panel">
                <p class="client">
                    <label for="client">"Client"</label>
                    <select id="client" name="client" form="call">{options(client)}</select>
                    <button type="submit" class="quiet without-script" name="intent" value="redraw" form="call">"Print"</button>
                    <code id="install">{client.install}</code>
                </p>
                <div class="panel-code">{code_of("snippet-more".into(), "Code for the client", code)}</div>
            </div>
        </div>
    }
    .into_any()
}

fn code_of(id: String, label: &'static str, code: String) -> AnyView {
    view! {
        <pre tabindex="0" role="region" aria-label=label><code id=id>{code}</code></pre>
        <button type="button" class="quiet needs-script" data-action="copy-snippet" aria-live="polite">"Copy"</button>
    }
    .into_any()
}

/// The clients, language by language.
fn options(chosen: &Client) -> Vec<AnyView> {
    let groups = CLIENTS.chunk_by(|a, b| a.language == b.language);
    groups
        .map(|clients| {
            let options: Vec<_> = clients
                .iter()
                .map(|client| view! { <option value=client.id selected=client.id == chosen.id data-install=client.install>{client.name}</option> })
                .collect();
            view! { <optgroup label=clients[0].language>{options}</optgroup> }.into_any()
        })
        .collect()
}
