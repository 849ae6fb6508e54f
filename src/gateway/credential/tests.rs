use super::{Credential, CredentialConfig, CredentialInput, validation::MAX_SECRET_BYTES};
use crate::providers::{Catalog, CatalogEntry, CredentialRules, ProviderSettings, stytch_settings};
use anyhow::{Context, Result};
use secrecy::SecretString;

const DOCUMENT: &str = r#"
openapi: 3.1.0
info: { title: Locks, version: "1" }
paths: {}
components:
  securitySchemes:
    basic: { type: http, scheme: basic }
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-Api-Key }
    machine: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://a.example/token", scopes: {} } } }
    certificate: { type: mutualTLS }
"#;

fn with_entry<T>(settings: ProviderSettings, test: impl FnOnce(&CatalogEntry) -> T) -> Result<T> {
    let id = settings.id.clone();
    let catalog = Catalog::load(vec![settings])?;
    Ok(test(catalog.entry(&id).context("no such provider")?))
}

fn locks() -> ProviderSettings {
    ProviderSettings {
        id: "locks".into(),
        document: DOCUMENT.to_owned().into(),
        credential_names: None,
        credential_rules: CredentialRules::default(),
        ..stytch_settings(None)
    }
}

fn input(values: &[(&str, &str)]) -> CredentialInput {
    values.iter().map(|(key, text)| ((*key).to_owned(), (*text).into())).collect()
}

fn config(scheme: Option<&str>, parts: &[(&str, &str)]) -> CredentialConfig {
    CredentialConfig {
        scheme: scheme.map(str::to_owned),
        parts: parts.iter().map(|(part, value)| ((*part).to_owned(), SecretString::from(*value))).collect(),
    }
}

#[test]
fn debug_output_contains_no_credential() -> Result<()> {
    let values = [("basicAuth/username", "project-test-1"), ("basicAuth/password", "secret-test-1")];
    let printed =
        with_entry(stytch_settings(None), |entry| format!("{:?}", Credential::new(entry, None, &input(&values))))?;
    assert!(printed.starts_with("Ok") && !printed.contains("secret-test"), "{printed}");
    Ok(())
}

#[test]
fn problems_are_reported_for_each_credential_part() -> Result<()> {
    let long = "x".repeat(MAX_SECRET_BYTES + 1);
    for (values, expected) in [
        (vec![("key/key", "")], vec!["key/key: API key (X-Api-Key) is missing."]),
        (vec![("key/key", "abc")], vec![]),
        (
            vec![("bearer/token", "Bearer abcd-1")],
            vec!["bearer/token: Bearer token must not include the word Bearer. Copy only the text after it."],
        ),
        (
            vec![("bearer/token", &*long)],
            vec![
                "bearer/token: Bearer token is too long or contains invalid characters. Copy it again, without quotes.",
            ],
        ),
        (
            vec![("machine/client_id", "id"), ("machine/token", "")],
            vec!["machine/client_secret: Client secret is missing."],
        ),
        (
            vec![("machine/client_id", "id"), ("machine/token", "abcd")],
            vec!["machine/client_secret: Client secret is missing."],
        ),
        (vec![("machine/token", "abcd"), ("key/key", "")], vec![]),
        (vec![("basic/username", "sk_a_key_alone"), ("basic/password", "")], vec![]),
        (vec![("basic/username", ""), ("basic/password", "abcd")], vec!["basic/username: Username is missing."]),
        (vec![("certificate/key", "abcd")], vec![": None of these fields belongs to a credential of this provider."]),
    ] {
        let problems = with_entry(locks(), |entry| Credential::new(entry, None, &input(&values)).err())?;
        let messages: Vec<String> = problems
            .unwrap_or_default()
            .into_iter()
            .map(|problem| [problem.location, problem.message].join(": "))
            .collect();
        assert_eq!(messages, expected, "{values:?}");
    }
    Ok(())
}

