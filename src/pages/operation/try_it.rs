//! "Try it": the cards and the form inside the island.

use super::{
    OperationPage, Submission, authentication::authentication_card, fields::FormRenderer, send_bar::send_bar,
    snippets::snippet_panel,
};
use crate::{
    islands::{InitialState, TryIt},
    model::form::ARGUMENTS_CONTROL,
    openapi::DocumentedOperation,
    pages::schema_fields::write_rules,
    providers::CatalogEntry,
    ui::{html::HtmlWriter, response},
};
use leptos::prelude::*;

pub(super) fn try_it_section(page: &OperationPage, entry: &CatalogEntry, documented: &DocumentedOperation) -> AnyView {
    let operation = &documented.operation;
    let provider = &entry.provider_for_operation(documented);
    let credential = page.credential.clone();
    let authentication = entry.authentication(documented);
    let environment = match page.submission.controls.get("environment") {
        Some(chosen) => chosen.to_owned(),
        None => authentication.default_environment(provider, &credential).into(),
    };
    let cards = view! {
        <h2 class="try-it-title">"Try it"</h2>
        {authentication_card(&page.submission, entry, documented, &credential, &authentication)}
        {gateway_card(page.allow_other_gateways)}
        <section class="card" aria-labelledby="operation-title">
            <h3 id="operation-title" class="operation-name"><code>{operation.name.clone()}</code></h3>
            <p class="operation-path">
                <span class=format!("method {}", operation.method)>{operation.method.as_str()}</span><code>{operation.path.clone()}</code>
            </p>
            <div inner_html=documented.description.clone()></div>
            {call_form(page, entry, documented, send_bar(page, (entry, documented), provider, (&environment, &authentication)))}
        </section>
        <div class="aside">
        <section class="card" aria-labelledby="response-title" id="response">
            <h3 id="response-title">"Response"</h3>
            <div id="outcome" aria-live="polite" inner_html=initial_outcome(page)></div>
        </section>
        <section class="card" aria-labelledby="snippet-title">
            <h3 id="snippet-title">"Code snippet"</h3>
            <p class="note">"Updates live as you fill in the form above."</p>
            {snippet_panel(page, entry, provider, documented, &authentication, &environment)}
        </section>
        </div>
    }
    .into_any();
    let initial_state = InitialState {
        provider: provider.clone(),
        operation: operation.clone(),
        authentication: authentication.clone(),
        credential,
    };
    view! {
        <script type="application/json" id="start" inner_html=to_script_json(&initial_state)></script>
        <TryIt>{cards}</TryIt>
    }
    .into_any()
}

/// Serializes the initial state as JSON that cannot end the `<script>` around it.
fn to_script_json(initial_state: &InitialState) -> String {
    serde_json::to_string(initial_state).unwrap_or_default().replace('<', "\\u003c")
}

fn gateway_card(others_allowed: bool) -> AnyView {
    let disabled_note = (!others_allowed).then(|| {
        view! { <p class="note">"Other gateways are disabled. The operator can enable them in EXPLORER_OTHER_GATEWAYS."</p> }
    });
    view! {
        <section class="card" id="gateway" aria-labelledby="gateway-title">
            <h3 id="gateway-title">"Gateway"</h3>
            <p class="note">"The gateway proxies requests and injects credentials server-side. Configure credentials above, then enter your gateway URL."</p>
            {disabled_note}
            <div class="choices" role="radiogroup" aria-labelledby="gateway-title">
                <label><input type="radio" name="gateway" value="this" checked/>"This server"</label>
                <label><input id="gateway-another" type="radio" name="gateway" value="another" disabled=!others_allowed/>"Another gateway"</label>
            </div>
            <div class="field">
                <label for="gateway-url">"Gateway URL"</label>
                <input id="gateway-url" type="url" placeholder="https://explorer.example.com" autocomplete="off" spellcheck="false" disabled=!others_allowed aria-describedby="gateway-problem gateway-saved"/>
                <p class="problem" id="gateway-problem"></p>
                <p class="note" id="gateway-saved">"Saved automatically to browser storage."</p>
                <noscript><p class="note">"Another gateway requires JavaScript, because the browser calls it. Without JavaScript, this server makes the call."</p></noscript>
            </div>
        </section>
    }
    .into_any()
}

