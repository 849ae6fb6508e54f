//! Access settings: who may use the explorer, and how users are identified.

use super::identity::Grant;
use axum::http::HeaderName;
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::IpAddr;
use url::Url;

/// Settings that decide who may use the explorer.
#[derive(Clone, Debug, Default)]
pub struct AccessSettings {
    /// Access mode; if unset, it is derived from the listen address and the other settings.
    pub mode: Option<AccessMode>,
    /// True if pages may be read without signing in.
    pub is_reading_public: bool,
    /// Grants of users who sign in. Access tokens have grants of their own.
    pub user_grants: Vec<Grant>,
    /// Names of the users who may administer the explorer.
    pub admins: Vec<String>,
    /// Addresses of trusted reverse proxies, whose headers identify the caller.
    pub trusted_proxies: Vec<IpNet>,
    /// Header in which a trusted proxy names the signed-in user.
    pub user_header: Option<HeaderName>,
    /// Identity provider.
    pub oidc: Option<OidcSettings>,
}

/// Requirements for using the explorer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMode {
    /// No sign-in: all callers are on this machine and have every grant.
    Local,
    /// No sign-in: callers use credentials of their own.
    Open,
    /// Callers must sign in.
    SignIn,
    /// No sign-in: callers use the operator's credentials, within a budget.
    Public,
}

/// Settings of an identity provider (`OpenID` Connect).
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// Issuer URL.
    pub issuer: Url,
    /// OAuth client ID of this explorer.
    pub client_id: String,
    /// OAuth client secret of this explorer.
    pub client_secret: SecretString,
    /// Patterns of the e-mail addresses that may sign in, with `*` for any characters.
    pub allowed_emails: Vec<String>,
}

impl AccessSettings {
    /// Returns the access mode.
    pub fn mode(&self) -> AccessMode {
        // An unset mode means the strictest one.
        self.mode.unwrap_or(AccessMode::SignIn)
    }

    /// Returns true if there is a sign-in method besides access tokens.
    pub fn has_user_sign_in(&self) -> bool {
        self.oidc.is_some() || self.user_header.is_some()
    }

    /// Returns true if an address belongs to a trusted proxy.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&address.to_canonical()))
    }
}
