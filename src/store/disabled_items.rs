//! Credentials, tokens and users that are disabled until they are enabled again.

use super::{Store, StoreError, now_millis};
use sqlx::{Row, any::AnyRow};

/// Prefix of the ID of a user, before the name.
const PERSON_PREFIX: &str = "person:";
/// Prefix of the subjects of users of an identity provider, by which they can be disabled too. The audit shows them.
const OIDC_PREFIX: &str = "oidc:";
/// Prefixes of all items that can be disabled.
const ITEM_PREFIXES: [&str; 4] = ["credential:", "token:", PERSON_PREFIX, OIDC_PREFIX];

/// Returns the ID of an item that can be disabled, or `None` if the text names none. Names of users are in lowercase, so
/// that no spelling of an e-mail address evades its switch.
pub fn parse_item_id(text: &str) -> Option<String> {
    let text = text.trim();
    let id = ITEM_PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix))?;
    match text.strip_prefix(PERSON_PREFIX) {
        _ if id.trim().is_empty() => None,
        Some(name) => Some(person_item_id(name)),
        None => Some(text.to_owned()),
    }
}

/// Returns the ID under which a user is disabled by name.
pub fn person_item_id(name: &str) -> String {
    [PERSON_PREFIX, &name.trim().to_lowercase()].concat()
}

/// Returns true if an item or a subject is a user.
pub fn is_user_item(item_id: &str) -> bool {
    [PERSON_PREFIX, OIDC_PREFIX].iter().any(|prefix| item_id.starts_with(prefix))
}

/// A disabled credential, token or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisabledItem {
    /// ID of the item: `credential:stytch`, `token:1f9c03ab`, `person:ann@example.com`.
    pub item_id: String,
    /// Time at which it was disabled, in milliseconds since 1970.
    pub disabled_at: i64,
    /// Name of the user who disabled it.
    pub disabled_by: String,
}

impl TryFrom<AnyRow> for DisabledItem {
    type Error = sqlx::Error;

    fn try_from(row: AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            item_id: row.try_get("subject")?,
            disabled_at: row.try_get("since")?,
            disabled_by: row.try_get("who")?,
        })
    }
}

impl Store {
    /// Disables an item. Returns true if it was enabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn disable(&self, item_id: &str, disabled_by: &str) -> Result<bool, StoreError> {
        let statement =
            "INSERT INTO switches (subject, since, who) VALUES ($1, $2, $3) ON CONFLICT (subject) DO NOTHING";
        let result =
            sqlx::query(statement).bind(item_id).bind(now_millis()).bind(disabled_by).execute(&self.pool).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Enables an item. Returns true if it was disabled.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn enable(&self, item_id: &str) -> Result<bool, StoreError> {
        let result = sqlx::query("DELETE FROM switches WHERE subject = $1").bind(item_id).execute(&self.pool).await?;
        Ok(result.rows_affected() == 1)
    }

    /// Returns all disabled items, most recent first.
    ///
    /// # Errors
    /// Returns an error if the store is unavailable.
    pub async fn disabled_items(&self) -> Result<Vec<DisabledItem>, StoreError> {
        let rows = sqlx::query("SELECT * FROM switches ORDER BY since DESC, subject").fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(DisabledItem::try_from).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_item_id;

    #[test]
    fn an_item_is_a_credential_a_token_or_a_user_in_lowercase() {
        for (text, expected) in [
            ("credential:stytch", Some("credential:stytch")),
            ("token:1f9c03ab", Some("token:1f9c03ab")),
            (" person: Ann@Example.com ", Some("person:ann@example.com")),
            ("oidc:0123456789abcdef", Some("oidc:0123456789abcdef")),
            ("person: ", None),
            ("credential:", None),
            ("session:1", None),
            ("stytch", None),
            ("", None),
        ] {
            assert_eq!(parse_item_id(text).as_deref(), expected, "{text:?}");
        }
    }
}
