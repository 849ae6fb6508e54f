//! Settings: variables of the environment, and `explorer.toml` for what does not fit there; read once, at start.

mod access;
mod address;
mod file;
mod keys;
mod policy;
mod reference;
mod store;
mod table;
mod variables;

pub use keys::{KEYS, Key, help as help_config};
pub use variables::{SECRET_FILES, SECRETS, VARIABLES, names_of};

use crate::{
    auth::access::{Access, Rule},
    gateway::{Limits, credential::GivenCredential},
    providers::{self, ProviderSettings},
    server::connections::Patience,
    store::StoreSettings,
};
use anyhow::{anyhow, ensure};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};
use url::Url;
use variables::Variables;

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
    /// Who may use the explorer.
    pub access: Access,
    /// Bounds of every call.
    pub limits: Limits,
    /// How long clients may take.
    pub patience: Patience,
    /// How long requests are still accepted after `SIGTERM`.
    pub drain: Duration,
    /// How long the audit is kept.
    pub audit_age: Duration,
    /// Whether logs are JSON lines.
    pub log_json: bool,
    /// Whether `/metrics` tells what this server did.
    pub metrics: bool,
    /// What whoever asks for them must know.
    pub metrics_token: Option<SecretString>,
    /// Where traces are sent to.
    pub traces: Option<Url>,
    /// Where visitors' credentials are kept.
    pub store: StoreSettings,
    /// The key that `key rotate` changes to.
    pub new_key: Option<SecretString>,
    /// The file of settings, where there is one.
    pub file: Option<PathBuf>,
    /// The providers.
    pub providers: Vec<ProviderSettings>,
    /// The operator's credentials, by provider; the gateway fits them to the documents.
    pub credentials: HashMap<String, GivenCredential>,
    /// What the operator should know, though it is not wrong.
    pub warnings: Vec<String>,
    /// Which settings give the operator's credentials, by provider; for messages.
    set_by: BTreeMap<String, String>,
}

