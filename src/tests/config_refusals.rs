//! Tests that invalid settings in `explorer.toml` stop the start with their name, their location and a remedy, and that
//! no secret is repeated.

use crate::{
    config::{folder, setup},
    support::{OPERATOR_PROJECT, OPERATOR_SECRET},
};
use anyhow::{Context, Result};
use api_explorer::{cli::check::check_settings, providers::RESERVED_PATHS};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const SECRET_LITERAL: &str = "sk-live-a-secret-that-nobody-may-see";

/// Returns the error with which a server with this file does not start under `--strict`, in its settings or its
/// documents.
fn refusal(toml: &str) -> Result<String> {
    setup(&folder(toml)?).set_var("SET", OPERATOR_SECRET).startup_error().with_context(|| toml.to_owned())
}

fn provider(rest: &str) -> String {
    ["[[provider]]\nid = \"weather\"\ndocument = \"weather.json\"\n", rest].concat()
}

#[test]
fn invalid_settings_are_reported_with_location_and_remedy() -> Result<()> {
    for (rest, expected) in [
        ("titel = \"x\"", ["line 4, column 1", "`titel`", "Did you mean `title`?"]),
        ("colour = 1", ["line 4, column 1", "`colour`", "Known keys: id, document"]),
        ("title = 7", ["line 4, column 9", "`provider.title`", "must be a string in quotes"]),
        ("title = \"\"", ["line 4", "`provider.title`", "1 to 100 characters"]),
        ("servers = \"https://a.example\"", ["line 4", "`provider.servers`", "must be an array"]),
        ("servers = []", ["line 4", "`provider.servers`", "Add a server"]),
        ("servers = [\"http://a.example\"]", ["line 4, column 12", "`provider.servers`", "must be https"]),
        ("servers = [\"https://a.example?x=1\"]", ["line 4", "`provider.servers`", "Remove the query"]),
        ("servers = [{ nam = \"a\" }]", ["line 4", "`nam`", "Did you mean `name`?"]),
        ("servers = [{ name = \"example\", url = \"https://a.example\" }]", ["line 4", "example", "built-in"]),
        ("base_url = \"gateway\"", ["line 4", "`provider.base_url`", "must be a URL"]),
        ("package = \"'; rm\"", ["line 4", "`provider.package`", "npm package"]),
        ("title = \"x", ["line 4", "not valid TOML", "missing quote"]),
        ("[provider.credential]\nscheme = \"basicAuth\"", ["line 5", "`provider.credential.scheme`", "Add one"]),
        (
            "[provider.credential]\ntoken = \"env:SET\"",
            ["line 4", "`provider.credential.hosts`", "List the only hosts"],
        ),
        (
            "[provider.credential]\nhosts = [\"https://a.example\"]",
            ["line 5", "`provider.credential.hosts`", "with no scheme"],
        ),
        ("[provider.credential]\nhosts = [\"*.a.example\"]", ["line 5", "`provider.credential.hosts`", "wildcard"]),
        (
            "[provider.credential]\nusername = \"env:SET\"\nhosts = [\"a.example\"]",
            ["line 4", "username", "username and password"],
        ),
        ("[provider.credential]\ntoken = \"env:UNSET\"\nhosts = [\"a.example\"]", ["line 5", "UNSET", "not set"]),
        (
            "[provider.credential]\ntoken = \"file:lost\"\nhosts = [\"a.example\"]",
            ["line 5", "lost", "Correct the path"],
        ),
        (
            "[provider.credential]\nscheme = \"basicAuht\"\nkey = \"env:SET\"\nhosts = [\"a.example\"]",
            ["line 2", "`provider.credential.scheme`", "basicAuth"],
        ),
        (
            "[[provider.preset]]\noperation = \"today\"\ntitle = \"x\"",
            ["line 4", "`provider.preset.arguments`", "is missing"],
        ),
        (
            "[[provider.preset]]\noperation = \"todya\"\ntitle = \"x\"\narguments = {}",
            ["line 4", "`provider.preset.operation`", "Did you mean \"today\"?"],
        ),
        (
            "[[provider.preset]]\noperation = \"today\"\ntitle = \"x\"\narguments = { place = nan }",
            ["line 7", "`provider.preset.arguments`", "a number that JSON cannot represent"],
        ),
        ("[[provider]]\nid = \"weather\"\ndocument = \"weather.json\"", ["line 5", "`provider.id`", "already used at"]),
    ] {
        let message = refusal(&provider(rest))?;
        for expected in expected.into_iter().chain(["explorer.toml"]) {
            assert!(message.contains(expected), "{expected:?} is missing for {rest:?} in: {message}");
        }
    }
    Ok(())
}

