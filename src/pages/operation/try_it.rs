//! "Try it": the cards and the form inside the island.

use super::{
    OperationPage, Submission,
    authentication::authentication_card,
    fields::FormRenderer,
    request_bar::{initial_status, request_bar},
    snippets::snippet_panel,
};
use crate::{
    gateway::{build_example_response, form_link::link_with_arguments},
    islands::TryIt,
    model::{
        Arguments,
        form::{self, ARGUMENTS_CONTROL},
    },
    openapi::DocumentedOperation,
    pages::schema_fields::write_rules,
    providers::CatalogEntry,
    text,
    ui::{html::HtmlWriter, icon::icon, response},
};
use leptos::prelude::*;
use std::collections::HashSet;

pub(super) fn try_it_section(page: &OperationPage, entry: &CatalogEntry, documented: &DocumentedOperation) -> AnyView {
    let provider = &entry.provider_for_operation(documented);
    let credential = page.credential.clone();
    let authentication = entry.authentication(documented);
    let environment = match page.submission.controls.get("environment") {
        Some(chosen) => chosen.to_owned(),
        None => authentication.default_environment(provider, &credential).into(),
    };
    let arguments = form::read(&documented.operation, &page.submission.controls).arguments;
    let request = request_bar(page, (entry, documented), provider, (&environment, &authentication));
    let cards = view! {
        <h2 class="try-it-title">{text!("try-it-title")}</h2>
        {request}
        {authentication_card(&page.submission, entry, documented, &credential, &authentication)}
        {gateway_card(page.allow_other_gateways)}
        <section class="card input" aria-labelledby="operation-title">
            {call_form(page, entry, documented, &arguments)}
        </section>
        <div class="aside">
        <section class="card" aria-labelledby="response-title" id="response">
            <div class="response-head">
                <h3 id="response-title">{text!("try-it-response")}</h3>
                <p id="call-status" role="status" inner_html=initial_status(page)></p>
            </div>
            <div id="outcome" inner_html=initial_outcome(page, entry, documented)></div>
        </section>
        <section class="card" aria-labelledby="snippet-title">
            <h3 id="snippet-title">{text!("snippet-panel-title")}</h3>
            <p class="note">{text!("snippet-panel-note")}</p>
            {snippet_panel(page, entry, provider, documented, &authentication, (&arguments, &environment))}
        </section>
        </div>
    }
    .into_any();
    view! { <TryIt>{cards}</TryIt> }.into_any()
}

fn gateway_card(others_allowed: bool) -> AnyView {
    let disabled_note = (!others_allowed).then(|| {
        view! { <p class="note">{text!("gateway-card-others-disabled")}</p> }
    });
    view! {
        <section class="card setting" id="gateway" aria-labelledby="gateway-title">
            <h3 id="gateway-title">{icon("server")}{text!("gateway-card-title")}</h3>
            <p id="gateway-choice">{text!("gateway-card-this-calls")}</p>
            <details>
                <summary>{text!("gateway-card-choose")}</summary>
                <p class="note">{text!("gateway-card-about")}</p>
                {disabled_note}
                <div class="choices" role="radiogroup" aria-labelledby="gateway-title">
                    <label><input type="radio" name="gateway" value="this" checked/>{text!("gateway-card-this")}</label>
                    <label><input id="gateway-another" type="radio" name="gateway" value="another" disabled=!others_allowed/>{text!("gateway-card-another")}</label>
                </div>
                <div class="field">
                    <label for="gateway-url">{text!("gateway-card-url")}</label>
                    <input id="gateway-url" type="url" placeholder="https://explorer.example.com" autocomplete="off" spellcheck="false" disabled=!others_allowed aria-describedby="gateway-problem gateway-saved"/>
                    <p class="problem" id="gateway-problem"></p>
                    <p class="note" id="gateway-saved">{text!("gateway-card-saved")}</p>
                    <noscript><p class="note">{text!("gateway-card-requires-script")}</p></noscript>
                </div>
            </details>
        </section>
    }
    .into_any()
}

