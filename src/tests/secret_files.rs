//! Tests for secrets in files: `NAME_FILE` instead of `NAME`.

use crate::support::{OPERATOR_PROJECT, OPERATOR_SECRET, TestEnv};
use anyhow::{Context, Result};
use api_explorer::{
    settings::SECRET_VARIABLES,
    store::{Database, key::KeySource},
};
use secrecy::ExposeSecret;
use std::fs;

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn refusal(setup: &TestEnv) -> Result<String> {
    let error = setup.to_settings().err().with_context(|| format!("{setup:?} was accepted"))?;
    Ok(format!("{error:#}"))
}

#[test]
fn every_secret_can_be_read_from_a_file() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let values = [
        ("DATABASE_URL", "postgres://zoe:hunter2@db.example/explorer"),
        ("EXPLORER_KEY", KEY),
        ("EXPLORER_METRICS_TOKEN", "a metrics token"),
        ("EXPLORER_NEW_KEY", "another key"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc"),
        ("STYTCH_SECRET", OPERATOR_SECRET),
    ];
    assert_eq!(values.map(|(name, _)| name), SECRET_VARIABLES);
    let mut setup = TestEnv::new().set_var("STYTCH_PROJECT_ID", OPERATOR_PROJECT);
    for (name, value) in values {
        let path = folder.path().join(name);
        fs::write(&path, ["\n ", value, "\r\n"].concat())?;
        setup = setup.set_var(&[name, "_FILE"].concat(), &path.display().to_string()).set_var(name, "");
    }
    let settings = setup.to_settings()?;
    let found = [
        match settings.store.database {
            Database::Postgres(url) => url,
            Database::Sqlite(path) => anyhow::bail!("{}", path.display()),
        },
        match settings.store.key {
            KeySource::Inline(key) => key,
            KeySource::File(path) => anyhow::bail!("{}", path.display()),
        },
        settings.metrics_token.context("no token")?,
        settings.new_key.context("no new key")?,
        settings
            .otlp_headers
            .iter()
            .map(|(name, value)| [name, "=", value.expose_secret()].concat())
            .collect::<Vec<_>>()
            .join(",")
            .into(),
        settings.credentials["stytch"].parts["password"].clone(),
    ];
    assert_eq!(found.each_ref().map(ExposeSecret::expose_secret), values.map(|(_, value)| value));
    Ok(())
}

#[test]
fn a_secret_that_is_set_twice_or_cannot_be_read_is_refused_with_its_name() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, content: &[u8]| -> Result<String> {
        let path = folder.path().join(name);
        fs::write(&path, content)?;
        Ok(path.display().to_string())
    };
    let good = write("good", b"hunter2")?;
    let bad = [
        (folder.path().join("lost").display().to_string(), "No such file"),
        (folder.path().display().to_string(), "not a file"),
        (write("empty", b" \n")?, "empty"),
        (write("binary", b"hunter2\xff")?, "UTF-8"),
        (write("long", "hunter2 ".repeat(10_000).as_bytes())?, "64 KiB"),
    ];
    for name in SECRET_VARIABLES {
        let file = [name, "_FILE"].concat();
        let twice = refusal(&TestEnv::new().set_var(name, "correct horse").set_var(&file, &good))?;
        assert!(twice.contains(&format!("{name} and {file} are both set")), "{twice}");
        assert!(!twice.contains("hunter2") && !twice.contains("correct horse"), "{twice}");
        for (path, expected) in &bad {
            let message = refusal(&TestEnv::new().set_var(&file, path))?;
            for expected in [&file, path, *expected] {
                assert!(message.contains(expected), "{expected:?} is missing in {message}");
            }
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
    Ok(())
}

#[test]
fn a_world_readable_secret_file_causes_a_warning() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("key");
    fs::write(&path, KEY)?;
    for (mode, warnings) in [(0o644, 1), (0o600, 0)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        let settings = TestEnv::new().set_var("EXPLORER_KEY_FILE", &path.display().to_string()).to_settings()?;
        assert_eq!(settings.warnings.len(), warnings, "{:?}", settings.warnings);
        assert!(!format!("{settings:?}").contains(KEY));
    }
    Ok(())
}

