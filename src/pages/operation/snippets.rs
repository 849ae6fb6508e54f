//! The call as source code: one way to print it, picked from a list that one types into. Without scripts the list is a
//! plain one, and the form prints.

use super::OperationPage;
use crate::{
    model::{form, provider::Provider, security::Access},
    openapi::Documentation,
    providers::CatalogEntry,
    snippet::{Choice, Keeper, Preference, Source},
    ui::snippet::Printed,
};
use leptos::prelude::*;

/// The list of what prints code, the code, and how to run it.
pub(super) fn snippets(
    page: &OperationPage,
    entry: &CatalogEntry,
    provider: &Provider,
    documented: &Documentation,
    access: &Access,
    environment: &str,
) -> AnyView {
    let operation = &documented.operation;
    let arguments = form::read(operation, &page.submission.controls).arguments;
    let source = Source { provider, operation, references: &access.references, arguments: &arguments, environment };
    let choices = entry.choices(documented);
    let Preference { choice, keeper } = &page.preference;
    let all = choices.all();
    let default = Choice::Generated(provider);
    let chosen = choices.find(choice).unwrap_or(default);
    let Printed { label, note, code, file, length, run } = Printed::new(&chosen, source, *keeper);
    let (is_code, is_run) = (!file.is_empty(), !run.is_empty());
    let labels: Vec<_> = all.iter().map(|choice| view! { <option value=choice.label()></option> }).collect();
    view! {
        <div class="choose">
            <div class="needs-script">
                <label for="client">"Language or client"</label>
                <input id="client" list="clients" value=label.clone() data-default=default.label() autocomplete="off" spellcheck="false"/>
                <datalist id="clients">{labels}</datalist>
            </div>
            <noscript>{list(&all, &chosen)}</noscript>
        </div>
        <p class="note" id="snippet-note" aria-live="polite" inner_html=note></p>
        <div class="panel" id="snippet-panel" hidden=!is_code>
            <pre id="snippet" tabindex="0" role="region" aria-label=label><code data-file=file inner_html=code></code></pre>
            <button type="button" class="quiet needs-script" data-action="copy-snippet" aria-live="polite">"Copy"</button>
            <p class="under">
                <span id="snippet-length">{length}</span>
                <label><input type="checkbox" id="wrap" autocomplete="off"/>"Wrap lines"</label>
                <button type="button" class="quiet needs-script" data-action="save-snippet">"Save as a file"</button>
            </p>
            <details id="run" hidden=!is_run>
                <summary>"Run it"</summary>
                {keepers(*keeper)}
                <pre tabindex="0" role="region" aria-label="Commands"><code inner_html=run></code></pre>
            </details>
        </div>
    }
    .into_any()
}

/// The list without scripts: it belongs to the form, which a button sends.
fn list(all: &[Choice], chosen: &Choice) -> AnyView {
    let is_chosen = |choice: &Choice| choice.id() == chosen.id();
    let options: Vec<_> = all
        .iter()
        .map(|choice| view! { <option value=choice.id() selected=is_chosen(choice)>{choice.label()}</option> })
        .collect();
    view! {
        <label for="client-plain">"Language or client"</label>
        <select id="client-plain" name="client" form="call">{options}</select>
        <button type="submit" class="quiet" name="intent" value="redraw" form="call">"Print"</button>
    }
    .into_any()
}

/// Where the reader's secrets are.
fn keepers(chosen: Keeper) -> AnyView {
    let options: Vec<_> = Keeper::ALL
        .into_iter()
        .map(|keeper| view! { <option value=keeper.id() selected=keeper == chosen>{keeper.label()}</option> })
        .collect();
    view! {
        <p class="keeper">
            <label for="keeper">"Secrets from"</label>
            <select id="keeper" name="keeper" form="call" autocomplete="off">{options}</select>
        </p>
    }
    .into_any()
}
