//! `explorer.toml`: providers by settings.

use super::{
    access, address, policy,
    reference::References,
    table::{File, Table, kind},
};
use crate::{
    auth::access::Access,
    gateway::credential::GivenCredential,
    model::{
        Arguments,
        provider::{EXAMPLE, Environment},
    },
    providers::{self, DocumentSource, Preset, ProviderSettings},
};
use anyhow::{Context, ensure};
use serde_json::{Number, Value};
use std::{fs, path::Path};
use toml::{Spanned, de::DeValue};

/// Parts of a credential that go together.
const KINDS: [&[&str]; 4] = [&["token"], &["username", "password"], &["key"], &["client_id", "client_secret"]];

/// What a file sets.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) providers: Vec<(ProviderSettings, Option<GivenCredential>)>,
    /// Who may use the explorer.
    pub(crate) access: Option<Access>,
    /// What its owner should know, though it is not wrong.
    pub(crate) warnings: Vec<String>,
}

/// Reads a file of settings.
///
/// # Errors
/// Where it cannot be used: everything that is wrong, each with its place and what to do.
pub(crate) fn read(path: &Path, variable: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Contents> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .with_context(|| format!("the settings {shown} cannot be read. Correct --config or EXPLORER_CONFIG"))?;
    let file = File::new(shown.to_string(), &text);
    let references = References { variable, folder: path.parent().unwrap_or(Path::new("")) };
    let mut contents = Contents::default();
    if let Some(root) = file.parse() {
        let root = Table::new(&file, "", root.get_ref(), 0);
        for table in root.tables("provider", "provider") {
            provider(table, references, &mut contents);
        }
        let table = root.table("access", "access");
        contents.access = table.map(|table| access::read(table, references, &mut contents.warnings));
    }
    let faults = file.into_faults();
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(contents)
}

fn provider(table: Table, references: References, contents: &mut Contents) {
    let Some(id) = table.required("id", "It becomes the first part of its addresses, like \"github\".", address::id)
    else {
        return;
    };
    if let Some((first, _)) = contents.providers.iter().find(|(known, _)| known.id == id) {
        let message = format!("is {id:?}, as it is already at {}. Give each provider its own.", first.place);
        table.wrong("id", table.at("id"), &message);
    }
    let document = table.text("document", |text| source(text, references.folder));
    let mut provider = match (providers::built_in(&id), document) {
        (Some(built_in), Some(document)) => ProviderSettings { document, ..built_in },
        (Some(built_in), None) => built_in,
        (None, document) => {
            if !table.has("document") {
                table.missing("document", "Give the path or the https URL of an OpenAPI document.");
            }
            ProviderSettings::new(&id, document.unwrap_or_else(|| String::new().into()))
        }
    };
    provider.place = table.file.place(table.at("id"));
    provider.title = table.text("title", address::words).or(provider.title);
    provider.package = table.text("package", address::package).unwrap_or(provider.package);
    provider.base_url = table.text("base_url", address::server);
    provider.servers = servers(table);
    provider.presets = table.tables("preset", "provider.preset").into_iter().filter_map(preset).collect();
    if let Some(table) = table.table("policy", "provider.policy") {
        provider.policy = policy::read(table, provider.policy);
    }
    let credential = table.table("credential", "provider.credential");
    let credential =
        credential.and_then(|table| self::credential(table, references, &mut provider, &mut contents.warnings));
    contents.providers.push((provider, credential));
}

fn source(text: &str, folder: &Path) -> Result<DocumentSource, String> {
    if text.trim().is_empty() {
        return Err("is empty. Give the path or the https URL of an OpenAPI document.".into());
    }
    if text.contains("://") {
        return address::web_address(text).map(DocumentSource::Url);
    }
    Ok(DocumentSource::File(folder.join(text)))
}

