//! Providers: a document and a few lines of settings each. Stytch is built in.

mod authentication;
mod catalog;
#[cfg(test)]
mod join; // it runs before this crate is compiled; here are only its tests
mod loading;
mod navigation;
mod operation_router;
mod outage;
mod policy;
mod rule;
mod search;
mod servers;
mod source;
mod stytch;

pub use catalog::{Catalog, ProviderState, ProviderUpdate};
pub use loading::{LoadError, load, load_text, run_on_own_thread};
pub use navigation::{AdjacentOperations, SearchResults};
pub use operation_router::OperationRouter;
pub use outage::{Outage, ServedCopy, format_timestamp};
pub use policy::{Policy, RateLimit};
pub use rule::{Rule, matches_wildcard};
pub(crate) use source::http_client_builder;
pub use source::{DEFAULT_DOCUMENT_LIMIT_MB, DocumentSource};
pub use stytch::stytch_settings;

use crate::{
    model::{
        Arguments,
        check::check_arguments,
        provider::{Environment, Provider},
    },
    openapi::{self, Diagnostic, Document, DocumentedOperation, RequestExample},
    snippet::{SnippetTargets, sdk::Sdk},
};
use anyhow::{Context, bail, ensure};
use std::sync::{Arc, OnceLock};
use url::{Host, Url};

/// What is set for a provider beside its document.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// First part of its URLs.
    pub id: String,
    /// Where it is set, for messages: `explorer.toml, line 3`.
    pub source_location: String,
    /// What people call it; the document's title if not said.
    pub title: Option<String>,
    /// Package of its generated TypeScript SDK.
    pub package: String,
    /// Where its document is, JSON or YAML.
    pub document: DocumentSource,
    /// Largest size of its document, in megabytes.
    pub document_limit_mb: u64,
    /// Its servers, in place of the document's own where there are any.
    pub servers: Vec<Environment>,
    /// Arguments to begin with.
    pub presets: Vec<Preset>,
    /// How its HTTP Basic credential is called, where that is not "Username" and "Password".
    pub credential_names: Option<BasicCredentialNames>,
    /// How the form of a credential tells the environment that it belongs to.
    pub credential_rules: CredentialRules,
    /// The security scheme of the document that the operator's credential is for, where it is said.
    pub credential_scheme: Option<String>,
    /// The only hosts that its credential may be sent to, whatever the document says. Where none is listed, they are those
    /// of `servers`. Calls without a credential go to these too, and to all of the document's servers where there is none.
    pub hosts: Vec<String>,
    /// Where all of its calls go instead of the document's servers: the operator's word, so its host is allowed too.
    pub base_url: Option<Url>,
    /// What may be called, how often, and what is asked before.
    pub policy: Policy,
    /// What stands before the UUID in ids of an environment: `("test", "-test-")`.
    pub environment_id_markers: Vec<(String, String)>,
}

impl ProviderSettings {
    /// A provider of which only the document is known.
    pub fn new(id: &str, document: DocumentSource) -> Self {
        Self {
            id: id.into(),
            source_location: "settings".into(),
            title: None,
            package: ["@utdk/", id].concat(),
            document,
            document_limit_mb: DEFAULT_DOCUMENT_LIMIT_MB,
            servers: Vec::new(),
            presets: Vec::new(),
            credential_names: None,
            credential_rules: CredentialRules::default(),
            credential_scheme: None,
            hosts: Vec::new(),
            base_url: None,
            policy: Policy::default(),
            environment_id_markers: Vec::new(),
        }
    }
}

/// A provider that needs no settings.
pub fn built_in_provider(id: &str) -> Option<ProviderSettings> {
    [stytch_settings(None)].into_iter().find(|settings| settings.id == id)
}

/// The two parts of an HTTP Basic credential (RFC 7617), by the provider's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicCredentialNames {
    /// What the user name is called: `Project ID`.
    pub username_label: String,
    /// What the password is called: `Secret`.
    pub password_label: String,
    /// Environment variable that holds the user name, in settings and in snippets.
    pub username_variable: String,
    /// Environment variable that holds the password.
    pub password_variable: String,
}

/// What a credential must look like.
#[derive(Clone, Debug, Default)]
pub struct CredentialRules {
    /// A user name that begins with the second belongs to the environment named first; others are refused.
    pub username_prefixes: Vec<(String, String)>,
    /// Fewest characters of the password.
    pub password_min_length: usize,
}

/// Arguments of an operation that fill its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// The operation's name.
    pub operation: String,
    /// What it shows, in words.
    pub title: String,
    /// What it fills in.
    pub arguments: Arguments,
    /// Where it is set, for messages.
    pub source_location: String,
}

/// A provider, ready to be shown and called.
#[derive(Debug)]
pub struct CatalogEntry {
    /// What the browser may know.
    pub provider: Provider,
    /// What was set.
    pub settings: ProviderSettings,
    /// What was read.
    pub document: Document,
    /// What of it can be requested.
    pub routes: OperationRouter,
    /// The vendor's own SDKs.
    pub sdks: Vec<Sdk>,
    /// Places of its operations among the listings, by path.
    indices_by_path: Vec<usize>,
    /// What reading every operation found; see [`CatalogEntry::check`].
    all_diagnostics: OnceLock<Vec<Diagnostic>>,
}

impl CatalogEntry {
    /// Reads a provider's document from where its settings say that it is. Blocks until that is done.
    fn load(settings: ProviderSettings) -> Result<Self, LoadError> {
        let document = settings.document.clone();
        let text = document.read(settings.document_limit_mb).map_err(LoadError::Document)?;
        Self::from_text(settings, &text)
    }

