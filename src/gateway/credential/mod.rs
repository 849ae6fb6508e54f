//! A credential of one provider: values per security scheme. It is never serialised, printed or given back.

mod faults;
mod given;
mod revealing;
pub(crate) mod tokens;

pub use given::GivenCredential;
pub(crate) use revealing::of_secret as texts_of_secret;

use super::redact::scrub::Scrubber;
use crate::{
    model::{
        problem::Problem,
        security::{Need, Part, SchemeKind, SecurityScheme},
    },
    providers::{CatalogEntry, ProviderSettings},
    store::credentials::Parts,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokens::Tokens;

/// What was typed: texts by `scheme/part`, like `basicAuth/password`.
pub type Typed = BTreeMap<String, String>;

/// The values that authenticate to one provider.
#[derive(Debug)]
pub struct Credential {
    schemes: BTreeMap<String, Values>,
    environment: Option<String>,
    fingerprint: String,
    scrubber: Scrubber,
    tokens: Tokens,
}

/// The values of one scheme, by part; none is empty, but for the password of HTTP Basic.
type Values = BTreeMap<Part, SecretString>;

impl Credential {
    /// What was typed, together with what was there before for schemes that nothing was typed for.
    ///
    /// # Errors
    /// One problem per part that cannot be right, at `scheme/part`; none repeats what was typed.
    pub fn new(entry: &CatalogEntry, before: Option<&Self>, typed: &Typed) -> Result<Self, Vec<Problem>> {
        let text = |scheme: &str, part: Part| typed.get(&at(scheme, part)).map_or("", |text| text.trim());
        let is_asked = |scheme: &&SecurityScheme| {
            scheme.kind.parts().iter().any(|part| typed.contains_key(&at(&scheme.id, *part)))
        };
        let is_typed =
            |scheme: &&SecurityScheme| scheme.kind.parts().iter().any(|part| !text(&scheme.id, *part).is_empty());
        let asked: Vec<&SecurityScheme> = entry.document.schemes.iter().filter(is_asked).collect();
        let mut filled: Vec<&SecurityScheme> = asked.iter().copied().filter(is_typed).collect();
        if filled.is_empty() {
            // Nothing at all was typed: said at the first scheme, as any other may do as well.
            filled.extend(asked.first());
        }
        if filled.is_empty() {
            return Err(vec![Problem::new("", "None of these is a part of a credential that this provider takes.")]);
        }
        let mut schemes = before.map(|before| before.schemes.clone()).unwrap_or_default();
        let mut problems = Vec::new();
        for scheme in filled {
            let text = |part| text(&scheme.id, part);
            for part in scheme.kind.parts() {
                let fault = faults::of(entry, &scheme.kind, *part, text);
                problems.extend(fault.map(|fault| Problem::new(at(&scheme.id, *part), fault)));
            }
            let is_kept = |part: &Part| !text(*part).is_empty() || *part == Part::Password;
            let parts = scheme.kind.parts().iter().copied().filter(is_kept);
            schemes.insert(scheme.id.clone(), parts.map(|part| (part, text(part).into())).collect());
        }
        if problems.is_empty() { Ok(Self::of(entry, schemes)) } else { Err(problems) }
    }

    /// A credential that was right when it was saved.
    pub(crate) fn from_parts(entry: &CatalogEntry, parts: Parts) -> Self {
        let mut schemes: BTreeMap<String, Values> = BTreeMap::new();
        for (at, text) in parts {
            let Some((scheme, name)) = at.rsplit_once('/') else { continue };
            let kind = entry.scheme(scheme).map(|scheme| &scheme.kind);
            // A scheme that the document had then, and has no more.
            let part = kind.and_then(|kind| kind.parts().iter().find(|part| part.name() == name));
            if let Some(part) = part {
                schemes.entry(scheme.to_owned()).or_default().insert(*part, text);
            }
        }
        Self::of(entry, schemes)
    }

    /// All values, to be stored.
    pub(crate) fn parts(&self) -> Parts {
        let all = self.schemes.iter().flat_map(|(scheme, values)| values.iter().map(move |pair| (scheme, pair)));
        all.map(|(scheme, (part, text))| (at(scheme, *part), text.clone())).collect()
    }

    fn of(entry: &CatalogEntry, schemes: BTreeMap<String, Values>) -> Self {
        let username = schemes.values().find_map(|values| values.get(&Part::Username));
        let environment = username.and_then(|username| environment(&entry.settings, username.expose_secret()));
        Self {
            environment: environment.map(str::to_owned),
            fingerprint: fingerprint(&schemes),
            scrubber: Scrubber::new(schemes.values().flat_map(revealing::texts).collect()),
            schemes,
            tokens: Tokens::default(),
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
    pub fn schemes(&self) -> impl Iterator<Item = &str> {
        self.schemes.keys().map(String::as_str)
    }

    /// Whether it has values for a scheme.
    pub(crate) fn has(&self, need: &Need) -> bool {
        self.schemes.contains_key(&need.scheme)
    }

    /// A part's value, for the code that puts it into a request.
    pub(crate) fn expose(&self, scheme: &str, part: Part) -> Option<&str> {
        self.schemes.get(scheme)?.get(&part).map(ExposeSecret::expose_secret)
    }

    /// The access tokens that were fetched with it.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Takes the credential out of replies.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }
}

/// Where a part stands among what is typed.
fn at(scheme: &str, part: Part) -> String {
    [scheme, "/", part.name()].concat()
}

/// RFC 7617, §2.
pub(crate) fn basic(username: &str, password: &str) -> String {
    BASE64_STANDARD.encode([username, ":", password].concat())
}

/// A client's id or secret as HTTP Basic wants it (RFC 6749, §2.3.1).
pub(crate) fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn environment<'a>(settings: &'a ProviderSettings, username: &str) -> Option<&'a str> {
    let prefixes = &settings.credential_rules.username_prefixes;
    let known = prefixes.iter().find(|(_, prefix)| username.len() > prefix.len() && username.starts_with(prefix));
    known.map(|(environment, _)| environment.as_str())
}

fn fingerprint(schemes: &BTreeMap<String, Values>) -> String {
    let mut digest = Sha256::new();
    for (scheme, values) in schemes {
        for (part, value) in values {
            digest.update([scheme, "\0", part.name(), "\0", value.expose_secret(), "\0"].concat());
        }
    }
    revealing::hexadecimal(&digest.finalize()[..4])
}

/// Whether a credential for a scheme of this kind is complete without a part.
fn may_lack(settings: &ProviderSettings, kind: &SchemeKind, part: Part, has_token: bool) -> bool {
    match (kind, part) {
        // Some providers take a key as the user name of HTTP Basic, and no password.
        (SchemeKind::Basic, Part::Password) => settings.credential_rules.password_min_length == 0,
        (SchemeKind::ClientCredentials { .. }, Part::Token) => true,
        (SchemeKind::ClientCredentials { .. }, _) => has_token,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
