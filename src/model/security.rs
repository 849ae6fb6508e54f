//! How calls authenticate: the schemes of a document, what an operation accepts, and how code refers to it.

use super::{
    credential::CredentialStatus,
    provider::{EXAMPLE_ENVIRONMENT, Provider},
};
use serde::Serialize;

/// A security scheme of a document (`OpenAPI` 3.1, §4.8.27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityScheme {
    /// Its name in `components.securitySchemes`.
    pub id: String,
    /// What it asks for.
    pub kind: SchemeKind,
    /// `description` as HTML.
    pub description: String,
}

/// What a scheme asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// A user name and a password (RFC 7617).
    Basic,
    /// A token behind the word `Bearer` (RFC 6750).
    Bearer,
    /// A key of the provider's own.
    ApiKey {
        /// Where it stands.
        location: CredentialLocation,
        /// Name of the header, query parameter or cookie.
        name: String,
    },
    /// `OAuth` 2.0 for programs (RFC 6749, §4.4): the server fetches the token.
    ClientCredentials {
        /// Where it fetches it.
        token_url: String,
    },
    /// A token that the reader got elsewhere: other flows of `OAuth` 2.0, and `OpenID` Connect.
    AccessToken,
    /// One that cannot be sent from here, in words.
    Unsupported(String),
}

/// Where a key stands in a request.
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
    /// Its name in forms, messages and settings.
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

    /// Whether a page hides it while it is typed.
    pub fn is_secret(self) -> bool {
        !matches!(self, Self::Username | Self::ClientId)
    }
}

impl SchemeKind {
    /// What a credential for it consists of. Where a token is fetched, one that was fetched elsewhere does as well.
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

/// One scheme that an alternative asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeRequirement {
    /// The scheme's id.
    pub scheme: String,
    /// The scopes that a token must have.
    pub scopes: Vec<String>,
}

/// What an operation accepts as authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityRequirements {
    /// Any of them is enough; of each, all schemes are needed. None is empty.
    pub alternatives: Vec<Vec<SchemeRequirement>>,
    /// Whether it answers without a credential too.
    pub is_optional: bool,
}

/// What the browser may know about an operation's authentication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OperationAuthentication {
    /// Ids of schemes: any of the lists is enough. Empty where none is needed.
    pub alternative: Vec<Vec<String>>,
    /// What snippets print.
    pub references: Vec<CredentialVariable>,
}

/// How code refers to a scheme's credential: by environment variables, never by value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CredentialVariable {
    /// Where it stands.
    pub place: CredentialLocation,
    /// Name of the header, query parameter or cookie.
    pub name: String,
    /// What stands before the value: `Bearer `.
    pub before: String,
    /// The variable that holds the value; the password, for HTTP Basic.
    pub variable: String,
    /// The variable that holds the user name, for HTTP Basic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username_variable: Option<String>,
}

impl OperationAuthentication {
    /// Where calls go unless the reader chooses: where the credential belongs, or to `example` if it does not do.
    pub fn default_environment<'a>(&self, provider: &'a Provider, credential: &'a CredentialStatus) -> &'a str {
        let first = provider.environments.first().filter(|_| self.is_satisfied_by(&credential.schemes));
        match (&credential.environment, first) {
            (Some(credential_environment), _) => credential_environment,
            (None, Some(first)) => &first.name,
            (None, None) => EXAMPLE_ENVIRONMENT,
        }
    }

    /// Whether a credential with these schemes can make the call.
    pub fn is_satisfied_by(&self, schemes: &[String]) -> bool {
        self.alternative.is_empty()
            || self.alternative.iter().any(|needs| needs.iter().all(|scheme_id| schemes.contains(scheme_id)))
    }
}
