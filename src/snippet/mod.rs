//! Prints a call as source code. HTTP clients print the request, SDKs the call; none ever sees a credential: code
//! reads it from environment variables.

mod curl;
mod javascript;

#[cfg(feature = "ssr")]
mod clients;

#[cfg(feature = "ssr")]
pub use clients::{CLIENTS, Client};

use crate::model::{Arguments, operation::Operation, provider::Provider, request::Request, security::Reference};

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

/// A language, and the client that it calls with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The provider's generated TypeScript SDK.
    TypeScript,
    /// The command line.
    Curl,
    /// The vendor's own Node SDK.
    Node,
}

impl Language {
    /// The languages that can make this call, the default first.
    pub fn of(provider: &Provider, operation: &Operation) -> impl Iterator<Item = Self> {
        let has_node = provider.node_sdk.is_some() && operation.node_method.is_some();
        [Self::TypeScript, Self::Curl, Self::Node]
            .into_iter()
            .filter(move |language| *language != Self::Node || has_node)
    }

    /// Its name on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::TypeScript => "TypeScript",
            Self::Curl => "cURL",
            Self::Node => "Node.js SDK",
        }
    }

    /// Its name in the page's markup.
    pub fn id(self) -> &'static str {
        match self {
            Self::TypeScript => "typescript",
            Self::Curl => "curl",
            Self::Node => "node",
        }
    }

    /// Prints the call.
    pub fn print(self, source: Source) -> String {
        let Source { provider, operation, references, arguments, environment } = source;
        match self {
            Self::TypeScript => javascript::generated_sdk(provider, operation, arguments),
            Self::Curl => curl::print(Request::new(operation, arguments), provider.server(environment), references),
            Self::Node => javascript::vendor_sdk(provider, operation, references, arguments).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
