//! Responses where a request of a program and the listener that received it do not match.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    server::state::AppState,
};
use axum::extract::State;

/// Refuses a request of a program on the listener of the pages, and names the address of the right one.
pub(crate) async fn refuse_program(State(app): State<AppState>) -> ExplorerError {
    let origin = app.program_listener.and_then(|listener| listener.origin);
    let message = match origin {
        Some(origin) => {
            format!("This address serves pages. Programs send their requests to {origin}. Nothing was sent.")
        }
        None => "This address serves pages. Programs send their requests to the address in EXPLORER_API_ADDR. Ask the \
                 operator of this server for it. Nothing was sent."
            .into(),
    };
    ExplorerError::new(ErrorCode::NotFound, message)
}

/// Refuses a request on the listener for programs that is for neither `/tools` nor `/proxy`.
pub(crate) async fn refuse_page() -> ExplorerError {
    let message = "This address serves programs only: POST /tools/{provider}/{operation}, and the requests of SDKs at \
                   /proxy/{provider}/…. Nothing was sent. Pages have another address.";
    ExplorerError::new(ErrorCode::NotFound, message)
}
