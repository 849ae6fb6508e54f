//! `api-explorer check`: what the settings and the documents say, and what is wrong with them.

use crate::settings::Settings;
use crate::{
    auth::access::Rule,
    model::provider::EXAMPLE,
    openapi::Fault,
    providers::{Catalog, CatalogEntry, DocumentSource, LoadError},
    store::Database,
};
use std::fmt::Write;
use url::Url;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The report, for people.
    pub text: String,
    /// Whether a server with these settings would start, and serve every provider.
    pub serves_all: bool,
    /// How many parts of documents are not understood.
    pub faults: usize,
}

impl Report {
    /// Whether all is well; strictly, faults of documents count too.
    pub fn is_good(&self, strict: bool) -> bool {
        self.serves_all && !(strict && self.faults > 0)
    }
}

/// Reads settings and documents as a start does, and reports. No part of a credential is in the report.
pub fn check(settings: anyhow::Result<Settings>) -> Report {
    let settings = match settings {
        Ok(settings) => settings,
        Err(error) => {
            let text = format!("{error:#}\n\nIt cannot start: the settings are wrong.\n");
            return Report { text, ..Report::default() };
        }
    };
    let file = settings.file.as_ref().map(|path| path.display().to_string());
    let mut lines = vec![format!("settings: {}", file.as_deref().unwrap_or("environment variables only"))];
    lines.push(format!("access: {}", access(&settings)));
    lines.push(format!("store: {}", store(&settings)));
    lines.extend(settings.warnings.iter().map(|warning| format!("warning: {warning}")));
    let (mut faults, mut unusable) = (0, Vec::new());
    // A wrong setting stops the start, and that no provider is left: one is served now, or may be later.
    let (mut is_wrong, mut is_any_left) = (false, false);
    for (provider, entry) in settings.providers.iter().zip(Catalog::load_each(settings.providers.clone())) {
        match entry {
            Ok(entry) => {
                let found = entry.document.check();
                is_any_left = true;
                faults += found.len();
                lines.push(describe(&entry, &found, &settings));
            }
            Err(error) => {
                let is_at_url = matches!(provider.document, DocumentSource::Url(_));
                is_wrong |= !is_at_url && matches!(error, LoadError::Setting(_));
                is_any_left |= is_at_url;
                lines.push(format!("\n{}\n  cannot be used: {:#}", provider.id, error.of(provider)));
                unusable.push(provider.id.as_str());
            }
        }
    }
    lines.push(match (unusable.is_empty(), faults) {
        (false, _) if is_any_left && !is_wrong => {
            let unusable = unusable.join(", ");
            format!("\nIt can start, but without {unusable}. With --strict, a wrong file stops the start.\n")
        }
        (false, _) => format!("\nIt cannot start: {} cannot be used.\n", unusable.join(", ")),
        (true, 0) => "\nIt can start. No faults.\n".into(),
        (true, 1) => "\nIt can start. 1 fault: that part is left out, the rest works.\n".into(),
        (true, faults) => format!("\nIt can start. {faults} faults: those parts are left out, the rest works.\n"),
    });
    Report { text: lines.join("\n"), serves_all: unusable.is_empty(), faults }
}

/// Who may use the server, from where.
fn access(settings: &Settings) -> String {
    let who = match settings.access.rule() {
        Rule::Local => "whoever is at this machine, as its operator",
        Rule::Open => "everybody, with credentials of their own",
        Rule::SignIn => "who signs in",
        Rule::Public => "everybody, within the budgets of the policies",
    };
    format!("{who}; listens on {}", settings.address)
}

/// Where data is kept. It is not opened: that would make one.
fn store(settings: &Settings) -> String {
    match &settings.store.database {
        Database::Sqlite(path) => format!("SQLite, {}", path.display()),
        Database::Postgres(_) => "PostgreSQL, as DATABASE_URL says".into(),
    }
}

/// A provider in a few lines, and its faults.
fn describe(entry: &CatalogEntry, faults: &[Fault], settings: &Settings) -> String {
    let (provider, document) = (&entry.provider, &entry.document);
    let servers: Vec<String> =
        provider.environments.iter().map(|server| format!("{} {}", server.name, server.url)).collect();
    let names = provider.environments.iter().map(|server| server.name.as_str());
    let schemes: Vec<String> =
        document.schemes.iter().map(|scheme| format!("{} ({})", scheme.id, scheme_words(entry, &scheme.id))).collect();
    let mut lines = vec![
        ("document", entry.settings.document.to_string()),
        ("title", document.title.clone()),
        ("version", document.version.clone()),
        ("operations", format!("{}, in groups: {}", document.listings.len(), document.groups.len())),
        ("servers", or_none(&servers)),
        ("environments", names.chain([EXAMPLE]).collect::<Vec<_>>().join(", ")),
        ("security", or_none(&schemes)),
        ("credential", credential(entry, settings)),
    ];
    lines.extend(entry.settings.base_url.as_ref().map(|url| ("base URL", url.to_string())));
    lines.extend(unreached(entry, settings).map(|server| ("warning", server)));
    lines.extend(
        entry.settings.presets.iter().map(|preset| ("preset", format!("{}: {}", preset.operation, preset.title))),
    );
    lines.extend(faults.iter().map(|fault| ("fault", fault.to_string())));
    let mut text = format!("\n{}: {}", provider.id, provider.title);
    for (name, value) in lines {
        let _ = write!(text, "\n  {name:<13} {value}");
    }
    text
}

/// What a scheme is, or why it cannot be used.
fn scheme_words(entry: &CatalogEntry, scheme: &str) -> String {
    entry.scheme_words(scheme).unwrap_or_else(|reason| ["not supported: ", &reason].concat())
}

/// Whether the operator's credential is set, and where it may go.
fn credential(entry: &CatalogEntry, settings: &Settings) -> String {
    let hosts = match &entry.settings.base_url {
        Some(url) => url.host_str().unwrap_or_default().to_owned(),
        None => or_none(&entry.settings.hosts),
    };
    match settings.credentials.get(&entry.provider.id) {
        Some(given) => {
            let parts: Vec<&str> = given.parts.keys().map(String::as_str).collect();
            let scheme = given.scheme.as_ref().map(|scheme| format!(" for {scheme}")).unwrap_or_default();
            format!("set: {}{scheme}; sent only to: {hosts}", parts.join(" and "))
        }
        None if entry.settings.hosts.is_empty()
            && entry.settings.base_url.is_none()
            && !entry.document.schemes.is_empty() =>
        {
            "not set; visitors' own are sent nowhere until `provider.credential.hosts` lists where they may go".into()
        }
        None => format!("not set, visitors bring theirs; sent only to: {hosts}"),
    }
}

/// Servers that the operator's credential does not reach, since its settings do not list their hosts.
fn unreached<'a>(entry: &'a CatalogEntry, settings: &'a Settings) -> impl Iterator<Item = String> + 'a {
    let matters = settings.credentials.contains_key(&entry.provider.id) && entry.settings.base_url.is_none();
    let servers = entry.provider.environments.iter().filter(move |_| matters);
    servers.filter_map(|server| {
        let host = Url::parse(&server.url).ok()?.host_str()?.to_owned();
        let listed = entry.settings.hosts.contains(&host);
        (!listed).then(|| format!("the credential is not sent to {}: `hosts` does not list {host}", server.name))
    })
}

fn or_none(items: &[String]) -> String {
    if items.is_empty() { "none".into() } else { items.join(", ") }
}
