//! Who may use the explorer, and how they say who they are.

use super::identity::Grant;
use axum::http::HeaderName;
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::IpAddr;
use url::Url;

/// Who may use the explorer.
#[derive(Clone, Debug, Default)]
pub struct AccessSettings {
    /// What is asked of them; decided by where the server listens, if not said.
    pub mode: Option<AccessMode>,
    /// Whether pages may be read without signing in.
    pub is_reading_public: bool,
    /// What people who sign in (not tokens, which have their own) may do with the operator's credentials.
    pub user_grants: Vec<Grant>,
    /// Names of people who may administer.
    pub admins: Vec<String>,
    /// Addresses of reverse proxies, whose word about who asks is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which such a proxy names who has signed in with it.
    pub user_header: Option<HeaderName>,
    /// A provider of identities.
    pub oidc: Option<OidcSettings>,
}

/// What is asked of whoever uses the explorer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMode {
    /// Nothing: they are at this machine, and may do everything.
    Local,
    /// Nothing: they bring credentials of their own.
    Open,
    /// To sign in.
    SignIn,
    /// Nothing, though they use the operator's credentials: within a budget.
    Public,
}

/// A provider of identities (`OpenID` Connect).
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// Its address.
    pub issuer: Url,
    /// The name of this explorer there.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: SecretString,
    /// Who may sign in: e-mail addresses, with `*` for any characters.
    pub allowed_emails: Vec<String>,
}

impl AccessSettings {
    /// What is asked of whoever comes.
    pub fn mode(&self) -> AccessMode {
        // What is not decided asks for most.
        self.mode.unwrap_or(AccessMode::SignIn)
    }

    /// Whether there is a way to sign in beside access tokens.
    pub fn has_user_sign_in(&self) -> bool {
        self.oidc.is_some() || self.user_header.is_some()
    }

    /// Whether the word of whoever sends from an address is taken.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&address.to_canonical()))
    }
}
