//! The user's last snippet settings, stored in a cookie that contains nothing else: `snippet=python-requests.vault`.

use super::SecretSource;
use http::{HeaderMap, header::COOKIE};

const COOKIE_NAME: &str = "snippet";
/// Lifetime of the cookie, in seconds: one year.
const COOKIE_MAX_AGE_SECONDS: u32 = 31_536_000;
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
    /// Reads the preference from the cookies of a request.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let cookies = headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok());
        Self::from_cookie_header(cookies.unwrap_or_default())
    }

    /// Parses a `Cookie` header. Returns the default if the header contains no valid preference.
    fn from_cookie_header(cookie_header: &str) -> Self {
        let mut pairs = cookie_header.split(';').filter_map(|pair| pair.trim().split_once('='));
        let value = pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value).unwrap_or_default();
        let (target_id, secret_source_id) = value.split_once('.').unwrap_or((value, ""));
        Self::new(target_id, secret_source_id)
    }

    /// Creates a preference from the ids of a target and a secret source. An invalid id gives the default.
    pub fn new(target_id: &str, secret_source_id: &str) -> Self {
        let is_valid_id =
            target_id.len() <= MAX_TARGET_ID_BYTES && target_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        Self {
            target_id: if is_valid_id { target_id.to_owned() } else { String::new() },
            secret_source: SecretSource::from_id(secret_source_id).unwrap_or_default(),
        }
    }

    /// Returns the `Set-Cookie` header that stores the preference. `is_secure` adds `Secure`, for pages over HTTPS.
    pub fn to_set_cookie_header(&self, is_secure: bool) -> String {
        let attributes = if is_secure { "; Secure" } else { "" };
        let (target_id, secret_source_id) = (&self.target_id, self.secret_source.id());
        format!(
            "{COOKIE_NAME}={target_id}.{secret_source_id}; Path=/; HttpOnly; SameSite=Lax; \
             Max-Age={COOKIE_MAX_AGE_SECONDS}{attributes}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{SecretSource, SnippetPreference};

    #[test]
    fn a_preference_is_read_from_the_cookie_that_it_was_written_to() {
        let preference = SnippetPreference::new("python-requests", "vault");
        assert_eq!(preference.secret_source, SecretSource::Vault);
        let cookie = preference.to_set_cookie_header(true);
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure"), "{cookie}");
        let sent = cookie.split(';').next().unwrap_or_default();
        assert_eq!(SnippetPreference::from_cookie_header(&["a=b; ", sent].concat()), preference);
    }

    #[test]
    fn an_invalid_preference_is_the_default() {
        for cookies in ["", "snippet", "snippet=", "snippet=<b>.x", "other=python-requests.vault", "snippet=a b"] {
            assert_eq!(SnippetPreference::from_cookie_header(cookies), SnippetPreference::default(), "{cookies}");
        }
    }
}