/// Reads the address to listen on, and nothing else.
///
/// # Errors
/// If it is none.
pub fn site_address(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<SocketAddr> {
    Variables(&variable).address()
}

impl Settings {
    /// Reads the settings from variables, and from the file that they name.
    ///
    /// # Errors
    /// Where a setting cannot be used; the message names it, its place, and what to do.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let (secrets, warnings) = variables::read_secret_files(&variable)?;
        let variable = |name: &str| match secrets.get(name) {
            Some(secret) => Some(secret.expose_secret().to_owned()),
            None => variable(name),
        };
        let variables = Variables(&variable);
        let mut settings = Self {
            address: variables.address()?,
            other_gateways: variables.one_of("EXPLORER_OTHER_GATEWAYS", "on", "off")?,
            allowed_origins: variables.origins("EXPLORER_ALLOWED_ORIGINS")?,
            hosts: variables.list("EXPLORER_HOSTS").iter().map(|host| host.to_ascii_lowercase()).collect(),
            access: Access::default(),
            limits: Limits {
                timeout: Duration::from_secs(variables.number("EXPLORER_TIMEOUT")?),
                reply_bytes: usize::try_from(variables.number("EXPLORER_REPLY_LIMIT_MB")? * 1_000_000)?,
                concurrency: 64,
            },
            patience: Patience::default(),
            drain: Duration::from_secs(variables.number_in("EXPLORER_DRAIN", 0..=3600)?),
            audit_age: Duration::from_hours(24 * variables.number("EXPLORER_AUDIT_DAYS")?),
            log_json: variables.one_of("EXPLORER_LOG", "json", "text")?,
            metrics: variables.one_of("EXPLORER_METRICS", "on", "off")?,
            metrics_token: variables.secret("EXPLORER_METRICS_TOKEN"),
            traces: variables.traces("OTEL_EXPORTER_OTLP_ENDPOINT")?,
            store: store::read(variables)?,
            new_key: variables.secret("EXPLORER_NEW_KEY"),
            file: Some(variables.value("EXPLORER_CONFIG")).filter(|path| !path.is_empty()).map(PathBuf::from),
            providers: vec![providers::stytch(None)],
            credentials: HashMap::new(),
            warnings,
            set_by: BTreeMap::new(),
        };
        settings.read_file(&variable)?;
        let document_limit = variables.number("EXPLORER_DOCUMENT_LIMIT_MB")?;
        settings.providers.iter_mut().for_each(|provider| provider.document_limit = document_limit);
        settings.read_stytch(variables)?;
        access::read_variable(&mut settings.access, variables)?;
        settings.settle_access()?;
        Ok(settings)
    }

    /// Providers of the file, after the built-in ones or in their place.
    fn read_file(&mut self, variable: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<()> {
        let Some(path) = &self.file else {
            return Ok(());
        };
        let contents = file::read(path, variable)?;
        self.warnings.extend(contents.warnings);
        self.access = contents.access.unwrap_or_default();
        for (provider, credential) in contents.providers {
            if let Some(credential) = credential {
                let set_by = format!("`provider.credential` of {} ({})", provider.id, provider.place);
                self.set_by.insert(provider.id.clone(), set_by);
                self.credentials.insert(provider.id.clone(), credential);
            }
            match self.providers.iter_mut().find(|known| known.id == provider.id) {
                Some(built_in) => *built_in = provider,
                None => self.providers.push(provider),
            }
        }
        Ok(())
    }

    /// Variables that stand for settings of the built-in provider.
    fn read_stytch(&mut self, variables: Variables) -> anyhow::Result<()> {
        let [base_url, project, secret] =
            ["STYTCH_BASE_URL", "STYTCH_PROJECT_ID", "STYTCH_SECRET"].map(|name| variables.value(name));
        let Some(stytch) = self.providers.first_mut() else {
            return Ok(());
        };
        let twice = |what: &str| anyhow!("{what}, and so does {}. Keep one of the two.", stytch.place);
        if !base_url.is_empty() {
            ensure!(stytch.base_url.is_none(), twice("STYTCH_BASE_URL sets the base URL of Stytch"));
            let url = address::server(&base_url).map_err(|message| anyhow!("STYTCH_BASE_URL {message}"))?;
            stytch.base_url = Some(url);
        }
        if !project.is_empty() || !secret.is_empty() {
            ensure!(
                !self.credentials.contains_key(&stytch.id),
                twice("STYTCH_PROJECT_ID with STYTCH_SECRET sets the credential of Stytch")
            );
            let parts = [("username".to_owned(), project.into()), ("password".to_owned(), secret.into())];
            let given = GivenCredential { scheme: None, parts: parts.into() };
            self.set_by.insert(stytch.id.clone(), "STYTCH_PROJECT_ID and STYTCH_SECRET".into());
            self.credentials.insert(stytch.id.clone(), given);
        }
        Ok(())
    }

    /// An operator's credential would be open to whoever reaches the server. So beyond this machine there must be a rule, be
    /// it that the server listens there or that a proxy passes other names on; and there, a server must know its own names.
    fn settle_access(&mut self) -> anyhow::Result<()> {
        let is_local = self.address.ip().is_loopback() && self.hosts.is_empty();
        if self.access.rule.is_none() {
            let set_by: Vec<&str> = self.set_by.values().map(String::as_str).collect();
            ensure!(
                is_local || set_by.is_empty() || self.access.knows_people(),
                "{} can be reached from other machines, and everybody there could use the operator's credential. Set \
                 EXPLORER_ACCESS=sign-in and make access tokens (`api-explorer token create`), or set another way to sign in \
                 under [access] in explorer.toml (`--help config`). Or unset {}, so that visitors bring their own; or listen \
                 on loopback (LEPTOS_SITE_ADDR=127.0.0.1:3000) without EXPLORER_HOSTS.",
                self.address,
                set_by.join(", and ")
            );
            self.access.rule = Some(match () {
                () if self.access.knows_people() => Rule::SignIn,
                () if is_local => Rule::Local,
                () => Rule::Open,
            });
        }
        if self.access.rule() == Rule::Public {
            let is_unbounded = |provider: &&ProviderSettings| {
                self.credentials.contains_key(&provider.id) && !provider.policy.is_bounded()
            };
            let unbounded: Vec<&str> =
                self.providers.iter().filter(is_unbounded).map(|provider| provider.id.as_str()).collect();
            ensure!(
                unbounded.is_empty(),
                "everybody may use this server (access.rule is \"public\"), and nothing bounds what they spend of the operator's \
                 credential for {}. Set `rate` and `daily` under [provider.policy] in explorer.toml (`--help config`).",
                unbounded.join(", ")
            );
        }
        ensure!(
            is_local || !self.metrics || self.metrics_token.is_some(),
            "{} can be reached from other machines, and so could what /metrics tells. Set EXPLORER_METRICS_TOKEN to a secret that \
             Prometheus sends as a bearer token, or EXPLORER_METRICS=off.",
            self.address
        );
        ensure!(
            is_local || !self.hosts.is_empty(),
            "{} can be reached from other machines. Set EXPLORER_HOSTS to the names that people open it by, like \
             explorer.example.com, so that pages of other names are refused.",
            self.address
        );
        Ok(())
    }
}
