//! Errors of the store, and their texts for callers.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    text,
};
use std::fmt;

/// Errors of the store.
#[derive(Debug)]
pub enum StoreError {
    /// The store does not respond or rejects the request. The log contains the cause.
    Unavailable,
    /// The data was sealed with another key than that of this server.
    WrongKey,
}

impl StoreError {
    /// Returns the error for a caller. `failure` says what could not be done, without a full stop: "The session could
    /// not be read".
    pub fn to_explorer_error(&self, failure: &str) -> ExplorerError {
        let message = match self {
            Self::Unavailable => text!("store-unavailable", failure = failure),
            Self::WrongKey => text!("store-wrong-key", failure = failure),
        };
        ExplorerError::new(ErrorCode::StoreUnavailable, message)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "the store is unavailable",
            Self::WrongKey => "the data is sealed with another key than this server's",
        })
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // The error does not contain the values of the statement.
        tracing::error!(%error, "the store is unavailable");
        Self::Unavailable
    }
}
