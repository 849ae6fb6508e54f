//! What a reader chose last, kept in a cookie that says nothing else: `snippet=python-requests.vault`.

use super::Keeper;
use http::{HeaderMap, header::COOKIE};

const NAME: &str = "snippet";
/// A year, in seconds.
const TIME: u32 = 31_536_000;
/// Bytes of a choice's id.
const LONGEST: usize = 60;

/// How a reader wants code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// The id of a choice, which not every operation has; empty for the default.
    pub choice: String,
    /// Where the reader's secrets are.
    pub keeper: Keeper,
}

impl Preference {
    /// What a request's cookies say.
    pub fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok());
        Self::from_cookies(cookies.unwrap_or_default())
    }

    /// What a `Cookie` header says; the default where it says nothing that can be read.
    fn from_cookies(cookies: &str) -> Self {
        let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        let value = pairs.find(|(name, _)| *name == NAME).map(|(_, value)| value).unwrap_or_default();
        let (choice, keeper) = value.split_once('.').unwrap_or((value, ""));
        Self::new(choice, keeper)
    }

    /// A choice and a keeper, by their ids.
    pub fn new(choice: &str, keeper: &str) -> Self {
        let is_id = choice.len() <= LONGEST && choice.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        Self {
            choice: if is_id { choice.to_owned() } else { String::new() },
            keeper: Keeper::find(keeper).unwrap_or_default(),
        }
    }

    /// The `Set-Cookie` header that makes a browser remember it; `secure` where the page came by HTTPS.
    pub fn set_cookie(&self, secure: bool) -> String {
        let attributes = if secure { "; Secure" } else { "" };
        let (choice, keeper) = (&self.choice, self.keeper.id());
        format!("{NAME}={choice}.{keeper}; Path=/; HttpOnly; SameSite=Lax; Max-Age={TIME}{attributes}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Keeper, Preference};

    #[test]
    fn a_preference_is_read_from_the_cookie_that_it_was_written_to() {
        let preference = Preference::new("python-requests", "vault");
        assert_eq!(preference.keeper, Keeper::Vault);
        let cookie = preference.set_cookie(true);
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure"), "{cookie}");
        let sent = cookie.split(';').next().unwrap_or_default();
        assert_eq!(Preference::from_cookies(&["a=b; ", sent].concat()), preference);
    }

    #[test]
    fn what_is_no_preference_is_the_default() {
        for cookies in ["", "snippet", "snippet=", "snippet=<b>.x", "other=python-requests.vault", "snippet=a b"] {
            assert_eq!(Preference::from_cookies(cookies), Preference::default(), "{cookies}");
        }
    }
}
