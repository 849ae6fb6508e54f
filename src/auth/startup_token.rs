//! The start-up token: signs in the administrator of a server that only its own machine can reach.
//!
//! On a shared machine, every user can reach such a server. Only the user whose terminal shows the token is its
//! operator.

use crate::store::documents::sha256_hex;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Path of the link that signs in, without the token.
pub const SIGN_IN_LINK_PATH: &str = "/sign-in/link";
/// Prefix of the ID of a token, which no URL of an identity provider has.
const ID_PREFIX: &str = "startup:";

/// A secret that the server creates when it starts, and prints on its terminal as a link. It is valid until the server
/// stops. The sessions that it began then no longer administer the server.
#[derive(Clone, Debug)]
pub struct StartupToken(SecretString);

impl StartupToken {
    /// Creates a token of 244 random bits.
    pub fn generate() -> Self {
        Self([Uuid::new_v4(), Uuid::new_v4()].map(|part| part.simple().to_string()).concat().into())
    }

    /// Returns true if a text is the token.
    pub fn matches(&self, text: &str) -> bool {
        self.0.expose_secret().as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// Returns the path and query of the link that signs in. They contain the token.
    pub fn sign_in_link(&self) -> String {
        [SIGN_IN_LINK_PATH, "?token=", self.0.expose_secret()].concat()
    }

    /// Returns true if a text is the ID of a token, of this start or an earlier one.
    pub fn is_id(text: &str) -> bool {
        text.starts_with(ID_PREFIX)
    }

    /// Returns the ID by which sessions refer to the token. It does not reveal the token.
    pub fn id(&self) -> String {
        [ID_PREFIX, &sha256_hex(self.0.expose_secret())[..16]].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_matches_and_its_id_does_not_reveal_it() {
        let (token, other) = (StartupToken::generate(), StartupToken::generate());
        let link = token.sign_in_link();
        let text = link.strip_prefix("/sign-in/link?token=").unwrap_or_default();
        assert!(token.matches(text) && !other.matches(text) && !token.matches("") && !token.matches(&text[1..]));
        assert!(StartupToken::is_id(&token.id()) && !StartupToken::is_id("https://id.example.com"));
        assert!(token.id() != other.id() && !token.id().contains(text));
        assert!(!format!("{token:?}").contains(text));
    }
}
