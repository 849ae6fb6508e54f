//! Which address leads to which page.

use crate::{
    auth::{
        access::{Access, Rule},
        identity::{Grant, Visitor},
    },
    gateway::{Gateway, Incoming, credential::Typed},
    model::{
        error::{Code, ExplorerError},
        problem::Problem,
    },
    openapi::to_plain,
    pages::{
        home::home,
        list::in_query,
        not_found::not_found,
        operation::{OperationPage, Submission, controls, replies},
        provider::{group, provider},
        refused::refused,
        search::{fragment, search},
        shell::{Account, Head, Site, shell},
        unavailable::unavailable,
    },
    providers::{Outage, Slot},
    server_functions::LARGEST_REQUEST,
    snippet::Preference,
};
use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderValue, Request, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{AppendHeaders, Html, IntoResponse, Redirect, Response},
    routing::get,
};
use leptos::{nonce::Nonce, prelude::*};
use std::{collections::HashMap, sync::Arc};

/// What pages are made from.
#[derive(Clone)]
pub(crate) struct App {
    /// The catalog, and the credentials.
    pub gateway: Arc<Gateway>,
    /// What all pages have in common.
    pub site: Site,
    /// Who may use it.
    pub access: Arc<Access>,
    /// Whether readers may send through another gateway.
    pub other_gateways: bool,
}

/// The routes of all pages.
pub(crate) fn pages(app: &App) -> Router<App> {
    let of_providers = Router::new()
        .route("/{provider}", get(show_provider))
        .route("/{provider}/openapi.json", get(show_document))
        .route("/{provider}/{operation}", get(show_operation).post(post_operation))
        .route("/{provider}/{operation}/replies", get(show_replies))
        .route_layer(from_fn_with_state(app.clone(), require_document));
    Router::new()
        .route("/", get(show_home))
        .route("/search", get(show_search))
        .merge(of_providers)
        .fallback(show_not_found)
}

/// Responds with 503 in place of every page of a provider whose document could not be loaded.
async fn require_document(
    State(app): State<App>,
    Path(names): Path<HashMap<String, String>>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let catalog = app.gateway.catalog();
    match names.get("provider").and_then(|id| catalog.slot(id)).filter(|slot| slot.entry.is_none()) {
        Some(slot) => app.render_unavailable(request, slot.clone()).await,
        None => next.run(request).await,
    }
}

type Queries = Query<HashMap<String, String>>;

async fn show_home(State(app): State<App>, Query(query): Queries, request: Request<Body>) -> Response {
    // The search was here once.
    if let Some(words) = query.get("q") {
        return Redirect::permanent(&format!("/search?q={}", in_query(words))).into_response();
    }
    let head = Head {
        title: "API Explorer".into(),
        description: "Try any API from a web page, without the page ever holding its keys.".into(),
        path: Some("/".into()),
        has_search: true,
    };
    let catalog = app.gateway.catalog();
    app.render(request, head, move || home(&catalog)).await
}

/// What a search finds; `fragment` asks for the few links that the form offers while one types.
async fn show_search(State(app): State<App>, Query(query): Queries, request: Request<Body>) -> Response {
    let words = query.get("q").cloned().unwrap_or_default();
    let provider = query.get("provider").filter(|provider| !provider.is_empty()).cloned();
    let catalog = app.gateway.catalog();
    if query.contains_key("fragment") {
        let html = fragment(&catalog, &words, provider.as_deref());
        return ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response();
    }
    let title = if words.trim().is_empty() { "Search".to_owned() } else { format!("{} · Search", to_plain(&words)) };
    let head = Head {
        title: format!("{title} · API Explorer"),
        description: "Operations by name, path, method, title and field.".into(),
        path: None,
        has_search: true,
    };
    app.render(request, head, move || search(&catalog, &words, provider.as_deref())).await
}

