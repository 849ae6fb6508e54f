//! The call as source code, for a target that the user picks from an input with suggestions. Without scripts, the
//! targets are a select element, and posting the form renders the code. The most used targets have buttons.

use super::OperationPage;
use crate::{
    model::{Arguments, provider::Provider, security::OperationAuthentication},
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    snippet::{SecretSource, SnippetPreference, SnippetTarget},
    text,
    ui::{form_reading::FormCall, icon::icon, snippet::RenderedSnippet},
};
use leptos::prelude::*;
use strum::VariantArray;

/// Renders the choice of targets, the code, and the commands that run it.
pub(super) fn snippet_panel(
    page: &OperationPage,
    entry: &CatalogEntry,
    provider: &Provider,
    documented: &DocumentedOperation,
    authentication: &OperationAuthentication,
    (arguments, environment): (&Arguments, &str),
) -> AnyView {
    let targets = entry.snippet_choices(documented);
    let SnippetPreference { target_id, secret_source } = &page.preference;
    let all = targets.all();
    let chosen = targets.find(target_id).unwrap_or(SnippetTarget::GeneratedSdk(provider));
    let variables = &authentication.credential_variables;
    let call = FormCall { provider, documented, controls: &page.submission.controls, arguments, environment };
    let RenderedSnippet { label, note, code, file_name, line_count, run_commands } =
        call.render_snippet(&chosen, variables, *secret_source);
    let (has_code, has_commands) = (!file_name.is_empty(), !run_commands.is_empty());
    let labels: Vec<_> = all.iter().map(|target| view! { <option value=target.label()></option> }).collect();
    view! {
        {target_tabs(&all, &chosen)}
        <div class="choose">
            <div class="needs-script">
                <label for="client">{text!("snippet-panel-client")}</label>
                <input id="client" list="clients" value=label.clone() autocomplete="off" spellcheck="false"/>
                <datalist id="clients">{labels}</datalist>
            </div>
            <noscript>{target_select(&all, &chosen)}</noscript>
        </div>
        <p class="note" id="snippet-note" aria-live="polite" inner_html=note></p>
        <div class="panel" id="snippet-panel" hidden=!has_code>
            <pre id="snippet" tabindex="0" role="region" aria-label=label><code data-file=file_name inner_html=code></code></pre>
            <button type="button" class="quiet needs-script" data-action="copy-snippet" aria-live="polite">{icon("copy")}{text!("copy-button")}</button>
            <p class="under">
                <span id="snippet-length">{line_count}</span>
                <label><input type="checkbox" id="wrap" autocomplete="off"/>{text!("snippet-panel-wrap")}</label>
                <button type="button" class="quiet needs-script" data-action="save-snippet">{text!("snippet-panel-save")}</button>
            </p>
            <details id="run" hidden=!has_commands>
                <summary>{text!("snippet-panel-run")}</summary>
                {secret_source_select(*secret_source)}
                <pre tabindex="0" role="region" aria-label=text!("snippet-panel-commands")><code inner_html=run_commands></code></pre>
            </details>
        </div>
    }
    .into_any()
}

/// Targets that have a button of their own, each with a name shorter than its label.
const TABS: [(&str, &str); 4] =
    [("curl", "cURL"), ("typescript", "TypeScript"), ("python-requests", "Python"), ("go", "Go")];

/// Renders buttons for the most used targets, and for the chosen one.
fn target_tabs(all: &[SnippetTarget], chosen: &SnippetTarget) -> AnyView {
    let tab = |id: &str, name: String| {
        let label = all.iter().find(|target| target.id() == id)?.label();
        let is_pressed = if chosen.id() == id { "true" } else { "false" };
        Some(view! {
            <button type="submit" class="quiet" form="call" name="intent" value=format!("client/{id}") data-action="choose-client" data-client=label aria-pressed=is_pressed>{name}</button>
        })
    };
    let is_other = TABS.iter().all(|(id, _)| *id != chosen.id());
    let other = is_other.then(|| tab(&chosen.id(), chosen.label()));
    let tabs: Vec<_> = TABS.iter().filter_map(|(id, name)| tab(id, (*name).to_owned())).collect();
    view! { <div class="tabs" role="group" aria-label=text!("snippet-panel-common-clients")>{tabs}{other}</div> }
        .into_any()
}

/// Renders the choice of targets without scripts: a select element of the form, with a submit button.
fn target_select(all: &[SnippetTarget], chosen: &SnippetTarget) -> AnyView {
    let is_chosen = |target: &SnippetTarget| target.id() == chosen.id();
    let options: Vec<_> = all
        .iter()
        .map(|target| view! { <option value=target.id() selected=is_chosen(target)>{target.label()}</option> })
        .collect();
    view! {
        <label for="client-plain">{text!("snippet-panel-client")}</label>
        <select id="client-plain" name="client" form="call">{options}</select>
        <button type="submit" class="quiet" name="intent" value="redraw" form="call">{text!("snippet-panel-show")}</button>
    }
    .into_any()
}

/// Renders the choice of secret sources.
fn secret_source_select(chosen: SecretSource) -> AnyView {
    let options: Vec<_> = SecretSource::VARIANTS
        .iter()
        .map(|source| view! { <option value=source.to_string() selected=*source == chosen>{source.label()}</option> })
        .collect();
    view! {
        <p class="secret-source">
            <label for="secret-source">{text!("snippet-panel-secret-source")}</label>
            <select id="secret-source" name="secret_source" form="call" autocomplete="off">{options}</select>
        </p>
    }
    .into_any()
}
