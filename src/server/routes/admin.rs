//! Administration pages: the audit, the accepted documents, and disabling credentials, tokens and users.

use crate::{
    auth::identity::{Caller, Grant, Identity},
    gateway::ComparedVersions,
    model::error::{ErrorCode, ExplorerError},
    pages::{
        admin::admin_page,
        audit::{AuditFilter, audit_page},
        shell::PageHead,
    },
    server::state::AppState,
    store::{
        StoreError,
        audit::AuditQuery,
        disabled_items::{parse_item_id, person_item_id},
    },
    text,
};
use axum::{
    Extension, Form,
    extract::{FromRequest, Query, Request, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::{collections::HashMap, sync::Arc};

/// Number of records on a page.
const AUDIT_PAGE_SIZE: i64 = 100;
/// Maximum number of records in a download.
const MAX_EXPORTED_RECORDS: i64 = 1_000_000;
/// Maximum number of faults that are listed for each document.
const MAX_LISTED_FAULTS: usize = 10;

/// Shows a page of the audit.
pub(crate) async fn show_audit(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<HashMap<String, String>>,
    request: Request,
) -> Response {
    if let Err(error) = require_admin(&app, &caller) {
        return app.render_error(request, error).await;
    }
    app.gateway.audit().flush().await;
    // One record more than a page shows whether there is another page.
    let mut records = match app.gateway.store().find_records(&parse_audit_query(&query), AUDIT_PAGE_SIZE + 1).await {
        Ok(records) => records,
        Err(error) => {
            return app.render_error(request, error.to_explorer_error(text!("admin-route-audit-not-read"))).await;
        }
    };
    let has_more = records.len() as u64 > AUDIT_PAGE_SIZE.unsigned_abs();
    records.truncate(AUDIT_PAGE_SIZE.unsigned_abs().try_into().unwrap_or(usize::MAX));
    let query_param = |key: &str| query.get(key).cloned().unwrap_or_default();
    let filter = AuditFilter { actor: query_param("who"), details: query_param("what") };
    app.render(request, page_head(text!("admin-audit")), move || audit_page(&filter, &records, has_more)).await
}

/// Returns the audit as JSON lines, newest first.
pub(crate) async fn download_audit(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, ExplorerError> {
    require_admin(&app, &caller)?;
    app.gateway.audit().flush().await;
    let records = app
        .gateway
        .store()
        .find_records(&parse_audit_query(&query), MAX_EXPORTED_RECORDS)
        .await
        .map_err(|error| error.to_explorer_error(text!("admin-route-audit-not-read")))?;
    let lines: String = records.iter().map(|record| record.to_json() + "\n").collect();
    Ok(([(header::CONTENT_TYPE, "application/jsonl"), (header::CACHE_CONTROL, "no-store")], lines).into_response())
}

/// Shows the credentials and tokens, with buttons to disable or enable them.
pub(crate) async fn show_admin_page(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    if let Err(error) = require_admin(&app, &caller) {
        return app.render_error(request, error).await;
    }
    let store = app.gateway.store();
    let lists = async {
        let (tokens, users) = (store.list_tokens().await?, store.list_signed_in_users().await?);
        Ok::<_, StoreError>((tokens, users, store.disabled_items().await?))
    };
    let (tokens, users, disabled_items) = match lists.await {
        Ok(lists) => lists,
        Err(error) => {
            let error = error.to_explorer_error(text!("admin-route-lists-not-read"));
            return app.render_error(request, error).await;
        }
    };
    let documents = match app.gateway.document_statuses().await {
        Ok(documents) => Arc::new(documents),
        Err(error) => {
            let error = error.to_explorer_error(text!("admin-route-versions-not-read"));
            return app.render_error(request, error).await;
        }
    };
    let credentials = app.gateway.operator_credential_fingerprints();
    let faults = Arc::new(app.gateway.document_faults(MAX_LISTED_FAULTS));
    let page = move || admin_page(&credentials, &tokens, &users, &disabled_items, &documents, &faults);
    app.render(request, page_head(text!("admin-heading")), page).await
}

#[derive(Deserialize)]
struct DisableForm {
    /// ID of the item.
    #[serde(default)]
    subject: String,
    /// Name of the user, instead of an ID.
    user: Option<String>,
    #[serde(rename = "to")]
    target_state: String,
}

/// Disables or enables a credential, a token or a user.
pub(crate) async fn set_enabled(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, ExplorerError> {
    let identity = require_admin(&app, &caller)?;
    let malformed_form_error = |_| ExplorerError::new(ErrorCode::MalformedRequest, text!("admin-route-form-not-read"));
    let Form(DisableForm { subject, user, target_state }) =
        Form::from_request(request, &app).await.map_err(malformed_form_error)?;
    let unknown_item_error = || ExplorerError::new(ErrorCode::MalformedRequest, text!("admin-route-unknown-item"));
    let subject = user.map_or(subject, |name| person_item_id(&name));
    let subject = parse_item_id(&subject).ok_or_else(unknown_item_error)?;
    let is_enabled = target_state == "on";
    let changed_by = identity.display_name.as_deref().unwrap_or(&identity.subject);
    let action = if is_enabled { "switch_on" } else { "switch_off" };
    let mut audit_entry = app.gateway.audit().begin_entry(identity, action)?;
    audit_entry.record.target = Some(subject.clone());
    audit_entry.finish(app.gateway.disabled_items().set_enabled(&subject, is_enabled, changed_by).await)?;
    Ok(Redirect::to("/admin").into_response())
}

#[derive(Deserialize)]
struct AcceptForm {
    provider: String,
    /// SHA-256 of the version that the page showed as the current one.
    sha256: String,
    /// SHA-256 of the version that the page showed as the accepted one; empty if there was none.
    accepted: String,
}

/// Accepts the served version of a provider's document.
pub(crate) async fn accept_document(
    State(app): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, ExplorerError> {
    let identity = require_admin(&app, &caller)?;
    let malformed_form_error = |_| ExplorerError::new(ErrorCode::MalformedRequest, text!("admin-route-form-not-read"));
    let Form(AcceptForm { provider, sha256, accepted }) =
        Form::from_request(request, &app).await.map_err(malformed_form_error)?;
    let accepted_by = identity.display_name.as_deref().unwrap_or(&identity.subject);
    let mut audit_entry = app.gateway.audit().begin_entry(identity, "accept_document")?;
    audit_entry.record.provider = Some(provider.clone());
    audit_entry.record.target = Some(sha256.clone());
    let compared = ComparedVersions { sha256: &sha256, accepted: Some(&*accepted).filter(|hash| !hash.is_empty()) };
    audit_entry.finish(app.gateway.accept_document(&provider, compared, accepted_by).await)?;
    Ok(Redirect::to("/admin#documents").into_response())
}

fn require_admin<'a>(app: &AppState, caller: &'a Caller) -> Result<&'a Arc<Identity>, ExplorerError> {
    let admin_identity = caller.identity.as_ref().filter(|identity| identity.has_grant(Grant::Admin));
    admin_identity.ok_or_else(|| {
        let is_local = app.access.startup_token.is_some() && caller.identity.as_ref().is_some_and(|id| id.is_local());
        let message = if is_local {
            text!("admin-route-only-local-administrators")
        } else {
            text!("admin-route-only-administrators")
        };
        ExplorerError::new(ErrorCode::Forbidden, message)
    })
}

fn parse_audit_query(query: &HashMap<String, String>) -> AuditQuery {
    let query_param = |key: &str| query.get(key).cloned().unwrap_or_default();
    AuditQuery {
        subject_filter: query_param("who"),
        details_filter: query_param("what"),
        since_ms: 0,
        before_id: query.get("before").cloned(),
    }
}

fn page_head(title: &str) -> PageHead {
    PageHead { title: title.to_owned(), description: title.to_owned(), ..PageHead::default() }
}
