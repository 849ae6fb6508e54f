//! Decides which secrets are hidden wherever an equal text occurs in a response.

use super::scrub::MIN_SECRET_BYTES;
use std::collections::HashSet;

/// Texts that mocks and documentation write in place of a value, in lowercase.
const COMMON_TEXTS: [&str; 22] = [
    "access_token",
    "bearer",
    "changeme",
    "default",
    "dummy",
    "example",
    "false",
    "none",
    "null",
    "password",
    "placeholder",
    "redacted",
    "sample",
    "secret",
    "string",
    "test",
    "text",
    "token",
    "true",
    "undefined",
    "unknown",
    "value",
];
/// Minimum length of a single word, in bytes, for callers that may see secrets.
const MIN_WORD_BYTES: usize = 8;

/// Returns true if a text that is equal to a secret is a copy of it. A short or common text occurs with other meanings,
/// and hiding it everywhere would also tell it. For callers that may not see secrets, fewer texts count as common.
pub(crate) fn is_distinctive(secret: &str, can_reveal: bool) -> bool {
    let characters: HashSet<char> = secret.chars().collect();
    let is_word = secret.bytes().all(|byte| byte.is_ascii_alphabetic());
    secret.len() >= MIN_SECRET_BYTES
        && characters.len() > 1
        && !COMMON_TEXTS.contains(&secret.to_ascii_lowercase().as_str())
        && !(can_reveal && is_word && secret.len() < MIN_WORD_BYTES)
}

#[cfg(test)]
mod tests {
    use super::is_distinctive;

    #[test]
    fn short_and_common_texts_are_not_distinctive() {
        for text in ["", "0", "abc", "0000", "********", "true", "String", "example", "changeme", "access_token"] {
            assert!(!is_distinctive(text, false) && !is_distinctive(text, true), "{text}");
        }
        for text in ["4815", "hunter2", "swordfish", "qzxjkvbn", "a-b-c"] {
            assert!(is_distinctive(text, false) && is_distinctive(text, true), "{text}");
        }
        // Callers that may see secrets lose nothing if a word is shown.
        assert!(is_distinctive("rosebud", false) && !is_distinctive("rosebud", true));
    }
}