#[test]
fn credentials_of_every_legal_form_are_accepted() -> Result<()> {
    for values in [
        vec![("basic/username", "Zoë van Dam"), ("basic/password", "correct horse: battery \u{1f40e}")],
        vec![("basic/username", "a"), ("basic/password", "b")],
        vec![("key/key", "7")],
        vec![("key/key", "Token token=\"a b\", nonce=é")],
        vec![("bearer/token", "x")],
        vec![("machine/client_id", "my app"), ("machine/client_secret", "a b")],
    ] {
        let problems = with_entry(locks(), |entry| Credential::new(entry, None, &input(&values)).err())?;
        assert_eq!(problems, None, "{values:?}");
    }
    for values in [
        vec![("basic/username", "a:b"), ("basic/password", "c")],
        vec![("basic/username", "a"), ("basic/password", "b\0c")],
        vec![("key/key", "a\r\nX-Other: b")],
        vec![("bearer/token", "a b")],
    ] {
        let is_refused = with_entry(locks(), |entry| Credential::new(entry, None, &input(&values)).is_err())?;
        assert!(is_refused, "{values:?}");
    }
    let cookie = || ProviderSettings { document: DOCUMENT.replace("in: header", "in: cookie").into(), ..locks() };
    for (key, is_accepted) in [("a+b/c==", true), ("a; admin=1", false)] {
        let accepted = with_entry(cookie(), |entry| Credential::new(entry, None, &input(&[("key/key", key)])).is_ok())?;
        assert_eq!(accepted, is_accepted, "{key}");
    }
    Ok(())
}

#[test]
fn saving_a_credential_for_one_scheme_keeps_the_others() -> Result<()> {
    with_entry(locks(), |entry| {
        let first = Credential::new(entry, None, &input(&[("key/key", "a-key")])).ok();
        let second =
            Credential::new(entry, first.as_ref(), &input(&[("bearer/token", "a-token"), ("key/key", "")])).ok();
        let schemes: Vec<&str> = second.iter().flat_map(Credential::scheme_ids).collect();
        assert_eq!(schemes, ["bearer", "key"]);
        assert_ne!(first.map(|first| first.fingerprint), second.map(|second| second.fingerprint));
    })
}

#[test]
fn a_configured_credential_is_resolved_to_the_scheme_that_its_parts_match() -> Result<()> {
    with_entry(locks(), |entry| {
        for (config, expected) in [
            (config(None, &[("username", "ada"), ("password", "secret")]), "basic"),
            (config(None, &[("key", "secret")]), "key"),
            (config(Some("machine"), &[("token", "secret")]), "machine"),
        ] {
            let schemes =
                config.resolve(entry).map(|credential| credential.scheme_ids().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(schemes.ok(), Some(vec![expected.to_owned()]), "{config:?}");
        }
    })
}

#[test]
fn a_configured_credential_that_matches_no_scheme_is_refused_with_provider_and_key() -> Result<()> {
    with_entry(locks(), |entry| {
        for (config, expected) in [
            (config(None, &[("token", "a-secret")]), "`scheme` is missing"),
            (config(Some("nobody"), &[("token", "a-secret")]), "`scheme` names \"nobody\""),
            (config(Some("certificate"), &[("token", "a-secret")]), "TLS client certificates"),
            (config(Some("key"), &[("token", "a-secret")]), "\"token\" is not a part of \"key\", which has: key"),
            (config(None, &[("pin", "a-secret")]), "match no security scheme"),
            (config(Some("machine"), &[("client_secret", "a-secret")]), "credential.client_id: Client ID is missing."),
            (
                config(Some("key"), &[("key", "a-secret\nof two lines")]),
                "credential.key: API key (X-Api-Key) is too long or contains invalid characters",
            ),
        ] {
            let message = config.resolve(entry).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(message.contains("provider locks") && message.contains(expected), "{config:?}: {message}");
            assert!(!message.contains("a-secret") && !message.contains("a secret"), "{message}");
        }
    })
}
