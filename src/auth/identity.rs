//! Who asks, and how far they reach.

use crate::{
    providers::Rule,
    store::{
        access_tokens::AccessToken,
        sessions::{Session, SignedInUser, subject_from_address},
    },
};
use std::sync::Arc;

/// Who sends a request, as far as the server knows.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Who it is; nobody, where one must sign in first.
    pub identity: Option<Arc<Identity>>,
    /// The session that they have, if any.
    pub session: Option<Session>,
    /// Whether the store did not tell who it is.
    pub is_store_unavailable: bool,
    /// Whether the visitor's browser takes secure cookies from this server.
    pub has_secure_cookies: bool,
}

/// Somebody who may use the explorer.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What keys whatever they do, and stands in the audit: `local`, `token:1f9c03ab`, `person:ann@example.com`, `session:…`.
    pub subject: String,
    /// What people call them; nobody, for somebody unknown.
    pub display_name: Option<String>,
    /// What they may call with the operator's credential; none: everything that its policy lets pass.
    pub allow_rules: Vec<Rule>,
    /// What else they may do with it.
    pub grants: Vec<Grant>,
}

/// What needs a word of the operator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// To change live data, once unlocked.
    Live,
    /// To delete.
    Delete,
    /// To see the secrets of replies.
    Reveal,
    /// To see the audit, and to switch credentials and tokens off.
    Admin,
}

impl Grant {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Live, Self::Delete, Self::Reveal, Self::Admin];
    /// All that are about calls.
    pub const FOR_CALLS: [Self; 3] = [Self::Live, Self::Delete, Self::Reveal];

    /// Its name, as it is written in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Delete => "delete",
            Self::Reveal => "reveal",
            Self::Admin => "admin",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// What is wrong, to stand after the setting's name.
    pub fn parse(name: &str) -> Result<Self, String> {
        let grant = Self::ALL.into_iter().find(|grant| grant.name() == name);
        grant.ok_or_else(|| "must be live, delete, reveal or admin.".into())
    }
}

impl Identity {
    /// Whoever uses the machine that the explorer runs on.
    pub fn local() -> Self {
        Self { subject: "local".into(), display_name: None, allow_rules: Vec::new(), grants: Grant::ALL.into() }
    }

    /// Somebody unknown, who has a session or else comes from an address.
    pub fn anonymous(session: Option<&Session>, address: &str) -> Self {
        let subject = session.map_or_else(|| subject_from_address(address), |session| session.subject.clone());
        Self { subject, display_name: None, allow_rules: Vec::new(), grants: Vec::new() }
    }

    /// Somebody who has signed in at a provider of identities.
    pub fn user(display_name: &str, is_admin: bool, grants: &[Grant]) -> Self {
        let admin = is_admin.then_some(Grant::Admin);
        Self {
            subject: ["person:", display_name].concat(),
            display_name: Some(display_name.to_owned()),
            allow_rules: Vec::new(),
            grants: grants.iter().copied().chain(admin).collect(),
        }
    }

    /// Whoever has an access token; nobody, where its rules are not understood any more.
    pub fn from_token(token: &AccessToken) -> Option<Self> {
        Some(Self {
            subject: ["token:", &token.id].concat(),
            display_name: Some(token.name.clone()),
            allow_rules: token.allow_rules.iter().map(|rule| Rule::parse(rule).ok()).collect::<Option<_>>()?,
            grants: token.grants.iter().filter_map(|name| Grant::parse(name).ok()).collect(),
        })
    }

    /// Whether they may do something that needs a word of the operator's.
    pub fn has_grant(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// What a session is begun with.
    pub fn to_signed_in_user(&self) -> SignedInUser {
        SignedInUser { subject: self.subject.clone(), display_name: self.display_name.clone().unwrap_or_default() }
    }
}
