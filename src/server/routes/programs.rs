//! Responses where a request of a program and the listener that received it do not match.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    server::state::AppState,
    text,
};
use axum::extract::State;

/// Refuses a request of a program on the listener of the pages, and names the address of the right one.
pub(crate) async fn refuse_program(State(app): State<AppState>) -> ExplorerError {
    let origin = app.program_listener.and_then(|listener| listener.origin);
    let message = match origin {
        Some(origin) => text!("programs-other-origin", origin = origin),
        None => text!("programs-other-address").into(),
    };
    ExplorerError::new(ErrorCode::NotFound, message)
}

/// Refuses a request on the listener for programs that is for neither `/tools` nor `/proxy`.
pub(crate) async fn refuse_page() -> ExplorerError {
    ExplorerError::new(ErrorCode::NotFound, text!("programs-only"))
}
