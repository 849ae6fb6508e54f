//! The texts that give a credential away, escapes aside.

use super::{Values, basic, form_encoded};
use crate::model::security::Part;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::ExposeSecret;
use std::fmt::Write;

/// A run of letters and digits of a secret that is at least so long gives too much of it away.
const SHORTEST_RUN: usize = 12;

/// What to look for in replies: every secret of a scheme's values, and the two parts of one as HTTP Basic writes them.
pub(crate) fn texts(values: &Values) -> Vec<String> {
    let value = |part| values.get(&part).map_or("", ExposeSecret::expose_secret);
    let (username, password) = (value(Part::Username), value(Part::Password));
    let mut texts: Vec<String> = [Part::Password, Part::Key, Part::Token, Part::ClientSecret]
        .into_iter()
        .map(value)
        // Without a password, the user name is the secret.
        .chain((password.is_empty()).then_some(username))
        .filter(|secret| !secret.is_empty())
        .flat_map(of_secret)
        .collect();
    if values.contains_key(&Part::Username) {
        texts.extend(with_runs(vec![basic(username, password)]));
    }
    if values.contains_key(&Part::ClientSecret) {
        let (id, secret) = (form_encoded(value(Part::ClientId)), form_encoded(value(Part::ClientSecret)));
        texts.extend(with_runs(vec![basic(&id, &secret)]));
    }
    texts
}

/// A secret itself, Base64 and hexadecimal digits of it, and what is left of these by whoever escapes the rest.
pub(crate) fn of_secret(secret: &str) -> Vec<String> {
    let mut texts = Vec::new();
    // Base64 of a text that the secret is in the middle of: three alignments, without the digits it shares.
    for offset in 0..3 {
        let padded = BASE64_STANDARD.encode(["\0".repeat(offset).as_str(), secret].concat());
        let (start, end) = ((offset * 8).div_ceil(6), (offset + secret.len()) * 8 / 6);
        texts.extend(padded.get(start..end).map(str::to_owned));
    }
    let hexadecimal = hexadecimal(secret.as_bytes());
    texts.extend([secret.to_owned(), hexadecimal.to_uppercase(), hexadecimal]);
    with_runs(texts)
}

/// Texts, their URL-safe form of Base64, and their long runs of letters and digits: whatever else is done to the
/// characters around them, runs stay as they are.
fn with_runs(mut texts: Vec<String>) -> Vec<String> {
    let url_safe: Vec<String> = texts.iter().map(|text| text.replace('+', "-").replace('/', "_")).collect();
    texts.extend(url_safe);
    let runs: Vec<String> =
        texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric())).map(str::to_owned).collect();
    texts.extend(runs.into_iter().filter(|run| run.len() >= SHORTEST_RUN));
    texts
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
