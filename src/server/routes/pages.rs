//! Routes and handlers of the pages.

use super::{session_header, sign_in::safe_redirect_path};
use crate::{
    auth::identity::Caller,
    cookies::{read_snippet_preference, session_cookie, snippet_preference_cookie},
    gateway::{CallRequest, credential::CredentialInput, form_link::ARGUMENTS_PARAMETER},
    model::{
        error::{ErrorCode, ExplorerError},
        form::control_path,
        problem::Problem,
    },
    openapi::to_plain_text,
    pages::{
        home::{category_url, home_page},
        list::encode_query_value,
        operation::{OperationPage, Submission, operation_markdown, parse_form_body, responses_page},
        provider::{group_page, provider_page},
        provider_requests::webhook_page,
        search::{recent_fragment, recent_list, search_page, suggestions_fragment},
        shell::PageHead,
        unavailable::unavailable_page,
    },
    providers::{CatalogEntry, Outage, ProviderState},
    server::{
        error::with_retry_after,
        route_class::{ClassifiedRouter, RouteClass},
        routes::preferences::requesting_path,
        state::AppState,
    },
    server_functions::MAX_REQUEST_BYTES,
    text,
    ui::{form_reading::server_variables, preview::complete_response},
};
use axum::{
    Extension, Form,
    body::Body,
    extract::{FromRequest, Path, Query, State},
    http::{Request, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{AppendHeaders, Html, IntoResponse, Redirect, Response},
    routing::get,
};
use leptos::prelude::*;
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

/// Returns the routes of all pages.
pub(crate) fn page_routes(app: &AppState) -> ClassifiedRouter {
    let provider_routes = ClassifiedRouter::new()
        .route(RouteClass::PublicPage, "/{provider}", get(show_provider).post(lock_live_data))
        .route(RouteClass::PublicPage, "/{provider}/openapi.json", get(show_document))
        .route(RouteClass::Operation, "/{provider}/{operation}", get(show_operation).post(post_operation))
        .route(RouteClass::PublicPage, "/{provider}/{operation}/replies", get(show_responses))
        .map(|router| router.route_layer(from_fn_with_state(app.clone(), require_document)));
    ClassifiedRouter::new()
        .route(RouteClass::PublicPage, "/", get(show_home))
        .route(RouteClass::PublicPage, "/search", get(show_search))
        .merge(provider_routes)
        .map(|router| router.fallback(show_not_found))
}

/// Middleware that responds with 503 to every request for a provider whose document could not be loaded.
async fn require_document(
    State(app): State<AppState>,
    Path(path_params): Path<HashMap<String, String>>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let catalog = app.gateway.catalog();
    match path_params
        .get("provider")
        .and_then(|id| catalog.provider(id))
        .filter(|provider_state| provider_state.entry.is_none())
    {
        Some(provider) => app.render_unavailable(request, provider.clone()).await,
        None => next.run(request).await,
    }
}

/// Returns the number of the requested page of a list: 1 if the query has none.
fn page_number(query: &HashMap<String, String>) -> usize {
    query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1)
}

type QueryParams = Query<HashMap<String, String>>;

async fn show_home(State(app): State<AppState>, Query(query): QueryParams, request: Request<Body>) -> Response {
    // The search page was once at this path.
    if let Some(search_text) = query.get("q") {
        return Redirect::permanent(&format!("/search?q={}", encode_query_value(search_text))).into_response();
    }
    let catalog = app.gateway.catalog();
    let category = query.get("category").cloned();
    if category.as_deref().is_some_and(|name| !catalog.categories().contains_key(name)) {
        return app.render_not_found(request, text!("not-found-category"), "/", text!("catalog-all-providers")).await;
    }
    let head = PageHead {
        title: category.clone().unwrap_or_default(),
        description: text!("home-lead").into(),
        canonical_path: Some(category_url(category.as_deref())),
        has_search: true,
        ..PageHead::default()
    };
    let page = page_number(&query);
    app.render(request, head, move || home_page(&catalog, category.as_deref(), page)).await
}

/// Shows search results. The `fragment` parameter requests only the suggestions that the form shows during typing, and
/// `recent` those before, or the list of the home page.
async fn show_search(State(app): State<AppState>, Query(query): QueryParams, request: Request<Body>) -> Response {
    let search_text = query.get("q").cloned().unwrap_or_default();
    let provider = query.get("provider").filter(|provider| !provider.is_empty()).cloned();
    let catalog = app.gateway.catalog();
    if query.contains_key("fragment") {
        let is_list = query.get("fragment").is_some_and(|form| form == "list");
        let html = if let Some(recent_paths) = query.get("recent") {
            if is_list { recent_list(&catalog, recent_paths) } else { recent_fragment(&catalog, recent_paths) }
        } else {
            let page_path = requesting_path(request.uri(), request.headers());
            suggestions_fragment(&catalog, &search_text, provider.as_deref(), &page_path)
        };
        return ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response();
    }
    let title = if search_text.trim().is_empty() {
        text!("search-title").to_owned()
    } else {
        format!("{} · {}", to_plain_text(&search_text), text!("search-title"))
    };
    let head = PageHead {
        title,
        description: text!("search-summary").into(),
        canonical_path: None,
        has_search: true,
        ..PageHead::default()
    };
    app.render(request, head, move || search_page(&catalog, &search_text, provider.as_deref())).await
}

