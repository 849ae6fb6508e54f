//! Settings in `explorer.toml`: providers, access and limits.

use super::{
    access,
    limits::{self, FileLimits},
    parsers, policy,
    secret_reference::SecretResolver,
    security, site,
    toml_reader::{TomlFile, TomlTable, value_kind},
};
use crate::{
    auth::access::AccessSettings,
    gateway::credential::CredentialConfig,
    model::{
        Arguments,
        branding::Branding,
        provider::{EXAMPLE_ENVIRONMENT, Environment},
    },
    providers::{self, DocumentSource, Preset, ProviderSettings},
};
use anyhow::{Context, ensure};
use serde_json::{Number, Value};
use std::{fs, path::Path};
use toml::{Spanned, de::DeValue};

/// Sets of credential parts that belong together.
const CREDENTIAL_PART_SETS: [&[&str]; 4] =
    [&["token"], &["username", "password"], &["key"], &["client_id", "client_secret"]];

/// Settings of a file.
#[derive(Debug, Default)]
pub(crate) struct FileSettings {
    pub(crate) providers: Vec<(ProviderSettings, Option<CredentialConfig>)>,
    /// Access settings.
    pub(crate) access: Option<AccessSettings>,
    /// Limits of what one network or signed-in caller may use.
    pub(crate) limits: Option<FileLimits>,
    /// Branding of the site.
    pub(crate) branding: Option<Branding>,
    /// Warnings for the operator about valid settings.
    pub(crate) warnings: Vec<String>,
}

