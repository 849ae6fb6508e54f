//! Recognizes environments without live data by their names and hosts.

use crate::model::provider::Environment;
use url::{Host, Url};

/// Words that say that an environment has no live data.
const HARMLESS_WORDS: [&str; 8] = ["test", "tests", "testing", "sandbox", "staging", "dev", "development", "example"];
/// Words that say that an environment has live data, even beside a harmless word.
const LIVE_WORDS: [&str; 3] = ["live", "prod", "production"];
/// Domains that are reserved for tests and examples (RFC 2606).
const RESERVED_DOMAINS: [&str; 5] = ["test", "example", "example.com", "example.net", "example.org"];
/// Hosts of live services whose names contain a harmless word.
const LIVE_HOSTS: [&str; 2] = ["dev.azure.com", "dev.virtualearth.net"];

/// Returns true if the name or the host of an environment says that it has no live data, and neither says that it has.
///
/// If users have set variables of its URL, only the host says so. Only whole words count: `latest` is not `test`. In a host, the registered domain does not count, because it names its
/// owner: `dev.to`.
pub(super) fn says_harmless(environment: &Environment) -> bool {
    let host = Url::parse(&environment.url).ok().and_then(|url| match url.host() {
        Some(Host::Domain(domain)) => Some(domain.trim_end_matches('.').to_owned()),
        _ => None,
    });
    let host = host.filter(|host| !LIVE_HOSTS.contains(&host.as_str())).unwrap_or_default();
    let subdomain = host.rsplitn(3, '.').nth(2).unwrap_or_default();
    let is_reserved = RESERVED_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    let (words_of_name, words_of_host) = (split_words(&environment.name), split_words(subdomain));
    let has_word = |words: &[String], known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let is_named_harmless = has_word(&words_of_name, &HARMLESS_WORDS) && !environment.has_chosen_values();
    let is_harmless = is_reserved || is_named_harmless || has_word(&words_of_host, &HARMLESS_WORDS);
    is_harmless && ![words_of_name, words_of_host].iter().any(|words| has_word(words, &LIVE_WORDS))
}

/// Returns the words of a text, in lowercase. A word ends at a character that is not a letter, and before an uppercase
/// letter that follows a lowercase one.
fn split_words(text: &str) -> Vec<String> {
    let (mut words, mut is_after_lowercase) = (vec![String::new()], false);
    for c in text.chars() {
        if !c.is_alphabetic() || (is_after_lowercase && c.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.extend(c.to_lowercase());
        }
        is_after_lowercase = c.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_live_unless_its_name_or_host_says_otherwise() {
        for (name, url, expected) in [
            ("test", "https://api.acme.com", true),
            ("Sandbox server", "https://api.acme.com", true),
            ("EU-staging-2", "https://api.acme.com", true),
            ("devServer1", "https://api.acme.com", true),
            ("server1", "https://sandbox.acme.com", true),
            ("server1", "https://api-test.eu.acme.com/v1", true),
            ("server1", "https://api.acme.example", true),
            ("server1", "https://api.example.com", true),
            ("server1", "https://api.acme.com", false),
            ("latest", "https://contest.acme.com", false),
            ("devices", "https://developer.acme.com", false),
            ("server1", "https://dev.to/api", false),
            ("server1", "https://acme.dev", false),
            ("server1", "https://test.com", false),
            ("server1", "https://myexample.com", false),
            ("server1", "https://dev.azure.com", false),
            ("server1", "https://api.acme.com/test", false),
            ("server1", "http://127.0.0.1:3000", false),
            ("live", "https://test.acme.com", false),
            ("test of production", "https://api.acme.com", false),
            ("test", "https://prod.acme.com", false),
        ] {
            let environment = Environment::new(name, url);
            assert_eq!(says_harmless(&environment), expected, "{name} {url}");
        }
    }
}