fn call_form(
    page: &OperationPage,
    entry: &CatalogEntry,
    documented: &DocumentedOperation,
    send_bar: AnyView,
) -> AnyView {
    let (operation, submission) = (&documented.operation, &page.submission);
    let form = FormRenderer { operation, submission };
    let is_json = submission.controls.get("view") == Some("json");
    let enctype = operation.has_file_fields().then_some("multipart/form-data");
    let empty_note =
        operation.fields.is_empty().then(|| view! { <p class="note">"This operation has no parameters."</p> });
    view! {
        <form id="call" method="post" action="#response" enctype=enctype novalidate>
            // Pressing Enter in a field activates the form's first button.
            <button type="submit" class="visually-hidden" name="intent" value="send" tabindex="-1" aria-hidden="true">"Send"</button>
            // The credential that the page shows: a call with another one is refused.
            <input type="hidden" name="fingerprint" value=page.credential.reference().to_owned()/>
            <div id="input">
            <div class="input-head">
                <h4>"Input"</h4>
                <div class="views" role="radiogroup" aria-label="Show the arguments as">
                    <label><input type="radio" name="view" value="form" checked=!is_json/>"Form"</label>
                    <label><input type="radio" name="view" id="view-json" value="json" checked=is_json/>"JSON"</label>
                </div>
            </div>
            {empty_note}
            {example_buttons(entry, documented)}
            {media_type_select(documented)}
            {accept_select(documented, submission)}
            {body_rules(documented)}
            <div class="form-view">
                {form.fields(&operation.fields, "", None)}
                {form.hidden_inputs(&operation.fields, "")}
                {operation.allows_additional_fields().then(|| form.additional_fields())}
            </div>
            <div class="json-view field" data-at=ARGUMENTS_CONTROL>
                {form.text_area(ARGUMENTS_CONTROL, "Arguments as JSON", 14, false)}
                {form.problem_element(ARGUMENTS_CONTROL)}
            </div>
            </div>
            {send_bar}
        </form>
    }
    .into_any()
}

/// Renders a button per example that fills the form.
fn example_buttons(entry: &CatalogEntry, documented: &DocumentedOperation) -> Option<AnyView> {
    let buttons: Vec<_> = entry
        .examples(documented)
        .enumerate()
        .map(|(number, example)| {
            let intent = format!("example/{number}");
            view! { <button type="submit" class="quiet" name="intent" value=intent>{example.title}</button> }
        })
        .collect();
    let is_any = !buttons.is_empty();
    is_any.then(|| {
        view! { <div class="examples" role="group" aria-label="Examples"><span class="note">"Fill in:"</span>{buttons}</div> }
            .into_any()
    })
}

/// Renders the rules about several fields of the body, if there are any.
fn body_rules(documented: &DocumentedOperation) -> Option<AnyView> {
    let mut html = HtmlWriter::default();
    write_rules(&mut html, &documented.body_rules);
    (!documented.body_rules.is_empty())
        .then(|| view! { <div class="description" aria-label="Rules of the body" role="group" inner_html=html.finish()></div> }.into_any())
}

/// Renders the choice of a media type, if the body can be sent in several.
fn media_type_select(documented: &DocumentedOperation) -> Option<AnyView> {
    let chosen = documented.operation.body.as_ref()?.content_type.as_str();
    let options = media_type_options(&documented.media_types, chosen)?;
    let select = view! {
        <div class="media">
            <label for="media">"Body format"</label>
            <select id="media" name="media">{options}</select>
            <button type="submit" class="quiet without-script" name="intent" value="redraw">"Show fields"</button>
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
            <select id="accept" name="accept"><option value="">"any documented type"</option>{options}</select>
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

fn initial_outcome(page: &OperationPage) -> String {
    match &page.submission.result {
        None => "<p class=\"note\">The response will appear here.</p>".into(),
        Some(Ok(response)) => response::render_response(response, false),
        Some(Err(error)) => response::render_error(error),
    }
}
