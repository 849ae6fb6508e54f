//! HTTP statuses in words (RFC 9110, §15).

use crate::text;

/// Returns the reason phrase of a status; empty if unknown.
pub fn reason_phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

/// Returns the meaning of a status for the user.
pub fn describe(status: u16) -> &'static str {
    match status {
        100..=199 => text!("status-processing"),
        204 => text!("status-no-content"),
        200..=299 => text!("status-success"),
        300..=399 => text!("status-redirect"),
        400 | 422 => text!("status-arguments-rejected"),
        401 => text!("status-unauthorized"),
        403 => text!("status-forbidden"),
        404 => text!("status-not-found"),
        409 => text!("status-conflict"),
        413 => text!("status-too-large"),
        429 => text!("status-rate-limit"),
        400..=499 => text!("status-call-rejected"),
        _ => text!("status-provider-failed"),
    }
}

/// Returns the likely cause of an error status and the next step; empty if unknown.
pub fn likely_cause(status: u16) -> &'static str {
    match status {
        401 => text!("status-cause-unauthorized"),
        403 => text!("status-cause-forbidden"),
        404 => text!("status-cause-not-found"),
        429 => text!("status-cause-rate-limit"),
        500..=599 => text!("status-cause-provider-failed"),
        _ => "",
    }
}
