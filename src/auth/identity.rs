//! Caller identity and grants.

use super::{cookie_scope::CookieScope, network::ClientNetwork};
use crate::{
    model::error::{ErrorCode, ExplorerError},
    providers::Rule,
    store::{
        StoreError,
        access_tokens::AccessToken,
        disabled_items::{is_user_item, person_item_id},
        documents::sha256_hex,
        sessions::{Session, SignIn, SignedInUser},
    },
    text,
};
use std::sync::Arc;
use strum::{Display, EnumString, VariantArray};

/// Subject of the users of the machine that the explorer runs on.
const LOCAL_SUBJECT: &str = "local";
/// Prefix of subjects that consist of an address only.
const ADDRESS_PREFIX: &str = "address:";

/// The sender of a request, as far as the server can identify it.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Identity of the caller; `None` if the caller must sign in first.
    pub identity: Option<Arc<Identity>>,
    /// Reason why the caller has no identity, if there is a better one than that it must sign in.
    pub refusal: Option<ExplorerError>,
    /// Session of the caller.
    pub session: Option<Session>,
    /// True if the request has a session cookie, but the session has ended: it expired, or its user may no longer use
    /// the explorer.
    pub has_ended_session: bool,
    /// Network of the caller.
    pub network: ClientNetwork,
    /// True if the store was unavailable, so that the caller could not be identified.
    pub is_store_unavailable: bool,
    /// Scope of the cookies that the caller's browser receives.
    pub cookie_scope: CookieScope,
}

impl Caller {
    /// Returns true if the caller is the operator, who uses the machine that the explorer runs on.
    pub fn is_local(&self) -> bool {
        self.identity.as_ref().is_some_and(|identity| identity.subject == LOCAL_SUBJECT)
    }

    /// Returns the key that counts what the caller uses of the server: its subject if it has signed in, otherwise its
    /// network.
    pub fn share_key(&self) -> String {
        match &self.identity {
            Some(identity) if identity.network.is_none() => identity.subject.clone(),
            _ => network_subject(self.network),
        }
    }

    /// Returns the caller's identity.
    ///
    /// # Errors
    /// Returns an error if the caller must sign in first, or if the store is unavailable.
    pub fn require_identity(&self) -> Result<&Identity, ExplorerError> {
        if let Some(identity) = &self.identity {
            return Ok(identity);
        }
        if self.is_store_unavailable {
            return Err(StoreError::Unavailable.to_explorer_error(text!("session-not-read")));
        }
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        Err(ExplorerError::new(ErrorCode::SignInRequired, text!("session-missing")))
    }

    /// Requires that the session of the request's cookie, if it has one, still exists. Otherwise a call would silently
    /// use another credential than that of the session.
    ///
    /// # Errors
    /// Returns an error if the session has ended.
    pub fn require_known_session(&self) -> Result<(), ExplorerError> {
        if !self.has_ended_session {
            return Ok(());
        }
        Err(ExplorerError::new(ErrorCode::SessionEnded, text!("session-ended")))
    }
}

/// A user, access token, session or address that may use the explorer.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Key of the caller's data, also used in the audit: `local`, `token:1f9c03ab`, `person:ann@example.com`,
    /// `oidc:…`, `session:…`.
    pub subject: String,
    /// Display name; `None` for an anonymous caller.
    pub display_name: Option<String>,
    /// Rules of what may be called with the operator's credential; if empty, everything that the provider's policy
    /// allows.
    pub allow_rules: Vec<Rule>,
    /// Grants for other actions.
    pub grants: Vec<Grant>,
    /// Network of an anonymous caller, whose budget its calls count against as well: its session proves nothing about
    /// who it is. `None` if the caller has signed in, or is on this machine.
    pub network: Option<ClientNetwork>,
}

/// Returns the subject of all anonymous callers of a network.
fn network_subject(network: ClientNetwork) -> String {
    format!("{ADDRESS_PREFIX}{network}")
}

/// A permission that the operator must give explicitly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Grant {
    /// Change live data, once it is unlocked.
    Live,
    /// Call operations that delete.
    Delete,
    /// Reveal secrets in responses.
    Reveal,
    /// Read the audit, and disable credentials and tokens.
    Admin,
}

impl Grant {
    /// All grants that concern calls.
    pub const FOR_CALLS: [Self; 3] = [Self::Live, Self::Delete, Self::Reveal];

