//! The text of access tokens: `aex_`, the ID, `_`, and the secret, of which the store has only a hash.

use crate::store::{
    Store, StoreError,
    access_tokens::{AccessToken, NewAccessToken},
    documents::sha256_hex,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// Prefix of every token, by which users and secret scanners recognize one.
const TOKEN_PREFIX: &str = "aex_";

/// Returns true if a text has the form of a token. Only the store can determine if the token is valid.
pub fn looks_like_access_token(text: &str) -> bool {
    split_token(text).is_some()
}

/// Splits a token into its ID and its secret.
fn split_token(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(TOKEN_PREFIX)?.split_once('_')
}

impl Store {
    /// Creates a token. Its text is returned here only, and is not stored.
    ///
    /// # Errors
    /// Returns an error if the token cannot be stored.
    pub async fn create_token(&self, new_token: &NewAccessToken) -> Result<(AccessToken, SecretString), StoreError> {
        // Each UUID has 122 random bits. The ID is shortened for readability.
        let id = Uuid::new_v4().simple().to_string()[..8].to_owned();
        let secret = [Uuid::new_v4(), Uuid::new_v4()].map(|part| part.simple().to_string()).concat();
        let token = self.insert_token(new_token, id, &sha256_hex(&secret)).await?;
        let text = format!("{TOKEN_PREFIX}{}_{secret}", token.id);
        Ok((token, text.into()))
    }

    /// Returns the token with a text, if it is valid and not disabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_token(&self, text: &SecretString) -> Result<Option<AccessToken>, StoreError> {
        match split_token(text.expose_secret()) {
            Some((id, secret)) => self.find_token_by_hash(id, &sha256_hex(secret)).await,
            None => Ok(None),
        }
    }
}
