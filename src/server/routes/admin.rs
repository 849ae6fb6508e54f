//! What whoever runs the explorer sees and does in the browser: the audit, and the kill switches.

use super::pages::App;
use crate::{
    auth::identity::{Grant, Identity, Visitor},
    model::error::{Code, ExplorerError},
    pages::{
        admin::admin,
        audit::{Filter, audit},
        shell::Head,
    },
    store::{StoreError, audit::Question},
};
use axum::{
    Extension, Form,
    extract::{FromRequest, Query, Request, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

/// Records on a page.
const PAGE: i64 = 100;
/// Records in a file.
const FILE: i64 = 1_000_000;

/// The audit, page by page.
pub(crate) async fn show_audit(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    if let Err(error) = administrator(&visitor) {
        return app.render_refusal(request, error).await;
    }
    app.gateway.audit().flush().await;
    // One more than is shown tells whether there are more.
    let mut records = match app.gateway.store().records(&question(&query), PAGE + 1).await {
        Ok(records) => records,
        Err(error) => return app.render_refusal(request, unanswered(&error)).await,
    };
    let has_more = records.len() as u64 > PAGE.unsigned_abs();
    records.truncate(PAGE.unsigned_abs().try_into().unwrap_or(usize::MAX));
    let text = |key: &str| query.get(key).cloned().unwrap_or_default();
    let filter = Filter { who: text("who"), what: text("what") };
    app.render(request, head("Audit"), move || audit(&filter, &records, has_more)).await
}

/// The audit as JSON lines, the newest first.
pub(crate) async fn download_audit(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, ExplorerError> {
    administrator(&visitor)?;
    app.gateway.audit().flush().await;
    let records = app.gateway.store().records(&question(&query), FILE).await.map_err(|error| unanswered(&error))?;
    let lines: String = records.iter().map(|record| record.json() + "\n").collect();
    Ok(([(header::CONTENT_TYPE, "application/jsonl"), (header::CACHE_CONTROL, "no-store")], lines).into_response())
}

/// What can be switched off, and what is.
pub(crate) async fn show_switches(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    if let Err(error) = administrator(&visitor) {
        return app.render_refusal(request, error).await;
    }
    let store = app.gateway.store();
    let (tokens, off) = match (store.tokens().await, store.switched_off().await) {
        (Ok(tokens), Ok(off)) => (tokens, off),
        (Err(error), _) | (_, Err(error)) => return app.render_refusal(request, unanswered(&error)).await,
    };
    let credentials = app.gateway.operators_credentials();
    app.render(request, head("Credentials and tokens"), move || admin(&credentials, &tokens, &off)).await
}

#[derive(Deserialize)]
struct Switched {
    subject: String,
    to: String,
}

/// Switches something off, or on again.
pub(crate) async fn switch(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Result<Response, ExplorerError> {
    let identity = administrator(&visitor)?;
    let malformed = |_| ExplorerError::new(Code::MalformedRequest, "The form could not be read. Load the page again.");
    let Form(Switched { subject, to }) = Form::from_request(request, &app).await.map_err(malformed)?;
    app.gateway.switch(identity, &subject, to == "on").await?;
    Ok(Redirect::to("/admin").into_response())
}

fn administrator(visitor: &Visitor) -> Result<&Arc<Identity>, ExplorerError> {
    let found = visitor.identity.as_ref().filter(|identity| identity.may(Grant::Admin));
    found.ok_or_else(|| {
        let message = "Only administrators may see this. Whoever runs this server makes tokens with `--may admin`, or lists people \
                       in access.admins.";
        ExplorerError::new(Code::Forbidden, message)
    })
}

fn question(query: &HashMap<String, String>) -> Question {
    let text = |key: &str| query.get(key).cloned().unwrap_or_default();
    Question { who: text("who"), what: text("what"), since: 0, before: query.get("before").cloned() }
}

fn unanswered(_: &StoreError) -> ExplorerError {
    ExplorerError::new(Code::StoreUnavailable, "The store does not answer. Its log says why. Try again in a moment.")
}

fn head(title: &str) -> Head {
    Head { title: [title, " · API Explorer"].concat(), description: title.to_owned(), ..Head::default() }
}
