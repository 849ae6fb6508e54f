//! Renders calls as source code. HTTP clients render the request, SDKs the method call. Snippets never contain a
//! credential: the code reads it from environment variables.

mod highlight;
mod javascript;
mod text_template;

#[cfg(feature = "ssr")]
pub mod code_sample;
#[cfg(feature = "ssr")]
mod document;
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

/// Input from which a snippet is rendered.
#[derive(Clone, Copy, Debug)]
pub struct SnippetInput<'a> {
    /// Provider of the API.
    pub provider: &'a Provider,
    /// Operation to call.
    pub operation: &'a Operation,
    /// References to the credential; empty if the operation needs none.
    pub credential_variables: &'a [CredentialVariable],
    /// Arguments of the operation. They may be incomplete.
    pub arguments: &'a Arguments,
    /// Environment that the call is sent to.
    pub environment: &'a str,
}

/// Renders the call with the provider's generated TypeScript SDK. The browser uses this function too.
pub fn render_generated_sdk(input: SnippetInput) -> String {
    javascript::render_generated_sdk(input.provider, input.operation, input.arguments)
}

#[cfg(test)]
mod tests;