/// URLs, or tables with a name; those without are numbered, as a document's are.
fn servers(table: Table) -> Vec<Environment> {
    let mut servers: Vec<Environment> = Vec::new();
    for value in table.list("servers") {
        let number = servers.len() + 1;
        let (name, url) = if let DeValue::Table(_) = value.get_ref() {
            let Some(server) = table.table_of("servers", "provider.servers", value) else { continue };
            let url = server.required("url", "It is the server's address.", address::server);
            (server.text("name", address::words), url)
        } else {
            (None, table.text_of("servers", value, address::server))
        };
        let (name, at) = (name.unwrap_or_else(|| format!("server{number}")), value.span().start);
        if name == EXAMPLE {
            table.wrong("servers", at, "cannot have the name \"example\": the built-in environment has it.");
        }
        if servers.iter().any(|known| known.name == name) {
            table.wrong("servers", at, &format!("has the name {name:?} twice. Give each server its own."));
        }
        servers.extend(url.map(|url| Environment { name, url: url.as_str().trim_end_matches('/').to_owned() }));
    }
    if table.is_empty_list("servers") {
        table.wrong(
            "servers",
            table.at("servers"),
            "names no server. Name one, or leave it out for the document's own.",
        );
    }
    servers
}

fn preset(table: Table) -> Option<Preset> {
    let operation = table.required("operation", "It is the name on an operation's page.", address::words);
    let title = table.required("title", "It tells people what the preset shows.", address::words);
    let arguments = if let Some(value) = table.get("arguments") {
        match json(value) {
            Ok(Value::Object(arguments)) => Some(arguments),
            Ok(_) => {
                table.wrong("arguments", value.span().start, &format!("must be a table, not {}.", kind(value)));
                None
            }
            Err((at, message)) => {
                table.wrong("arguments", at, message);
                None
            }
        }
    } else {
        table.missing("arguments", "It is a table of what the preset fills in.");
        None
    };
    let place = table.file.place(table.at);
    Some(Preset { operation: operation?, title: title?, arguments: arguments?, place })
}

/// TOML as JSON, fields in the order in which they were written.
fn json(value: &Spanned<DeValue>) -> Result<Value, (usize, &'static str)> {
    let at = value.span().start;
    let number = |number: Option<Number>| number.map(Value::Number).ok_or((at, "holds a number that JSON has not."));
    match value.get_ref() {
        DeValue::String(text) => Ok(Value::from(&**text)),
        DeValue::Integer(integer) => {
            number(i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(Number::from))
        }
        DeValue::Float(float) => number(float.as_str().parse().ok().and_then(Number::from_f64)),
        DeValue::Boolean(boolean) => Ok(Value::Bool(*boolean)),
        DeValue::Datetime(date) => Ok(Value::from(date.to_string())),
        DeValue::Array(items) => items.iter().map(json).collect::<Result<_, _>>().map(Value::Array),
        DeValue::Table(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            let fields = entries.into_iter().map(|(key, value)| Ok((key.get_ref().to_string(), json(value)?)));
            fields.collect::<Result<Arguments, _>>().map(Value::Object)
        }
    }
}

/// The operator's credential, and the only hosts that it may be sent to.
fn credential(
    table: Table,
    references: References,
    provider: &mut ProviderSettings,
    warnings: &mut Vec<String>,
) -> Option<GivenCredential> {
    let hosts: Vec<String> =
        table.list("hosts").filter_map(|host| table.text_of("hosts", host, address::host)).collect();
    if table.has("hosts") {
        if table.is_empty_list("hosts") {
            table.wrong("hosts", table.at("hosts"), "names no host. Name those that the credential may be sent to.");
        }
        provider.hosts = hosts;
    }
    let scheme = table.text("scheme", address::words);
    let given: Vec<&str> = KINDS.into_iter().flatten().copied().filter(|part| table.has(part)).collect();
    if given.is_empty() {
        if table.has("scheme") {
            table.wrong("scheme", table.at("scheme"), "stands without a secret. Add one, like token = \"env:NAME\".");
        }
        return None;
    }
    if !KINDS.contains(&&*given) {
        let kinds = "token; username and password; key; client_id and client_secret";
        let message = format!("`provider.credential` has {}. It must have one of: {kinds}.", given.join(" and "));
        table.file.fault(table.at, &message);
    }
    if provider.hosts.is_empty() && !table.has("hosts") {
        table.missing(
            "hosts",
            "List the only hosts that this credential may be sent to: hosts = [\"api.example.com\"].",
        );
    }
    let secret = |part: &str| {
        let found = table.text(part, |reference| references.read(reference))?;
        warnings.extend(found.warning);
        Some((part.to_owned(), found.secret))
    };
    let parts = given.into_iter().filter_map(secret).collect();
    provider.credential_scheme.clone_from(&scheme);
    Some(GivenCredential { scheme, parts })
}
