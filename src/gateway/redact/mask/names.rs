//! How a secret is known: by the name of its field, or by its own form.

use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// Words that name secrets.
const SECRET: [&str; 15] = [
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "jwt",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "secrets",
    "token",
    "tokens",
];
/// Pairs of words that do.
const PAIRS: [[&str; 2]; 11] = [
    ["access", "key"],
    ["api", "key"],
    ["auth", "code"],
    ["authorization", "code"],
    ["backup", "code"],
    ["backup", "codes"],
    ["encryption", "key"],
    ["private", "key"],
    ["qr", "code"],
    ["recovery", "code"],
    ["recovery", "codes"],
];
/// Words at the end of names that only tell something about a secret.
const ABOUT: [&str; 35] = [
    "at",
    "audience",
    "uri",
    "url",
    "config",
    "configuration",
    "count",
    "enabled",
    "endpoint",
    "expires",
    "expiration",
    "expiry",
    "format",
    "four",
    "hint",
    "id",
    "ids",
    "in",
    "length",
    "limit",
    "method",
    "methods",
    "minutes",
    "name",
    "names",
    "policy",
    "required",
    "seconds",
    "settings",
    "status",
    "strength",
    "supported",
    "type",
    "types",
    "version",
];
/// Words of names that only look secret: what leads to the next page, what everybody may know, what tokens are made from.
const OPEN: [&str; 6] = ["continuation", "cursor", "page", "pagination", "public", "template"];

/// Whether a field, a header or a parameter of this name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_about =
        words.last().is_some_and(|last| ABOUT.contains(last)) || words.iter().any(|word| OPEN.contains(word));
    !is_about
        && (words.iter().any(|word| SECRET.contains(word))
            || words.windows(2).any(|pair| PAIRS.iter().any(|known| pair == known)))
}

/// `sessionJWT`, `session_jwt` and `X-Session-JWT` are all made of these words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let begins = c.is_uppercase() && before.is_lowercase();
        if (begins || !c.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Tokens whose makers gave them a form: JSON Web Tokens (RFC 7519), keys of well-known services, private keys (RFC 7468), keys
/// of one-time passwords; and the pairs of a query or a form.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let forms = [
        r"(?P<whole>\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}",
        r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[sr]k_(?:live|test)_|whsec_|shpat_|aex_)[A-Za-z0-9_-]{16,}",
        r"|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        r#"|\botpauth://[^\s"'<>]+)"#,
        r#"|(?:^|[?&#;\s])(?P<name>[A-Za-z0-9_.%\[\]-]{1,80})=(?P<value>[^&#;\s"'<>]+)"#,
    ];
    Regex::new(&forms.concat()).ok()
});

/// The places of the secrets in a text, that are known by their form.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let Some(forms) = &*FORMS else { return std::iter::once(0..text.len()).collect() };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(groups) = forms.captures_at(text, at) {
        let range = match (groups.name("whole"), groups.name("name"), groups.name("value")) {
            (Some(whole), _, _) => whole.range(),
            // What a value holds, and what comes behind it, is looked at next.
            (_, Some(name), Some(value)) if !is_secret(name.as_str()) => {
                at = value.start();
                continue;
            }
            (_, _, Some(value)) => value.range(),
            _ => break,
        };
        at = range.end;
        found.push(range);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{find, is_secret};

    #[test]
    fn names_tell_secrets_from_what_is_about_them() {
        for name in [
            "session_token",
            "sessionJWT",
            "session_jwt",
            "client_secret",
            "X-Api-Key",
            "apiKey",
            "access_token",
            "bearer_token",
            "next_client_secret",
            "recovery_codes",
            "private_key",
            "password",
            "password_hash",
            "set-cookie",
            "qr_code",
            "secret",
            "token",
            "authorization_code",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "",
            "key",
            "code",
            "token_type",
            "session_token_expires_at",
            "expires_in",
            "client_secret_last_four",
            "password_id",
            "token_endpoint",
            "next_page_token",
            "public_token",
            "public_key",
            "passwordless",
            "secretary",
            "user_id",
            "password_strength_config",
            "keys",
            "kid",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_are_known_by_their_form() {
        let found = |text: &str| -> Vec<String> { find(text).into_iter().map(|at| text[at].to_owned()).collect() };
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln";
        assert_eq!(found(&format!("see {jwt}, it's new")), [jwt]);
        assert_eq!(
            found("https://a.example/in?stytch_token_type=oauth&token=abc%3D&x=1#access_token=d"),
            ["abc%3D", "d"]
        );
        assert_eq!(found("access_token=gho_a&scope=user"), ["gho_a"]);
        assert_eq!(found("https://a.example/?next=https://b.example/?token=abc"), ["abc"]);
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
        assert_eq!(found(&format!("a {key} b")), [key]);
        assert_eq!(found("otpauth://totp/a?secret=B"), ["otpauth://totp/a?secret=B"]);
        for text in ["", "a = b", "token", "https://a.example/?page=2", "1 + token = 3", "eyJust.a.word"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