async fn show_provider(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Queries,
    request: Request<Body>,
) -> Response {
    let catalog = app.gateway.catalog();
    let Some(entry) = catalog.get(&id).cloned() else {
        return app.render_not_found(request, "There is no such page here.", "/", "Back to the start").await;
    };
    let page = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let provider_title = entry.document.title.clone();
    if let Some(name) = query.get("group").cloned() {
        let Some(shown) = entry.group(&name) else {
            let back = format!("/{id}");
            let title = "All operations of this provider";
            return app.render_not_found(request, "There is no such group here.", &back, title).await;
        };
        let head = Head {
            title: format!("{} · {provider_title} · API Explorer", shown.name),
            description: described(&shown.summary, || format!("{} of the {provider_title}.", shown.name)),
            path: Some(format!("/{id}?group={}", in_query(&shown.slug))),
            has_search: false,
        };
        let view = move || entry.group(&name).map_or_else(|| ().into_any(), |shown| group(&entry, shown, page));
        return app.render(request, head, view).await;
    }
    let head = Head {
        title: format!("{provider_title} · API Explorer"),
        description: described(&entry.document.summary, || {
            format!("All operations of the {provider_title}, each with documentation and a form to try it.")
        }),
        path: Some(format!("/{id}")),
        has_search: false,
    };
    let filter = query.get("q").map(|words| words.trim().to_owned()).unwrap_or_default();
    app.render(request, head, move || provider(&catalog, &entry, &filter, page)).await
}

/// What a page says of itself, or something general where its document says nothing.
fn described(summary: &str, general: impl FnOnce() -> String) -> String {
    if summary.is_empty() { general() } else { summary.to_owned() }
}

async fn show_document(State(app): State<App>, Path(id): Path<String>, request: Request<Body>) -> Response {
    match app.gateway.catalog().get(&id) {
        Some(entry) => ([(header::CONTENT_TYPE, "application/json")], entry.document.json()).into_response(),
        None => app.render_not_found(request, "There is no such provider here.", "/", "Back to the start").await,
    }
}

async fn show_operation(
    State(app): State<App>,
    Path(names): Path<(String, String)>,
    Extension(visitor): Extension<Visitor>,
    request: Request<Body>,
) -> Response {
    app.render_operation(request, names, &visitor, Submission::default(), StatusCode::OK).await
}

async fn show_replies(
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
    request: Request<Body>,
) -> Response {
    let entry = app.gateway.catalog().get(&id).cloned();
    let found = entry.and_then(|entry| Some((entry.operation(&name)?, entry)));
    let Some((documented, entry)) = found else {
        return app.render_not_found(request, "There is no such operation here.", "/", "Back to the start").await;
    };
    let head = Head {
        title: format!("Replies · {} · {} · API Explorer", documented.title, entry.document.title),
        description: format!("What {} answers, field by field.", documented.title),
        path: Some(format!("/{id}/{name}/replies")),
        has_search: false,
    };
    let page = move || {
        let found = entry.document.replies(&name);
        found.map_or_else(|| ().into_any(), |all| replies(&entry, &documented, &all))
    };
    app.render(request, head, page).await
}