async fn show_provider(
    State(app): State<AppState>,
    Path(id): Path<String>,
    Query(query): QueryParams,
    request: Request<Body>,
) -> Response {
    let catalog = app.gateway.catalog();
    let Some(entry) = catalog.entry(&id).cloned() else {
        return app.render_not_found(request, text!("not-found-page"), "/", text!("not-found-home")).await;
    };
    let page = page_number(&query);
    let provider_title = entry.document.title.clone();
    if let Some(name) = query.get("group").cloned() {
        let Some(group) = entry.find_group(&name) else {
            let back = format!("/{id}");
            let title = text!("not-found-provider-operations");
            return app.render_not_found(request, text!("not-found-group"), &back, title).await;
        };
        let head = PageHead {
            title: format!("{} · {provider_title}", group.title),
            description: description_or(&group.summary, || {
                text!("groups-summary", group = group.title, provider = provider_title)
            }),
            canonical_path: Some(format!("/{id}?group={}", encode_query_value(&group.slug))),
            ..PageHead::default()
        };
        let view =
            move || entry.find_group(&name).map_or_else(|| ().into_any(), |group| group_page(&entry, group, page));
        return app.render(request, head, view).await;
    }
    if let Some(name) = query.get("webhook").cloned() {
        return show_webhook(&app, entry, name, request).await;
    }
    let head = PageHead {
        title: provider_title.clone(),
        description: description_or(&entry.document.summary, || text!("provider-summary", provider = provider_title)),
        canonical_path: Some(format!("/{id}")),
        ..PageHead::default()
    };
    let filter = query.get("q").map(|text| text.trim().to_owned()).unwrap_or_default();
    app.render(request, head, move || provider_page(&catalog, &entry, &filter, page)).await
}

async fn show_webhook(app: &AppState, entry: Arc<CatalogEntry>, name: String, request: Request<Body>) -> Response {
    let id = &entry.provider.id;
    let Some(webhook) = entry.document.webhook(&name).map(Arc::new) else {
        let title = text!("not-found-provider-operations");
        return app.render_not_found(request, text!("not-found-webhook"), &format!("/{id}"), title).await;
    };
    let provider_title = &entry.document.title;
    let head = PageHead {
        title: format!("{name} · {provider_title}"),
        description: text!("webhook-summary", provider = provider_title),
        canonical_path: Some(format!("/{id}?webhook={}", encode_query_value(&name))),
        ..PageHead::default()
    };
    app.render(request, head, move || webhook_page(&entry, &name, &webhook)).await
}

/// Returns the description of a page, or a generic one if its document has none.
fn description_or(summary: &str, fallback: impl FnOnce() -> String) -> String {
    if summary.is_empty() { fallback() } else { summary.to_owned() }
}

/// Fields of the form that locks live data again.
#[derive(Deserialize)]
struct LockForm {
    /// Path of the page that has the form.
    #[serde(default)]
    next: String,
}

/// Locks the live data of a provider for the caller, and redirects back to the page that has the button.
async fn lock_live_data(
    State(app): State<AppState>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let form = Form::<LockForm>::from_request(Request::from_parts(parts.clone(), body), &app).await;
    let next = form.map(|Form(form)| form.next).unwrap_or_default();
    match app.gateway.lock_live_data(&caller, &id).await {
        Ok(()) => Redirect::to(safe_redirect_path(&next)).into_response(),
        Err(error) => app.render_error(Request::from_parts(parts, Body::empty()), error).await,
    }
}

async fn show_document(State(app): State<AppState>, Path(id): Path<String>, request: Request<Body>) -> Response {
    match app.gateway.catalog().entry(&id) {
        Some(entry) => {
            ([(header::CONTENT_TYPE, "application/json")], entry.document.to_value().to_string()).into_response()
        }
        None => app.render_not_found(request, text!("not-found-provider"), "/", text!("not-found-home")).await,
    }
}

