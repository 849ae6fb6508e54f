//! A credential of one provider: values per security scheme. It is never serialised, printed or given back.

mod config;
mod patterns;
pub(crate) mod tokens;
mod validation;

pub use config::CredentialConfig;
pub(crate) use patterns::leak_patterns as texts_of_secret;

use super::redact::scrub::Scrubber;
use crate::{
    model::{
        problem::Problem,
        security::{CredentialPart, SchemeKind, SchemeRequirement, SecurityScheme},
    },
    providers::{CatalogEntry, ProviderSettings},
    store::credentials::CredentialParts,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokens::OAuthTokenCache;

/// What was typed: texts by `scheme/part`, like `basicAuth/password`.
pub type CredentialInput = BTreeMap<String, String>;

/// The values that authenticate to one provider.
#[derive(Debug)]
pub struct Credential {
    schemes: BTreeMap<String, SchemeValues>,
    environment: Option<String>,
    fingerprint: String,
    scrubber: Scrubber,
    oauth_tokens: OAuthTokenCache,
}

/// The values of one scheme, by part; none is empty, but for the password of HTTP Basic.
type SchemeValues = BTreeMap<CredentialPart, SecretString>;

impl Credential {
    /// What was typed, together with what was there before for schemes that nothing was typed for.
    ///
    /// # Errors
    /// One problem per part that cannot be right, at `scheme/part`; none repeats what was typed.
    pub fn new(entry: &CatalogEntry, previous: Option<&Self>, typed: &CredentialInput) -> Result<Self, Vec<Problem>> {
        let text =
            |scheme: &str, part: CredentialPart| typed.get(&part_key(scheme, part)).map_or("", |text| text.trim());
        let is_submitted = |scheme: &&SecurityScheme| {
            scheme.kind.parts().iter().any(|part| typed.contains_key(&part_key(&scheme.id, *part)))
        };
        let has_value =
            |scheme: &&SecurityScheme| scheme.kind.parts().iter().any(|part| !text(&scheme.id, *part).is_empty());
        let submitted: Vec<&SecurityScheme> = entry.document.security_schemes.iter().filter(is_submitted).collect();
        let mut filled: Vec<&SecurityScheme> = submitted.iter().copied().filter(has_value).collect();
        if filled.is_empty() {
            // Nothing at all was typed: said at the first scheme, as any other may do as well.
            filled.extend(submitted.first());
        }
        if filled.is_empty() {
            return Err(vec![Problem::new("", "None of these is a part of a credential that this provider takes.")]);
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

    /// A credential that was right when it was saved.
    pub(crate) fn from_parts(entry: &CatalogEntry, parts: CredentialParts) -> Self {
        let mut schemes: BTreeMap<String, SchemeValues> = BTreeMap::new();
        for (key, text) in parts {
            let Some((scheme, name)) = key.rsplit_once('/') else { continue };
            let kind = entry.security_scheme(scheme).map(|scheme| &scheme.kind);
            // A scheme that the document had then, and has no more.
            let part = kind.and_then(|kind| kind.parts().iter().find(|part| part.name() == name));
            if let Some(part) = part {
                schemes.entry(scheme.to_owned()).or_default().insert(*part, text);
            }
        }
        Self::from_schemes(entry, schemes)
    }

    /// All values, to be stored.
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
            scrubber: Scrubber::new(schemes.values().flat_map(patterns::scheme_leak_patterns).collect()),
            schemes,
            oauth_tokens: OAuthTokenCache::default(),
        }
    }

    /// The environment that it belongs to, where its form tells.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// Eight hexadecimal digits that tell two credentials apart and give nothing away.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Ids of the schemes that it has values for.
    pub fn scheme_ids(&self) -> impl Iterator<Item = &str> {
        self.schemes.keys().map(String::as_str)
    }

    /// Whether it has values for a scheme.
    pub(crate) fn has_scheme(&self, requirement: &SchemeRequirement) -> bool {
        self.schemes.contains_key(&requirement.scheme)
    }

    /// A part's value, for the code that puts it into a request.
    pub(crate) fn expose(&self, scheme: &str, part: CredentialPart) -> Option<&str> {
        self.schemes.get(scheme)?.get(&part).map(ExposeSecret::expose_secret)
    }

    /// The access tokens that were fetched with it.
    pub(crate) fn oauth_tokens(&self) -> &OAuthTokenCache {
        &self.oauth_tokens
    }

    /// Takes the credential out of replies.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }
}

/// Where a part stands among what is typed.
fn part_key(scheme: &str, part: CredentialPart) -> String {
    [scheme, "/", part.name()].concat()
}

/// RFC 7617, §2.
pub(crate) fn encode_basic(username: &str, password: &str) -> String {
    BASE64_STANDARD.encode([username, ":", password].concat())
}

/// A client's id or secret as HTTP Basic wants it (RFC 6749, §2.3.1).
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
            digest.update([scheme, "\0", part.name(), "\0", value.expose_secret(), "\0"].concat());
        }
    }
    patterns::encode_hex(&digest.finalize()[..4])
}

/// Whether a credential for a scheme of this kind is complete without a part.
fn is_optional(settings: &ProviderSettings, kind: &SchemeKind, part: CredentialPart, has_token: bool) -> bool {
    match (kind, part) {
        // Some providers take a key as the user name of HTTP Basic, and no password.
        (SchemeKind::Basic, CredentialPart::Password) => settings.credential_rules.password_min_length == 0,
        (SchemeKind::ClientCredentials { .. }, CredentialPart::Token) => true,
        (SchemeKind::ClientCredentials { .. }, _) => has_token,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