#[test]
fn a_credential_that_does_not_match_the_document_prevents_the_start() -> Result<()> {
    for (parts, expected) in [
        ("token = \"env:SET\"", "match no security scheme"),
        ("scheme = \"basicAuth\"\nkey = \"env:SET\"", "\"key\" is not a part of \"basicAuth\""),
    ] {
        let toml = provider(&format!("[provider.credential]\n{parts}\nhosts = [\"a.example\"]"));
        let message = refusal(&toml)?;
        assert!(message.contains(expected), "{parts}: {message}");
        // Such a setting prevents the start also without `--strict`.
        let report = check_settings(setup(&folder(&toml)?).set_var("SET", OPERATOR_SECRET).to_settings());
        assert!(report.text.contains(expected) && report.text.contains("The server cannot start"), "{}", report.text);
        assert!(!report.text.contains(OPERATOR_SECRET), "{}", report.text);
    }
    Ok(())
}

#[test]
fn check_reports_a_key_and_an_export_with_which_the_server_does_not_start() -> Result<()> {
    let folder = folder("")?;
    let lost = folder.path().join("lost/audit.jsonl");
    for (name, value, expected) in [
        ("EXPLORER_KEY", "too-short", "EXPLORER_KEY cannot be used"),
        ("EXPLORER_AUDIT_EXPORT", &format!("file:{}", lost.display()), "check EXPLORER_AUDIT_EXPORT"),
        ("EXPLORER_AUDIT_EXPORT", &format!("syslog:{}", lost.display()), "check EXPLORER_AUDIT_EXPORT"),
    ] {
        let report = check_settings(setup(&folder).set_var(name, value).to_settings());
        assert!(report.text.contains(expected) && report.text.contains("The server cannot start"), "{}", report.text);
        assert!(!report.is_success(false) && !report.text.contains("too-short"), "{}", report.text);
    }
    let export = folder.path().join("audit.jsonl");
    let report = check_settings(
        setup(&folder).set_var("EXPLORER_AUDIT_EXPORT", &format!("file:{}", export.display())).to_settings(),
    );
    assert!(report.is_success(true) && !export.exists(), "{}", report.text);
    Ok(())
}

#[test]
fn a_document_that_cannot_be_read_prevents_the_start() -> Result<()> {
    for (document, expected) in [
        ("lost.yaml", "No such file"),
        (".", "not a file"),
        ("explorer.toml", "is not a valid OpenAPI document"),
        ("http://a.example/x.json", "must be https"),
        ("ftp://a.example/x.json", "must be https"),
        ("https://me:secret@a.example/x.json", "must not have a user name"),
        ("", "is empty"),
    ] {
        let message = refusal(&format!("[[provider]]\nid = \"weather\"\ndocument = \"{document}\""))?;
        assert!(message.contains(expected) && message.contains("explorer.toml, line"), "{document}: {message}");
        assert!(!message.contains("me:secret"), "{message}");
    }
    assert!(refusal("[[provider]]\nid = \"weather\"")?.contains("`provider.document` is missing"));
    Ok(())
}

#[test]
fn an_id_has_no_special_characters_and_is_not_a_reserved_path() -> Result<()> {
    for id in ["", "Weather", "a b", "a/b", "-a", "..", "é"].into_iter().chain(RESERVED_PATHS) {
        let message = refusal(&format!("[[provider]]\nid = \"{id}\"\ndocument = \"weather.json\""))?;
        assert!(message.contains("`provider.id`") && message.contains("line 2"), "{id}: {message}");
    }
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("public"))? {
        let name = file?.file_name().into_string().ok().context("a name in UTF-8")?;
        assert!(RESERVED_PATHS.contains(&name.as_str()), "public/{name} is not among the site's own addresses");
    }
    Ok(())
}

