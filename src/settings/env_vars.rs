//! Settings from environment variables.

use super::secret_reference::read_secret_file;
use anyhow::{Context, anyhow, bail, ensure};
use axum::http::HeaderName;
use secrecy::SecretString;
use std::{collections::BTreeMap, net::SocketAddr, ops::RangeInclusive, path::Path};
use url::Url;

/// All variables: name, default and description. `--help` prints them, and a test compares them with
/// `docs/settings.md`.
pub const ENVIRONMENT_VARIABLES: [(&str, &str, &str); 29] = [
    ("LEPTOS_SITE_ADDR", "127.0.0.1:3000", "address to listen on"),
    (
        "EXPLORER_API_ADDR",
        "",
        "address of a separate listener for programs: `/tools` and `/proxy` are then served there only, and without \
         cookies",
    ),
    (
        "EXPLORER_API_ORIGIN",
        "",
        "origin that programs send their requests to, such as that of a proxy in front of that listener, like \
         https://api.explorer.example.com",
    ),
    ("STYTCH_PROJECT_ID", "", "the operator's Stytch project ID, for callers who have not saved their own credential"),
    ("STYTCH_SECRET", "", "the secret of that project"),
    (
        "STYTCH_BASE_URL",
        "",
        "URL that Stytch calls are sent to instead of the document's servers, such as a private gateway or a mock \
         server",
    ),
    (
        "EXPLORER_OTHER_GATEWAYS",
        "",
        "`on` or `off`: whether users may send calls through another gateway; by default `on` if only the server's own \
         machine can reach it, otherwise `off`",
    ),
    ("EXPLORER_ALLOWED_ORIGINS", "", "comma-separated origins of other explorers whose pages may use this gateway"),
    (
        "EXPLORER_HOSTS",
        "",
        "comma-separated host names that this server accepts besides those of loopback; the first is the public one, \
         for search engines",
    ),
    (
        "EXPLORER_ACCESS",
        "",
        "who may use the operator's credentials from other machines: `sign-in` (users with an access token, or with a \
         method set under `[access]` in `explorer.toml`) or `public` (everyone, within the budgets, which are then \
         required)",
    ),
    (
        "EXPLORER_ADMIN_LINK",
        "on",
        "`on` or `off`: whether a server that only its own machine can reach requires the link that it prints at its \
         start for administration; with `off`, every user of the machine is an administrator",
    ),
    (
        "EXPLORER_TIMEOUT",
        "30",
        "seconds that a provider may take to respond; for a stream, until its head arrives, and until its end for \
         callers that receive it as a whole",
    ),
    (
        "EXPLORER_STREAM_TIMEOUT",
        "300",
        "seconds for which the items of a stream are forwarded to callers that receive them as they arrive",
    ),
    (
        "EXPLORER_DRAIN",
        "0",
        "seconds for which requests are still accepted after SIGTERM, while `/readyz` responds with 503 so that load \
         balancers stop sending requests",
    ),
    ("EXPLORER_REPLY_LIMIT_MB", "10", "maximum size of a response, in megabytes"),
    ("EXPLORER_DOCUMENT_LIMIT_MB", "30", "maximum size of an OpenAPI document, in megabytes"),
    (
        "DATABASE_URL",
        "",
        "store of sessions and callers' credentials: `sqlite:PATH`, or `postgres://…` for several servers; by default \
         `api-explorer/explorer.db` in XDG_DATA_HOME, or in `~/.local/share` if that is not set",
    ),
    (
        "EXPLORER_DATABASE_CONNECTIONS",
        "8",
        "maximum number of connections of this server to PostgreSQL; the sum of all servers must stay below its \
         `max_connections`",
    ),
    (
        "EXPLORER_KEY",
        "",
        "key that encrypts the stored data, 32 bytes in Base64; by default it is created in a file next to the SQLite \
         file, which only its owner can read",
    ),
    ("EXPLORER_NEW_KEY", "", "new key for `api-explorer key rotate`, if EXPLORER_KEY is set"),
    ("EXPLORER_AUDIT_DAYS", "90", "days for which audit records are stored; `api-explorer audit` prints them"),
    (
        "EXPLORER_AUDIT_MB",
        "256",
        "size of the stored audit records, in megabytes, above which the oldest records of refusals are dropped; records \
         of actions stay",
    ),
    (
        "EXPLORER_AUDIT_EXPORT",
        "",
        "also writes each audit record elsewhere, as JSON: `file:PATH` appends lines to a file, `syslog` or \
         `syslog:SOCKET` sends messages (RFC 5424) to a local syslog service",
    ),
    (
        "EXPLORER_CONFIG",
        "",
        "path of `explorer.toml`, the file with providers and access rules; `--config PATH` overrides it",
    ),
    ("EXPLORER_METRICS", "off", "`on` or `off`: whether `/metrics` serves metrics for Prometheus"),
    (
        "EXPLORER_METRICS_TOKEN",
        "",
        "secret that requests for `/metrics` must send as a bearer token; required if other machines can reach the \
         server",
    ),
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "URL that traces are sent to, like http://127.0.0.1:4318 (OTLP over HTTP; OTEL_SERVICE_NAME and \
         OTEL_TRACES_SAMPLER have their standard meanings)",
    ),
    (
        "OTEL_EXPORTER_OTLP_HEADERS",
        "",
        "headers of the requests to the trace collector, like `authorization=Bearer%20abc`; separated by commas, values \
         percent-encoded",
    ),
    (
        "EXPLORER_LOG",
        "text",
        "`text` or `json`: log format, one line per call on standard error; RUST_LOG sets the level",
    ),
];

