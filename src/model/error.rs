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
    pub code: Code,
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
pub enum Code {
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
    SwitchedOff,
    /// More calls in a short time than one may make.
    TooManyCalls,
    /// More calls in a day than one may make.
    BudgetSpent,
    /// No such provider, operation or environment.
    NotFound,
    /// The credential belongs to another environment.
    EnvironmentMismatch,
    /// The request is larger than this server takes.
    RequestTooLarge,
    /// The request took too long to arrive.
    RequestTooSlow,
    /// A credential that cannot be right.
    MalformedCredential,
    /// More calls at once than this server makes.
    TooBusy,
    /// The provider could not be reached.
    Unreachable,
    /// The provider's certificate is not to be trusted.
    Tls,
    /// The reply is larger than this server takes.
    ReplyTooLarge,
    /// The reply is not HTTP, or not what its headers say.
    MalformedReply,
    /// The provider took too long.
    TooSlow,
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

impl Code {
    /// The code of a name that a gateway sent; a name from a newer one counts as a fault of its own.
    pub fn from_name(name: &str) -> Self {
        const ALL: [Code; 28] = [
            Code::MalformedRequest,
            Code::InvalidArguments,
            Code::NoCredential,
            Code::TokenRefused,
            Code::SignInRequired,
            Code::Forbidden,
            Code::PolicyDenied,
            Code::LiveLocked,
            Code::ConfirmationRequired,
            Code::SwitchedOff,
            Code::TooManyCalls,
            Code::BudgetSpent,
            Code::NotFound,
            Code::EnvironmentMismatch,
            Code::RequestTooLarge,
            Code::RequestTooSlow,
            Code::MalformedCredential,
            Code::TooBusy,
            Code::Unreachable,
            Code::Tls,
            Code::ReplyTooLarge,
            Code::MalformedReply,
            Code::TooSlow,
            Code::GatewayUnreachable,
            Code::NotAGateway,
            Code::StoreUnavailable,
            Code::ProviderUnavailable,
            Code::Internal,
        ];
        ALL.into_iter().find(|code| code.name() == name).unwrap_or(Code::Internal)
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
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
            Self::SwitchedOff => "switched_off",
            Self::TooManyCalls => "too_many_calls",
            Self::BudgetSpent => "budget_spent",
            Self::NotFound => "not_found",
            Self::EnvironmentMismatch => "environment_mismatch",
            Self::RequestTooLarge => "request_too_large",
            Self::RequestTooSlow => "request_too_slow",
            Self::MalformedCredential => "malformed_credential",
            Self::TooBusy => "too_busy",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::ReplyTooLarge => "reply_too_large",
            Self::MalformedReply => "malformed_reply",
            Self::TooSlow => "too_slow",
            Self::GatewayUnreachable => "gateway_unreachable",
            Self::NotAGateway => "not_a_gateway",
            Self::StoreUnavailable => "store_unavailable",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest | Self::InvalidArguments => 400,
            Self::NoCredential | Self::TokenRefused | Self::SignInRequired => 401,
            Self::Forbidden | Self::PolicyDenied | Self::LiveLocked | Self::SwitchedOff => 403,
            Self::NotFound => 404,
            Self::RequestTooSlow => 408,
            Self::EnvironmentMismatch | Self::ConfirmationRequired => 409,
            Self::RequestTooLarge => 413,
            Self::MalformedCredential => 422,
            Self::TooBusy | Self::TooManyCalls | Self::BudgetSpent => 429,
            Self::Unreachable
            | Self::Tls
            | Self::ReplyTooLarge
            | Self::MalformedReply
            | Self::GatewayUnreachable
            | Self::NotAGateway => 502,
            Self::StoreUnavailable | Self::ProviderUnavailable => 503,
            Self::TooSlow => 504,
            Self::Internal => 500,
        }
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl ExplorerError {
    /// An error without fields.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, detail: Vec::new(), rule: None, retry_after: None }
    }

    /// A request of more bytes than are taken.
    pub fn too_large(limit: usize) -> Self {
        Self::new(Code::RequestTooLarge, ["The request is larger than ", &limit.to_string(), " bytes."].concat())
    }

    /// Arguments that do not fit the operation.
    pub fn invalid(detail: Vec<Problem>) -> Self {
        let message = match detail.as_slice() {
            [one] => ["Check the field ", one.at.trim_start_matches('/'), ": ", &one.message].concat(),
            many => [&many.len().to_string(), " fields need attention."].concat(),
        };
        Self { detail, ..Self::new(Code::InvalidArguments, message) }
    }
}

impl FromServerFnError for ExplorerError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(
                Code::GatewayUnreachable,
                "This server did not answer. Check that it is running and that you are online, then send again.",
            ),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(Code::MalformedRequest, "The message could not be read. Load the page again and retry.")
            }
            _ => Self::new(Code::Internal, "Something failed on this server. Its log says what."),
        }
    }
}
