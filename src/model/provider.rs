//! What a page and its snippets know about a provider.

use serde::Serialize;

/// The environment that answers from the document, built in for every provider.
pub const EXAMPLE_ENVIRONMENT: &str = "example";

/// One API, as the browser knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// First part of its URLs: `stytch`.
    pub id: String,
    /// What people call it: `Stytch`.
    pub title: String,
    /// Package of its generated TypeScript SDK: `@utdk/stytch`.
    pub package: String,
    /// Where calls can go, in the document's order.
    pub environments: Vec<Environment>,
}

/// One of a provider's servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Environment {
    /// Its name: `test`.
    pub name: String,
    /// Base URL of its calls, without a slash at the end.
    pub url: String,
}

impl Provider {
    /// The base URL that snippets show for an environment; `example` has none, so the first server stands in.
    pub fn base_url(&self, environment: &str) -> &str {
        let matching = self.environments.iter().find(|candidate| candidate.name == environment);
        matching.or(self.environments.first()).map_or("", |environment| &environment.url)
    }
}
