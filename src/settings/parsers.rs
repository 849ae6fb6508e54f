//! Parsers of names and URLs in settings. Each error message explains how to correct the value.

use url::{Host, Url};

/// Parses a URL of a server or document: https, or http on this machine, without a user name or password.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "must be a URL, like https://api.example.com.")?;
    let is_local = url.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && is_local) {
        return Err("must be https, or http on this machine, because credentials are sent there.".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user name or password. Set them as the provider's credential.".into());
    }
    Ok(url)
}

/// Parses the base URL of a server: scheme, host, port and path only.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_server_url(text: &str) -> Result<Url, String> {
    let url = parse_web_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(
            "must have only a scheme, host, port and path. Remove the query (`?`) and the fragment (`#`).".into()
        );
    }
    Ok(url)
}

/// Parses the origin of URLs: a scheme, a host and a port (RFC 6454).
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let origin = url.map(|url| url.origin().ascii_serialization()).filter(|origin| origin == text);
    origin.ok_or_else(|| "must contain origins, like \"https://app.example.com\", without a path.".into())
}

/// Parses a host name.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_host(text: &str) -> Result<String, String> {
    let has_only_host_characters = !text.contains(['/', '@', '*', '?', '#', '%', ' ']);
    let host = Host::parse(text).ok().filter(|_| has_only_host_characters);
    let host = host.filter(|host| !matches!(host, Host::Domain(name) if name.contains(':') || name.ends_with('.')));
    let advice = "must contain host names, like \"api.github.com\", with no scheme, port, path or wildcard.";
    host.map(|host| host.to_string()).ok_or_else(|| advice.into())
}

/// Parses the ID of a provider, which is the first path segment of its URLs.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_provider_id(text: &str) -> Result<String, String> {
    let is_lowercase_alphanumeric = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !text.starts_with(|c: char| c.is_ascii() && is_lowercase_alphanumeric(c as u8))
        || !text.bytes().all(|c| is_lowercase_alphanumeric(c) || c == b'-')
    {
        return Err("must be lowercase letters, digits and hyphens, like \"github\", because URLs contain it.".into());
    }
    if text.len() > 64 {
        return Err("must have at most 64 characters, because URLs contain it.".into());
    }
    if crate::providers::RESERVED_PATHS.contains(&text) {
        return Err(format!("cannot be {text:?}: this site reserves the path /{text}. Choose another ID."));
    }
    Ok(text.to_owned())
}

/// Parses the name of an npm package. The check is strict because snippets contain the name as code.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_npm_package(text: &str) -> Result<String, String> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-._".contains(&c))
    };
    let is_package = match text.strip_prefix('@') {
        Some(scoped_name) => scoped_name.split_once('/').is_some_and(|(scope, name)| is_name(scope) && is_name(name)),
        None => is_name(text),
    };
    let error_message = || "must be the name of an npm package, like \"@utdk/github\".".to_owned();
    is_package.then(|| text.to_owned()).ok_or_else(error_message)
}

/// Parses the names of an operation and of one of its parameters: `reposGetContent.path`.
pub(crate) fn parse_parameter_name(text: &str) -> Result<(String, String), String> {
    let names = text.trim().split_once('.').filter(|(operation, name)| !operation.is_empty() && !name.is_empty());
    let error = || "must name an operation and one of its path parameters, like \"reposGetContent.path\".".into();
    names.map(|(operation, name)| (operation.to_owned(), name.to_owned())).ok_or_else(error)
}

/// Parses a display text: one line of at most 100 characters.
///
/// # Errors
/// Returns the reason as a message that follows the setting's name.
pub(crate) fn parse_short_text(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_valid = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
    is_valid.then(|| text.to_owned()).ok_or_else(|| "must be one line of 1 to 100 characters.".into())
}