fn call_form(
    page: &OperationPage,
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    arguments: &Arguments,
) -> AnyView {
    let (operation, submission) = (&documented.operation, &page.submission);
    let form = FormRenderer { operation, submission, is_required: true };
    let is_json = submission.controls.get("view") == Some("json");
    let enctype = operation.has_file_fields().then_some("multipart/form-data");
    let empty_note = operation.fields.is_empty().then(|| view! { <p class="note">{text!("try-it-no-parameters")}</p> });
    let example_names =
        entry.examples(documented).flat_map(|example| example.arguments.keys().cloned().collect::<Vec<_>>());
    let example_names: HashSet<String> = example_names.collect();
    view! {
        // The URL of the form has no fragment: the browser then gives the focus to the control with `autofocus`.
        <form id="call" method="post" action=operation.name.clone() enctype=enctype novalidate data-provider=entry.provider.id.clone() data-operation=operation.name.clone()>
            // The credential that the page shows: a call with another one is refused.
            <input type="hidden" name="fingerprint" value=page.credential.reference().to_owned()/>
            <div id="input">
            <h3 id="operation-title" class="operation-name"><code>{operation.name.clone()}</code></h3>
            <p class="operation-path"><span class=format!("method {}", operation.method)>{operation.method.as_str()}</span><code>{operation.path.clone()}</code></p>
            <div class="input-head">
                <h4>{text!("try-it-input")}</h4>
                <div class="views" role="radiogroup" aria-label=text!("try-it-views")>
                    <label><input type="radio" name="view" value="form" checked=!is_json/>{text!("try-it-form-view")}</label>
                    <label><input type="radio" name="view" id="view-json" value="json" checked=is_json/>"JSON"</label>
                </div>
                <span class="form-actions">
                    <button type="button" class="quiet" id="undo" data-action="undo" hidden>{text!("try-it-undo")}</button>
                    <button type="submit" class="quiet" name="intent" value="reset">{text!("try-it-reset")}</button>
                    <a id="copy-link" data-action="copy-link" href=link_with_arguments(operation, arguments)>{text!("copy-link")}</a>
                    <a data-action="copy-markdown" href=format!("{}.md", operation.name)>{text!("copy-markdown")}</a>
                </span>
            </div>
            {empty_note}
            {media_type_select(documented)}
            {accept_select(documented, submission)}
            {body_rules(documented)}
            <div class="form-view">
                {form.grouped_fields(|name| example_names.contains(name))}
                {form.hidden_inputs(&operation.fields, "")}
                {operation.allows_additional_fields().then(|| form.additional_fields())}
            </div>
            <div class="json-view field" data-at=ARGUMENTS_CONTROL>
                {form.text_area(ARGUMENTS_CONTROL, text!("try-it-arguments"), 14, false)}
                {form.problem_element(ARGUMENTS_CONTROL)}
            </div>
            </div>
        </form>
    }
    .into_any()
}

/// Renders the rules about several fields of the body, if there are any.
fn body_rules(documented: &DocumentedOperation) -> Option<AnyView> {
    let mut html = HtmlWriter::default();
    write_rules(&mut html, &documented.body_rules);
    (!documented.body_rules.is_empty())
        .then(|| view! { <div class="description" aria-label=text!("try-it-body-rules") role="group" inner_html=html.finish()></div> }.into_any())
}

/// Renders the choice of a media type, if the body can be sent in several.
fn media_type_select(documented: &DocumentedOperation) -> Option<AnyView> {
    let chosen = documented.operation.body.as_ref()?.content_type.as_str();
    let options = media_type_options(&documented.media_types, chosen)?;
    let select = view! {
        <div class="media">
            <label for="media">{text!("try-it-body-format")}</label>
            <select id="media" name="media">{options}</select>
            <button type="submit" class="quiet without-script" name="intent" value="redraw">{text!("fields-show")}</button>
        </div>
    };
    Some(select.into_any())
}

/// Renders the choice of the media type of the response, if the document has several.
fn accept_select(documented: &DocumentedOperation, submission: &Submission) -> Option<AnyView> {
    let chosen = submission.controls.get("accept").unwrap_or_default();
    let options = media_type_options(&documented.response_media_types, chosen)?;
    let select = view! {
        <div class="media">
            <label for="accept">"Accept"</label>
            <select id="accept" name="accept"><option value="">{text!("try-it-any-media-type")}</option>{options}</select>
        </div>
    };
    Some(select.into_any())
}

/// Renders the options of a choice of media types; `None` if there is nothing to choose.
fn media_type_options(media_types: &[String], chosen: &str) -> Option<Vec<impl IntoView + use<>>> {
    let option = |media_type: &String| {
        view! { <option value=media_type.clone() selected=media_type == chosen>{media_type.clone()}</option> }
    };
    (media_types.len() > 1).then(|| media_types.iter().map(option).collect())
}

/// Renders the result of the posted form; before the first one, the documented example.
fn initial_outcome(page: &OperationPage, entry: &CatalogEntry, documented: &DocumentedOperation) -> String {
    match &page.submission.result {
        None => {
            let example = build_example_response(&entry.document, &documented.operation.name, None, "");
            response::render_documented_example(&example)
        }
        Some(Ok(response)) => response::render_response(response, false),
        Some(Err(error)) => response::render_error(error),
    }
}
