//! Errors of connections and responses, in words for the caller.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    text,
};
use std::{
    error::Error,
    io::{self, ErrorKind},
    iter::successors,
};

/// Builds the error for a failed connection attempt, when nothing was sent.
pub(super) fn connect_error(error: &reqwest::Error, host: &str) -> ExplorerError {
    let (code, message) = match error_chain(error).find_map(|cause| cause.downcast_ref()) {
        Some(rustls::Error::InvalidMessage(_)) => (ErrorCode::Tls, text!("transport-no-tls", host = host)),
        Some(_) => (ErrorCode::Tls, text!("transport-unverified-identity", host = host)),
        None => (ErrorCode::ProviderUnreachable, text!("transport-unreachable", host = host)),
    };
    ExplorerError::new(code, message)
}

/// Builds the error for a request that was sent and received no complete response.
pub(super) fn response_error(error: &reqwest::Error, host: &str) -> ExplorerError {
    let is_too_large = |error: &hyper::Error| error.is_parse_too_large();
    if error_chain(error).filter_map(|cause| cause.downcast_ref()).any(is_too_large) {
        return ExplorerError::new(ErrorCode::ResponseTooLarge, text!("transport-headers-too-large", host = host));
    }
    if !is_connection_closed(error) && is_malformed_response(error) {
        return malformed_response_error(host);
    }
    ExplorerError::new(ErrorCode::ProviderUnreachable, text!("transport-closed", host = host))
}

/// Returns true if the response is malformed.
fn is_malformed_response(error: &reqwest::Error) -> bool {
    use ErrorKind::{InvalidData, InvalidInput};
    let hyper_error = error_chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let is_invalid_data = |io_error: &io::Error| matches!(io_error.kind(), InvalidData | InvalidInput);
    hyper_error.map_or_else(|| error.is_decode(), hyper::Error::is_parse)
        || error_chain(error).filter_map(|cause| cause.downcast_ref()).any(is_invalid_data)
}

pub(super) fn malformed_response_error(host: &str) -> ExplorerError {
    ExplorerError::new(ErrorCode::MalformedResponse, text!("transport-malformed", host = host))
}

/// Returns true if the provider closed the connection, cleanly or not.
pub(super) fn is_connection_closed(error: &reqwest::Error) -> bool {
    let is_close_kind = |kind: ErrorKind| {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    };
    !error.is_connect()
        && error_chain(error).any(|cause| {
            let hyper_error = cause.downcast_ref::<hyper::Error>();
            let io_error = cause.downcast_ref::<io::Error>();
            hyper_error.is_some_and(hyper::Error::is_incomplete_message)
                || io_error.is_some_and(|io_error| is_close_kind(io_error.kind()))
        })
}

/// Iterates over an error and its causes. The error inside an I/O error is not its `source()`, so it is visited
/// explicitly.
pub(super) fn error_chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&cause| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

pub(super) fn non_public_address_error(host: &str) -> ExplorerError {
    ExplorerError::new(ErrorCode::Forbidden, text!("transport-not-public", host = host))
}