/// A form posted without scripts: a credential to keep, a row to add or remove, or a call to make.
async fn post_operation(
    State(app): State<App>,
    Path(names): Path<(String, String)>,
    Extension(visitor): Extension<Visitor>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST_REQUEST).await.unwrap_or_default();
    let controls = controls(parts.headers.get(header::CONTENT_TYPE), body).await;
    let too_large = || ExplorerError::too_large(LARGEST_REQUEST);
    let refusal = parts.extensions.get::<ExplorerError>().cloned().or_else(|| controls.is_none().then(too_large));
    let request = Request::from_parts(parts, Body::empty());
    if let Some(mut refusal) = refusal {
        let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
        refusal.message += " Nothing was sent. Go back in the browser to find what you typed.";
        let submission = Submission { answer: Some(Err(refusal)), ..Submission::default() };
        return app.render_operation(request, names, &visitor, submission, status).await;
    }
    let controls = controls.unwrap_or_default();
    // The names come from outside: only those of an operation go on.
    let entry = app.gateway.catalog().get(&names.0).cloned();
    let found = entry.and_then(|entry| Some((entry.document.operation_with(&names.1, controls.get("media"))?, entry)));
    let Some((documented, entry)) = found else {
        return app.render_operation(request, names, &visitor, Submission::default(), StatusCode::NOT_FOUND).await;
    };
    if let Some(intent) = controls.get("credential") {
        let typed = controls.0.iter().cloned().collect();
        return app.change_credential(request, names, &visitor, intent, &typed).await;
    }
    let intent = controls.get("intent").unwrap_or_default().to_owned();
    let (mut submission, reading) = Submission::new(&documented.operation, controls);
    let (mut status, mut session) = (StatusCode::OK, None);
    if submission.redraw(&entry, &documented, &intent) {
        // Nothing is sent.
    } else if reading.problems.is_empty() {
        let of_submission = |name| submission.controls.get(name).filter(|text| !text.is_empty());
        let incoming = Incoming {
            provider: &names.0,
            operation: &names.1,
            environment: of_submission("environment"),
            content_type: of_submission("media"),
            arguments: &reading.arguments,
            confirm: of_submission("confirm"),
            unlock: of_submission("unlock").is_some(),
            reveal: false,
        };
        let outcome = app.gateway.call(&visitor, incoming).await;
        session = outcome.as_ref().ok().and_then(|outcome| outcome.session);
        submission.answer = Some(outcome.map(|outcome| outcome.reply));
    } else {
        status = StatusCode::BAD_REQUEST;
        submission.answer =
            Some(Err(ExplorerError::new(Code::InvalidArguments, "Nothing was sent: see the fields marked above.")));
        submission.problems = reading.problems;
    }
    let page = app.render_operation(request, names, &visitor, submission, status).await;
    let cookie = session.map(|session| AppendHeaders([(header::SET_COOKIE, session.set_cookie(visitor.secure))]));
    (cookie, page).into_response()
}

async fn show_not_found(State(app): State<App>, request: Request<Body>) -> Response {
    app.render_not_found(request, "There is no such page here.", "/", "Back to the start").await
}

impl App {
    /// A page in the site's frame.
    pub(crate) async fn render(
        &self,
        request: Request<Body>,
        head: Head,
        page: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    ) -> Response {
        let nonce = request.extensions().get::<Nonce>().cloned();
        let (site, account) = (self.site.clone(), self.account(&request));
        let document = leptos_axum::render_app_async_with_context(
            move || nonce.iter().cloned().for_each(provide_context),
            move || shell(site.clone(), head.clone(), account.clone(), page()),
        );
        let mut response = document(request).await;
        // A page has a nonce and says which credential is in force: no cache may keep it.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// A page that is not what was asked for, with the status that says so.
    pub(crate) async fn render_as(
        &self,
        status: StatusCode,
        request: Request<Body>,
        head: Head,
        page: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
    ) -> Response {
        (status, self.render(request, head, page).await).into_response()
    }

    /// Who has signed in, or that one can.
    fn account(&self, request: &Request<Body>) -> Account {
        let visitor = request.extensions().get::<Visitor>();
        let identity = visitor.and_then(|visitor| visitor.identity.as_ref());
        Account {
            name: identity.and_then(|identity| identity.name.clone()),
            by_session: visitor.and_then(|visitor| visitor.session.as_ref()?.name.as_ref()).is_some(),
            is_asked: self.access.rule() == Rule::SignIn,
            is_admin: identity.is_some_and(|identity| identity.may(Grant::Admin)),
        }
    }

    async fn render_not_found(
        &self,
        request: Request<Body>,
        what: &'static str,
        back: &str,
        back_title: &'static str,
    ) -> Response {
        let head = Head { title: "Not found · API Explorer".into(), description: what.into(), ..Head::default() };
        let back = back.to_owned();
        self.render_as(StatusCode::NOT_FOUND, request, head, move || not_found(what, &back, back_title)).await
    }

    /// The page for what is not shown, with the status of its error.
    pub(crate) async fn render_refusal(&self, request: Request<Body>, error: ExplorerError) -> Response {
        let head = Head { title: "Not shown · API Explorer".into(), ..Head::default() };
        let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::FORBIDDEN);
        self.render_as(status, request, head, move || refused(&error)).await
    }

