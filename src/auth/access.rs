//! Access settings: who may use the explorer, and how users are identified.

use super::{identity::Grant, startup_token::StartupToken};
use crate::{providers::matches_wildcard, store::sessions::SignIn};
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
    /// Token with which the administrator of a local server signs in; `None` if everyone on the machine may administer
    /// it, and in all other access modes.
    pub startup_token: Option<StartupToken>,
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

    /// Returns true if the settings still accept a sign-in at an identity provider: the issuer and the user's e-mail
    /// address.
    pub fn accepts_sign_in(&self, sign_in: &SignIn, email: &str) -> bool {
        self.oidc.as_ref().is_some_and(|oidc| oidc.is_issuer(&sign_in.issuer) && oidc.allows_email(email))
    }

    /// Returns true if an address belongs to a trusted proxy.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&address.to_canonical()))
    }
}

impl OidcSettings {
    /// Returns true if a URL is that of the issuer. Some providers have an issuer URL with a trailing slash, which the
    /// settings may omit.
    pub fn is_issuer(&self, url: &str) -> bool {
        url.trim_end_matches('/') == self.issuer.as_str().trim_end_matches('/')
    }

    /// Returns true if a user with an e-mail address may sign in. The comparison ignores case.
    pub fn allows_email(&self, email: &str) -> bool {
        let email = email.to_lowercase();
        is_email_address(&email)
            && self.allowed_emails.iter().any(|pattern| matches_wildcard(&pattern.to_lowercase(), &email))
    }
}

/// Returns true if a text is one e-mail address on one line. Patterns with `*` would also match texts that begin with
/// another address.
fn is_email_address(text: &str) -> bool {
    let is_forbidden = |c: char| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>');
    // RFC 5321, section 4.5.3.1: 64 bytes, `@` and 255 bytes.
    text.len() <= 320
        && text.rsplit_once('@').is_some_and(|(local_part, domain)| {
            !local_part.is_empty() && !local_part.contains('@') && !domain.is_empty()
        })
        && !text.chars().any(is_forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowed_address_is_one_address_on_one_line() -> anyhow::Result<()> {
        let oidc = OidcSettings {
            issuer: Url::parse("https://id.example.com/tenant")?,
            client_id: "explorer".into(),
            client_secret: "secret".into(),
            allowed_emails: vec!["*@Example.com".into(), "eve@example.org".into()],
        };
        for email in ["ann@example.com", "Ann.O'Hara+x@EXAMPLE.COM", "eve@example.org", "bärbel@example.com"] {
            assert!(oidc.allows_email(email), "{email:?}");
        }
        for email in [
            "",
            "@example.com",
            "ann@example.org",
            "eve@evil.example\n@example.com",
            "eve@evil.example\u{2028}@example.com",
            "eve@evil.example,x@example.com",
            "eve@evil.example@example.com",
            "eve@evil.example <x@example.com",
            "ann@example.com\n",
            "ann@example.com ",
        ] {
            assert!(!oidc.allows_email(email), "{email:?}");
        }
        Ok(())
    }

    #[test]
    fn an_issuer_is_the_configured_one_with_or_without_a_final_slash() -> anyhow::Result<()> {
        let oidc = OidcSettings {
            issuer: Url::parse("https://id.example.com/tenant")?,
            client_id: "explorer".into(),
            client_secret: "secret".into(),
            allowed_emails: Vec::new(),
        };
        assert!(oidc.is_issuer("https://id.example.com/tenant") && oidc.is_issuer("https://id.example.com/tenant/"));
        assert!(!oidc.is_issuer("https://id.example.com/") && !oidc.is_issuer("https://id.example.com/tenant2"));
        Ok(())
    }
}
