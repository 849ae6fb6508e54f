//! `api-explorer check`: reports the settings and documents, and their faults.

use crate::{
    audit::AuditExport,
    auth::access::AccessMode,
    model::provider::EXAMPLE_ENVIRONMENT,
    openapi::Diagnostic,
    providers::{Catalog, CatalogEntry, DocumentSource, LoadError},
    server::{documents::ensure_credential_resolves, escape_control_characters, format_error},
    settings::Settings,
    store::{
        Database,
        key::{KeySource, SealingKey},
    },
};
use anyhow::ensure;
use std::{fmt::Write, path::Path};
use url::Url;

/// Result of a check.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// Report text.
    pub text: String,
    /// True if a server with these settings starts and serves every provider.
    pub can_serve_all: bool,
    /// Number of faults in the documents.
    pub fault_count: usize,
    /// The documents whose versions must be accepted, because their providers have an operator's credential.
    pub documents: Vec<CatalogEntry>,
}

impl CheckReport {
    /// Returns true if the check passed. If `strict` is set, faults in documents also fail it.
    pub fn is_success(&self, strict: bool) -> bool {
        self.can_serve_all && !(strict && self.fault_count > 0)
    }
}

/// Reads settings and documents as the server does at startup, and reports on them. The report contains no part of a
/// credential.
pub fn check_settings(settings: anyhow::Result<Settings>) -> CheckReport {
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => {
            let text = format!("{}\n\nThe server cannot start: the settings are invalid.\n", format_error(&error));
            return CheckReport { text, ..CheckReport::default() };
        }
    };
    let config_path = settings.config_path.as_ref().map(|path| path.display().to_string());
    let mut lines = vec![format!("settings: {}", config_path.as_deref().unwrap_or("environment variables only"))];
    lines.push(format!("access: {}", describe_access(&settings)));
    lines.push(format!("store: {}", describe_store(&settings)));
    lines.extend(settings.warnings.iter().map(|warning| format!("warning: {warning}")));
    let (mut fault_count, mut unusable_ids, mut documents) = (0, Vec::new(), Vec::new());
    // The server does not start if a setting is invalid, or if no provider can be served now or later.
    let (mut can_start, mut can_serve_any) = (true, false);
    for error in [ensure_key_usable(&settings), ensure_export_usable(&settings)].into_iter().filter_map(Result::err) {
        can_start = false;
        lines.push(format!("error: {}", escape_control_characters(&format!("{error:#}"))));
    }
    for (provider, entry) in settings.providers.iter().zip(Catalog::load_each(settings.providers.clone())) {
        let credential = settings.credentials.get(&provider.id);
        match entry.and_then(|entry| ensure_credential_resolves(entry, credential)) {
            Ok(entry) => {
                let document_faults = entry.collect_diagnostics();
                can_serve_any = true;
                fault_count += document_faults.len();
                lines.push(describe_provider(&entry, document_faults, &settings));
                if entry.settings.must_accept_changes() && credential.is_some() {
                    documents.push(entry);
                }
            }
            Err(error) => {
                let is_remote = matches!(provider.document, DocumentSource::Url(_));
                can_start &= is_remote || !matches!(error, LoadError::Setting(_));
                can_serve_any |= is_remote;
                let error = format!("{:#}", error.with_provider(provider));
                let error = escape_control_characters(&error);
                lines.push(format!("\n{}\n  cannot be used: {error}", provider.id));
                unusable_ids.push(provider.id.as_str());
            }
        }
    }
    lines.push(match (unusable_ids.is_empty(), fault_count) {
        (true, _) if !can_start => "\nThe server cannot start: the settings are invalid.\n".into(),
        (false, _) if can_serve_any && can_start => {
            let unusable = unusable_ids.join(", ");
            format!(
                "\nThe server can start, but without {unusable}. With --strict, an invalid file prevents the start.\n"
            )
        }
        (false, _) => format!("\nThe server cannot start: {} cannot be used.\n", unusable_ids.join(", ")),
        (true, 0) => "\nThe server can start. No faults.\n".into(),
        (true, 1) => "\nThe server can start. 1 fault: the faulty part is left out; the rest works.\n".into(),
        (true, faults) => {
            format!("\nThe server can start. {faults} faults: the faulty parts are left out; the rest works.\n")
        }
    });
    let can_serve_all = can_start && unusable_ids.is_empty();
    CheckReport { text: lines.join("\n"), can_serve_all, fault_count, documents }
}

/// Checks the key of the store as the server does, if there is one already: the server creates a missing file.
fn ensure_key_usable(settings: &Settings) -> anyhow::Result<()> {
    match &settings.store.key {
        KeySource::File(path) if !path.exists() => Ok(()),
        source => SealingKey::load(source, false).map(drop),
    }
}

/// Checks the place that audit records are exported to as the server does, which creates a missing file.
fn ensure_export_usable(settings: &Settings) -> anyhow::Result<()> {
    match &settings.audit_export {
        Some(AuditExport::File(path)) if !path.exists() => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            ensure!(
                folder.is_none_or(Path::is_dir),
                "audit records cannot be exported to {}: its folder does not exist; check EXPLORER_AUDIT_EXPORT",
                path.display()
            );
            Ok(())
        }
        Some(export) => export.ensure_usable(),
        None => Ok(()),
    }
}