async fn show_operation(
    State(app): State<AppState>,
    Path(path_params): Path<(String, String)>,
    Query(query): QueryParams,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Response {
    if let Some(markdown) = find_markdown(&app, &path_params) {
        return ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], markdown).into_response();
    }
    let submission = query.get(ARGUMENTS_PARAMETER).and_then(|arguments| {
        let documented = app.gateway.catalog().entry(&path_params.0)?.operation(&path_params.1)?;
        Some(Submission::from_link(&documented.operation, arguments))
    });
    app.render_operation(request, path_params, &caller, submission.unwrap_or_default(), StatusCode::OK).await
}

/// Returns the documentation of an operation as Markdown, if the path is that of its page with the suffix `.md`.
fn find_markdown(app: &AppState, (provider, name): &(String, String)) -> Option<String> {
    let operation = name.strip_suffix(".md")?;
    let catalog = app.gateway.catalog();
    let entry = catalog.entry(provider)?;
    // A document can have an operation of that name.
    if entry.operation(name).is_some() {
        return None;
    }
    Some(operation_markdown(entry, entry.operation(operation)?.as_ref()))
}

async fn show_responses(
    State(app): State<AppState>,
    Path((id, name)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let entry = app.gateway.catalog().entry(&id).cloned();
    let documented_entry = entry.and_then(|entry| Some((entry.operation(&name)?, entry)));
    let Some((documented, entry)) = documented_entry else {
        return app.render_not_found(request, text!("not-found-operation"), "/", text!("not-found-home")).await;
    };
    let head = PageHead {
        title: format!("{} · {} · {}", text!("responses-page-title"), documented.title, entry.document.title),
        description: text!("responses-page-summary", operation = documented.title),
        canonical_path: Some(format!("/{id}/{name}/replies")),
        ..PageHead::default()
    };
    let page = move || {
        let responses = entry.document.responses(&name);
        responses.map_or_else(|| ().into_any(), |responses| responses_page(&entry, &documented, &responses))
    };
    app.render(request, head, page).await
}

/// Handles a form posted without scripts: saves a credential, adds or removes a row, or makes a call.
async fn post_operation(
    State(app): State<AppState>,
    Path(path_params): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_REQUEST_BYTES).await.unwrap_or_default();
    let controls = parse_form_body(parts.headers.get(header::CONTENT_TYPE), body).await;
    let too_large = || ExplorerError::request_too_large(MAX_REQUEST_BYTES);
    let error = parts.extensions.get::<ExplorerError>().cloned().or_else(|| controls.is_none().then(too_large));
    let request = Request::from_parts(parts, Body::empty());
    if let Some(mut error) = error {
        let status = error.code.into();
        error.message += &[" ", text!("post-return-to-input")].concat();
        let retry_after = error.retry_after;
        let submission = Submission { result: Some(Err(error)), ..Submission::default() };
        let page = app.render_operation(request, path_params, &caller, submission, status).await;
        return with_retry_after(page, retry_after);
    }
    let controls = controls.unwrap_or_default();
    // The names come from the request: only those of an existing operation are used.
    let entry = app.gateway.catalog().entry(&path_params.0).cloned();
    let documented_entry = entry.and_then(|entry| {
        Some((entry.document.operation_with_media_type(&path_params.1, controls.get("media"))?, entry))
    });
    let Some((documented, entry)) = documented_entry else {
        return app.render_operation(request, path_params, &caller, Submission::default(), StatusCode::NOT_FOUND).await;
    };
    if let Some(intent) = controls.get("credential") {
        let credential_input = controls.0.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
        return app.change_credential(request, path_params, &caller, intent, &credential_input).await;
    }
    let intent = controls.get("intent").unwrap_or_default().to_owned();
    let (mut submission, parsed_form) = Submission::new(&documented.operation, controls);
    let (mut status, mut session) = (StatusCode::OK, None);
    if submission.apply_intent(&entry, &documented, &intent) {
        // The form was only changed, so nothing is sent.
    } else if parsed_form.problems.is_empty() {
        let server_variables = server_variables(&submission.controls);
        let control_text = |name| submission.controls.get(name).filter(|text| !text.is_empty());
        let call_request = CallRequest {
            provider: &path_params.0,
            operation: &path_params.1,
            environment: control_text("environment"),
            server_variables: Some(&server_variables),
            content_type: control_text("media"),
            accept: control_text("accept"),
            arguments: &parsed_form.arguments,
            confirm: control_text("confirm"),
            fingerprint: control_text("fingerprint"),
            unlock: control_text("unlock").is_some(),
            // The page lists them apart from the documented ones.
            additional_arguments: true,
            reveal: false,
        };
        let mut outcome = app.gateway.call(&caller, call_request).await;
        if let Ok(outcome) = &mut outcome {
            complete_response(&app.gateway, &caller, outcome, false).await;
        }
        session = outcome.as_ref().ok().and_then(|outcome| outcome.new_session);
        submission.set_result(&documented.operation, outcome.map(|outcome| outcome.response));
    } else {
        status = StatusCode::BAD_REQUEST;
        submission.result = Some(Err(ExplorerError::new(ErrorCode::InvalidArguments, text!("post-invalid-fields"))));
        let first = parsed_form.problems.first();
        submission.focus = first.map(|problem| control_path(&problem.location).to_owned());
        submission.problems = parsed_form.problems;
    }
    let page = app.render_operation(request, path_params, &caller, submission, status).await;
    (session_header(&caller, session), page).into_response()
}