    /// The page of a provider whose document could not be loaded.
    async fn render_unavailable(&self, request: Request<Body>, slot: Slot) -> Response {
        let title = format!("{} · Not available · API Explorer", slot.title());
        let head = Head { title, description: "Not available at the moment.".into(), ..Head::default() };
        let retry_after = slot.outage.as_ref().and_then(Outage::retry_after);
        let retry_after = retry_after.map(|seconds| AppendHeaders([(header::RETRY_AFTER, seconds.to_string())]));
        let page = self.render_as(StatusCode::SERVICE_UNAVAILABLE, request, head, move || unavailable(&slot)).await;
        (retry_after, page).into_response()
    }

    async fn render_operation(
        &self,
        request: Request<Body>,
        (provider, operation): (String, String),
        visitor: &Visitor,
        submission: Submission,
        status: StatusCode,
    ) -> Response {
        let (gateway, other_gateways) = (self.gateway.clone(), self.other_gateways);
        // A page is worth reading without a credential too; whoever sends learns what is wrong.
        let credential = gateway.status(visitor, &provider).await.unwrap_or_default();
        let kept = Preference::of(request.headers());
        let preference = submission.preference().unwrap_or_else(|| kept.clone());
        let cookie =
            (preference != kept).then(|| AppendHeaders([(header::SET_COOKIE, preference.set_cookie(visitor.secure))]));
        let page = OperationPage { gateway, provider, operation, credential, other_gateways, submission, preference };
        let Some((entry, documented)) = page.subject() else {
            let known = self.gateway.catalog().get(&page.provider).is_some();
            let back = if known { format!("/{}", page.provider) } else { "/".into() };
            let title = if known { "All operations of this provider" } else { "Back to the start" };
            return self.render_not_found(request, "There is no such operation here.", &back, title).await;
        };
        let head = Head {
            title: format!("{} · {} · API Explorer", documented.title, entry.document.title),
            description: described(&to_plain(&documented.summary), || {
                format!(
                    "{} {}: documentation, and a form to try it.",
                    documented.operation.method, documented.operation.path
                )
            }),
            path: Some(format!("/{}/{}", page.provider, documented.operation.name)),
            has_search: false,
        };
        (cookie, self.render_as(status, request, head, move || page.render()).await).into_response()
    }

    /// Keeps or forgets a visitor's credential, and leads back to the page.
    async fn change_credential(
        &self,
        request: Request<Body>,
        names: (String, String),
        visitor: &Visitor,
        intent: &str,
        typed: &Typed,
    ) -> Response {
        let back = Redirect::to(&format!("/{}/{}#authentication", names.0, names.1));
        let changed = if intent == "clear" {
            self.gateway.clear(visitor, &names.0).await.map(|_| None)
        } else {
            self.gateway.save(visitor, &names.0, typed).await.map(|(session, _)| Some(session))
        };
        match changed {
            Ok(None) => back.into_response(),
            Ok(Some(session)) => ([(header::SET_COOKIE, session.set_cookie(visitor.secure))], back).into_response(),
            Err(error) => {
                let said = error.detail.is_empty().then(|| Problem::new("", error.message));
                let credential_problems = error.detail.into_iter().chain(said).collect();
                let submission = Submission { credential_problems, ..Submission::default() };
                let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
                self.render_operation(request, names, visitor, submission, status).await
            }
        }
    }
}
