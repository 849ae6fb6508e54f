//! The data of a provider that pages and snippets need.

use serde::Serialize;

/// Name of the built-in environment of every provider that generates responses from the document.
pub const EXAMPLE_ENVIRONMENT: &str = "example";

/// One API, as the browser needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// First segment of its URLs: `stytch`.
    pub id: String,
    /// Display name: `Stytch`.
    pub title: String,
    /// Package of its generated TypeScript SDK: `@utdk/stytch`.
    pub package: String,
    /// Environments that calls can be sent to, in the document's order.
    pub environments: Vec<Environment>,
}

/// One of a provider's servers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Environment {
    /// Name: `test`.
    pub name: String,
    /// Base URL of its calls, without a trailing slash. Server variables have their defaults, or the chosen values.
    pub url: String,
    /// The URL with its variables, if users can choose values of them.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub template: Option<Box<super::server_template::ServerTemplate>>,
}

impl Environment {
    /// Creates an environment without server variables.
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            #[cfg(feature = "ssr")]
            template: None,
        }
    }
}

impl Provider {
    /// Returns the base URL that snippets show for an environment. For `example`, which has none, it is that of the
    /// first server.
    pub fn base_url(&self, environment: &str) -> &str {
        let matching = self.environments.iter().find(|candidate| candidate.name == environment);
        matching.or(self.environments.first()).map_or("", |environment| &environment.url)
    }
}
