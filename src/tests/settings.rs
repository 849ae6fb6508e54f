//! Tests for settings: invalid values are refused at start with clear messages, and every variable is documented.

use crate::support::{OPERATOR_PROJECT, OPERATOR_SECRET, TestEnv};
use anyhow::{Context, Result, ensure};
use api_explorer::{
    cli::arguments::render_help,
    settings::{CONFIG_KEYS, ENVIRONMENT_VARIABLES, SECRET_FILES_HELP, help_config, variable_names},
};
use std::{fs, path::Path};

/// Returns the error with which a server with these settings does not start.
fn refusal(setup: &TestEnv) -> Result<String> {
    let error = setup.to_settings().err().with_context(|| format!("{setup:?} was accepted"))?;
    Ok(format!("{error:#}"))
}

#[test]
fn nothing_needs_to_be_set() -> Result<()> {
    let settings = TestEnv::new().to_settings()?;
    assert_eq!(settings.listen_address.to_string(), "127.0.0.1:3000");
    assert!(settings.credentials.is_empty() && settings.allow_other_gateways);
    assert_eq!((settings.limits.timeout.as_secs(), settings.limits.max_response_bytes), (30, 10_000_000));
    assert_eq!((settings.drain_delay.as_secs(), settings.store.max_connections), (0, 8));
    Ok(())
}

/// The content security policy of a page that may use other gateways lets it connect to every address, so a script
/// that got into the page could send data anywhere.
#[test]
fn other_gateways_are_disabled_by_default_if_other_machines_can_reach_the_server() -> Result<()> {
    let host = "explorer.example.com";
    let local = TestEnv::new();
    for (name, setup, expected) in [
        ("loopback", local.clone(), true),
        (
            "all addresses",
            local.clone().set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000").set_var("EXPLORER_HOSTS", host),
            false,
        ),
        ("behind a proxy", local.clone().set_var("EXPLORER_HOSTS", host), false),
        ("sign-in", local.clone().set_var("EXPLORER_ACCESS", "sign-in"), false),
        ("public", local.clone().set_var("EXPLORER_ACCESS", "public"), false),
    ] {
        assert_eq!(setup.to_settings()?.allow_other_gateways, expected, "{name}");
        for (value, expected) in [("on", true), ("off", false)] {
            let setup = setup.clone().set_var("EXPLORER_OTHER_GATEWAYS", value);
            assert_eq!(setup.to_settings()?.allow_other_gateways, expected, "{name}, {value}");
        }
    }
    Ok(())
}

#[test]
fn a_shared_credential_beyond_loopback_is_refused() -> Result<()> {
    for address in ["0.0.0.0:3000", "[::]:3000", "192.168.1.10:80", "[2001:db8::1]:443"] {
        let setup = TestEnv::new().with_operator_credential().set_var("LEPTOS_SITE_ADDR", address);
        for setup in [setup.clone(), setup.set_var("EXPLORER_HOSTS", "explorer.example.com")] {
            let message = refusal(&setup)?;
            for expected in ["LEPTOS_SITE_ADDR", "STYTCH_PROJECT_ID", "STYTCH_SECRET"] {
                assert!(message.contains(expected), "{expected} is missing in {message}");
            }
            assert!(!message.contains(OPERATOR_SECRET), "{message}");
        }
    }
    for address in ["127.0.0.1:0", "127.8.8.8:3000", "[::1]:3000"] {
        TestEnv::new().with_operator_credential().set_var("LEPTOS_SITE_ADDR", address).to_settings()?;
    }
    Ok(())
}

#[test]
fn a_shared_credential_behind_a_proxy_is_refused() {
    let refused =
        TestEnv::new().with_operator_credential().set_var("EXPLORER_HOSTS", "explorer.example.com").to_settings();
    assert!(refused.is_err_and(|error| error.to_string().contains("without EXPLORER_HOSTS")));
}

#[test]
fn a_server_beyond_loopback_requires_its_host_names() -> Result<()> {
    let setup = TestEnv::new().set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000");
    assert!(refusal(&setup)?.contains("EXPLORER_HOSTS"));
    setup.set_var("EXPLORER_HOSTS", "explorer.example.com").to_settings()?;
    Ok(())
}

