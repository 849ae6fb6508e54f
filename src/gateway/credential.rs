//! A provider's credential: HTTP Basic (RFC 7617). It is never serialised, printed or given back.

use crate::{model::problem::Problem, providers::ProviderSettings};
use crate::{model::request::UNRESERVED, ui::html::Html};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::utf8_percent_encode;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Longest user name or password that is taken, in bytes.
const LONGEST: usize = 512;

/// A user name and a password that authenticate to one provider.
#[derive(Debug)]
pub struct Credential {
    username: SecretString,
    password: SecretString,
    environment: Option<String>,
    fingerprint: String,
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
        Ok(Self {
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
        let mut value = HeaderValue::try_from(format!("Basic {}", self.basic())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Every form in which a provider could send the secret back.
    pub(super) fn revealing_forms(&self) -> Vec<String> {
        let secret = self.password.expose_secret();
        let mut forms = vec![secret.to_owned(), self.basic()];
        // Base64 of a text that the secret is in the middle of: three alignments, without the digits it shares.
        for offset in 0..3 {
            let padded = BASE64_STANDARD.encode(["\0".repeat(offset).as_str(), secret].concat());
            let (start, end) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
            forms.extend(padded.get(start..end).map(str::to_owned));
        }
        let url_safe: Vec<String> = forms.iter().skip(1).map(|form| form.replace('+', "-").replace('/', "_")).collect();
        forms.extend(url_safe);
        let form_encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let encoded = [
            form_encoded.clone(),
            form_encoded.replace('+', "%20"),
            utf8_percent_encode(secret, UNRESERVED).to_string(),
        ];
        forms.extend(encoded.iter().map(|encoded| lower_case_escapes(encoded)));
        forms.extend(encoded);
        let mut html = Html::default();
        html.text(secret);
        let json = serde_json::Value::from(secret).to_string();
        forms.extend([html.finish(), json.trim_matches('"').to_owned()]);
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        forms
    }

    fn basic(&self) -> String {
        BASE64_STANDARD.encode([self.username.expose_secret(), ":", self.password.expose_secret()].concat())
    }
}

/// `%2B` → `%2b`: both are right (RFC 3986, §2.1).
fn lower_case_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        text.extend(["%", &digits.to_ascii_lowercase(), rest]);
    }
    text
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
    digest.iter().take(4).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
