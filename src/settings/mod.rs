//! Settings: environment variables, and `explorer.toml` for structured settings. They are read once, at startup.

mod access;
mod client_timeouts;
mod config_keys;
mod env_vars;
mod file;
mod limits;
mod parsers;
mod policy;
mod secret_reference;
mod security;
mod site;
mod store;
mod toml_reader;

pub use client_timeouts::ClientTimeouts;
pub use config_keys::{CONFIG_KEYS, ConfigKey, render_config_help as help_config};
pub use env_vars::{ENVIRONMENT_VARIABLES, SECRET_FILES_HELP, SECRET_VARIABLES, variable_names};

use crate::{
    audit::AuditExport,
    auth::{
        access::{AccessMode, AccessSettings},
        startup_token::StartupToken,
    },
    gateway::{AdmissionLimits, Limits, credential::CredentialConfig},
    model::branding::Branding,
    providers::{self, ProviderSettings},
    store::StoreSettings,
};
use anyhow::{anyhow, ensure};
use env_vars::EnvVars;
use limits::FileLimits;
use secrecy::{ExposeSecret, SecretString};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};
use url::{Host, Url};

/// Settings of the operator.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address to listen on.
    pub listen_address: SocketAddr,
    /// Address of the listener for programs (`/tools` and `/proxy`), if they have one of their own.
    pub api_address: Option<SocketAddr>,
    /// Origin that programs send their requests to, if the operator has set it.
    pub api_origin: Option<String>,
    /// True if users may send calls through another gateway.
    pub allow_other_gateways: bool,
    /// Origins of other explorers' pages that may use this gateway.
    pub allowed_origins: Vec<String>,
    /// Host names under which this server may be addressed, in addition to those of loopback.
    pub allowed_hosts: Vec<String>,
    /// Access settings.
    pub access: AccessSettings,
    /// Limits of every call.
    pub limits: Limits,
    /// Timeouts for clients.
    pub client_timeouts: ClientTimeouts,
    /// Time for which requests are still accepted after `SIGTERM`.
    pub drain_delay: Duration,
    /// Time after which audit records are deleted.
    pub audit_retention: Duration,
    /// Size of the stored audit records above which the oldest refusals are dropped, in bytes.
    pub max_audit_bytes: i64,
    /// Place that audit records are also exported to.
    pub audit_export: Option<AuditExport>,
    /// True if logs are JSON lines.
    pub log_json: bool,
    /// True if `/metrics` is enabled.
    pub metrics_enabled: bool,
    /// Bearer token that requests for `/metrics` must have.
    pub metrics_token: Option<SecretString>,
    /// Endpoint to which traces are exported.
    pub otlp_endpoint: Option<Url>,
    /// Headers of the requests to that endpoint; the values are percent-encoded.
    pub otlp_headers: Vec<(String, SecretString)>,
    /// Settings of the store.
    pub store: StoreSettings,
    /// New key for `key rotate`.
    pub new_key: Option<SecretString>,
    /// Path of the settings file, if there is one.
    pub config_path: Option<PathBuf>,
    /// Branding of the site.
    pub branding: Branding,
    /// Settings of the providers.
    pub providers: Vec<ProviderSettings>,
    /// The operator's credentials by provider ID. The gateway resolves them against the documents.
    pub credentials: HashMap<String, CredentialConfig>,
    /// Warnings for the operator about valid settings.
    pub warnings: Vec<String>,
    /// Names of the variables that `explorer.toml` reads secrets from.
    pub secret_variables: BTreeSet<String>,
    /// Descriptions of the settings that contain the operator's credentials, by provider ID, for error messages.
    credential_sources: BTreeMap<String, String>,
}

/// Reads the address to listen on, and no other setting.
///
/// # Errors
/// Returns an error if the address is invalid.
pub fn read_listen_address(get_var: impl Fn(&str) -> Option<String>) -> anyhow::Result<SocketAddr> {
    EnvVars(&get_var).listen_address()
}

