//! Detects secrets by the name of their field or by their format.

use regex::Regex;
use std::{cell::RefCell, collections::HashMap, ops::Range, sync::LazyLock};

/// Words that identify the name of a secret field.
const SECRET_WORDS: [&str; 27] = [
    "apikey",
    "authorization",
    "authtoken",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "cvc",
    "cvv",
    "jwt",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pin",
    "pins",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "secrets",
    "token",
    "tokens",
    "totpcode",
    "verificationcode",
];
/// Words that identify the name of a secret field if another word is written before them, as in `accesstoken`.
const SECRET_WORD_ENDINGS: [&str; 10] = [
    "apikey",
    "cookie",
    "credential",
    "credentials",
    "passcode",
    "passphrase",
    "password",
    "secret",
    "token",
    "tokens",
];
/// Pairs of consecutive words that identify the name of a secret field.
const SECRET_WORD_PAIRS: [[&str; 2]; 21] = [
    ["access", "key"],
    ["api", "key"],
    ["auth", "code"],
    ["authorization", "code"],
    ["backup", "code"],
    ["backup", "codes"],
    ["confirmation", "code"],
    ["encryption", "key"],
    ["login", "code"],
    ["mfa", "code"],
    ["private", "key"],
    ["qr", "code"],
    ["recovery", "code"],
    ["recovery", "codes"],
    ["reset", "code"],
    ["secret", "key"],
    ["security", "code"],
    ["signing", "key"],
    ["sms", "code"],
    ["totp", "code"],
    ["verification", "code"],
];
/// Words and pairs of words that identify the name of a session or a code, which is a secret unless the document has a
/// field of that name.
const SESSION_WORDS: [&str; 12] =
    ["csrf", "jsessionid", "mnemonic", "otc", "pass", "phpsessid", "pw", "sessid", "sessionid", "sid", "totp", "xsrf"];
