//! Authentication of calls: the security schemes of a document, the requirements of an operation, and the variables for
//! snippets.

use super::{
    credential::CredentialStatus,
    provider::{EXAMPLE_ENVIRONMENT, Provider},
};
use crate::text;
use serde::Serialize;

/// A security scheme of a document (`OpenAPI` 3.1, §4.8.27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityScheme {
    /// Name in `components.securitySchemes`.
    pub id: String,
    /// Kind of credential.
    pub kind: SchemeKind,
    /// `description` as HTML.
    pub description: String,
    /// The ways to obtain a token.
    pub flows: Vec<TokenFlow>,
    /// True if the scheme is deprecated (`OpenAPI` 3.2).
    pub is_deprecated: bool,
}

impl SecurityScheme {
    /// Creates a scheme that no document describes.
    pub fn new(id: &str, kind: SchemeKind) -> Self {
        Self { id: id.to_owned(), kind, description: String::new(), flows: Vec::new(), is_deprecated: false }
    }
}

/// A way to obtain a token: a flow of `OAuth` 2.0, or the metadata that describes flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFlow {
    /// Its field in the security scheme: `deviceAuthorization`, `openIdConnectUrl`.
    pub field: &'static str,
    /// The URL that a user starts it at.
    pub url: Option<String>,
}

impl TokenFlow {
    /// Returns the flow in words: `device authorization at https://a.example/device`.
    pub fn in_words(&self) -> String {
        let flow = text!("token-flow", field = self.field);
        match &self.url {
            Some(url) => text!("token-flow-at", flow = flow, url = url),
            None => flow,
        }
    }
}

/// The kind of credential that a scheme requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// A user name and a password (RFC 7617).
    Basic,
    /// A token after the word `Bearer` (RFC 6750).
    Bearer,
    /// An API key.
    ApiKey {
        /// Location in the request.
        location: CredentialLocation,
        /// Name of the header, query parameter or cookie.
        name: String,
    },
    /// The client credentials grant of `OAuth` 2.0 (RFC 6749, §4.4): the server fetches the token.
    ClientCredentials {
        /// URL of the token endpoint.
        token_url: String,
    },
    /// A token that the user obtained elsewhere: other flows of `OAuth` 2.0, and `OpenID` Connect.
    AccessToken,
    /// A scheme that is not supported, with the reason in words.
    Unsupported(String),
}

/// The location of a credential in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialLocation {
    /// In a header.
    #[default]
    Header,
    /// In the query.
    Query,
    /// In a cookie.
    Cookie,
}

/// One part of a scheme's credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "their names say it")]
pub enum CredentialPart {
    Username,
    Password,
    Key,
    ClientId,
    ClientSecret,
    Token,
}

impl CredentialPart {
    /// Returns the part's name in forms, messages and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Password => "password",
            Self::Key => "key",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Token => "token",
        }
    }

    /// Returns true if the input for the part hides its text.
    pub fn is_secret(self) -> bool {
        !matches!(self, Self::Username | Self::ClientId)
    }
}

impl SchemeKind {
    /// Returns the parts of a credential for the scheme. For client credentials, a token from elsewhere suffices as
    /// well.
    pub fn parts(&self) -> &'static [CredentialPart] {
        match self {
            Self::Basic => &[CredentialPart::Username, CredentialPart::Password],
            Self::Bearer | Self::AccessToken => &[CredentialPart::Token],
            Self::ApiKey { .. } => &[CredentialPart::Key],
            Self::ClientCredentials { .. } => {
                &[CredentialPart::ClientId, CredentialPart::ClientSecret, CredentialPart::Token]
            }
            Self::Unsupported(_) => &[],
        }
    }
}

/// One scheme that an alternative requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeRequirement {
    /// Id of the scheme.
    pub scheme: String,
    /// Scopes that a token must have.
    pub scopes: Vec<String>,
}

/// The authentication that an operation accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityRequirements {
    /// Alternatives, of which one suffices. Each requires all of its schemes, and none is empty.
    pub alternatives: Vec<Vec<SchemeRequirement>>,
    /// True if calls without a credential are accepted too.
    pub is_optional: bool,
}

/// An operation's authentication, as the browser needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OperationAuthentication {
    /// Lists of scheme ids, of which one suffices; empty if no credential is needed.
    #[serde(rename = "needs")]
    pub alternatives: Vec<Vec<String>>,
    /// The variables that snippets use in place of the credential.
    #[serde(rename = "references")]
    pub credential_variables: Vec<CredentialVariable>,
}

/// The environment variables that snippets read a credential from. Snippets never contain its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CredentialVariable {
    /// Location in the request.
    #[serde(rename = "place")]
    pub location: CredentialLocation,
    /// Name of the header, query parameter or cookie.
    pub name: String,
    /// Prefix of the value: `Bearer `.
    #[serde(rename = "before")]
    pub prefix: String,
    /// The variable that holds the value; the password, for HTTP Basic.
    pub variable: String,
    /// The variable that holds the user name, for HTTP Basic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_variable: Option<String>,
}

impl OperationAuthentication {
    /// Returns the environment for calls unless the user chooses one: that of the credential, else the provider's first
    /// one if the credential suffices, else `example`.
    pub fn default_environment<'a>(&self, provider: &'a Provider, credential: &'a CredentialStatus) -> &'a str {
        let first = provider.environments.first().filter(|_| self.is_satisfied_by(&credential.schemes));
        match (&credential.environment, first) {
            (Some(credential_environment), _) => credential_environment,
            (None, Some(first)) => &first.name,
            (None, None) => EXAMPLE_ENVIRONMENT,
        }
    }

    /// Returns true if a credential with these schemes suffices for the call.
    pub fn is_satisfied_by(&self, schemes: &[String]) -> bool {
        self.alternatives.is_empty()
            || self.alternatives.iter().any(|scheme_ids| scheme_ids.iter().all(|scheme_id| schemes.contains(scheme_id)))
    }
}