impl Settings {
    /// Reads the settings from environment variables, and from the file that they name.
    ///
    /// # Errors
    /// Returns an error that names the invalid setting, its location and a correction.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let (secrets, warnings) = env_vars::read_secret_files(&lookup)?;
        let get_var = |name: &str| match secrets.get(name) {
            Some(secret) => Some(secret.expose_secret().to_owned()),
            None => lookup(name),
        };
        let env_vars = EnvVars(&get_var);
        let mut settings = Self {
            listen_address: env_vars.listen_address()?,
            api_address: env_vars.parse_optional_address("EXPLORER_API_ADDR")?,
            api_origin: env_vars.parse_optional_origin("EXPLORER_API_ORIGIN")?,
            allow_other_gateways: false,
            allowed_origins: env_vars.parse_origins("EXPLORER_ALLOWED_ORIGINS")?,
            allowed_hosts: env_vars.parse_list("EXPLORER_HOSTS").iter().map(|host| host.to_ascii_lowercase()).collect(),
            access: AccessSettings::default(),
            limits: Limits {
                timeout: Duration::from_secs(env_vars.parse_positive_number("EXPLORER_TIMEOUT")?),
                stream_timeout: Duration::from_secs(env_vars.parse_positive_number("EXPLORER_STREAM_TIMEOUT")?),
                max_response_bytes: usize::try_from(
                    env_vars.parse_positive_number("EXPLORER_REPLY_LIMIT_MB")? * 1_000_000,
                )?,
                max_concurrent_calls: limits::MAX_CONCURRENT_CALLS,
                admission: AdmissionLimits::default(),
            },
            client_timeouts: ClientTimeouts::default(),
            drain_delay: Duration::from_secs(env_vars.parse_number("EXPLORER_DRAIN", 0..=3600)?),
            audit_retention: Duration::from_hours(24 * env_vars.parse_positive_number("EXPLORER_AUDIT_DAYS")?),
            max_audit_bytes: i64::try_from(env_vars.parse_number("EXPLORER_AUDIT_MB", 1..=1_000_000)? * 1_000_000)?,
            audit_export: match env_vars.value("EXPLORER_AUDIT_EXPORT") {
                text if text.is_empty() => None,
                text => Some(AuditExport::parse(&text).map_err(|message| anyhow!("EXPLORER_AUDIT_EXPORT {message}"))?),
            },
            log_json: env_vars.parse_flag("EXPLORER_LOG", "json", "text")?,
            metrics_enabled: env_vars.parse_flag("EXPLORER_METRICS", "on", "off")?,
            metrics_token: env_vars.secret("EXPLORER_METRICS_TOKEN"),
            otlp_endpoint: env_vars.parse_otlp_endpoint("OTEL_EXPORTER_OTLP_ENDPOINT")?,
            otlp_headers: env_vars.parse_otlp_headers("OTEL_EXPORTER_OTLP_HEADERS")?,
            store: store::read_store_settings(env_vars)?,
            new_key: env_vars.secret("EXPLORER_NEW_KEY"),
            config_path: Some(env_vars.value("EXPLORER_CONFIG")).filter(|path| !path.is_empty()).map(PathBuf::from),
            branding: Branding::default(),
            providers: vec![providers::stytch_settings(None)],
            credentials: HashMap::new(),
            warnings,
            secret_variables: BTreeSet::new(),
            credential_sources: BTreeMap::new(),
        };
        settings.apply_file(&get_var)?;
        let document_limit = env_vars.parse_positive_number("EXPLORER_DOCUMENT_LIMIT_MB")?;
        settings.providers.iter_mut().for_each(|provider| provider.document_limit_mb = document_limit);
        settings.apply_stytch_variables(env_vars)?;
        access::override_from_env(&mut settings.access, env_vars)?;
        settings.check_program_listener()?;
        settings.resolve_access_mode()?;
        settings.allow_other_gateways = match &*env_vars.value("EXPLORER_OTHER_GATEWAYS") {
            "" => settings.access.mode() == AccessMode::Local,
            _ => env_vars.parse_flag("EXPLORER_OTHER_GATEWAYS", "on", "off")?,
        };
        if settings.access.mode() == AccessMode::Local && env_vars.parse_flag("EXPLORER_ADMIN_LINK", "on", "off")? {
            settings.access.startup_token = Some(StartupToken::generate());
        }
        Ok(settings)
    }

    /// Applies the settings file. Its providers are added to the built-in ones, or replace those with the same ID.
    fn apply_file(&mut self, get_var: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<()> {
        let Some(path) = &self.config_path else {
            return Ok(());
        };
        let read_names = RefCell::new(BTreeSet::new());
        let get_secret = |name: &str| {
            read_names.borrow_mut().insert(name.to_owned());
            get_var(name)
        };
        let file_settings = file::read_settings_file(path, &get_secret)?;
        self.secret_variables = read_names.into_inner();
        self.warnings.extend(file_settings.warnings);
        self.access = file_settings.access.unwrap_or_default();
        if let Some(FileLimits { max_concurrent_calls, admission }) = file_settings.limits {
            self.limits = Limits { max_concurrent_calls, admission, ..self.limits };
        }
        self.branding = file_settings.branding.unwrap_or_default();
        for (provider, credential) in file_settings.providers {
            if let Some(credential) = credential {
                let source = format!("`provider.credential` of {} ({})", provider.id, provider.source_location);
                self.credential_sources.insert(provider.id.clone(), source);
                self.credentials.insert(provider.id.clone(), credential);
            }
            match self.providers.iter_mut().find(|existing| existing.id == provider.id) {
                Some(built_in) => *built_in = provider,
                None => self.providers.push(provider),
            }
        }
        Ok(())
    }

    /// Applies the environment variables of the built-in provider.
    fn apply_stytch_variables(&mut self, env_vars: EnvVars) -> anyhow::Result<()> {
        let [base_url, project, secret] =
            ["STYTCH_BASE_URL", "STYTCH_PROJECT_ID", "STYTCH_SECRET"].map(|name| env_vars.value(name));
        let Some(stytch) = self.providers.first_mut() else {
            return Ok(());
        };
        let duplicate_setting_error =
            |subject: &str| anyhow!("{subject}, and so does {}. Keep one of the two.", stytch.source_location);
        if !base_url.is_empty() {
            ensure!(stytch.base_url.is_none(), duplicate_setting_error("STYTCH_BASE_URL sets the base URL of Stytch"));
            let url = parsers::parse_server_url(&base_url).map_err(|message| anyhow!("STYTCH_BASE_URL {message}"))?;
            stytch.base_url = Some(url);
        }
        if !project.is_empty() || !secret.is_empty() {
            ensure!(
                !self.credentials.contains_key(&stytch.id),
                duplicate_setting_error("STYTCH_PROJECT_ID with STYTCH_SECRET sets the credential of Stytch")
            );
            let parts = [("username".to_owned(), project.into()), ("password".to_owned(), secret.into())];
            let credential = CredentialConfig { scheme: None, parts: parts.into() };
            self.credential_sources.insert(stytch.id.clone(), "STYTCH_PROJECT_ID and STYTCH_SECRET".into());
            self.credentials.insert(stytch.id.clone(), credential);
        }
        Ok(())
    }

    /// Returns the origin that programs send their requests to: the one that the operator has set, or else that of a
    /// listener on loopback.
    pub(crate) fn program_origin(&self) -> Option<String> {
        let loopback = self.api_address.filter(|address| address.ip().is_loopback());
        self.api_origin.clone().or_else(|| loopback.map(|address| format!("http://{address}")))
    }

    /// Checks the address and the origin of the listener for programs.
    fn check_program_listener(&self) -> anyhow::Result<()> {
        let Some(address) = self.api_address else {
            ensure!(self.api_origin.is_none(), "EXPLORER_API_ORIGIN has no effect without EXPLORER_API_ADDR");
            return Ok(());
        };
        ensure!(
            address.port() == 0 || address != self.listen_address,
            "EXPLORER_API_ADDR and LEPTOS_SITE_ADDR are both {address}. Give programs another port, or unset \
             EXPLORER_API_ADDR, so that one address serves pages and programs."
        );
        ensure!(
            address.ip().is_loopback() || !self.allowed_hosts.is_empty() || self.api_origin.is_some(),
            "{address} can be reached from other machines. Set EXPLORER_API_ORIGIN to the origin that programs send \
             their requests to, like https://api.explorer.example.com, so that requests for other names are rejected."
        );
        Ok(())
    }

    /// Returns true if only this machine can reach the pages.
    fn are_pages_local(&self) -> bool {
        self.listen_address.ip().is_loopback() && self.allowed_hosts.is_empty()
    }

    /// Returns true if only this machine can reach the routes of programs.
    fn are_programs_local(&self) -> bool {
        let is_on_loopback = self.api_address.is_none_or(|address| address.ip().is_loopback());
        let origin = self.api_origin.as_ref().and_then(|origin| Url::parse(origin).ok());
        let has_public_origin = origin.is_some_and(|origin| match origin.host() {
            Some(Host::Ipv4(address)) => !address.is_loopback(),
            Some(Host::Ipv6(address)) => !address.is_loopback(),
            Some(Host::Domain(name)) => name != "localhost",
            None => true,
        });
        is_on_loopback && !has_public_origin
    }

    /// Returns an address that other machines can reach, if there is one.
    fn exposed_address(&self) -> SocketAddr {
        if self.are_pages_local() { self.api_address.unwrap_or(self.listen_address) } else { self.listen_address }
    }

    /// Derives the access mode if it is unset, and checks that the server is not open to other machines by accident.
    ///
    /// If other machines can connect, directly or through a proxy for other host names, the operator's credentials
    /// require an access mode, and the server must know its own host names.
    fn resolve_access_mode(&mut self) -> anyhow::Result<()> {
        let is_local = self.are_pages_local() && self.are_programs_local();
        if self.access.mode.is_none() {
            let sources: Vec<&str> = self.credential_sources.values().map(String::as_str).collect();
            ensure!(
                is_local || sources.is_empty() || self.access.has_user_sign_in(),
                "{} can be reached from other machines, so everyone there could use the operator's credential. Set \
                 EXPLORER_ACCESS=sign-in and create access tokens (`api-explorer token create`), or set another \
                 sign-in method under [access] in explorer.toml (`--help config`). Alternatively, unset {}, so that \
                 callers supply their own credentials, or listen on loopback (LEPTOS_SITE_ADDR=127.0.0.1:3000) \
                 without EXPLORER_HOSTS.",
                self.exposed_address(),
                sources.join(", and ")
            );
            self.access.mode = Some(match () {
                () if self.access.has_user_sign_in() => AccessMode::SignIn,
                () if is_local => AccessMode::Local,
                () => AccessMode::Open,
            });
        }
        if self.access.mode() == AccessMode::Public {
            let is_unbounded = |provider: &&ProviderSettings| {
                self.credentials.contains_key(&provider.id) && !provider.policy.has_public_limits()
            };
            let unbounded: Vec<&str> =
                self.providers.iter().filter(is_unbounded).map(|provider| provider.id.as_str()).collect();
            ensure!(
                unbounded.is_empty(),
                "everyone may use this server (access.rule is \"public\"), but no budget limits their calls with the \
                 operator's credential for {}. Set `rate`, `daily` and `daily_total` under [provider.policy] in \
                 explorer.toml (`--help config`).",
                unbounded.join(", ")
            );
        }
        ensure!(
            self.are_pages_local() || !self.metrics_enabled || self.metrics_token.is_some(),
            "{} can be reached from other machines, so they could read /metrics. Set EXPLORER_METRICS_TOKEN to a \
             secret that Prometheus sends as a bearer token, or set EXPLORER_METRICS=off.",
            self.listen_address
        );
        ensure!(
            self.are_pages_local() || !self.allowed_hosts.is_empty(),
            "{} can be reached from other machines. Set EXPLORER_HOSTS to the host names of this server, like \
             explorer.example.com, so that requests for other names are rejected.",
            self.listen_address
        );
        Ok(())
    }
}
