//! Access tokens, which authenticate callers and limit what they may do. Only a hash of each token is stored.

use super::{Store, StoreError, now_millis};
use sqlx::{Row, any::AnyRow};

/// Properties of a new token.
#[derive(Clone, Debug)]
pub struct NewAccessToken {
    /// Name of the user or program that uses the token.
    pub name: String,
    /// Expiry time, in milliseconds since 1970; `None` if the token never expires.
    pub expires_at: Option<i64>,
    /// Rules of what may be called with the token; if empty, everything that the policies allow.
    pub allow_rules: Vec<String>,
    /// Names of its grants: `live`, `delete`, `reveal`, `admin`.
    pub grants: Vec<String>,
}

/// A token without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// ID of the token, the part of its text that is not secret.
    pub id: String,
    /// Name of the user or program that uses the token.
    pub name: String,
    /// Rules of what may be called with the token; if empty, everything that the policies allow.
    pub allow_rules: Vec<String>,
    /// Names of its grants.
    pub grants: Vec<String>,
    /// Creation time, in milliseconds since 1970.
    pub created_at: i64,
    /// Expiry time, in milliseconds since 1970; `None` if the token never expires.
    pub expires_at: Option<i64>,
    /// Time of revocation, in milliseconds since 1970.
    pub revoked_at: Option<i64>,
}

impl AccessToken {
    /// Returns true if the token is neither revoked nor expired.
    pub fn is_valid(&self) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|expires_at| expires_at > now_millis())
    }
}

impl TryFrom<AnyRow> for AccessToken {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        let (allow_rules, grants): (String, String) = (row.try_get("allow")?, row.try_get("may")?);
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            allow_rules: allow_rules.lines().map(str::to_owned).collect(),
            grants: grants.split_whitespace().map(str::to_owned).collect(),
            created_at: row.try_get("created")?,
            expires_at: row.try_get("expires")?,
            revoked_at: row.try_get("revoked")?,
        })
    }
}

impl Store {
    /// Stores a token with its ID and the hash of its secret.
    pub(crate) async fn insert_token(
        &self,
        new_token: &NewAccessToken,
        id: String,
        secret_hash: &str,
    ) -> Result<AccessToken, StoreError> {
        let token = AccessToken {
            id,
            name: new_token.name.clone(),
            allow_rules: new_token.allow_rules.clone(),
            grants: new_token.grants.clone(),
            created_at: now_millis(),
            expires_at: new_token.expires_at,
            revoked_at: None,
        };
        let statement =
            "INSERT INTO tokens (id, name, hash, allow, may, created, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(statement)
            .bind(&token.id)
            .bind(&token.name)
            .bind(secret_hash)
            .bind(token.allow_rules.join("\n"))
            .bind(token.grants.join(" "))
            .bind(token.created_at)
            .bind(token.expires_at)
            .execute(&self.pool)
            .await?;
        Ok(token)
    }

    /// Returns the token with an ID and the hash of a secret, if it is valid and not disabled.
    pub(crate) async fn find_token_by_hash(
        &self,
        id: &str,
        secret_hash: &str,
    ) -> Result<Option<AccessToken>, StoreError> {
        // Comparing hashes prevents timing attacks on the secret.
        let statement =
            "SELECT * FROM tokens WHERE id = $1 AND hash = $2 AND 'token:' || id NOT IN (SELECT subject FROM switches)";
        let query = sqlx::query(statement).bind(id).bind(secret_hash);
        let token = query.fetch_optional(&self.pool).await?.map(AccessToken::try_from).transpose()?;
        Ok(token.filter(AccessToken::is_valid))
    }

    /// Returns the token with an ID, if it is valid and not disabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn find_token_by_id(&self, id: &str) -> Result<Option<AccessToken>, StoreError> {
        let statement = "SELECT * FROM tokens WHERE id = $1 AND 'token:' || id NOT IN (SELECT subject FROM switches)";
        let row = sqlx::query(statement).bind(id).fetch_optional(&self.pool).await?;
        Ok(row.map(AccessToken::try_from).transpose()?.filter(AccessToken::is_valid))
    }

    /// Returns all tokens, newest first.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn list_tokens(&self) -> Result<Vec<AccessToken>, StoreError> {
        let rows = sqlx::query("SELECT * FROM tokens ORDER BY created DESC, id").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(AccessToken::try_from).collect::<Result<_, _>>()?)
    }

    /// Revokes a token. Returns true if there was one that was not revoked yet.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, StoreError> {
        let statement = sqlx::query("UPDATE tokens SET revoked = $1 WHERE id = $2 AND revoked IS NULL");
        Ok(statement.bind(now_millis()).bind(id).execute(&self.pool).await?.rows_affected() == 1)
    }
}