/// Names of the variables that contain a secret. For each, `NAME_FILE` may name a file that contains the secret
/// instead.
pub const SECRET_VARIABLES: [&str; 6] = [
    "DATABASE_URL",
    "EXPLORER_KEY",
    "EXPLORER_METRICS_TOKEN",
    "EXPLORER_NEW_KEY",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "STYTCH_SECRET",
];

/// Description of the secret files in `--help`, the man page and `docs/settings.md`.
pub const SECRET_FILES_HELP: &str = "NAME_FILE names a file that contains the value of NAME: UTF-8 text of at most 64 \
                                KiB, like the secrets of Docker and Kubernetes. Set one of the two. NAME=file:PATH \
                                does the same.";

/// Reads the secrets that are stored in files. Returns the secrets by variable, and warnings about the files.
///
/// # Errors
/// Returns an error if a secret is set twice, or if its file cannot be used. No message contains any content of a file.
pub(crate) fn read_secret_files(
    get_var: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<(BTreeMap<&'static str, SecretString>, Vec<String>)> {
    let get_non_empty = |name: &str| get_var(name).filter(|value| !value.is_empty());
    let (mut secrets, mut warnings) = (BTreeMap::new(), Vec::new());
    for name in SECRET_VARIABLES {
        let file_variable = file_variable_name(name);
        let reference = get_non_empty(name).and_then(|value| value.strip_prefix("file:").map(str::to_owned));
        let (variable, path) = match (reference, get_non_empty(&file_variable)) {
            (Some(path), None) => (name, path),
            (_, Some(path)) => {
                ensure!(get_non_empty(name).is_none(), "{name} and {file_variable} are both set. Keep one of the two.");
                (&*file_variable, path)
            }
            (None, None) => continue,
        };
        ensure!(!path.is_empty(), "{variable} must name a file after `file:`, as in file:PATH.");
        let resolved = read_secret_file(Path::new(&path)).map_err(|message| anyhow!("{variable} {message}"))?;
        secrets.insert(name, resolved.secret);
        warnings.extend(resolved.warning);
    }
    Ok((secrets, warnings))
}

/// Returns the name of the variable that names the file of a secret.
fn file_variable_name(name: &str) -> String {
    format!("{name}_FILE")
}

/// Returns the names of the variables that can set a value, for help and documentation.
pub fn variable_names(name: &str) -> Vec<String> {
    let file = SECRET_VARIABLES.contains(&name).then(|| file_variable_name(name));
    [name.to_owned()].into_iter().chain(file).collect()
}

/// Reads settings from environment variables.
#[derive(Clone, Copy)]
pub(crate) struct EnvVars<'a>(pub(crate) &'a dyn Fn(&str) -> Option<String>);