async fn show_not_found(State(app): State<AppState>, request: Request<Body>) -> Response {
    app.render_not_found(request, text!("not-found-page"), "/", text!("not-found-home")).await
}

impl AppState {
    /// Renders the page of a provider whose document could not be loaded.
    async fn render_unavailable(&self, request: Request<Body>, provider: ProviderState) -> Response {
        let title = format!("{} · {}", provider.title(), text!("catalog-not-available"));
        let head = PageHead { title, description: text!("unavailable-summary").into(), ..PageHead::default() };
        let retry_after = provider.outage.as_ref().and_then(Outage::retry_after_seconds);
        let retry_after = retry_after.map(|seconds| AppendHeaders([(header::RETRY_AFTER, seconds.to_string())]));
        let page = self
            .render_with_status(StatusCode::SERVICE_UNAVAILABLE, request, head, move || unavailable_page(&provider))
            .await;
        (retry_after, page).into_response()
    }

    async fn render_operation(
        &self,
        request: Request<Body>,
        (provider, operation): (String, String),
        caller: &Caller,
        submission: Submission,
        status: StatusCode,
    ) -> Response {
        let (gateway, allow_other_gateways) = (self.gateway.clone(), self.allow_other_gateways);
        // The page is useful without a credential too. An error appears when a call is sent.
        let credential = gateway.credential_status(caller, &provider).await.unwrap_or_default();
        let stored_preference = read_snippet_preference(request.headers());
        let preference = submission.preference().unwrap_or_else(|| stored_preference.clone());
        let cookie = (preference != stored_preference).then(|| {
            AppendHeaders([(header::SET_COOKIE, snippet_preference_cookie(&preference, caller.cookie_scope))])
        });
        let unaccepted_reason = gateway.unaccepted_reason(&provider, &operation).await.unwrap_or_default();
        let denied_reason = gateway.denied_reason(caller, (&provider, &operation), &credential);
        let page = OperationPage {
            gateway,
            provider,
            operation,
            credential,
            allow_other_gateways,
            submission,
            preference,
            unaccepted_reason,
            denied_reason,
        };
        let Some((entry, documented)) = page.find_operation() else {
            let provider_exists = self.gateway.catalog().entry(&page.provider).is_some();
            let back = if provider_exists { format!("/{}", page.provider) } else { "/".into() };
            let title = if provider_exists { text!("not-found-provider-operations") } else { text!("not-found-home") };
            return self.render_not_found(request, text!("not-found-operation"), &back, title).await;
        };
        let head = PageHead {
            title: format!("{} · {}", documented.title, entry.document.title),
            description: description_or(&to_plain_text(&documented.description_markdown), || {
                let operation = &documented.operation;
                text!("operation-page-summary", method = operation.method, path = operation.path)
            }),
            canonical_path: Some(format!("/{}/{}", page.provider, documented.operation.name)),
            is_wide: entry.is_listed(&documented.operation.name),
            ..PageHead::default()
        };
        (cookie, self.render_with_status(status, request, head, move || page.render()).await).into_response()
    }

    /// Saves or clears a caller's credential, and redirects back to the page.
    async fn change_credential(
        &self,
        request: Request<Body>,
        path_params: (String, String),
        caller: &Caller,
        intent: &str,
        credential_input: &CredentialInput,
    ) -> Response {
        let back = Redirect::to(&format!("/{}/{}#authentication", path_params.0, path_params.1));
        let changed = if intent == "clear" {
            self.gateway.clear_credential(caller, &path_params.0).await.map(|_| None)
        } else {
            self.gateway
                .save_credential(caller, &path_params.0, credential_input)
                .await
                .map(|(session, _)| Some(session))
        };
        match changed {
            Ok(None) => back.into_response(),
            Ok(Some(session)) => {
                ([(header::SET_COOKIE, session_cookie(session, caller.cookie_scope))], back).into_response()
            }
            Err(error) => {
                let general_problem = error.detail.is_empty().then(|| Problem::new("", error.message));
                let credential_problems = error.detail.into_iter().chain(general_problem).collect();
                let submission = Submission { credential_problems, ..Submission::default() };
                let status = error.code.into();
                let page = self.render_operation(request, path_params, caller, submission, status).await;
                with_retry_after(page, error.retry_after)
            }
        }
    }
}
