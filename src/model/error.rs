//! Errors of the explorer itself. An error response of a provider is a [`CallResponse`](super::response::CallResponse).

use super::problem::Problem;
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

/// The kinds of errors that the explorer returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request is not JSON of the expected structure.
    MalformedRequest,
    /// The arguments do not match the operation; `detail` names each field.
    InvalidArguments,
    /// The environment needs a credential and none is set.
    NoCredential,
    /// The token endpoint did not issue the access token that the call needs.
    TokenRefused,
    /// The caller must sign in first.
    SignInRequired,
    /// The request came from another site's page, named a host that is not allowed, or was not permitted.
    Forbidden,
    /// The operator's policy does not allow the call.
    PolicyDenied,
    /// Live data is read-only until it is unlocked.
    LiveLocked,
    /// A deletion must be confirmed: the caller repeats the last path parameter or the operation's name.
    ConfirmationRequired,
    /// The credential is disabled.
    Disabled,
    /// The caller exceeded the rate limit.
    TooManyCalls,
    /// The caller exceeded the daily budget.
    BudgetExceeded,
    /// There is no such provider, operation or environment.
    NotFound,
    /// The credential belongs to another environment.
    EnvironmentMismatch,
    /// The request is larger than the server's limit.
    RequestTooLarge,
    /// The request was not received in time.
    RequestTimeout,
    /// The credential is malformed.
    MalformedCredential,
    /// The server already makes as many concurrent calls as it allows.
    TooBusy,
    /// The connection to the provider failed.
    ProviderUnreachable,
    /// The provider's certificate is not trusted.
    Tls,
    /// The response is larger than the server's limit.
    ResponseTooLarge,
    /// The response is not valid HTTP, or does not match its headers.
    MalformedResponse,
    /// The provider did not respond in time.
    ProviderTimeout,
    /// The browser could not connect to the gateway.
    GatewayUnreachable,
    /// The URL of the other gateway is not that of a gateway.
    NotAGateway,
    /// The store is unavailable.
    StoreUnavailable,
    /// The server has no document of the provider; `retryAfter` holds the time until the next attempt to load it.
    ProviderUnavailable,
    /// An internal error of the explorer.
    Internal,
}

impl ErrorCode {
    /// Returns the code with a name. An unknown name, such as that of a newer gateway, maps to `Internal`.
    pub fn from_name(name: &str) -> Self {
        const ALL: [ErrorCode; 28] = [
            ErrorCode::MalformedRequest,
            ErrorCode::InvalidArguments,
            ErrorCode::NoCredential,
            ErrorCode::TokenRefused,
            ErrorCode::SignInRequired,
            ErrorCode::Forbidden,
            ErrorCode::PolicyDenied,
            ErrorCode::LiveLocked,
            ErrorCode::ConfirmationRequired,
            ErrorCode::Disabled,
            ErrorCode::TooManyCalls,
            ErrorCode::BudgetExceeded,
            ErrorCode::NotFound,
            ErrorCode::EnvironmentMismatch,
            ErrorCode::RequestTooLarge,
            ErrorCode::RequestTimeout,
            ErrorCode::MalformedCredential,
            ErrorCode::TooBusy,
            ErrorCode::ProviderUnreachable,
            ErrorCode::Tls,
            ErrorCode::ResponseTooLarge,
            ErrorCode::MalformedResponse,
            ErrorCode::ProviderTimeout,
            ErrorCode::GatewayUnreachable,
            ErrorCode::NotAGateway,
            ErrorCode::StoreUnavailable,
            ErrorCode::ProviderUnavailable,
            ErrorCode::Internal,
        ];
        ALL.into_iter().find(|code| code.as_str() == name).unwrap_or(ErrorCode::Internal)
    }

    /// Returns the name of the code, as in responses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::InvalidArguments => "invalid_arguments",
            Self::NoCredential => "no_credential",
            Self::TokenRefused => "token_refused",
            Self::SignInRequired => "sign_in_required",
            Self::Forbidden => "forbidden",
            Self::PolicyDenied => "policy_denied",
            Self::LiveLocked => "live_locked",
            Self::ConfirmationRequired => "confirmation_required",
            Self::Disabled => "switched_off",
            Self::TooManyCalls => "too_many_calls",
            Self::BudgetExceeded => "budget_spent",
            Self::NotFound => "not_found",
            Self::EnvironmentMismatch => "environment_mismatch",
            Self::RequestTooLarge => "request_too_large",
            Self::RequestTimeout => "request_too_slow",
            Self::MalformedCredential => "malformed_credential",
            Self::TooBusy => "too_busy",
            Self::ProviderUnreachable => "unreachable",
            Self::Tls => "tls",
            Self::ResponseTooLarge => "reply_too_large",
            Self::MalformedResponse => "malformed_reply",
            Self::ProviderTimeout => "too_slow",
            Self::GatewayUnreachable => "gateway_unreachable",
            Self::NotAGateway => "not_a_gateway",
            Self::StoreUnavailable => "store_unavailable",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::Internal => "internal",
        }
    }

    /// Returns the HTTP status for the code.
    pub fn http_status(self) -> u16 {
        match self {
            Self::MalformedRequest | Self::InvalidArguments => 400,
            Self::NoCredential | Self::TokenRefused | Self::SignInRequired => 401,
            Self::Forbidden | Self::PolicyDenied | Self::LiveLocked | Self::Disabled => 403,
            Self::NotFound => 404,
            Self::RequestTimeout => 408,
            Self::EnvironmentMismatch | Self::ConfirmationRequired => 409,
            Self::RequestTooLarge => 413,
            Self::MalformedCredential => 422,
            Self::TooBusy | Self::TooManyCalls | Self::BudgetExceeded => 429,
            Self::ProviderUnreachable
            | Self::Tls
            | Self::ResponseTooLarge
            | Self::MalformedResponse
            | Self::GatewayUnreachable
            | Self::NotAGateway => 502,
            Self::StoreUnavailable | Self::ProviderUnavailable => 503,
            Self::ProviderTimeout => 504,
            Self::Internal => 500,
        }
    }
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
        let message = ["The request is larger than ", &limit.to_string(), " bytes. Nothing was sent."].concat();
        Self::new(ErrorCode::RequestTooLarge, message)
    }

    /// Creates the error for arguments that do not match the operation.
    pub fn invalid_arguments(detail: Vec<Problem>) -> Self {
        let message = match detail.as_slice() {
            [one] => ["Check the field ", one.location.trim_start_matches('/'), ": ", &one.message].concat(),
            many => [&many.len().to_string(), " fields need attention."].concat(),
        };
        Self { detail, ..Self::new(ErrorCode::InvalidArguments, message) }
    }
}

impl FromServerFnError for ExplorerError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(
                ErrorCode::GatewayUnreachable,
                "This server did not respond. Check that it is running and that you are online, then send again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(ErrorCode::MalformedRequest, "The request could not be read. Reload the page and try again.")
            }
            _ => Self::new(ErrorCode::Internal, "An internal error occurred. The server log shows the cause."),
        }
    }
}