/// Reads a settings file.
///
/// # Errors
/// Returns an error that lists all faults, each with its location and a correction.
pub(crate) fn read_settings_file(
    path: &Path,
    get_var: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<FileSettings> {
    let display_path = path.display();
    let text = fs::read_to_string(path).with_context(|| {
        format!("the settings file {display_path} cannot be read. Check --config or EXPLORER_CONFIG")
    })?;
    let file = TomlFile::new(display_path.to_string(), &text);
    let secret_resolver = SecretResolver { get_var, folder: path.parent().unwrap_or(Path::new("")) };
    let mut file_settings = FileSettings::default();
    if let Some(root) = file.parse() {
        let root = TomlTable::new(&file, "", root.get_ref(), 0);
        for table in root.subtables("provider", "provider") {
            read_provider(table, secret_resolver, &mut file_settings);
        }
        let table = root.subtable("access", "access");
        file_settings.access =
            table.map(|table| access::read_access_settings(table, secret_resolver, &mut file_settings.warnings));
        file_settings.limits = root.subtable("limits", "limits").map(limits::read_limits);
        file_settings.branding =
            root.subtable("site", "site").map(|table| site::read_branding(table, secret_resolver.folder));
    }
    let faults = file.into_errors();
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(file_settings)
}

fn read_provider(table: TomlTable, secret_resolver: SecretResolver, file_settings: &mut FileSettings) {
    let Some(id) = table.parse_required_string(
        "id",
        "It becomes the first part of the provider's URLs, like \"github\".",
        parsers::parse_provider_id,
    ) else {
        return;
    };
    if let Some((existing, _)) = file_settings.providers.iter().find(|(other, _)| other.id == id) {
        let message =
            format!("is {id:?}, which is already used at {}. Give each provider its own ID.", existing.source_location);
        table.report_invalid("id", table.value_offset("id"), &message);
    }
    let document = table.parse_string("document", |text| parse_document_source(text, secret_resolver.folder));
    let mut provider = match (providers::built_in_provider(&id), document) {
        (Some(built_in), Some(document)) => ProviderSettings { document, ..built_in },
        (Some(built_in), None) => built_in,
        (None, document) => {
            if !table.has("document") {
                table.report_missing("document", "Set it to the path or https URL of an OpenAPI document.");
            }
            ProviderSettings::new(&id, document.unwrap_or_else(|| String::new().into()))
        }
    };
    provider.source_location = table.file.location(table.value_offset("id"));
    provider.overlays = table
        .array_items("overlays")
        .filter_map(|item| {
            table.parse_string_value("overlays", item, |text| parse_overlay(text, secret_resolver.folder))
        })
        .collect();
    provider.title = table.parse_string("title", parsers::parse_short_text).or(provider.title);
    provider.logo = table.parse_string("logo", |path| site::read_logo(&secret_resolver.folder.join(path)));
    provider.category = table.parse_string("category", parsers::parse_short_text);
    provider.package = table.parse_string("package", parsers::parse_npm_package).unwrap_or(provider.package);
    provider.base_url = table.parse_string("base_url", parsers::parse_server_url);
    provider.servers = read_servers(table);
    provider.slash_parameters = table
        .array_items("path_slashes")
        .filter_map(|item| table.parse_string_value("path_slashes", item, parsers::parse_parameter_name))
        .collect();
    provider.presets = table.subtables("preset", "provider.preset").into_iter().filter_map(read_preset).collect();
    if let Some(table) = table.subtable("policy", "provider.policy") {
        provider.policy = policy::read_policy(table, provider.policy);
    }
    let security = table.subtable("security", "provider.security");
    provider.security_scheme = security.and_then(security::read_security_scheme);
    let credential = table.subtable("credential", "provider.credential");
    let credential = credential
        .and_then(|table| self::read_credential(table, secret_resolver, &mut provider, &mut file_settings.warnings));
    file_settings.providers.push((provider, credential));
}

fn parse_document_source(text: &str, folder: &Path) -> Result<DocumentSource, String> {
    if text.trim().is_empty() {
        return Err("is empty. Set it to the path or https URL of an OpenAPI document.".into());
    }
    if text.contains("://") {
        return parsers::parse_web_url(text).map(DocumentSource::Url);
    }
    Ok(DocumentSource::File(folder.join(text)))
}

fn parse_overlay(text: &str, folder: &Path) -> Result<DocumentSource, String> {
    if text.trim().is_empty() {
        return Err("contains an empty path. List the paths of overlays.".into());
    }
    if text.contains("://") {
        return Err(format!("contains {text:?}, but overlays cannot be read from URLs. Put it into a file."));
    }
    Ok(DocumentSource::File(folder.join(text)))
}

/// Reads servers: URLs, or tables with a name. Servers without a name are numbered, as those of a document are.
fn read_servers(table: TomlTable) -> Vec<Environment> {
    let mut servers: Vec<Environment> = Vec::new();
    for value in table.array_items("servers") {
        let number = servers.len() + 1;
        let (name, url) = if let DeValue::Table(_) = value.get_ref() {
            let Some(server) = table.subtable_from_value("servers", "provider.servers", value) else { continue };
            let url =
                server.parse_required_string("url", "Set it to the URL of the server.", parsers::parse_server_url);
            (server.parse_string("name", parsers::parse_short_text), url)
        } else {
            (None, table.parse_string_value("servers", value, parsers::parse_server_url))
        };
        let (name, offset) = (name.unwrap_or_else(|| format!("server{number}")), value.span().start);
        if name == EXAMPLE_ENVIRONMENT {
            table.report_invalid(
                "servers",
                offset,
                "cannot contain the name \"example\", which is the name of the built-in environment.",
            );
        }
        if servers.iter().any(|other| other.name == name) {
            table.report_invalid(
                "servers",
                offset,
                &format!("contains the name {name:?} twice. Give each server its own name."),
            );
        }
        servers.extend(url.map(|url| Environment::new(name, url.as_str().trim_end_matches('/'))));
    }
    if table.is_empty_array("servers") {
        table.report_invalid(
            "servers",
            table.value_offset("servers"),
            "is empty. Add a server, or remove it to use the servers of the document.",
        );
    }
    servers
}

fn read_preset(table: TomlTable) -> Option<Preset> {
    let operation = table.parse_required_string(
        "operation",
        "Set it to the name shown on the operation's page.",
        parsers::parse_short_text,
    );
    let title =
        table.parse_required_string("title", "Describe briefly what the preset shows.", parsers::parse_short_text);
    let arguments = if let Some(value) = table.get("arguments") {
        match toml_to_json(value) {
            Ok(Value::Object(arguments)) => Some(arguments),
            Ok(_) => {
                table.report_invalid(
                    "arguments",
                    value.span().start,
                    &format!("must be a table, not {}.", value_kind(value)),
                );
                None
            }
            Err((offset, message)) => {
                table.report_invalid("arguments", offset, message);
                None
            }
        }
    } else {
        table.report_missing("arguments", "It is a table of the values that the preset fills in.");
        None
    };
    let location = table.file.location(table.offset);
    Some(Preset { operation: operation?, title: title?, arguments: arguments?, source_location: location })
}

/// Converts TOML to JSON. Fields have the order in which they appear in the file.
fn toml_to_json(value: &Spanned<DeValue>) -> Result<Value, (usize, &'static str)> {
    let offset = value.span().start;
    let require_number = |number: Option<Number>| {
        number.map(Value::Number).ok_or((offset, "contains a number that JSON cannot represent."))
    };
    match value.get_ref() {
        DeValue::String(text) => Ok(Value::from(&**text)),
        DeValue::Integer(integer) => {
            require_number(i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(Number::from))
        }
        DeValue::Float(float) => require_number(float.as_str().parse().ok().and_then(Number::from_f64)),
        DeValue::Boolean(boolean) => Ok(Value::Bool(*boolean)),
        DeValue::Datetime(date) => Ok(Value::from(date.to_string())),
        DeValue::Array(items) => items.iter().map(toml_to_json).collect::<Result<_, _>>().map(Value::Array),
        DeValue::Table(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            let fields = entries.into_iter().map(|(key, value)| Ok((key.get_ref().to_string(), toml_to_json(value)?)));
            fields.collect::<Result<Arguments, _>>().map(Value::Object)
        }
    }
}

/// Reads the operator's credential and the only hosts that it may be sent to.
fn read_credential(
    table: TomlTable,
    secret_resolver: SecretResolver,
    provider: &mut ProviderSettings,
    warnings: &mut Vec<String>,
) -> Option<CredentialConfig> {
    let hosts: Vec<String> = table
        .array_items("hosts")
        .filter_map(|host| table.parse_string_value("hosts", host, parsers::parse_host))
        .collect();
    if table.has("hosts") {
        if table.is_empty_array("hosts") {
            table.report_invalid(
                "hosts",
                table.value_offset("hosts"),
                "is empty. List the hosts that the credential may be sent to.",
            );
        }
        provider.hosts = hosts;
    }
    let scheme = table.parse_string("scheme", parsers::parse_short_text);
    let present_parts: Vec<&str> =
        CREDENTIAL_PART_SETS.into_iter().flatten().copied().filter(|part| table.has(part)).collect();
    if present_parts.is_empty() {
        if table.has("scheme") {
            table.report_invalid(
                "scheme",
                table.value_offset("scheme"),
                "is set without a secret. Add one, like token = \"env:NAME\".",
            );
        }
        return None;
    }
    if !CREDENTIAL_PART_SETS.contains(&&*present_parts) {
        let allowed_part_sets = "token; username and password; key; client_id and client_secret";
        let message = format!(
            "`provider.credential` has {}. It must have one of: {allowed_part_sets}.",
            present_parts.join(" and ")
        );
        table.file.add_error(table.offset, &message);
    }
    if provider.hosts.is_empty() && !table.has("hosts") {
        table.report_missing(
            "hosts",
            "List the only hosts that this credential may be sent to: hosts = [\"api.example.com\"].",
        );
    }
    let read_secret = |part: &str| {
        let resolved = table.parse_string(part, |reference| secret_resolver.resolve(reference))?;
        warnings.extend(resolved.warning);
        Some((part.to_owned(), resolved.secret))
    };
    let parts = present_parts.into_iter().filter_map(read_secret).collect();
    provider.credential_scheme.clone_from(&scheme);
    Some(CredentialConfig { scheme, parts })
}