#[test]
fn an_invalid_value_is_refused_with_the_name_of_its_variable() -> Result<()> {
    for (name, values) in [
        ("LEPTOS_SITE_ADDR", vec!["localhost", "3000", "localhost:3000", "127.0.0.1:99999"]),
        ("EXPLORER_OTHER_GATEWAYS", vec!["yes", "ON", "0"]),
        ("EXPLORER_TIMEOUT", vec!["0", "-1", "3601", "1.5", "30s"]),
        ("EXPLORER_DRAIN", vec!["-1", "3601", "5s"]),
        ("EXPLORER_DATABASE_CONNECTIONS", vec!["0", "101", "many"]),
        ("EXPLORER_REPLY_LIMIT_MB", vec!["0", "ten", "99999999999999999999"]),
        ("EXPLORER_DOCUMENT_LIMIT_MB", vec!["0", "ten", "3601"]),
        ("EXPLORER_LOG", vec!["JSON", "xml"]),
        (
            "EXPLORER_ALLOWED_ORIGINS",
            vec![
                "*",
                "friend.example",
                "https://friend.example/path",
                "ftp://a",
                "https://a.example,null",
                "https://A.example",
            ],
        ),
        (
            "STYTCH_BASE_URL",
            vec![
                "gateway",
                "ftp://gateway.example",
                "http://gateway.example.com",
                "http://127.0.0.1.evil.example",
                "http://localhost@evil.example",
                "https://user:password@gateway.example",
                "https://gateway.example?x=1",
                "https://gateway.example#x",
                "file:///etc/passwd",
            ],
        ),
    ] {
        for value in values {
            let message = refusal(&TestEnv::new().set_var(name, value))?;
            assert!(message.contains(name), "{name}={value}: {message}");
        }
    }
    Ok(())
}

#[test]
fn an_incomplete_or_invalid_credential_is_refused_without_its_values() -> Result<()> {
    for (project, secret, label) in [
        (OPERATOR_PROJECT, "", "Secret is missing"),
        ("", OPERATOR_SECRET, "Project ID is missing"),
        ("organization-1", OPERATOR_SECRET, "Project ID must start with"),
        (OPERATOR_PROJECT, "hunter2", "Secret is too short"),
    ] {
        let setup = TestEnv::new().set_var("STYTCH_PROJECT_ID", project).set_var("STYTCH_SECRET", secret);
        let message = setup.startup_error()?;
        assert!(message.contains("STYTCH_") && message.contains(label), "{message}");
        assert!(secret.is_empty() || !message.contains(secret), "{message}");
    }
    Ok(())
}

#[test]
fn settings_can_be_printed_without_the_secret() -> Result<()> {
    let printed = format!("{:?}", TestEnv::new().with_operator_credential().to_settings()?);
    assert!(!printed.contains(OPERATOR_SECRET) && printed.contains("REDACTED"), "{printed}");
    Ok(())
}

#[test]
fn an_empty_variable_counts_as_not_set() -> Result<()> {
    let empty = ENVIRONMENT_VARIABLES.iter().fold(TestEnv::new(), |setup, (name, ..)| setup.set_var(name, ""));
    let settings = empty.to_settings()?;
    assert!(
        settings.credentials.is_empty() && settings.allowed_hosts.is_empty() && settings.allowed_origins.is_empty()
    );
    Ok(())
}

#[test]
fn help_describes_every_variable() {
    let help = render_help();
    for (name, default, meaning) in ENVIRONMENT_VARIABLES {
        let names = variable_names(name).join(", ");
        assert!(help.contains(&names) && help.contains(default) && help.contains(meaning), "{name}");
    }
    assert!(help.contains(SECRET_FILES_HELP));
}

/// Path of the document that lists all settings.
const DOCUMENTATION: &str = "docs/settings.md";

fn read_documentation() -> Result<String> {
    Ok(fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENTATION))?)
}

#[test]
fn the_documentation_lists_every_variable_with_its_default() -> Result<()> {
    let documentation = read_documentation()?;
    for (name, default, _) in ENVIRONMENT_VARIABLES {
        let names = variable_names(name).join("`, `");
        let row = documentation.lines().find(|line| line.starts_with(&format!("| `{names}` |")));
        let row = row.with_context(|| format!("{DOCUMENTATION} has no row for {name}"))?;
        ensure!(row.contains(default), "{DOCUMENTATION} does not say that {name} is {default} by default: {row}");
    }
    let text = documentation.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!(text.contains(SECRET_FILES_HELP), "{DOCUMENTATION} does not explain NAME_FILE");
    Ok(())
}

#[test]
fn help_and_the_documentation_list_every_key_of_the_file() -> Result<()> {
    let documentation = read_documentation()?;
    let help = help_config();
    for key in CONFIG_KEYS {
        let row = format!("| `{}` | {} |", key.path, key.description);
        ensure!(documentation.contains(&row), "{DOCUMENTATION} has no row {row}");
        ensure!(
            help.contains(key.description) && help.contains(key.example),
            "--help config does not describe {}",
            key.path
        );
    }
    Ok(())
}