    /// Reads a provider's document from its text.
    fn from_text(mut settings: ProviderSettings, text: &str) -> Result<Self, LoadError> {
        let mut document = openapi::parse_document(text)
            .with_context(|| format!("{} is not a document that can be read", settings.document))
            .context("Correct `document`: it names an OpenAPI document")
            .map_err(LoadError::Document)?;
        if settings.servers.is_empty() {
            servers::resolve_relative_servers(&mut document, &settings.document);
        } else {
            document.replace_servers(&settings.servers);
        }
        if settings.hosts.is_empty() {
            settings.hosts = server_host_names(&settings.servers);
        }
        let title = settings.title.clone().unwrap_or_else(|| document.title.clone());
        let provider = Provider {
            title: if title.is_empty() { settings.id.clone() } else { title },
            id: settings.id.clone(),
            package: settings.package.clone(),
            environments: document.environments.clone(),
        };
        let indices_by_path = navigation::indices_by_path(&document.operations);
        let routes = OperationRouter::new(&document.operations);
        let sdks = Sdk::parse_all(document.root());
        let mut entry =
            Self { provider, settings, document, routes, sdks, indices_by_path, all_diagnostics: OnceLock::new() };
        entry.ensure_scheme_exists().and_then(|()| entry.validate_presets()).map_err(LoadError::Setting)?;
        Ok(entry)
    }

    /// The credential's scheme must be one of the document's.
    fn ensure_scheme_exists(&self) -> anyhow::Result<()> {
        let Some(scheme) = &self.settings.credential_scheme else {
            return Ok(());
        };
        let known: Vec<&str> = self.document.security_schemes.iter().map(|known| known.id.as_str()).collect();
        ensure!(
            known.contains(&scheme.as_str()),
            "`provider.credential.scheme` is {scheme:?}, but the document has no security scheme of this name. It has: {}.",
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        );
        Ok(())
    }

    /// A preset of an operation that there is not is a wrong setting; arguments that cannot be sent are only a fault.
    fn validate_presets(&mut self) -> anyhow::Result<()> {
        for preset in &self.settings.presets {
            let Some(documented) = self.operation(&preset.operation) else {
                let names = self.document.operations.iter().map(|operation| operation.name.as_str());
                let suggestion = closest_name(&preset.operation, names).map(|name| format!(" Did you mean {name:?}?"));
                bail!(
                    "{}: `provider.preset.operation` is {:?}, but the document has no operation of this name.{}",
                    preset.source_location,
                    preset.operation,
                    suggestion.unwrap_or_else(|| format!(" /{} lists all.", self.provider.id))
                );
            };
            let problems = check_arguments(&documented.operation, &preset.arguments);
            let diagnostics = problems.into_iter().map(|problem| {
                Diagnostic::new(
                    &*preset.source_location,
                    format!("preset {:?}: {}: {}", preset.title, problem.location, problem.message),
                )
            });
            self.document.diagnostics.extend(diagnostics);
        }
        Ok(())
    }

    /// Reads every operation once, and returns all faults. It takes a while for large documents, so servers do it beside their
    /// work; until it is done, [`CatalogEntry::faults`] are those of the listing.
    pub fn collect_diagnostics(&self) -> &[Diagnostic] {
        self.all_diagnostics.get_or_init(|| self.document.collect_diagnostics())
    }

    /// What could not be read of the document, as far as it has been tried.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.all_diagnostics.get().unwrap_or(&self.document.diagnostics)
    }

    /// What can fill an operation's form: the presets that are set for it, then the document's own examples.
    pub fn examples(&self, documented: &DocumentedOperation) -> impl Iterator<Item = RequestExample> {
        let set = self.settings.presets.iter().filter(|preset| preset.operation == documented.operation.name);
        let presets =
            set.map(|preset| RequestExample { title: preset.title.clone(), arguments: preset.arguments.clone() });
        presets.chain(documented.examples.iter().cloned())
    }

    /// Where calls to an environment really go: its server, or the operator's base URL in its place, which no page shows.
    pub fn server_url<'a>(&'a self, environment: &'a Environment) -> &'a str {
        self.settings.base_url.as_ref().map_or(environment.url.as_str(), |url| url.as_str().trim_end_matches('/'))
    }

    /// The provider as an operation's page and code have it: with the servers that the operation itself names.
    pub fn provider_for_operation(&self, documented: &DocumentedOperation) -> Provider {
        Provider { environments: documented.environments.clone(), ..self.provider.clone() }
    }

    /// What an operation's code can be printed with.
    pub fn snippet_choices<'a>(&'a self, documented: &'a DocumentedOperation) -> SnippetTargets<'a> {
        SnippetTargets {
            provider: &self.provider,
            sdks: &self.sdks,
            operation_id: documented.operation_id.as_deref().unwrap_or_default(),
            samples: &documented.code_samples,
        }
    }

    /// The operation with a name, with the body of its first media type.
    pub fn operation(&self, name: &str) -> Option<Arc<DocumentedOperation>> {
        self.document.operation(name)
    }
}

/// The hosts of servers that the settings name themselves: a visitor's own credential may go there. Names over TLS, no bare
/// addresses.
fn server_host_names(environments: &[Environment]) -> Vec<String> {
    let urls = environments.iter().filter_map(|environment| Url::parse(&environment.url).ok());
    let names = urls.filter(|url| url.scheme() == "https").filter_map(|url| match url.host() {
        Some(Host::Domain(name)) if name != "localhost" => Some(name.to_owned()),
        _ => None,
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}

/// The known name that somebody who wrote another most likely meant.
pub fn closest_name<'a>(input: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = candidates.map(|name| (strsim::osa_distance(input, name), name));
    distances.filter(|(distance, name)| *distance * 3 <= name.len().max(3)).min().map(|(_, name)| name)
}
