//! Errors of the explorer itself. An error response of a provider is a [`CallResponse`](super::response::CallResponse).

use super::problem::Problem;
use crate::text;
use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// An error with a message for users, a code for programs, and the invalid fields, if any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct ExplorerError {
    /// One sentence or more: the cause, and the next step.
    #[serde(rename = "error")]
    pub message: String,
    /// The kind of error, for programs.
    pub code: ErrorCode,
    /// The problems of individual fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<Problem>,
    /// The policy rule that denied the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Seconds after which the request may be repeated.
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// Defines [`ErrorCode`] from a table: each code with its name in responses and its HTTP status.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $code:ident: $name:literal, $status:literal;)*) => {
        /// The kinds of errors that the explorer returns.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)*
        }

        impl ErrorCode {
            /// Returns the code with a name. An unknown name, such as that of a newer gateway, maps to `Internal`.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$code,)*
                    _ => Self::Internal,
                }
            }

            /// Returns the name of the code, as in responses.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)*
                }
            }

            /// Returns the HTTP status for the code.
            pub fn http_status(self) -> u16 {
                match self {
                    $(Self::$code => $status,)*
                }
            }
        }
    };
}

error_codes! {
    /// The request is not JSON of the expected structure.
    MalformedRequest: "malformed_request", 400;
    /// The arguments do not match the operation; `detail` names each field.
    InvalidArguments: "invalid_arguments", 400;
    /// The environment needs a credential and none is set.
    NoCredential: "no_credential", 401;
    /// The token endpoint did not issue the access token that the call needs.
    TokenRefused: "token_refused", 401;
    /// The caller must sign in first.
    SignInRequired: "sign_in_required", 401;
    /// The session of the request's cookie has ended.
    SessionEnded: "session_ended", 401;
    /// The credential in effect is not the one that the call names.
    CredentialChanged: "credential_changed", 409;
    /// The request came from another site's page, named a host that is not allowed, or is not permitted for
    /// another reason.
    Forbidden: "forbidden", 403;
    /// The operator's policy does not allow the call.
    PolicyDenied: "policy_denied", 403;
    /// Live data is read-only until it is unlocked.
    LiveLocked: "live_locked", 403;
    /// A deletion must be confirmed: the caller repeats the last path parameter or the operation's name.
    ConfirmationRequired: "confirmation_required", 409;
    /// The credential or the user is disabled.
    Disabled: "switched_off", 403;
    /// The caller exceeded the rate limit.
    TooManyCalls: "too_many_calls", 429;
    /// The caller exceeded the daily budget.
    BudgetExceeded: "budget_spent", 429;
    /// There is no such provider, operation or environment.
    NotFound: "not_found", 404;
    /// The credential belongs to another environment.
    EnvironmentMismatch: "environment_mismatch", 409;
    /// The request is larger than the server's limit.
    RequestTooLarge: "request_too_large", 413;
    /// The request was not received in time.
    RequestTimeout: "request_too_slow", 408;
    /// The credential is malformed.
    MalformedCredential: "malformed_credential", 422;
    /// The server already makes as many concurrent calls as it allows.
    TooBusy: "too_busy", 429;
    /// The connection to the provider failed.
    ProviderUnreachable: "unreachable", 502;
    /// The provider's certificate is not trusted.
    Tls: "tls", 502;
    /// The response is larger than the server's limit.
    ResponseTooLarge: "reply_too_large", 502;
    /// The response is not valid HTTP, or does not match its headers.
    MalformedResponse: "malformed_reply", 502;
    /// The provider did not respond in time.
    ProviderTimeout: "too_slow", 504;
    /// The browser could not connect to the gateway.
    GatewayUnreachable: "gateway_unreachable", 502;
    /// The server at the given URL is not a gateway.
    NotAGateway: "not_a_gateway", 502;
    /// The store is unavailable.
    StoreUnavailable: "store_unavailable", 503;
    /// The server has no document of the provider; `retryAfter` holds the time until the next attempt to load it.
    ProviderUnavailable: "provider_unavailable", 503;
    /// An internal error of the explorer.
    Internal: "internal", 500;
}

impl Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl ExplorerError {
    /// Creates an error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, detail: Vec::new(), rule: None, retry_after: None }
    }

    /// Creates the error for a request that exceeds a limit in bytes.
    pub fn request_too_large(limit: usize) -> Self {
        Self::new(ErrorCode::RequestTooLarge, text!("explorer-error-request-too-large", limit = limit))
    }

    /// Creates the error for arguments that do not match the operation.
    pub fn invalid_arguments(detail: Vec<Problem>) -> Self {
        let message = match detail.as_slice() {
            [one] if one.location.is_empty() => one.message.clone(),
            [one] => {
                let field = one.location.trim_start_matches('/');
                text!("explorer-error-invalid-field", field = field, problem = one.message)
            }
            many => text!("explorer-error-invalid-fields", count = many.len()),
        };
        Self { detail, ..Self::new(ErrorCode::InvalidArguments, message) }
    }
}

/// Name of the control that confirms a deletion.
pub const CONFIRM_CONTROL: &str = "confirm";

/// An error whose problems a form shows at its fields.
impl ExplorerError {
    /// Returns the problems of the form's fields. The caller shows them if the form has all these fields.
    pub fn field_problems(&self) -> Vec<Problem> {
        match self.code {
            ErrorCode::InvalidArguments => self.detail.clone(),
            ErrorCode::ConfirmationRequired => {
                vec![Problem::new(CONFIRM_CONTROL, text!("explorer-error-confirmation"))]
            }
            _ => Vec::new(),
        }
    }

    /// Returns the error without the problems, which the form shows.
    #[must_use]
    pub fn without_field_problems(self) -> Self {
        let message = text!("explorer-error-marked-fields").to_owned();
        Self { message, detail: Vec::new(), ..self }
    }
}

impl FromServerFnError for ExplorerError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(ErrorCode::GatewayUnreachable, text!("remote-no-response")),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(ErrorCode::MalformedRequest, text!("explorer-error-malformed-request"))
            }
            _ => Self::new(ErrorCode::Internal, text!("explorer-error-internal")),
        }
    }
}
