//! The request bar: method, URL, environment, examples and Send; and the safeguards for calls that could do harm. It is
//! outside of the form, so each of its controls names the form.

use super::OperationPage;
use crate::{
    gateway::format_minutes,
    model::{
        error::CONFIRM_CONTROL,
        form::SERVER_VARIABLE_PREFIX,
        operation::Method,
        provider::{EXAMPLE_ENVIRONMENT, Provider},
        security::OperationAuthentication,
        server_template::ServerVariable,
    },
    openapi::DocumentedOperation,
    providers::CatalogEntry,
    text, text_html,
    ui::{
        form_reading::{live_warning, request_url},
        icon::icon,
        live_bar::UnlockedLiveData,
        messages, response,
    },
};
use leptos::prelude::*;

pub(super) fn request_bar(
    page: &OperationPage,
    (entry, documented): (&CatalogEntry, &DocumentedOperation),
    provider: &Provider,
    (environment, authentication): (&str, &OperationAuthentication),
) -> AnyView {
    let policy = &entry.settings.policy;
    let live_environments: Vec<&str> = provider
        .environments
        .iter()
        .filter(|server| policy.is_live_environment(server))
        .map(|server| server.name.as_str())
        .collect();
    let is_unlocked = use_context::<UnlockedLiveData>().is_some();
    let live_warning = |name: &str| live_warning(entry, documented, provider, name);
    let names =
        std::iter::once(EXAMPLE_ENVIRONMENT).chain(provider.environments.iter().map(|server| server.name.as_str()));
    let options: Vec<_> = names
        .map(|name| view! { <option value=name.to_owned() selected=name == environment data-live=live_warning(name)>{name.to_owned()}</option> })
        .collect();
    let unlock = Some(live_environments.join(", "))
        .filter(|names| !names.is_empty() && !policy.is_read_only(entry, documented) && !is_unlocked)
        .map(|names| unlock_checkbox(&names, &format_minutes(policy.unlock_duration)));
    let confirm = (documented.operation.method == Method::Delete).then(|| confirmation_input(page, documented));
    let hint = messages::sending_hint(
        environment,
        live_warning(environment).unwrap_or_default(),
        authentication.is_satisfied_by(&page.credential.schemes),
    );
    let unaccepted = page.unaccepted_reason.as_ref().map(|reason| {
        view! {
            <p class="caution never-example">
                {text!("request-bar-unaccepted-change", reason = reason)}
            </p>
        }
    });
    let denied = page.denied_reason.as_ref().map(|reason| {
        view! { <p class="caution never-example" id="denied">{text!("request-bar-denied", reason = reason)}</p> }
    });
    let operation = &documented.operation;
    let url = request_url(provider, environment, &operation.path);
    view! {
        // Pressing Enter in a field activates the first button of its form.
        <button type="submit" class="visually-hidden" form="call" name="intent" value="send" tabindex="-1" aria-hidden="true">{text!("request-bar-send")}</button>
        <div class="request-bar">
            <div class="request-line">
                <span class=format!("method badge {}", operation.method)>{operation.method.as_str()}</span>
                <label class="visually-hidden" for="environment">{text!("request-bar-environment")}</label>
                <select id="environment" name="environment" form="call">{options}</select>
                <code id="request-url">{url}</code>
                {example_buttons(entry, documented)}
                // On narrow screens, the response is below: this leads to it.
                <a class="bar-status" href="#response" inner_html=initial_status(page)></a>
                <span class="send">
                    <span id="running" hidden>
                        <progress aria-label=text!("request-bar-waiting")></progress>
                        <button type="button" data-action="cancel">{text!("request-bar-cancel")}</button>
                    </span>
                    <button type="submit" id="send" class="primary" form="call" name="intent" value="send" aria-keyshortcuts="Control+Enter" title=text!("request-bar-send-keys")>{icon("send")}{text!("request-bar-send")}</button>
                </span>
            </div>
            <p id="hint" class="hint" role="status" data-live=live_warning(environment).map(|_| "true")>{hint.to_owned()}</p>
        </div>
        <div class="safeguards">
            {unaccepted}
            {denied}
            {confirm}
            {unlock}
            {variable_inputs(page, provider)}
        </div>
    }
    .into_any()
}

