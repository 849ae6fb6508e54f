//! Calls of the pages whose scripts receive streams item by item: the server function `call`, requested with frames.

use super::{frames::FrameFormat, session_header};
use crate::{
    auth::identity::Caller,
    gateway::{FrameForm, Gateway, LiveResponse, OwnedCallRequest},
    model::error::{ErrorCode, ExplorerError},
    server_functions::Call,
    text,
    ui::preview::complete_response,
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Makes a call. A stream is sent as frames, and every other response as the server function sends it.
pub(crate) async fn call_from_page(
    gateway: Arc<Gateway>,
    caller: Caller,
    body: &[u8],
    format: FrameFormat,
) -> Result<Response, ExplorerError> {
    let call: Call = serde_json::from_slice(body).map_err(|error| {
        ExplorerError::new(ErrorCode::MalformedRequest, text!("page-call-malformed", error = error))
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
    Ok(match gateway.clone().call_live(caller.clone(), call_request, FrameForm::Page).await? {
        LiveResponse::Complete(mut outcome) => {
            complete_response(&gateway, &caller, &mut outcome, true).await;
            (session_header(&caller, outcome.new_session), Json(outcome.into_page_response())).into_response()
        }
        LiveResponse::Stream { new_session, frames, .. } => {
            (session_header(&caller, new_session), format.respond(StatusCode::OK, frames)).into_response()
        }
    })
}
