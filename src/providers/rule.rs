//! Rules that select operations.

use super::CatalogEntry;
use crate::{model::operation::Method, openapi::DocumentedOperation};
use std::fmt;
use wildmatch::WildMatchPattern;

/// A set of operations: `GET`, `tag:User` or `apiUserV1*`, optionally of one provider only: `stytch/GET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    provider: Option<String>,
    selector: OperationSelector,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum OperationSelector {
    /// Operations with a method.
    Method(Method),
    /// Operations with a tag, case-insensitively.
    Tag(String),
    /// Operations by name; `*` matches any characters.
    Name(String),
}

impl Rule {
    /// Parses a rule.
    ///
    /// # Errors
    /// Returns an error if the text is not a rule. The message is worded to follow the name of the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (provider, selector_text) = match text.split_once('/') {
            Some((provider, rest)) if !provider.contains(':') => (Some(provider.to_owned()), rest),
            _ => (None, text),
        };
        let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "*_-.".contains(c));
        // The names of operations begin with a lowercase letter.
        let is_uppercase = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        let selector = if let Some(method) = Method::from_name(selector_text).filter(|_| is_uppercase(selector_text)) {
            OperationSelector::Method(method)
        } else if let Some(tag) = selector_text.strip_prefix("tag:").filter(|tag| !tag.trim().is_empty()) {
            OperationSelector::Tag(tag.trim().to_owned())
        } else if is_name(selector_text) {
            OperationSelector::Name(selector_text.to_owned())
        } else {
            return Err("must be a method (GET), a tag (tag:User) or an operation's name (apiUserV1*).".into());
        };
        if provider.as_deref() == Some("") {
            return Err("must have a provider's id before the slash, like stytch/GET.".into());
        }
        Ok(Self { provider, selector })
    }

    /// Returns true if the rule selects an operation.
    pub fn matches(&self, entry: &CatalogEntry, documented: &DocumentedOperation) -> bool {
        if self.provider.as_ref().is_some_and(|provider| *provider != entry.provider.id) {
            return false;
        }
        match &self.selector {
            OperationSelector::Method(method) => documented.operation.method == *method,
            OperationSelector::Tag(tag) => documented.tags.iter().any(|candidate| candidate.eq_ignore_ascii_case(tag)),
            OperationSelector::Name(pattern) => matches_wildcard(pattern, &documented.operation.name),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(provider) = &self.provider {
            write!(f, "{provider}/")?;
        }
        match &self.selector {
            OperationSelector::Method(method) => f.write_str(method.as_str()),
            OperationSelector::Tag(tag) => write!(f, "tag:{tag}"),
            OperationSelector::Name(name) => f.write_str(name),
        }
    }
}

/// Returns true if a text matches a pattern, in which `*` matches any characters.
pub fn matches_wildcard(pattern: &str, text: &str) -> bool {
    // The crate has a second wildcard, for a single character. No pattern contains this one.
    WildMatchPattern::<'*', '\0'>::new(pattern).matches(text)
}

#[cfg(test)]
mod tests {
    use super::{Rule, matches_wildcard};

    #[test]
    fn a_star_matches_any_characters() {
        for (pattern, text, expected) in [
            ("apiUserV1Get", "apiUserV1Get", true),
            ("apiUserV1Get", "apiUserV1GetAll", false),
            ("apiUserV1*", "apiUserV1Get", true),
            ("apiUserV1*", "apiUserV1", true),
            ("apiUserV1*", "apiB2BUserV1Get", false),
            ("*Search", "apiUserV1Search", true),
            ("*Search", "apiUserV1SearchAll", false),
            ("api*V1*Get", "apiUserV1TotpGet", true),
            ("a*a", "a", false),
            ("a*b*c*d", "a1b2c3d", true),
            ("a*c*b*d", "a1b2c3d", false),
            ("a*b*", "axbb", true),
            ("a?c", "abc", false),
            ("a?c", "a?c", true),
            ("*", "", true),
        ] {
            assert_eq!(matches_wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_rule_is_printed_as_it_was_written() {
        for text in ["GET", "tag:User", "apiUserV1*", "stytch/DELETE", "stytch/tag:M2M Clients", "stytch/*"] {
            assert_eq!(Rule::parse(text).map(|rule| rule.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "tag:", "/GET", "a b", "https://example.com", "stytch/"] {
            assert!(Rule::parse(text).is_err(), "{text}");
        }
    }
}
