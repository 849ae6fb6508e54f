//! Settings, read from the environment once, at start.

use crate::{
    gateway::{Limits, credential::GivenCredential},
    providers::{self, ProviderSettings},
};
use anyhow::{Context, bail, ensure};
use std::{collections::HashMap, fmt::Write, net::SocketAddr, time::Duration};
use url::Url;

/// Every variable: name, default, meaning. `--help` prints it and a test holds the README against it.
pub const VARIABLES: [(&str, &str, &str); 10] = [
    ("LEPTOS_SITE_ADDR", "127.0.0.1:3000", "address to listen on"),
    ("STYTCH_PROJECT_ID", "", "the operator's Stytch project ID, used for visitors who save none of their own"),
    ("STYTCH_SECRET", "", "the secret that goes with it"),
    (
        "STYTCH_BASE_URL",
        "",
        "send Stytch calls here instead of the document's servers: a private gateway, a test double",
    ),
    ("EXPLORER_OTHER_GATEWAYS", "on", "`on` or `off`: may readers send through another gateway's URL"),
    ("EXPLORER_ALLOWED_ORIGINS", "", "origins of other explorers' pages that may use this gateway, with commas"),
    ("EXPLORER_HOSTS", "", "host names that this server answers to beside loopback's, with commas"),
    ("EXPLORER_TIMEOUT", "30", "seconds that a provider may take to answer"),
    ("EXPLORER_REPLY_LIMIT_MB", "10", "megabytes of a reply that are taken"),
    ("EXPLORER_LOG", "text", "`text` or `json`: one line per call, on standard error; RUST_LOG says how much"),
];

/// What the operator has set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address to listen on.
    pub address: SocketAddr,
    /// Whether readers may send through another gateway.
    pub other_gateways: bool,
    /// Origins of other explorers' pages that may use this gateway.
    pub allowed_origins: Vec<String>,
    /// Host names that this server answers to beside loopback's.
    pub hosts: Vec<String>,
    /// Bounds of every call.
    pub limits: Limits,
    /// Whether logs are JSON lines.
    pub log_json: bool,
    /// The providers.
    pub providers: Vec<ProviderSettings>,
    /// The operator's credentials, by provider; the gateway fits them to the documents.
    pub credentials: HashMap<String, GivenCredential>,
}

impl Settings {
    /// Reads the settings from variables.
    ///
    /// # Errors
    /// Where a variable cannot be used; the message names it, and says what to do.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let value = |name: &str| {
            let default = VARIABLES.iter().find(|(known, ..)| *known == name).map_or("", |(_, default, _)| default);
            variable(name).filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
        };
        let base_url = base_url(&value("STYTCH_BASE_URL"))?;
        let stytch = providers::stytch(base_url);
        let mut credentials = HashMap::new();
        let (project, secret) = (value("STYTCH_PROJECT_ID"), value("STYTCH_SECRET"));
        if !project.is_empty() || !secret.is_empty() {
            let parts = [("username".into(), project.into()), ("password".into(), secret.into())];
            let credential = GivenCredential { scheme: None, parts: parts.into() };
            credentials.insert(stytch.id.clone(), credential);
        }
        let settings = Self {
            address: value("LEPTOS_SITE_ADDR")
                .parse()
                .context("LEPTOS_SITE_ADDR must be an address and a port, like 127.0.0.1:3000")?,
            other_gateways: one_of("EXPLORER_OTHER_GATEWAYS", &value("EXPLORER_OTHER_GATEWAYS"), "on", "off")?,
            allowed_origins: origins(&value("EXPLORER_ALLOWED_ORIGINS"))?,
            hosts: list(&value("EXPLORER_HOSTS")).map(str::to_ascii_lowercase).collect(),
            limits: Limits {
                timeout: Duration::from_secs(number("EXPLORER_TIMEOUT", &value("EXPLORER_TIMEOUT"))?),
                reply_bytes: usize::try_from(
                    number("EXPLORER_REPLY_LIMIT_MB", &value("EXPLORER_REPLY_LIMIT_MB"))? * 1_000_000,
                )?,
                concurrency: 64,
            },
            log_json: one_of("EXPLORER_LOG", &value("EXPLORER_LOG"), "json", "text")?,
            providers: vec![stytch],
            credentials,
        };
        settings.refuse_strangers()?;
        Ok(settings)
    }

    /// An operator's credential is open to whoever reaches the server, so beyond this machine there must be none, be it
    /// that the server listens there or that a proxy passes other names on; and there, a server must know its own names.
    fn refuse_strangers(&self) -> anyhow::Result<()> {
        let is_local = self.address.ip().is_loopback();
        if is_local && self.hosts.is_empty() {
            return Ok(());
        }
        ensure!(
            self.credentials.is_empty(),
            "{} can be reached from other machines, and everybody there could use the operator's credential. Listen on \
             loopback (LEPTOS_SITE_ADDR=127.0.0.1:3000) without EXPLORER_HOSTS, or unset STYTCH_PROJECT_ID and \
             STYTCH_SECRET so that visitors bring their own.",
            self.address
        );
        ensure!(
            !self.hosts.is_empty(),
            "{} can be reached from other machines. Set EXPLORER_HOSTS to the names that people open it by, like \
             explorer.example.com, so that pages of other names are refused.",
            self.address
        );
        Ok(())
    }
}

/// The text of `--help`.
pub fn help() -> String {
    let mut text = String::from(
        "API Explorer: try any API from a web page, without the page ever holding its keys.\n\nUsage: api-explorer [--help | \
         --version]\n\nSettings are environment variables:\n",
    );
    for (name, default, meaning) in VARIABLES {
        let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
        let _ = write!(text, "\n  {name}\n      {meaning}{default}\n");
    }
    text
}

fn list(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn one_of(name: &str, value: &str, yes: &str, no: &str) -> anyhow::Result<bool> {
    if value != yes && value != no {
        bail!("{name} must be {yes} or {no}, not {value:?}");
    }
    Ok(value == yes)
}

fn number(name: &str, value: &str) -> anyhow::Result<u64> {
    let number: u64 = value.parse().with_context(|| format!("{name} must be a whole number, not {value:?}"))?;
    ensure!((1..=3600).contains(&number), "{name} must be between 1 and 3600, not {number}");
    Ok(number)
}

fn origins(value: &str) -> anyhow::Result<Vec<String>> {
    let origins = list(value).map(|origin| {
        let url = Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let normal = url.map(|url| url.origin().ascii_serialization());
        normal.filter(|normal| normal == origin.trim_end_matches('/')).with_context(|| {
            format!("EXPLORER_ALLOWED_ORIGINS: {origin:?} must be like https://explorer.example.com, without a path")
        })
    });
    origins.collect()
}

fn base_url(value: &str) -> anyhow::Result<Option<Url>> {
    if value.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(value).context("STYTCH_BASE_URL must be a web address, like https://gateway.example.com")?;
    let is_local = url.host_str().is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
    ensure!(
        url.scheme() == "https" || (url.scheme() == "http" && is_local),
        "STYTCH_BASE_URL must be https, or http on this machine: the credential is sent there"
    );
    ensure!(
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none(),
        "STYTCH_BASE_URL is only a scheme, a host, a port and a path"
    );
    Ok(Some(url))
}