impl EnvVars<'_> {
    /// Returns the value of a variable, or its default if the variable is unset or empty.
    pub(crate) fn value(self, name: &str) -> String {
        let default = ENVIRONMENT_VARIABLES
            .iter()
            .find(|(variable_name, ..)| *variable_name == name)
            .map_or("", |(_, default, _)| default);
        self.0(name).filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
    }

    /// Returns a secret, if it is set.
    pub(crate) fn secret(self, name: &str) -> Option<SecretString> {
        Some(self.value(name)).filter(|value| !value.is_empty()).map(Into::into)
    }

    /// Parses the address to listen on.
    pub(crate) fn listen_address(self) -> anyhow::Result<SocketAddr> {
        let address = self.value("LEPTOS_SITE_ADDR").parse();
        address.context("LEPTOS_SITE_ADDR must be an address and a port, like 127.0.0.1:3000")
    }

    /// Parses an address to listen on, if it is set.
    pub(crate) fn parse_optional_address(self, name: &str) -> anyhow::Result<Option<SocketAddr>> {
        let value = self.value(name);
        let address = (!value.is_empty()).then(|| value.parse());
        address.transpose().with_context(|| format!("{name} must be an address and a port, like 127.0.0.1:3001"))
    }

    /// Parses one origin, if it is set.
    pub(crate) fn parse_optional_origin(self, name: &str) -> anyhow::Result<Option<String>> {
        let mut origins = self.parse_origins(name)?;
        ensure!(origins.len() <= 1, "{name} must be one origin, like https://api.explorer.example.com");
        Ok(origins.pop())
    }

    /// Parses a variable that has one of two values.
    pub(crate) fn parse_flag(self, name: &str, true_value: &str, false_value: &str) -> anyhow::Result<bool> {
        let value = self.value(name);
        if value != true_value && value != false_value {
            bail!("{name} must be {true_value} or {false_value}, not {value:?}");
        }
        Ok(value == true_value)
    }

    /// Parses the endpoint of a trace collector. Plain HTTP is allowed on other machines too, because the operator
    /// chooses the endpoint.
    pub(crate) fn parse_otlp_endpoint(self, name: &str) -> anyhow::Result<Option<Url>> {
        let value = self.value(name);
        if value.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(&value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        Ok(Some(url.with_context(|| format!("{name} must be like http://127.0.0.1:4318, not {value:?}"))?))
    }

    /// Parses headers as OpenTelemetry writes them: `name=value,name=value`. Values stay percent-encoded. No message
    /// contains a value.
    pub(crate) fn parse_otlp_headers(self, name: &str) -> anyhow::Result<Vec<(String, SecretString)>> {
        let headers = self.parse_list(name).into_iter().map(|header| {
            let pair = header.split_once('=').map(|(header_name, value)| (header_name.trim(), value.trim()));
            let pair = pair.filter(|(header_name, _)| HeaderName::try_from(*header_name).is_ok());
            let (header_name, value) = pair.with_context(|| {
                format!("{name} must be like authorization=Bearer%20abc, with a comma between two headers")
            })?;
            Ok((header_name.to_owned(), SecretString::from(value)))
        });
        headers.collect()
    }

    pub(crate) fn parse_positive_number(self, name: &str) -> anyhow::Result<u64> {
        self.parse_number(name, 1..=3600)
    }

    /// Parses an integer within bounds.
    pub(crate) fn parse_number(self, name: &str, bounds: RangeInclusive<u64>) -> anyhow::Result<u64> {
        let value = self.value(name);
        let number: u64 = value.parse().with_context(|| format!("{name} must be a whole number, not {value:?}"))?;
        let (min, max) = (bounds.start(), bounds.end());
        ensure!(bounds.contains(&number), "{name} must be between {min} and {max}, not {number}");
        Ok(number)
    }

    /// Returns the items of a comma-separated list.
    pub(crate) fn parse_list(self, name: &str) -> Vec<String> {
        let value = self.value(name);
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn parse_origins(self, name: &str) -> anyhow::Result<Vec<String>> {
        let origins = self.parse_list(name).into_iter().map(|origin| {
            let url = Url::parse(&origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            let normalized = url.map(|url| url.origin().ascii_serialization());
            normalized.filter(|normalized| normalized == origin.trim_end_matches('/')).with_context(|| {
                format!("{name}: {origin:?} must be like https://explorer.example.com, without a path")
            })
        });
        origins.collect()
    }
}
