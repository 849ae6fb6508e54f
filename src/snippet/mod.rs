//! Prints a call as source code. HTTP clients print the request, SDKs the call; none ever sees a credential: code
//! reads it from environment variables.

mod highlight;
mod javascript;
mod text;

#[cfg(feature = "ssr")]
mod choice;
#[cfg(feature = "ssr")]
mod clients;
#[cfg(feature = "ssr")]
mod posix;
#[cfg(feature = "ssr")]
mod preference;
#[cfg(feature = "ssr")]
mod proof;
#[cfg(feature = "ssr")]
mod run;
#[cfg(feature = "ssr")]
pub mod sample;
#[cfg(feature = "ssr")]
pub mod sdk;

#[cfg(feature = "ssr")]
pub use choice::{Choice, Choices};
#[cfg(feature = "ssr")]
pub use clients::{CLIENTS, Client};
pub use highlight::to_html;
#[cfg(feature = "ssr")]
pub use preference::Preference;
#[cfg(feature = "ssr")]
pub use proof::{Proof, is_proven, proofs};
#[cfg(feature = "ssr")]
pub use run::{Keeper, commands};

use crate::model::{Arguments, operation::Operation, provider::Provider, security::Reference};

/// What a snippet is made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The API.
    pub provider: &'a Provider,
    /// What is called.
    pub operation: &'a Operation,
    /// How its credential is referred to; empty where none is needed.
    pub references: &'a [Reference],
    /// With which arguments; they need not be complete.
    pub arguments: &'a Arguments,
    /// Where the call goes.
    pub environment: &'a str,
}

/// The call with the provider's generated TypeScript SDK, which the browser prints too.
pub fn generated_sdk(source: Source) -> String {
    javascript::generated_sdk(source.provider, source.operation, source.arguments)
}

#[cfg(test)]
mod tests;
