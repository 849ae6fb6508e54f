//! The texts that give a credential away, escapes aside.

use super::{SchemeValues, encode_basic, form_encode};
use crate::model::security::CredentialPart;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;
use std::fmt::Write;

/// A run of letters and digits of a secret that is at least so long gives too much of it away.
const MIN_RUN_BYTES: usize = 12;

/// What to look for in replies: every secret of a scheme's values, and the two parts of one as HTTP Basic writes them.
pub(crate) fn scheme_leak_patterns(values: &SchemeValues) -> Vec<String> {
    let value = |part| values.get(&part).map_or("", ExposeSecret::expose_secret);
    let (username, password) = (value(CredentialPart::Username), value(CredentialPart::Password));
    let mut texts: Vec<String> =
        [CredentialPart::Password, CredentialPart::Key, CredentialPart::Token, CredentialPart::ClientSecret]
            .into_iter()
            .map(value)
            // Without a password, the user name is the secret.
            .chain((password.is_empty()).then_some(username))
            .filter(|secret| !secret.is_empty())
            .flat_map(leak_patterns)
            .collect();
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

/// A secret itself, Base64 and hexadecimal digits of it, and what is left of these by whoever escapes the rest.
pub(crate) fn leak_patterns(secret: &str) -> Vec<String> {
    let mut texts = Vec::new();
    // Base64 of a text that the secret is in the middle of: three alignments, without the digits it shares.
    for offset in 0..3 {
        let padded = BASE64_STANDARD.encode(["\0".repeat(offset).as_str(), secret].concat());
        let (start, end) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
        texts.extend(padded.get(start..end).map(str::to_owned));
    }
    let hex = encode_hex(secret.as_bytes());
    texts.extend([secret.to_owned(), hex.to_uppercase(), hex]);
    with_variants(texts)
}

/// Texts, their URL-safe form of Base64, and their long runs of letters and digits: whatever else is done to the
/// characters around them, runs stay as they are.
fn with_variants(mut texts: Vec<String>) -> Vec<String> {
    let url_safe: Vec<String> = texts.iter().map(|text| text.replace('+', "-").replace('/', "_")).collect();
    texts.extend(url_safe);
    let runs: Vec<String> =
        texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric())).map(str::to_owned).collect();
    texts.extend(runs.into_iter().filter(|run| run.len() >= MIN_RUN_BYTES));
    texts
}

pub(crate) fn encode_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
