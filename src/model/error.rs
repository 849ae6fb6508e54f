//! Why the explorer itself could not do what was asked; a provider's own refusal is a `Reply`.

use super::problem::Problem;
use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// One sentence for the person, a code for programs, and the fields that are wrong, if any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct ExplorerError {
    /// What happened and what to do next.
    #[serde(rename = "error")]
    pub message: String,
    /// What it is, for programs.
    pub code: ErrorCode,
    /// What is wrong with each field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<Problem>,
    /// The rule that does not let it pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// After how many seconds it may be asked again.
    #[serde(rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// The kinds of error that the explorer answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The request is not JSON of the agreed shape.
    MalformedRequest,
    /// The arguments do not fit the operation; `detail` names each field.
    InvalidArguments,
    /// The environment needs a credential and none is set.
    NoCredential,
    /// The access token that the call needs was not given out.
    TokenRefused,
    /// Nobody has signed in, where one must.
    SignInRequired,
    /// Another site's page, or a name this server does not answer to.
    Forbidden,
    /// The operator's policy does not let it pass.
    PolicyDenied,
    /// Live data is read-only until it is unlocked.
    LiveLocked,
    /// What is deleted must be named once more.
    ConfirmationRequired,
    /// Somebody switched the credential off.
    Disabled,
    /// More calls in a short time than one may make.
    TooManyCalls,
    /// More calls in a day than one may make.
    BudgetExceeded,
    /// No such provider, operation or environment.
    NotFound,
    /// The credential belongs to another environment.
    EnvironmentMismatch,
    /// The request is larger than this server takes.
    RequestTooLarge,
    /// The request took too long to arrive.
    RequestTimeout,
    /// A credential that cannot be right.
    MalformedCredential,
    /// More calls at once than this server makes.
    TooBusy,
    /// The provider could not be reached.
    ProviderUnreachable,
    /// The provider's certificate is not to be trusted.
    Tls,
    /// The reply is larger than this server takes.
    ResponseTooLarge,
    /// The reply is not HTTP, or not what its headers say.
    MalformedResponse,
    /// The provider took too long.
    ProviderTimeout,
    /// The browser could not reach the gateway.
    GatewayUnreachable,
    /// The other gateway's answer is not that of a gateway.
    NotAGateway,
    /// What the server keeps its data in does not answer.
    StoreUnavailable,
    /// The server has no document of the provider; `retryAfter` says when it tries to load it again.
    ProviderUnavailable,
    /// A fault of the explorer's own.
    Internal,
}

impl ErrorCode {
    /// The code of a name that a gateway sent; a name from a newer one counts as a fault of its own.
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

    /// Its name on the wire.
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

    /// The HTTP status that goes with it.
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
    /// An error without fields.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, detail: Vec::new(), rule: None, retry_after: None }
    }

    /// A request of more bytes than are taken.
    pub fn request_too_large(limit: usize) -> Self {
        Self::new(ErrorCode::RequestTooLarge, ["The request is larger than ", &limit.to_string(), " bytes."].concat())
    }

    /// Arguments that do not fit the operation.
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
                "This server did not answer. Check that it is running and that you are online, then send again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(ErrorCode::MalformedRequest, "The message could not be read. Load the page again and retry.")
            }
            _ => Self::new(ErrorCode::Internal, "Something failed on this server. Its log says what."),
        }
    }
}