#[test]
fn a_secret_in_the_file_is_refused_and_never_repeated() -> Result<()> {
    for rest in [
        format!("[provider.credential]\ntoken = \"{SECRET_LITERAL}\"\nhosts = [\"a.example\"]"),
        format!("[provider.credential]\ntoken = \"env:{SECRET_LITERAL}\"\nhosts = [\"a.example\"]"),
        format!("[provider.credential]\ntoken = \"{SECRET_LITERAL}\nhosts = [\"a.example\"]"),
        format!("[provider.credential]\ntoken = {SECRET_LITERAL}\nhosts = [\"a.example\"]"),
        format!("[provider.credential]\ntoken = [\"{SECRET_LITERAL}\"]\nhosts = [\"a.example\"]"),
        format!("[provider.credential]\nhosts = [\"{SECRET_LITERAL}/x\"]"),
        format!("credential = \"{SECRET_LITERAL}\""),
        format!("title = [\"{SECRET_LITERAL}\"]"),
    ] {
        let message = refusal(&provider(&rest))?;
        assert!(!message.contains("a-secret"), "{message}");
        assert!(message.contains("explorer.toml, line "), "{message}");
    }
    Ok(())
}

#[test]
fn all_invalid_settings_are_reported_at_once() -> Result<()> {
    let message = refusal(&provider("titel = \"x\"\nservers = [\"a\"]\npackage = \"A\""))?;
    assert_eq!(message.lines().count(), 3, "{message}");
    Ok(())
}

#[test]
fn a_world_readable_secret_file_causes_a_warning() -> Result<()> {
    let toml = provider("[provider.credential]\ntoken = \"file:secret\"\nhosts = [\"a.example\"]");
    let folder = folder(&toml)?;
    let secret = folder.path().join("secret");
    fs::write(&secret, SECRET_LITERAL)?;
    for (mode, warnings) in [(0o644, 1), (0o640, 0), (0o600, 0)] {
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode))?;
        let settings = setup(&folder).to_settings()?;
        assert_eq!(settings.warnings.len(), warnings, "{mode:o} {:?}", settings.warnings);
        assert!(
            settings.warnings.iter().all(|warning| warning.contains("chmod 600") && !warning.contains(SECRET_LITERAL))
        );
        assert!(!format!("{settings:?}").contains(SECRET_LITERAL));
    }
    Ok(())
}

#[test]
fn operator_credentials_beyond_loopback_are_refused_without_an_access_rule() -> Result<()> {
    let folder = folder(&provider("[provider.credential]\ntoken = \"env:SET\"\nhosts = [\"a.example\"]"))?;
    let setup = setup(&folder).set_var("SET", OPERATOR_SECRET);
    setup.to_settings()?;
    let result = setup.set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000").set_var("EXPLORER_HOSTS", "a.example").to_settings();
    let message = format!("{:#}", result.err().context("the settings were accepted")?);
    assert!(message.contains("`provider.credential` of weather") && message.contains("explorer.toml"), "{message}");
    Ok(())
}

#[test]
fn a_credential_set_twice_is_refused() -> Result<()> {
    let toml = "[[provider]]\nid = \"stytch\"\nbase_url = \"https://a.example\"\n[provider.credential]\nusername = \
                \"env:U\"\npassword = \"env:P\"";
    let folder = folder(toml)?;
    let setup = setup(&folder).set_var("U", OPERATOR_PROJECT).set_var("P", OPERATOR_SECRET);
    setup.to_settings()?;
    for (name, value) in [("STYTCH_SECRET", OPERATOR_SECRET), ("STYTCH_BASE_URL", "https://b.example")] {
        let message =
            setup.clone().set_var(name, value).to_settings().err().context("the settings were accepted")?.to_string();
        assert!(message.contains(name) && message.contains("Keep one of the two"), "{message}");
    }
    Ok(())
}
