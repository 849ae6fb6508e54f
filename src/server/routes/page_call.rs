//! Calls of the pages whose scripts receive streams item by item: the server function `call`, requested with frames.

use super::frames::FrameFormat;
use crate::{
    auth::identity::Caller,
    cookies::session_cookie,
    gateway::{FrameForm, Gateway, LiveResponse, OwnedCallRequest},
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
    },
    store::sessions::SessionId,
    ui::preview::complete_response,
};
use axum::{
    Json,
    http::{HeaderName, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;
use std::sync::Arc;

/// The arguments of the server function `call`.
#[derive(Deserialize)]
struct PageCall {
    provider: String,
    operation: String,
    environment: Option<String>,
    server_variables: Option<Arguments>,
    content_type: Option<String>,
    accept: Option<String>,
    arguments: Arguments,
    confirm: Option<String>,
    fingerprint: Option<String>,
    unlock: Option<bool>,
}

/// Makes a call. A stream is sent as frames, and every other response as the server function sends it.
pub(crate) async fn call_from_page(
    gateway: Arc<Gateway>,
    caller: Caller,
    body: &[u8],
    format: FrameFormat,
) -> Result<Response, ExplorerError> {
    let call: PageCall = serde_json::from_slice(body).map_err(|error| {
        ExplorerError::new(ErrorCode::MalformedRequest, format!("The body is not a call: {error}."))
    })?;
    let call_request = OwnedCallRequest {
        provider: call.provider,
        operation: call.operation,
        environment: call.environment,
        server_variables: call.server_variables,
        content_type: call.content_type,
        accept: call.accept,
        arguments: call.arguments,
        confirm: call.confirm,
        fingerprint: call.fingerprint,
        unlock: call.unlock.unwrap_or_default(),
        // The page lists them apart from the documented ones.
        additional_arguments: true,
        reveal: false,
    };
    let cookie = |session: Option<SessionId>| -> Option<AppendHeaders<[(HeaderName, String); 1]>> {
        session.map(|session| AppendHeaders([(SET_COOKIE, session_cookie(session, caller.cookie_scope))]))
    };
    Ok(match gateway.clone().call_live(caller.clone(), call_request, FrameForm::Page).await? {
        LiveResponse::Complete(mut outcome) => {
            complete_response(&gateway, &caller, &mut outcome, true).await;
            (cookie(outcome.new_session), Json(outcome.into_page_response())).into_response()
        }
        LiveResponse::Stream { new_session, frames, .. } => {
            (cookie(new_session), format.respond(StatusCode::OK, frames)).into_response()
        }
    })
}
