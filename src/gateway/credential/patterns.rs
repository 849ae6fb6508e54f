//! The texts that reveal a credential. [`Scrubber`](crate::gateway::redact::scrub::Scrubber) finds their escaped forms.

use super::{SchemeValues, encode_basic, form_encode};
use crate::model::security::CredentialPart;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;

/// Minimum length of a run of letters and digits that is searched for on its own, in bytes.
const MIN_RUN_BYTES: usize = 12;

/// Returns the secrets of a scheme's values.
pub(crate) fn scheme_secrets(values: &SchemeValues) -> Vec<String> {
    let value = |part| values.get(&part).map_or("", ExposeSecret::expose_secret);
    [CredentialPart::Password, CredentialPart::Key, CredentialPart::Token, CredentialPart::ClientSecret]
        .into_iter()
        .map(value)
        // Without a password, the user name is the secret.
        .chain(value(CredentialPart::Password).is_empty().then(|| value(CredentialPart::Username)))
        .filter(|secret| !secret.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the texts to search for in responses: every secret of a scheme's values, and both parts of a pair as HTTP
/// Basic encodes them.
pub(crate) fn scheme_leak_patterns(values: &SchemeValues) -> Vec<String> {
    let value = |part| values.get(&part).map_or("", ExposeSecret::expose_secret);
    let (username, password) = (value(CredentialPart::Username), value(CredentialPart::Password));
    let mut texts: Vec<String> = scheme_secrets(values).iter().flat_map(|secret| leak_patterns(secret)).collect();
    if values.contains_key(&CredentialPart::Username) {
        texts.extend(with_variants(vec![encode_basic(username, password)]));
    }
    if values.contains_key(&CredentialPart::ClientSecret) {
        let (id, secret) =
            (form_encode(value(CredentialPart::ClientId)), form_encode(value(CredentialPart::ClientSecret)));
        texts.extend(with_variants(vec![encode_basic(&id, &secret)]));
    }
    texts
}

/// Returns the secret, its Base64 and hexadecimal forms, and the parts of these that stay unchanged if the rest is
/// escaped.
pub(crate) fn leak_patterns(secret: &str) -> Vec<String> {
    let mut texts = Vec::new();
    // Base64 of a text that contains the secret, in all three alignments, without the digits that also encode other
    // bytes.
    for offset in 0..3 {
        let padded = BASE64_STANDARD.encode(["\0".repeat(offset).as_str(), secret].concat());
        let (start, end) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
        texts.extend(padded.get(start..end).map(str::to_owned));
    }
    let hex = hex::encode(secret);
    texts.extend([secret.to_owned(), hex.to_uppercase(), hex]);
    if !secret.is_ascii() {
        texts.extend(non_ascii_forms(secret));
    }
    with_variants(texts)
}

/// Returns the forms of a secret in ASCII-only JSON and HTML, and its form in the response of a provider that took the
/// bytes of the request for ISO 8859-1.
fn non_ascii_forms(secret: &str) -> Vec<String> {
    let escape = |escape_char: &dyn Fn(char) -> String| -> String {
        secret.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape_char(c) }).collect()
    };
    let escape_units = |escape_unit: &dyn Fn(u16) -> String| {
        escape(&|c| c.encode_utf16(&mut [0; 2]).iter().map(|unit| escape_unit(*unit)).collect())
    };
    vec![
        escape_units(&|unit| format!("\\u{unit:04x}")),
        escape_units(&|unit| format!("\\u{unit:04X}")),
        escape(&|c| format!("&#{};", u32::from(c))),
        escape(&|c| format!("&#x{:x};", u32::from(c))),
        escape(&|c| format!("&#x{:X};", u32::from(c))),
        secret.bytes().map(char::from).collect(),
    ]
}

/// Adds the URL-safe Base64 form of each text, and its long runs of letters and digits: escaping the characters around
/// a run leaves the run unchanged.
fn with_variants(mut texts: Vec<String>) -> Vec<String> {
    let url_safe: Vec<String> = texts.iter().map(|text| text.replace('+', "-").replace('/', "_")).collect();
    texts.extend(url_safe);
    let runs: Vec<String> =
        texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric())).map(str::to_owned).collect();
    texts.extend(runs.into_iter().filter(|run| run.len() >= MIN_RUN_BYTES));
    texts
}
