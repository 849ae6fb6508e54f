//! The user's last snippet settings.

use super::SecretSource;
use std::fmt;

/// Maximum length of a target id, in bytes.
const MAX_TARGET_ID_BYTES: usize = 60;

/// The target and the secret source that a user chose last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnippetPreference {
    /// Id of the target, which not every operation supports; empty for the default.
    pub target_id: String,
    /// Source of the user's secrets.
    pub secret_source: SecretSource,
}

impl SnippetPreference {
    /// Parses the ids of a target and a secret source: `python-requests.vault`. An invalid id gives the default.
    pub fn parse(text: &str) -> Self {
        let (target_id, secret_source_id) = text.split_once('.').unwrap_or((text, ""));
        Self::new(target_id, secret_source_id)
    }

    /// Creates a preference from the ids of a target and a secret source. An invalid id gives the default.
    pub fn new(target_id: &str, secret_source_id: &str) -> Self {
        let is_valid_id =
            target_id.len() <= MAX_TARGET_ID_BYTES && target_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        Self {
            target_id: if is_valid_id { target_id.to_owned() } else { String::new() },
            secret_source: secret_source_id.parse().unwrap_or_default(),
        }
    }
}

impl fmt::Display for SnippetPreference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.target_id, self.secret_source)
    }
}