#[test]
fn no_error_message_contains_the_database_url() -> Result<()> {
    for url in [
        "mysql://zoe:hunter2@db.example/explorer",
        "postgres://zoe:hun/ter2@db.example/explorer",
        "postgres://zoe:12/hunter2@db.example/explorer",
        "postgres://zoe:12?hunter2@db.example/explorer",
        "postgres://zoe:12#hunter2@db.example/explorer",
        "zoe:hunter2@db.example",
        "sqlite:",
        "sqlite:explorer.db?hunter2",
    ] {
        let message = refusal(&TestEnv::new().set_var("EXPLORER_KEY", KEY).set_var("DATABASE_URL", url))?;
        assert!(message.contains("DATABASE_URL"), "{message}");
        for part in ["hunter2", "ter2", "zoe", "db.example"] {
            assert!(!message.contains(part), "{message}");
        }
    }
    TestEnv::new()
        .set_var("EXPLORER_KEY", KEY)
        .set_var("DATABASE_URL", "postgres://zoe:p@ss@db.example/explorer")
        .to_settings()?;
    TestEnv::new()
        .set_var("EXPLORER_KEY", KEY)
        .set_var("DATABASE_URL", "postgres:///explorer?host=/run/postgresql")
        .to_settings()?;
    Ok(())
}

#[tokio::test]
async fn an_invalid_parameter_of_the_database_url_is_refused_without_its_value() -> Result<()> {
    for url in [
        "postgres://zoe:hunter2@127.0.0.1:9/explorer?sslmode=hunter2",
        "postgres://zoe:hunter2@127.0.0.1:9/explorer?port=hunter2",
    ] {
        let refused = TestEnv::new().set_var("EXPLORER_KEY", KEY).set_var("DATABASE_URL", url).start_app().await;
        let message = format!("{:#}", refused.err().context("the settings were accepted")?);
        assert!(message.contains("DATABASE_URL"), "{message}");
        assert!(!message.contains("hunter2") && !message.contains("zoe:"), "{message}");
    }
    Ok(())
}

#[test]
fn a_secret_variable_may_refer_to_a_file_as_the_keys_of_explorer_toml_do() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("key");
    fs::write(&path, [KEY, "\n"].concat())?;
    let setup = TestEnv::new().set_var("EXPLORER_KEY", &format!("file:{}", path.display()));
    match setup.to_settings()?.store.key {
        KeySource::Inline(key) => assert_eq!(key.expose_secret(), KEY),
        KeySource::File(path) => anyhow::bail!("{}", path.display()),
    }
    let both = setup.set_var("EXPLORER_KEY_FILE", &path.display().to_string());
    assert!(refusal(&both)?.contains("both set"));
    let missing = refusal(&TestEnv::new().set_var("EXPLORER_KEY", "file:/nowhere/key"))?;
    assert!(missing.starts_with("EXPLORER_KEY refers to the file /nowhere/key, which cannot be read"), "{missing}");
    assert!(refusal(&TestEnv::new().set_var("EXPLORER_KEY", "file:"))?.contains("file:PATH"));
    Ok(())
}

#[test]
fn the_debug_output_of_the_settings_contains_no_secret() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("explorer.toml");
    let config = "[access.oidc]\nissuer = \"https://id.example.com\"\nclient_id = \"x\"\nclient_secret = \"env:OIDC_SECRET\"\n\
                  allow = [\"*@example.com\"]\n[[provider]]\nid = \"items\"\ndocument = \"items.json\"\n\
                  [provider.credential]\nkey = \"env:ITEMS_KEY\"\nhosts = [\"127.0.0.1\"]\n";
    fs::write(&path, config)?;
    let secrets = [
        ("DATABASE_URL", "postgres://zoe:hunter2-of-zoe@db.example/explorer"),
        ("EXPLORER_KEY", KEY),
        ("EXPLORER_METRICS_TOKEN", "the-metrics-token"),
        ("EXPLORER_NEW_KEY", "the-new-key"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=the-collector-token"),
        ("STYTCH_SECRET", OPERATOR_SECRET),
        ("OIDC_SECRET", "the-oidc-secret"),
        ("ITEMS_KEY", "the-items-key"),
    ];
    let setup = TestEnv::new()
        .set_var("STYTCH_PROJECT_ID", OPERATOR_PROJECT)
        .set_var("EXPLORER_CONFIG", &path.display().to_string());
    let setup = secrets.iter().fold(setup, |setup, (name, value)| setup.set_var(name, value));
    let settings = setup.to_settings()?;
    let printed = format!("{settings:?} {settings:#?}");
    for (name, value) in secrets {
        let secret = value.strip_prefix("authorization=").unwrap_or(value);
        assert!(!printed.contains(secret) && !printed.contains("hunter2"), "{name} is in {printed}");
    }
    assert_eq!(settings.secret_variables.iter().collect::<Vec<_>>(), ["ITEMS_KEY", "OIDC_SECRET"]);
    Ok(())
}
