//! A credential of one provider: values per security scheme. It is never serialized, printed or sent back to a client.

mod config;
mod patterns;
mod service;
pub(crate) mod tokens;
mod validation;

pub use config::CredentialConfig;
pub(crate) use patterns::leak_patterns;
pub(crate) use service::{EffectiveCredential, require_named_credential};

use super::redact::scrub::Scrubber;
use crate::{
    model::{
        problem::Problem,
        security::{CredentialPart, SchemeKind, SchemeRequirement, SecurityScheme},
    },
    providers::{CatalogEntry, ProviderSettings},
    store::credentials::CredentialParts,
    text,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokens::OAuthTokenCache;

/// Values as entered, by `scheme/part`, such as `basicAuth/password`.
pub type CredentialInput = BTreeMap<String, SecretString>;

/// The values that authenticate to one provider, with the access tokens that were fetched with them.
#[derive(Debug)]
pub struct Credential {
    schemes: BTreeMap<String, SchemeValues>,
    environment: Option<String>,
    fingerprint: String,
    scrubber: Scrubber,
    oauth_tokens: OAuthTokenCache,
}

/// The values of one scheme, by part. Only the password of HTTP Basic may be empty.
type SchemeValues = BTreeMap<CredentialPart, SecretString>;

impl Credential {
    /// Creates a credential from entered values. Schemes without entered values keep those of `previous`.
    ///
    /// # Errors
    /// Returns one problem per invalid part, located at `scheme/part`. No message contains an entered value.
    pub fn new(entry: &CatalogEntry, previous: Option<&Self>, input: &CredentialInput) -> Result<Self, Vec<Problem>> {
        let text = |scheme: &str, part: CredentialPart| {
            input.get(&part_key(scheme, part)).map_or("", |text| text.expose_secret().trim())
        };
        let is_submitted = |scheme: &&SecurityScheme| {
            scheme.kind.parts().iter().any(|part| input.contains_key(&part_key(&scheme.id, *part)))
        };
        let has_value =
            |scheme: &&SecurityScheme| scheme.kind.parts().iter().any(|part| !text(&scheme.id, *part).is_empty());
        let submitted: Vec<&SecurityScheme> = entry.document.security_schemes.iter().filter(is_submitted).collect();
        let mut filled: Vec<&SecurityScheme> = submitted.iter().copied().filter(has_value).collect();
        if filled.is_empty() {
            // All fields are empty: the first scheme reports the problem, because any one scheme is sufficient.
            filled.extend(submitted.first());
        }
        if filled.is_empty() {
            return Err(vec![Problem::new("", text!("credential-no-known-field"))]);
        }
        let mut schemes = previous.map(|previous| previous.schemes.clone()).unwrap_or_default();
        let mut problems = Vec::new();
        for scheme in filled {
            let text = |part| text(&scheme.id, part);
            for part in scheme.kind.parts() {
                let problem = validation::find_problem(entry, &scheme.kind, *part, text);
                problems.extend(problem.map(|problem| Problem::new(part_key(&scheme.id, *part), problem)));
            }
            let is_stored = |part: &CredentialPart| !text(*part).is_empty() || *part == CredentialPart::Password;
            let parts = scheme.kind.parts().iter().copied().filter(is_stored);
            schemes.insert(scheme.id.clone(), parts.map(|part| (part, text(part).into())).collect());
        }
        if problems.is_empty() { Ok(Self::from_schemes(entry, schemes)) } else { Err(problems) }
    }

    /// Restores a credential from stored parts, which were validated when they were saved.
    pub(crate) fn from_parts(entry: &CatalogEntry, parts: CredentialParts) -> Self {
        let mut schemes: BTreeMap<String, SchemeValues> = BTreeMap::new();
        for (key, text) in parts {
            let Some((scheme, name)) = key.rsplit_once('/') else { continue };
            let kind = entry.security_scheme(scheme).map(|scheme| &scheme.kind);
            // Parts of schemes that the document no longer has are dropped.
            let part = kind.and_then(|kind| kind.parts().iter().find(|part| part.name() == name));
            if let Some(part) = part {
                schemes.entry(scheme.to_owned()).or_default().insert(*part, text);
            }
        }
        Self::from_schemes(entry, schemes)
    }

    /// Returns all values, for storage.
    pub(crate) fn to_parts(&self) -> CredentialParts {
        let all = self.schemes.iter().flat_map(|(scheme, values)| values.iter().map(move |pair| (scheme, pair)));
        all.map(|(scheme, (part, text))| (part_key(scheme, *part), text.clone())).collect()
    }

    fn from_schemes(entry: &CatalogEntry, schemes: BTreeMap<String, SchemeValues>) -> Self {
        let username = schemes.values().find_map(|values| values.get(&CredentialPart::Username));
        let environment = username.and_then(|username| find_environment(&entry.settings, username.expose_secret()));
        Self {
            environment: environment.map(str::to_owned),
            fingerprint: compute_fingerprint(&schemes),
            scrubber: Scrubber::new(schemes.values().flat_map(patterns::scheme_leak_patterns).collect())
                .with_short_secrets(schemes.values().flat_map(patterns::scheme_secrets).collect()),
            schemes,
            oauth_tokens: OAuthTokenCache::default(),
        }
    }

    /// Returns the environment that the credential belongs to, if its user name has a known prefix.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// Returns eight hexadecimal digits that distinguish credentials without revealing them.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Returns the ids of the schemes that it has values for.
    pub fn scheme_ids(&self) -> impl Iterator<Item = &str> {
        self.schemes.keys().map(String::as_str)
    }

    /// Returns true if it has values for the scheme of a requirement.
    pub(crate) fn has_scheme(&self, requirement: &SchemeRequirement) -> bool {
        self.schemes.contains_key(&requirement.scheme)
    }

    /// Returns the value of a part, for the code that adds it to a request.
    pub(crate) fn expose(&self, scheme: &str, part: CredentialPart) -> Option<&str> {
        self.schemes.get(scheme)?.get(&part).map(ExposeSecret::expose_secret)
    }

    /// Returns the access tokens that were fetched with this credential.
    pub(crate) fn oauth_tokens(&self) -> &OAuthTokenCache {
        &self.oauth_tokens
    }

    /// Returns the scrubber that removes this credential from responses.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }
}

/// Returns the key of a part in a [`CredentialInput`].
fn part_key(scheme: &str, part: CredentialPart) -> String {
    [scheme, "/", part.name()].concat()
}

/// Encodes a user name and password for HTTP Basic (RFC 7617, §2).
pub(crate) fn encode_basic(username: &str, password: &str) -> String {
    BASE64_STANDARD.encode([username, ":", password].concat())
}

/// Encodes a client ID or secret for HTTP Basic (RFC 6749, §2.3.1).
pub(crate) fn form_encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn find_environment<'a>(settings: &'a ProviderSettings, username: &str) -> Option<&'a str> {
    let prefixes = &settings.credential_rules.username_prefixes;
    let matching = prefixes.iter().find(|(_, prefix)| username.len() > prefix.len() && username.starts_with(prefix));
    matching.map(|(environment, _)| environment.as_str())
}

fn compute_fingerprint(schemes: &BTreeMap<String, SchemeValues>) -> String {
    let mut digest = Sha256::new();
    for (scheme, values) in schemes {
        for (part, value) in values {
            for text in [scheme, "\0", part.name(), "\0", value.expose_secret(), "\0"] {
                digest.update(text);
            }
        }
    }
    hex::encode(&digest.finalize()[..4])
}

/// Returns true if a credential for a scheme of this kind is complete without the part.
fn is_optional(settings: &ProviderSettings, kind: &SchemeKind, part: CredentialPart, has_token: bool) -> bool {
    match (kind, part) {
        // Some providers expect an API key as the user name of HTTP Basic, and no password.
        (SchemeKind::Basic, CredentialPart::Password) => settings.credential_rules.password_min_length == 0,
        (SchemeKind::ClientCredentials { .. }, CredentialPart::Token) => true,
        (SchemeKind::ClientCredentials { .. }, _) => has_token,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