    /// Parses the name of a grant.
    ///
    /// # Errors
    /// Returns the reason as a message that follows the setting's name.
    pub fn parse(name: &str) -> Result<Self, String> {
        name.parse().map_err(|_| "must be live, delete, reveal or admin.".into())
    }
}

impl Identity {
    /// Returns the identity of a user of the machine that the explorer runs on, who may do everything except administer
    /// it.
    pub fn local() -> Self {
        Self {
            subject: LOCAL_SUBJECT.into(),
            display_name: None,
            allow_rules: Vec::new(),
            grants: Grant::FOR_CALLS.into(),
            network: None,
        }
    }

    /// Returns the identity of the operator, who uses the machine that the explorer runs on. `display_name` is set if
    /// the operator signed in with the start-up token.
    pub fn local_admin(display_name: Option<&str>) -> Self {
        Self { display_name: display_name.map(str::to_owned), grants: Grant::VARIANTS.into(), ..Self::local() }
    }

    /// Returns the identity of an anonymous caller: its session, or else its network.
    pub fn anonymous(session: Option<&Session>, network: ClientNetwork) -> Self {
        let subject = session.map_or_else(|| network_subject(network), |session| session.subject.clone());
        Self { subject, display_name: None, allow_rules: Vec::new(), grants: Vec::new(), network: Some(network) }
    }

    /// Returns the subject of an anonymous caller's network.
    pub fn network_subject(&self) -> Option<String> {
        self.network.map(network_subject)
    }

    /// Returns the identity of a user whom a reverse proxy names.
    pub fn user(display_name: &str, is_admin: bool, grants: &[Grant]) -> Self {
        let admin = is_admin.then_some(Grant::Admin);
        Self {
            subject: format!("person:{display_name}"),
            display_name: Some(display_name.to_owned()),
            allow_rules: Vec::new(),
            grants: grants.iter().copied().chain(admin).collect(),
            network: None,
        }
    }

    /// Returns the subject of a user of an identity provider. An e-mail address can be given to another user, so only
    /// `iss` and `sub` together identify one (`OpenID` Connect Core 1.0, §5.7).
    pub fn oidc_subject(issuer: &str, subject: &str) -> String {
        ["oidc:", &sha256_hex(&format!("{}\0{subject}", issuer.trim_end_matches('/')))[..24]].concat()
    }

    /// Returns the identity of a user who has signed in at an identity provider.
    pub fn oidc_user(sign_in: &SignIn, email: &str, is_admin: bool, grants: &[Grant]) -> Self {
        Self { subject: Self::oidc_subject(&sign_in.issuer, &sign_in.subject), ..Self::user(email, is_admin, grants) }
    }

    /// Returns the identity of the user whose session ends, for the audit. It has no grants.
    pub fn of_ended_session(session: &Session) -> Self {
        Self {
            subject: session.subject.clone(),
            display_name: session.display_name.clone(),
            allow_rules: Vec::new(),
            grants: Vec::new(),
            network: None,
        }
    }

    /// Returns the identity of an access token, or `None` if one of its stored rules can no longer be parsed.
    pub fn from_token(token: &AccessToken) -> Option<Self> {
        Some(Self {
            subject: format!("token:{}", token.id),
            display_name: Some(token.name.clone()),
            allow_rules: token.allow_rules.iter().map(|rule| Rule::parse(rule).ok()).collect::<Option<_>>()?,
            grants: token.grants.iter().filter_map(|name| Grant::parse(name).ok()).collect(),
            network: None,
        })
    }

    /// Returns true if the caller is a user of the machine that the explorer runs on.
    pub fn is_local(&self) -> bool {
        self.subject == LOCAL_SUBJECT
    }

    /// Returns the IDs of the switches that disable the identity: those of its subject and its name, if it is a user.
    pub fn switch_ids(&self) -> Vec<String> {
        if !is_user_item(&self.subject) {
            return Vec::new();
        }
        let name = self.display_name.as_deref().map(person_item_id);
        std::iter::once(self.subject.clone()).chain(name).collect()
    }

    /// Returns true if the identity is only an address, which other callers may share.
    pub fn is_address(&self) -> bool {
        self.subject.starts_with(ADDRESS_PREFIX)
    }

    /// Returns true if the identity has a grant.
    pub fn has_grant(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// Returns the user for whom a session is created.
    pub fn to_signed_in_user(&self, sign_in: Option<SignIn>) -> SignedInUser {
        let display_name = self.display_name.clone().unwrap_or_default();
        SignedInUser { subject: self.subject.clone(), display_name, sign_in }
    }
}
