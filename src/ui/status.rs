//! HTTP statuses in words (RFC 9110, §15).

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
        100..=199 => "The provider is still processing the request.",
        204 => "The call succeeded and returned no content.",
        200..=299 => "The call succeeded.",
        300..=399 => {
            "The provider redirected the request. To protect the credential, the explorer does not follow redirects."
        }
        400 | 422 => "The provider rejected the arguments.",
        401 => "The provider requires a valid credential.",
        403 => "The credential does not have permission for this call.",
        404 => "The provider found nothing with this name or ID.",
        409 => "The call conflicts with the current state of the resource.",
        413 => "The request is too large for the provider.",
        429 => "Rate limit exceeded.",
        400..=499 => "The provider rejected the call.",
        _ => "The provider failed to process the call.",
    }
}

/// Returns the likely cause of an error status and the next step; empty if unknown.
pub fn likely_cause(status: u16) -> &'static str {
    match status {
        401 => {
            "Likely cause: the credential was mistyped, has expired or was replaced, or belongs to another environment. \
                Save it again under Authentication."
        }
        403 => {
            "Likely cause: the account or token behind the credential is not permitted to use this operation. \
                Check its permissions with the provider."
        }
        404 => {
            "Likely cause: an ID was mistyped, belongs to another environment or account, or refers to something \
                that was deleted."
        }
        429 => "Likely cause: too many calls in a short time. Wait a moment, then send again.",
        500..=599 => "The problem is on the provider's side. Send again later. Your input stays in the form.",
        _ => "",
    }
}
