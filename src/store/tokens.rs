//! Access tokens: who has one may use the explorer, as far as it reaches. Only a hash of each is kept.

use super::{Store, StoreError, key::hexadecimal, now};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};
use uuid::Uuid;

/// What every token begins with, so that people and secret scanners know one.
const PREFIX: &str = "aex_";

/// What is asked of a new token.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Who or what uses it.
    pub name: String,
    /// When it ends, in milliseconds since 1970.
    pub expires: Option<i64>,
    /// Rules of what may be called with it; none: everything.
    pub allow: Vec<String>,
    /// What else it may do: `live`, `delete`, `reveal`, `admin`.
    pub may: Vec<String>,
}

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The part of it that is no secret.
    pub id: String,
    /// Who or what uses it.
    pub name: String,
    /// Rules of what may be called with it; none: everything.
    pub allow: Vec<String>,
    /// What else it may do.
    pub may: Vec<String>,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
    /// When it ends.
    pub expires: Option<i64>,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

impl Token {
    /// Whether it can be used now.
    pub fn is_valid(&self) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| expires > now())
    }
}

impl TryFrom<AnyRow> for Token {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        let (allow, may): (String, String) = (row.try_get("allow")?, row.try_get("may")?);
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            allow: allow.lines().map(str::to_owned).collect(),
            may: may.split_whitespace().map(str::to_owned).collect(),
            created: row.try_get("created")?,
            expires: row.try_get("expires")?,
            revoked: row.try_get("revoked")?,
        })
    }
}

/// Whether a text has the form of a token; whether it is one, the store tells.
pub fn looks_like_token(text: &str) -> bool {
    parts(text).is_some()
}

/// The id, and the secret.
fn parts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(PREFIX)?.split_once('_')
}

fn hash(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

impl Store {
    /// Makes a token. Its text is given here once, and nowhere kept.
    ///
    /// # Errors
    /// Where it cannot be stored.
    pub async fn create_token(&self, new: &NewToken) -> Result<(Token, SecretString), StoreError> {
        // 122 random bits each; the id is cut short, for people.
        let id = Uuid::new_v4().simple().to_string()[..8].to_owned();
        let secret = [Uuid::new_v4(), Uuid::new_v4()].map(|part| part.simple().to_string()).concat();
        let token = Token {
            id,
            name: new.name.clone(),
            allow: new.allow.clone(),
            may: new.may.clone(),
            created: now(),
            expires: new.expires,
            revoked: None,
        };
        let added =
            "INSERT INTO tokens (id, name, hash, allow, may, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(added)
            .bind(&token.id)
            .bind(&token.name)
            .bind(hash(&secret))
            .bind(token.allow.join("\n"))
            .bind(token.may.join(" "))
            .bind(token.created)
            .bind(token.expires)
            .execute(&self.pool)
            .await?;
        let text = [PREFIX, &token.id, "_", &secret].concat();
        Ok((token, text.into()))
    }

    /// The token that a text is, if it can be used now: it is not switched off.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn token(&self, text: &SecretString) -> Result<Option<Token>, StoreError> {
        let Some((id, secret)) = parts(text.expose_secret()) else { return Ok(None) };
        // How long it takes to compare two hashes says nothing about the secret.
        let found =
            "SELECT * FROM tokens WHERE id = $1 AND hash = $2 AND 'token:' || id NOT IN (SELECT subject FROM switches)";
        let found = sqlx::query(found).bind(id).bind(hash(secret));
        let found = found.fetch_optional(&self.pool).await?.map(Token::try_from).transpose()?;
        Ok(found.filter(Token::is_valid))
    }

    /// The token of an id, if it can be used now: it is not switched off.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn token_by_id(&self, id: &str) -> Result<Option<Token>, StoreError> {
        let found = "SELECT * FROM tokens WHERE id = $1 AND 'token:' || id NOT IN (SELECT subject FROM switches)";
        let found = sqlx::query(found).bind(id).fetch_optional(&self.pool).await?;
        Ok(found.map(Token::try_from).transpose()?.filter(Token::is_valid))
    }

    /// All tokens, the newest first.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY created DESC, id").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(Token::try_from).collect::<Result<_, _>>()?)
    }

    /// Ends a token for good; whether there was one that could be used.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, StoreError> {
        let revoked = sqlx::query("UPDATE tokens SET revoked = $1 WHERE id = $2 AND revoked IS NULL");
        Ok(revoked.bind(now()).bind(id).execute(&self.pool).await?.rows_affected() == 1)
    }
}
