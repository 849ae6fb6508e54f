//! A provider's credential: HTTP Basic (RFC 7617). It is never serialised, printed or given back.

use super::scrub::Scrubber;
use crate::{model::problem::Problem, providers::ProviderSettings};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write};

/// Longest user name or password that is taken, in bytes.
const LONGEST: usize = 256;
/// A run of letters and digits of a secret that is at least so long gives too much of it away.
const SHORTEST_RUN: usize = 12;

/// A credential as somebody gave it: a security scheme of the document, and its parts by name (`token`, `username`,
/// `password`, `key`, `client_id`, `client_secret`).
#[derive(Clone, Debug, Default)]
pub struct GivenCredential {
    /// The scheme that it is for; without one, whichever takes these parts.
    pub scheme: Option<String>,
    /// The parts.
    pub parts: BTreeMap<String, SecretString>,
}

/// A user name and a password that authenticate to one provider.
#[derive(Debug)]
pub struct Credential {
    username: SecretString,
    password: SecretString,
    environment: Option<String>,
    fingerprint: String,
    scrubber: Scrubber,
}

impl Credential {
    /// A credential of the form that the provider's settings ask for.
    ///
    /// # Errors
    /// One problem per part that cannot be right, at `username` or `password`; none repeats what was typed.
    pub fn new(settings: &ProviderSettings, username: &str, password: &str) -> Result<Self, Vec<Problem>> {
        let (username, password) = (username.trim(), password.trim());
        let environment = environment(settings, username);
        let problems: Vec<Problem> = [
            username_fault(settings, username, environment).map(|fault| Problem::new("username", fault)),
            password_fault(settings, password).map(|fault| Problem::new("password", fault)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let scrubber = Scrubber::new(&revealing_texts(username, password)).ok_or_else(|| {
            let message =
                format!("{} cannot be searched for in replies, so it is not used.", settings.credential.password_label);
            vec![Problem::new("password", message)]
        })?;
        Ok(Self {
            scrubber,
            environment: environment.map(str::to_owned),
            fingerprint: fingerprint(username, password),
            username: username.into(),
            password: password.into(),
        })
    }

    /// The environment that it belongs to, where its form tells.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// Eight hexadecimal digits that tell two credentials apart and give nothing away.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The value of the `Authorization` header, marked as sensitive so that nothing prints it.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!(
            "Basic {}",
            basic(self.username.expose_secret(), self.password.expose_secret())
        ))
        .ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Takes the credential out of replies.
    pub(super) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }
}

/// RFC 7617, §2.
fn basic(username: &str, password: &str) -> String {
    BASE64_STANDARD.encode([username, ":", password].concat())
}

/// The texts that give the secret away, escapes aside: itself, and Base64 of it.
fn revealing_texts(username: &str, secret: &str) -> Vec<String> {
    let mut texts = vec![basic(username, secret)];
    // Base64 of a text that the secret is in the middle of: three alignments, without the digits it shares.
    for offset in 0..3 {
        let padded = BASE64_STANDARD.encode(["\0".repeat(offset).as_str(), secret].concat());
        let (start, end) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
        texts.extend(padded.get(start..end).map(str::to_owned));
    }
    let url_safe: Vec<String> = texts.iter().map(|text| text.replace('+', "-").replace('/', "_")).collect();
    texts.extend(url_safe);
    texts.push(secret.to_owned());
    let hexadecimal = hexadecimal(secret.as_bytes());
    texts.extend([hexadecimal.to_uppercase(), hexadecimal]);
    // Whatever else is done to the characters around them, long runs of letters and digits stay as they are.
    let runs: Vec<String> =
        texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric())).map(str::to_owned).collect();
    texts.extend(runs.into_iter().filter(|run| run.len() >= SHORTEST_RUN));
    texts
}

fn environment<'a>(settings: &'a ProviderSettings, username: &str) -> Option<&'a str> {
    let prefixes = &settings.credential_rules.username_prefixes;
    let known = prefixes.iter().find(|(_, prefix)| username.len() > prefix.len() && username.starts_with(prefix));
    known.map(|(environment, _)| environment.as_str())
}

fn username_fault(settings: &ProviderSettings, username: &str, environment: Option<&str>) -> Option<String> {
    let label = &settings.credential.username_label;
    let prefixes: Vec<&str> = settings.credential_rules.username_prefixes.iter().map(|(_, prefix)| &**prefix).collect();
    if username.is_empty() {
        return Some(format!("{label} is missing."));
    }
    if username.len() > LONGEST || !username.chars().all(|c| c.is_ascii_graphic() && c != ':') {
        return Some(format!("{label} holds characters that it cannot have. Copy it again, without quotes."));
    }
    (environment.is_none() && !prefixes.is_empty())
        .then(|| format!("{label} begins with {}. This does not: is it another value?", prefixes.join(" or ")))
}

fn password_fault(settings: &ProviderSettings, password: &str) -> Option<String> {
    let label = &settings.credential.password_label;
    if password.is_empty() {
        return Some(format!("{label} is missing."));
    }
    if password.len() > LONGEST || !password.chars().all(|c| c.is_ascii_graphic()) {
        return Some(format!("{label} holds characters that it cannot have. Copy it again, without quotes."));
    }
    (password.len() < settings.credential_rules.password_min_length)
        .then(|| format!("{label} is too short to be one. Copy it again, whole."))
}

fn fingerprint(username: &str, password: &str) -> String {
    let digest = Sha256::digest([username, "\0", password].concat());
    hexadecimal(&digest[..4])
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Credential, LONGEST};
    use crate::providers::stytch;

    #[test]
    fn the_longest_credential_can_be_searched_for() {
        let prefix = "project-test-";
        let (username, password) = ([prefix, &"p".repeat(LONGEST - prefix.len())].concat(), "+".repeat(LONGEST));
        assert!(Credential::new(&stytch(None), &username, &password).is_ok());
    }

    #[test]
    fn nothing_prints_a_credential() {
        let credential = Credential::new(&stytch(None), "project-test-1", "secret-test-1");
        assert!(!format!("{credential:?}").contains("secret-test"), "{credential:?}");
    }
}