const SESSION_WORD_PAIRS: [[&str; 2]; 11] = [
    ["access", "code"],
    ["activation", "code"],
    ["email", "code"],
    ["factor", "code"],
    ["invitation", "code"],
    ["invite", "code"],
    ["one", "time"],
    ["pass", "code"],
    ["session", "id"],
    ["temporary", "code"],
    ["unlock", "code"],
];
/// Last words of names that describe a secret and do not contain it.
const METADATA_SUFFIXES: [&str; 35] = [
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
/// Words of names that are not secret despite other words: pagination tokens, public values, token templates.
const NON_SECRET_WORDS: [&str; 6] = ["continuation", "cursor", "page", "pagination", "public", "template"];

/// Properties of a value that the name of its field states.
#[derive(Clone, Copy)]
struct NameKind {
    is_secret: bool,
    is_session: bool,
    is_metadata: bool,
}

/// Maximum number of names whose kinds are remembered per thread, and maximum length of such a name, in bytes.
const MAX_REMEMBERED_NAMES: usize = 4_096;
const MAX_REMEMBERED_NAME_BYTES: usize = 80;

thread_local! {
    /// The kinds of names: the fields of most responses have the same few names.
    static KINDS: RefCell<HashMap<String, NameKind>> = RefCell::default();
}

impl NameKind {
    fn of(name: &str) -> Self {
        KINDS.with_borrow_mut(|kinds| {
            if let Some(kind) = kinds.get(name) {
                return *kind;
            }
            let kind = Self::find(name);
            if kinds.len() >= MAX_REMEMBERED_NAMES {
                kinds.clear();
            }
            if name.len() <= MAX_REMEMBERED_NAME_BYTES {
                kinds.insert(name.to_owned(), kind);
            }
            kind
        })
    }

    fn find(name: &str) -> Self {
        let words = split_words(name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let has_pair = |pairs: &[[&str; 2]]| words.windows(2).any(|pair| pairs.iter().any(|other| pair == other));
        let has_secret_word = |word: &&str| {
            SECRET_WORDS.contains(word) || SECRET_WORD_ENDINGS.iter().any(|ending| word.ends_with(ending))
        };
        let is_metadata = is_metadata(&words);
        Self {
            is_secret: !is_metadata && (words.iter().any(has_secret_word) || has_pair(&SECRET_WORD_PAIRS)),
            is_session: words.iter().any(|word| SESSION_WORDS.contains(word)) || has_pair(&SESSION_WORD_PAIRS),
            is_metadata,
        }
    }
}

/// Returns true if a field, header or parameter of this name contains a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    NameKind::of(name).is_secret
}

/// Returns true if a field of this name identifies a session, as cookies and session ids do, or holds a code that is
/// accepted once.
pub(super) fn is_session_name(name: &str) -> bool {
    NameKind::of(name).is_session
}

/// Returns true if a field of this name describes something else, such as the `expires_at` of a token.
pub(super) fn is_metadata_name(name: &str) -> bool {
    NameKind::of(name).is_metadata
}

fn is_metadata(words: &[&str]) -> bool {
    let last = words.iter().rfind(|word| !word.starts_with(|c: char| c.is_numeric()));
    last.is_some_and(|last| METADATA_SUFFIXES.contains(last))
        || words.iter().any(|word| NON_SECRET_WORDS.contains(word))
}

/// Splits a name into lowercase words at separators, changes of case, acronyms and numbers: `sessionJWT`,
/// `X-Session-JWT` and `JWTSession2` have `session` and `jwt` in common.
pub(super) fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let ends_acronym = previous.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        let is_word_start =
            c.is_uppercase() && (previous.is_lowercase() || ends_acronym) || c.is_numeric() != previous.is_numeric();
        if (is_word_start || !c.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
        previous = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Secrets with a recognizable format: JSON Web Tokens (RFC 7519), keys of well-known services, private keys (RFC 7468)
/// and keys of one-time passwords (`otpauth:` URIs). Also matches the name-value pairs of queries and forms.
static SECRET_PATTERNS: LazyLock<Option<SecretPatterns>> = LazyLock::new(|| {
    let formats = [
        r"(?P<whole>\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}",
        r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[sr]k_(?:live|test)_|whsec_|shpat_|aex_)[A-Za-z0-9_-]{16,}",
        r"|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        r#"|\botpauth://[^\s"'<>]+)"#,
    ];
    let pairs = [
        r"|(?:^|[?&#;\s])(?P<name>[A-Za-z0-9_.%\[\]-]{1,80})=",
        // What is already masked contains spaces.
        r#"(?P<value>(?:\{\{(?:response [^{}]*|not stored)\}\}|\[credential removed\]|[^&#;\s"'<>])+)"#,
    ];
    let formats = formats.concat();
    let all = Regex::new(&[&formats, pairs.concat().as_str()].concat()).ok()?;
    Some(SecretPatterns { formats: Regex::new(&formats).ok()?, all })
});

struct SecretPatterns {
    /// Secrets with a recognizable format. All begin with a literal, so that the search is fast.
    formats: Regex,
    /// The same, and pairs of a name and a value.
    all: Regex,
}

/// Returns the byte ranges of the secrets in a text that are recognizable by their format.
pub(crate) fn find_secrets(text: &str) -> Vec<Range<usize>> {
    let Some(patterns) = &*SECRET_PATTERNS else { return std::iter::once(0..text.len()).collect() };
    let patterns = if text.contains('=') { &patterns.all } else { &patterns.formats };
    let mut ranges = Vec::new();
    let mut offset = 0;
    while let Some(captures) = patterns.captures_at(text, offset) {
        let range = match (captures.name("whole"), captures.name("name"), captures.name("value")) {
            (Some(whole), _, _) => whole.range(),
            // The value may itself contain a pair, so the search continues at its start.
            (_, Some(name), Some(value)) if !is_secret_name(name.as_str()) => {
                offset = value.start();
                continue;
            }
            (_, _, Some(value)) => value.range(),
            _ => break,
        };
        offset = range.end;
        ranges.push(range);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::{find_secrets, is_secret_name, is_session_name};

    #[test]
    fn secret_names_are_distinguished_from_related_names() {
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
            "JWTToken",
            "DBPassword",
            "accesstoken",
            "ACCESSTOKEN",
            "token1",
            "token_2",
            "pwd",
            "userPwd",
            "pin",
            "verification_code",
            "secretKey",
            "oauth2Token",
        ] {
            assert!(is_secret_name(name), "{name}");
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
            "pinned",
            "shipping",
            "spinner",
            "tokenizer",
            "token_id_1",
            "opinion",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_sessions_are_detected() {
        for name in [
            "session_id",
            "sessionId",
            "SessionID",
            "PHPSESSID",
            "connect.sid",
            "csrf",
            "X-XSRF",
            "one_time_code",
            "accessCode",
            "passCode",
            "pw",
        ] {
            assert!(is_session_name(name), "{name}");
        }
        for name in ["", "session", "side", "id", "session_expires_at", "user_id", "code", "passed", "time_zone"] {
            assert!(!is_session_name(name), "{name}");
        }
    }

    #[test]
    fn secret_values_are_detected_by_their_format() {
        let find_texts = |text: &str| -> Vec<String> {
            find_secrets(text).into_iter().map(|range| text[range].to_owned()).collect()
        };
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln";
        assert_eq!(find_texts(&format!("see {jwt}, it's new")), [jwt]);
        assert_eq!(
            find_texts("https://a.example/in?stytch_token_type=oauth&token=abc%3D&x=1#access_token=d"),
            ["abc%3D", "d"]
        );
        assert_eq!(find_texts("access_token=gho_a&scope=user"), ["gho_a"]);
        assert_eq!(find_texts("https://a.example/?next=https://b.example/?token=abc"), ["abc"]);
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
        assert_eq!(find_texts(&format!("a {key} b")), [key]);
        assert_eq!(find_texts("otpauth://totp/a?secret=B"), ["otpauth://totp/a?secret=B"]);
        assert_eq!(find_texts("?token={{response 1.a b}}x&c"), ["{{response 1.a b}}x"]);
        for text in ["", "a = b", "token", "https://a.example/?page=2", "1 + token = 3", "eyJust.a.word"] {
            assert_eq!(find_texts(text), [""; 0], "{text}");
        }
    }
}
