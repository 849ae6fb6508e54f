//! Prints a call as source code. HTTP clients print the request, SDKs the call; none ever sees a credential: code
//! reads it from environment variables.

mod highlight;
mod javascript;
mod text_template;

#[cfg(feature = "ssr")]
pub mod code_sample;
#[cfg(feature = "ssr")]
mod http_clients;
#[cfg(feature = "ssr")]
mod posix;
#[cfg(feature = "ssr")]
mod preference;
#[cfg(feature = "ssr")]
mod run_commands;
#[cfg(feature = "ssr")]
pub mod sdk;
#[cfg(feature = "ssr")]
mod target;
#[cfg(feature = "ssr")]
mod verification;

pub use highlight::highlight_to_html;
#[cfg(feature = "ssr")]
pub use http_clients::{HTTP_CLIENT_TARGETS, HttpClientTarget};
#[cfg(feature = "ssr")]
pub use preference::SnippetPreference;
#[cfg(feature = "ssr")]
pub use run_commands::{SecretSource, render_run_commands};
#[cfg(feature = "ssr")]
pub use target::{SnippetTarget, SnippetTargets};
#[cfg(feature = "ssr")]
pub use verification::{VerificationResult, is_verified, verification_results};

use crate::model::{Arguments, operation::Operation, provider::Provider, security::CredentialVariable};

/// What a snippet is made from.
#[derive(Clone, Copy, Debug)]
pub struct SnippetInput<'a> {
    /// The API.
    pub provider: &'a Provider,
    /// What is called.
    pub operation: &'a Operation,
    /// How its credential is referred to; empty where none is needed.
    pub credential_variables: &'a [CredentialVariable],
    /// With which arguments; they need not be complete.
    pub arguments: &'a Arguments,
    /// Where the call goes.
    pub environment: &'a str,
}

/// The call with the provider's generated TypeScript SDK, which the browser prints too.
pub fn render_generated_sdk(input: SnippetInput) -> String {
    javascript::render_generated_sdk(input.provider, input.operation, input.arguments)
}

#[cfg(test)]
mod tests;