/// Renders the status of the posted form's result, if there is one.
pub(super) fn initial_status(page: &OperationPage) -> String {
    match &page.submission.result {
        None => String::new(),
        Some(Ok(response)) => response::render_status(response),
        Some(Err(_)) => response::render_failed_status(),
    }
}

/// Renders a button per example that fills the form.
fn example_buttons(entry: &CatalogEntry, documented: &DocumentedOperation) -> Option<AnyView> {
    let buttons: Vec<_> = entry
        .examples(documented)
        .enumerate()
        .map(|(number, example)| {
            let intent = format!("example/{number}");
            view! { <button type="submit" form="call" name="intent" value=intent>{example.title}</button> }
        })
        .collect();
    match buttons.len() {
        0 => None,
        1 => Some(
            view! { <span class="examples" role="group" aria-label=text!("request-bar-examples")>{buttons}</span> }
                .into_any(),
        ),
        _ => Some(
            view! {
                <details class="examples menu">
                    <summary>{text!("request-bar-examples")}</summary>
                    <div role="group" aria-label=text!("request-bar-examples")>{buttons}</div>
                </details>
            }
            .into_any(),
        ),
    }
}

/// Renders an input for each server variable that users can set. Environments share the variables of one name.
fn variable_inputs(page: &OperationPage, provider: &Provider) -> Option<AnyView> {
    let templates: Vec<_> = provider
        .environments
        .iter()
        .filter_map(|environment| {
            let template = environment.template.as_ref()?;
            Some(view! { <li>{environment.name.clone()}": "<code>{template.url.clone()}</code></li> })
        })
        .collect();
    let mut variables: Vec<&ServerVariable> = Vec::new();
    for variable in provider
        .environments
        .iter()
        .filter_map(|environment| environment.template.as_ref())
        .flat_map(|template| &template.variables)
    {
        if variables.iter().all(|other| other.name != variable.name) {
            variables.push(variable);
        }
    }
    let inputs: Vec<_> = variables
        .iter()
        .map(|variable| {
            let name = [SERVER_VARIABLE_PREFIX, &variable.name].concat();
            let about = format!("about-{name}");
            let value = page.submission.controls.get(&name).unwrap_or_default().to_owned();
            view! {
                <div class="field">
                    <label for=name.clone()>{variable.name.clone()}</label>
                    <div class="description" dir="auto" id=about.clone() inner_html=variable.description.clone()></div>
                    <input id=name.clone() name=name form="call" value=value placeholder=variable.default.clone() autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby=about/>
                </div>
            }
        })
        .collect();
    (!inputs.is_empty()).then(|| {
        view! {
            <fieldset class="never-example">
                <legend>{text!("request-bar-server-variables")}</legend>
                <ul class="note">{templates}</ul>
                {inputs}
            </fieldset>
        }
        .into_any()
    })
}

/// Renders the checkbox that unlocks live data.
fn unlock_checkbox(environments: &str, duration: &str) -> AnyView {
    let label = text!("request-bar-unlock", environments = environments, duration = duration);
    view! {
        <p class="caution only-live">
            <label><input type="checkbox" id="unlock" name="unlock" form="call" value="1" aria-describedby="unlock-hint"/>{label}</label>
            <span class="note" id="unlock-hint">{text!("request-bar-unlock-hint")}</span>
        </p>
    }
    .into_any()
}

/// Renders the input that confirms a deletion.
fn confirmation_input(page: &OperationPage, documented: &DocumentedOperation) -> AnyView {
    let hint = match documented.operation.target_parameter() {
        Some(field) => text_html!("request-bar-confirm-by-parameter", name = field.name),
        None => text_html!("request-bar-confirm-by-operation", name = documented.operation.name),
    };
    let problem = page.submission.problem_message(CONFIRM_CONTROL);
    let value = page.submission.controls.get("confirm").unwrap_or_default().to_owned();
    view! {
        <div class="field caution never-example">
            <label for="confirm">{text!("request-bar-confirm")}</label>
            <p class="note" id="confirm-hint" inner_html=hint></p>
            <input id="confirm" name=CONFIRM_CONTROL form="call" value=value autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="confirm-hint confirm-problem" aria-invalid=problem.is_some().then_some("true")/>
            <p class="problem" id="confirm-problem" data-problem=CONFIRM_CONTROL>{problem}</p>
        </div>
    }
    .into_any()
}
