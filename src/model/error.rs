//! Why the explorer itself could not do what was asked; a provider's own refusal is a `Reply`.

use super::problem::Problem;
use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// One sentence for the person, a code for programs, and the fields that are wrong, if any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplorerError {
    /// What happened and what to do next.
    #[serde(rename = "error")]
    pub message: String,
    /// What it is, for programs.
    pub code: Code,
    /// What is wrong with each field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detail: Vec<Problem>,
}

/// The kinds of error that the explorer answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is not JSON of the agreed shape.
    MalformedRequest,
    /// The arguments do not fit the operation; `detail` names each field.
    InvalidArguments,
    /// The environment needs a credential and none is set.
    NoCredential,
    /// Another site's page, or a name this server does not answer to.
    Forbidden,
    /// No such provider, operation or environment.
    NotFound,
    /// The credential belongs to another environment.
    EnvironmentMismatch,
    /// The request is larger than this server takes.
    RequestTooLarge,
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
    /// The provider took too long.
    TooSlow,
    /// The browser could not reach the gateway.
    GatewayUnreachable,
    /// The other gateway's answer is not that of a gateway.
    NotAGateway,
    /// A fault of the explorer's own.
    Internal,
}

impl Code {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::MalformedRequest | Self::InvalidArguments => 400,
            Self::NoCredential => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::EnvironmentMismatch => 409,
            Self::RequestTooLarge => 413,
            Self::MalformedCredential => 422,
            Self::TooBusy => 429,
            Self::Unreachable | Self::Tls | Self::ReplyTooLarge | Self::GatewayUnreachable | Self::NotAGateway => 502,
            Self::TooSlow => 504,
            Self::Internal => 500,
        }
    }
}

impl ExplorerError {
    /// An error without fields.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { message: message.into(), code, detail: Vec::new() }
    }

    /// Arguments that do not fit the operation.
    #[must_use]
    pub fn invalid(detail: Vec<Problem>) -> Self {
        let message = match detail.as_slice() {
            [one] => ["Check the field ", one.at.trim_start_matches('/'), ": ", &one.message].concat(),
            many => [&many.len().to_string(), " fields need attention."].concat(),
        };
        Self { message, code: Code::InvalidArguments, detail }
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
