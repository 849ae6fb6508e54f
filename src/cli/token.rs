//! `api-explorer token`: creates, lists and revokes access tokens.

use super::format_timestamp;
use crate::{
    auth::identity::Grant,
    providers::{Catalog, Rule},
    store::{
        Store,
        access_tokens::{AccessToken, NewAccessToken},
        audit::AuditRecord,
    },
};
use anyhow::{Context, anyhow, ensure};
use clap::{Args, Subcommand};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use secrecy::SecretString;
use std::fmt::Write;

/// Commands for access tokens.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum TokenCommand {
    /// Create a token, and print it: it is shown only once
    Create(CreateTokenCommand),
    /// List all tokens, without their secrets
    List,
    /// Revoke a token permanently
    Revoke {
        /// ID of the token: the part between `aex_` and the next `_`, shown by `token list`
        id: String,
    },
}

/// Properties of a new token.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct CreateTokenCommand {
    /// Name of the user or program; the audit records it
    #[arg(long)]
    pub name: String,
    /// When it expires: after a period (30d, 12h), at the end of a date (2027-01-31), or never
    #[arg(long, default_value = "90d")]
    pub expires: String,
    /// Operations that it may call with the operator's credentials: GET, tag:Users, apiUserV1*, stytch/GET; can be
    /// repeated [default: everything that the provider's policy allows]
    #[arg(long, value_name = "RULE")]
    pub allow: Vec<String>,
    /// Additional grants: live, delete, reveal, admin; can be repeated
    #[arg(long, value_name = "GRANT", value_delimiter = ',')]
    pub may: Vec<String>,
}

/// Creates a token, and returns its description and its text.
///
/// # Errors
/// Returns an error if an argument is invalid, or the token cannot be stored.
pub async fn create_token(
    command: &CreateTokenCommand,
    catalog: &Catalog,
    store: &Store,
) -> anyhow::Result<(String, SecretString)> {
    let name = command.name.trim();
    let is_valid_name = !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control);
    ensure!(is_valid_name, "--name must be one line of 1 to 100 characters");
    let expires = parse_expiry(&command.expires)?;
    for text in &command.allow {
        let rule = Rule::parse(text).map_err(|message| anyhow!("--allow {text:?} {message}"))?;
        let matches_any = catalog.entries().any(|entry| {
            let mut listings = entry.document.operations.iter();
            listings.any(|listing| {
                entry.operation(&listing.name).is_some_and(|documented| rule.matches(entry, &documented))
            })
        });
        ensure!(matches_any, "--allow {text:?} matches no operation of any provider");
    }
    for name in &command.may {
        Grant::parse(name).map_err(|message| anyhow!("--may {name:?} {message}"))?;
    }
    let new_token = NewAccessToken {
        name: name.to_owned(),
        expires_at: expires,
        allow_rules: command.allow.clone(),
        grants: command.may.clone(),
    };
    let (token, secret) = store.create_token(&new_token).await?;
    record_action("create_token", &token.id, store).await?;
    Ok((format!("{}\nThe token is shown only once:", format_token(&token)), secret))
}

/// Lists all tokens, one per line.
///
/// # Errors
/// Returns an error if the store is unavailable.
pub async fn list_tokens(store: &Store) -> anyhow::Result<String> {
    let tokens = store.list_tokens().await?;
    if tokens.is_empty() {
        return Ok("There are no access tokens. `api-explorer token create --name …` creates one.\n".into());
    }
    Ok(tokens.iter().fold(String::new(), |text, token| text + &format_token(token) + "\n"))
}

/// Revokes a token, and returns the message to print.
///
/// # Errors
/// Returns an error if there is no such token, or the store is unavailable.
pub async fn revoke_token(id: &str, store: &Store) -> anyhow::Result<String> {
    // The operator may have pasted the whole token instead of its ID.
    let id = id.strip_prefix("aex_").unwrap_or(id).split('_').next().unwrap_or_default();
    let revoked = store.revoke_token(id).await?;
    ensure!(revoked, "there is no token {id:?} to revoke; `api-explorer token list` lists all tokens");
    record_action("revoke_token", id, store).await?;
    Ok(format!("{id} is revoked. It can no longer be used, and users who signed in with it are signed out.\n"))
}

async fn record_action(action: &str, id: &str, store: &Store) -> anyhow::Result<()> {
    let target = Some(format!("token:{id}"));
    let record = AuditRecord { target, ..AuditRecord::new("command-line", None, action) };
    store.insert_records(&[record]).await?;
    Ok(())
}

fn format_token(token: &AccessToken) -> String {
    let mut line = format!("{}  {:?}, created {}", token.id, token.name, format_timestamp(token.created_at));
    let state = match (token.revoked_at, token.expires_at) {
        (Some(revoked), _) => format!(", revoked {}", format_timestamp(revoked)),
        (None, None) => ", never expires".into(),
        (None, Some(end)) if token.is_valid() => format!(", expires {}", format_timestamp(end)),
        (None, Some(end)) => format!(", expired {}", format_timestamp(end)),
    };
    line += &state;
    let allowed_calls = if token.allow_rules.is_empty() {
        "everything that policies allow".into()
    } else {
        token.allow_rules.join(", ")
    };
    let _ = write!(line, "; may call {allowed_calls}");
    if !token.grants.is_empty() {
        let _ = write!(line, "; may also {}", token.grants.join(", "));
    }
    line
}

/// Parses the time at which a token expires, in milliseconds since 1970; `None` if it never expires.
fn parse_expiry(text: &str) -> anyhow::Result<Option<i64>> {
    if text == "never" {
        return Ok(None);
    }
    let now = Timestamp::now();
    let expires_at = match text.parse::<Date>() {
        // A token is valid until the end of the day.
        Ok(day) => {
            day.checked_add(1.day()).and_then(|next| next.to_zoned(TimeZone::UTC)).map(|next| next.timestamp()).ok()
        }
        Err(_) => text
            .parse::<jiff::Span>()
            .ok()
            .and_then(|span| now.to_zoned(TimeZone::UTC).checked_add(span).ok())
            .map(|end| end.timestamp()),
    };
    let end = expires_at.with_context(|| format!("--expires {text:?} must be like 30d, 12h, 2027-01-31, or never"))?;
    ensure!(end > now, "--expires {text:?} is in the past");
    Ok(Some(end.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::parse_expiry;
    use jiff::Timestamp;

    #[test]
    fn a_token_expires_after_a_duration_on_a_date_or_never() -> anyhow::Result<()> {
        let now = Timestamp::now().as_millisecond();
        for (text, hours) in [("30d", 30 * 24), ("12h", 12), ("2 weeks", 14 * 24)] {
            let remaining = parse_expiry(text)?.unwrap_or_default() - now;
            assert!((remaining - hours * 3_600_000).abs() < 60_000, "{text} {remaining}");
        }
        assert_eq!(parse_expiry("2999-12-31")?, Some("3000-01-01T00:00:00Z".parse::<Timestamp>()?.as_millisecond()));
        assert_eq!(parse_expiry("never")?, None);
        for text in ["", "soon", "2020-01-01", "-1d", "0d", "30"] {
            assert!(parse_expiry(text).is_err_and(|error| error.to_string().contains("--expires")), "{text}");
        }
        Ok(())
    }
}