/// Describes who may use the server, and its listen address.
fn describe_access(settings: &Settings) -> String {
    let audience = match settings.access.mode() {
        AccessMode::Local => "users of this machine, as the operator",
        AccessMode::Open => "everyone, with their own credentials",
        AccessMode::SignIn => "users who sign in",
        AccessMode::Public => "everyone, within the budgets of the policies",
    };
    format!("{audience}; listens on {}", settings.listen_address)
}

/// Describes the store without opening it, which would create it.
fn describe_store(settings: &Settings) -> String {
    match &settings.store.database {
        Database::Sqlite(path) => format!("SQLite, {}", path.display()),
        Database::Postgres(_) => "PostgreSQL, set in DATABASE_URL".into(),
    }
}

/// Describes a provider and its faults in a few lines.
fn describe_provider(entry: &CatalogEntry, faults: &[Diagnostic], settings: &Settings) -> String {
    let (provider, document) = (&entry.provider, &entry.document);
    let servers: Vec<String> =
        provider.environments.iter().map(|server| format!("{} {}", server.name, server.url)).collect();
    let names = provider.environments.iter().map(|server| server.name.as_str());
    let schemes: Vec<String> = entry
        .named_schemes()
        .iter()
        .map(|scheme| format!("{} ({})", scheme.id, describe_scheme(entry, &scheme.id)))
        .collect();
    let mut lines = vec![
        ("document", entry.settings.document.to_string()),
        ("title", document.title.clone()),
        ("version", document.version.clone()),
        ("operations", format!("{}, in groups: {}", document.operations.len(), document.groups.len())),
        ("servers", join_or_none(&servers)),
        ("environments", names.chain([EXAMPLE_ENVIRONMENT]).collect::<Vec<_>>().join(", ")),
        ("security", join_or_none(&schemes)),
        ("credential", describe_credential(entry, settings)),
    ];
    lines.extend(entry.settings.overlays.iter().map(|overlay| ("overlay", overlay.to_string())));
    lines.extend(entry.settings.base_url.as_ref().map(|url| ("base URL", url.to_string())));
    lines.extend(unlisted_server_warnings(entry, settings).map(|server| ("warning", server)));
    lines.extend(
        entry.settings.presets.iter().map(|preset| ("preset", format!("{}: {}", preset.operation, preset.title))),
    );
    lines.extend(faults.iter().map(|fault| ("fault", fault.to_string())));
    let mut text = format!("\n{}: {}", provider.id, escape_control_characters(&provider.title));
    for (name, value) in lines {
        let _ = write!(text, "\n  {name:<13} {}", escape_control_characters(&value));
    }
    text
}

/// Describes a security scheme, or the reason why it is not supported.
fn describe_scheme(entry: &CatalogEntry, scheme: &str) -> String {
    entry.describe_scheme(scheme).unwrap_or_else(|reason| format!("not supported: {reason}"))
}

/// Describes the operator's credential and the hosts that it may be sent to.
fn describe_credential(entry: &CatalogEntry, settings: &Settings) -> String {
    let hosts = match &entry.settings.base_url {
        Some(url) => url.host_str().unwrap_or_default().to_owned(),
        None => join_or_none(&entry.settings.hosts),
    };
    match settings.credentials.get(&entry.provider.id) {
        Some(credential) => {
            let parts: Vec<&str> = credential.parts.keys().map(String::as_str).collect();
            let scheme = credential.scheme.as_ref().map(|scheme| format!(" for {scheme}")).unwrap_or_default();
            format!("set: {}{scheme}; sent only to: {hosts}", parts.join(" and "))
        }
        None if entry.document.security_schemes.is_empty() => {
            "not set, and the document names none; `provider.security` says how the API takes one".into()
        }
        None if entry.settings.hosts.is_empty() && entry.settings.base_url.is_none() => {
            "not set; callers' own are not sent until `provider.credential.hosts` lists the allowed hosts".into()
        }
        None => format!("not set, callers supply their own; sent only to: {hosts}"),
    }
}

/// Returns a warning for each server that does not receive the operator's credential because `hosts` does not list it.
fn unlisted_server_warnings<'a>(entry: &'a CatalogEntry, settings: &'a Settings) -> impl Iterator<Item = String> + 'a {
    let is_applicable = settings.credentials.contains_key(&entry.provider.id) && entry.settings.base_url.is_none();
    let servers = entry.provider.environments.iter().filter(move |_| is_applicable);
    servers.filter_map(|server| {
        let host = Url::parse(&server.url).ok()?.host_str()?.to_owned();
        let is_listed = entry.settings.hosts.contains(&host);
        (!is_listed).then(|| format!("the credential is not sent to {}: `hosts` does not list {host}", server.name))
    })
}

fn join_or_none(items: &[String]) -> String {
    if items.is_empty() { "none".into() } else { items.join(", ") }
}
