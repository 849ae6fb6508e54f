//! Providers: each is a document and a few lines of settings. Stytch is built in.

mod authentication;
mod canonical_path;
mod catalog;
mod document_changes;
mod document_files;
mod indexing;
#[cfg(test)]
mod join; // `build.rs` runs this module; the crate compiles it only for its tests
mod live;
mod loading;
mod navigation;
mod operation_router;
mod outage;
mod path_template;
mod policy;
mod provider_search;
mod referenced_files;
mod rule;
mod search;
mod servers;
mod source;
mod stytch;

pub(crate) use authentication::NO_SECURITY_SCHEME;
pub use canonical_path::CanonicalPath;
pub use catalog::{Catalog, ProviderState, ProviderUpdate};
pub use document_changes::{ChangedOperation, DocumentChanges, FactDifference};
pub use loading::{LoadError, load, load_text, run_on_own_thread};
pub use navigation::{AdjacentOperations, SearchResults};
pub use operation_router::{MatchedOperations, OperationRouter};
pub use outage::{Outage, ServedCopy, format_timestamp};
pub(crate) use path_template::path_values;
pub use policy::{Acceptance, Policy, RateLimit};
pub use rule::{Rule, matches_wildcard};
pub(crate) use source::http_client_builder;
pub use source::{DEFAULT_DOCUMENT_LIMIT_MB, DocumentSource};
pub use stytch::stytch_settings;

use crate::{
    model::{
        Arguments,
        branding::Logo,
        check::check_arguments,
        provider::{Environment, Provider},
        security::SecurityScheme,
    },
    openapi::{Diagnostic, Document, DocumentValue, DocumentedOperation, OperationSummary, Overlay, RequestExample},
    snippet::{SnippetTargets, sdk::Sdk},
};
use anyhow::{Context, bail, ensure};
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};
use url::{Host, Url};

/// First path segments of the site's own URLs, current and planned. A provider cannot have one of them as its ID.
pub const RESERVED_PATHS: [&str; 27] = [
    "account",
    "admin",
    "api",
    "assets",
    "auth",
    "docs",
    "favicon.ico",
    "favicon.svg",
    "healthz",
    "help",
    "history",
    "language",
    "mcp",
    "metrics",
    "pkg",
    "proxy",
    "readyz",
    "responses",
    "reveal",
    "robots.txt",
    "search",
    "settings",
    "sign-in",
    "sign-out",
    "sitemap.xml",
    "theme",
    "tools",
];

/// The settings of a provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// First path segment of its URLs.
    pub id: String,
    /// Location of the settings, for messages: `explorer.toml, line 3`.
    pub source_location: String,
    /// Display name; `None` uses the title of the document.
    pub title: Option<String>,
    /// Logo; `None` shows the first letter of the title.
    pub logo: Option<Logo>,
    /// Category on the home page; `None` uses the categories of the document.
    pub category: Option<String>,
    /// Package of its generated TypeScript SDK.
    pub package: String,
    /// Source of its document, which is JSON or YAML.
    pub document: DocumentSource,
    /// Files with overlays, which change the document in this order.
    pub overlays: Vec<DocumentSource>,
    /// Maximum size of its document, and of each overlay, in megabytes.
    pub document_limit_mb: u64,
    /// Servers that replace those of the document; empty to use the document's.
    pub servers: Vec<Environment>,
    /// Names of operations and of their path parameters in which a slash is sent as itself, regardless of the document.
    pub slash_parameters: Vec<(String, String)>,
    /// Predefined arguments of operations.
    pub presets: Vec<Preset>,
    /// Names of its HTTP Basic credential; `None` for "Username" and "Password".
    pub credential_names: Option<BasicCredentialNames>,
    /// Format rules of its credential, which also determine the credential's environment.
    pub credential_rules: CredentialRules,
    /// Security scheme of a document that defines none.
    pub security_scheme: Option<SecurityScheme>,
    /// Security scheme of the document that the operator's credential is for; `None` if not configured.
    pub credential_scheme: Option<String>,
    /// The only hosts that its credential may be sent to, regardless of the document. If empty, loading the provider
    /// fills in the hosts of `servers`. A call without a credential may also go to the configured servers, and to any
    /// server of the document if no host is listed.
    pub hosts: Vec<String>,
    /// Base URL of all calls, in place of the document's servers. The operator sets it, so its host is always allowed.
    pub base_url: Option<Url>,
    /// Policy for its operations: what may be called, how often, and with which safeguards.
    pub policy: Policy,
    /// Environments and the text before the UUID in their ids: `("test", "-test-")`.
    pub environment_id_markers: Vec<(String, String)>,
}

impl ProviderSettings {
    /// Creates the settings of a provider from its id and document, with defaults for the rest.
    pub fn new(id: &str, document: DocumentSource) -> Self {
        Self {
            id: id.into(),
            source_location: "settings".into(),
            title: None,
            logo: None,
            category: None,
            package: format!("@utdk/{id}"),
            document,
            overlays: Vec::new(),
            document_limit_mb: DEFAULT_DOCUMENT_LIMIT_MB,
            servers: Vec::new(),
            slash_parameters: Vec::new(),
            presets: Vec::new(),
            credential_names: None,
            credential_rules: CredentialRules::default(),
            security_scheme: None,
            credential_scheme: None,
            hosts: Vec::new(),
            base_url: None,
            policy: Policy::default(),
            environment_id_markers: Vec::new(),
        }
    }

    /// Returns true if an administrator must accept changes of the document before the operator's credential is used
    /// for the operations concerned.
    pub fn must_accept_changes(&self) -> bool {
        !self.is_built_in() && self.policy.acceptance != Acceptance::Automatic
    }

    /// Returns true if the document is part of this program and unchanged by overlays, so it changes only with the
    /// program.
    pub fn is_built_in(&self) -> bool {
        self.document.is_built_in() && self.overlays.is_empty()
    }
}

/// Returns the settings of a built-in provider.
pub fn built_in_provider(id: &str) -> Option<ProviderSettings> {
    [stytch_settings(None)].into_iter().find(|settings| settings.id == id)
}

/// Names of the two parts of an HTTP Basic credential (RFC 7617), as the provider calls them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicCredentialNames {
    /// Label of the user name: `Project ID`.
    pub username_label: String,
    /// Label of the password: `Secret`.
    pub password_label: String,
    /// Environment variable of the user name, in settings and in snippets.
    pub username_variable: String,
    /// Environment variable of the password, in settings and in snippets.
    pub password_variable: String,
}

/// Format rules of a credential.
#[derive(Clone, Debug, Default)]
pub struct CredentialRules {
    /// Environments and the prefixes of their user names. A user name must begin with one of the prefixes, which
    /// determines its environment.
    pub username_prefixes: Vec<(String, String)>,
    /// Minimum length of the password, in characters. If 0, the password may be omitted.
    pub password_min_length: usize,
}

/// Predefined arguments of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Name of the operation.
    pub operation: String,
    /// Title of the preset.
    pub title: String,
    /// Arguments to fill in.
    pub arguments: Arguments,
    /// Location of the preset in the settings, for messages.
    pub source_location: String,
}

/// A loaded provider: its settings, its document and the indexes built from them.
#[derive(Debug)]
pub struct CatalogEntry {
    /// The public facts about the provider, which are sent to the browser.
    pub provider: Provider,
    /// Its settings.
    pub settings: ProviderSettings,
    /// Its document.
    pub document: Document,
    /// SHA-256 of the document's text, with the changes of its overlays, in hexadecimal.
    pub document_sha256: String,
    /// Routes of its operations.
    pub routes: OperationRouter,
    /// SDKs of the vendor.
    pub sdks: Vec<Sdk>,
    /// True if neither the document nor the settings name a security scheme, and callers can choose one.
    pub has_offered_schemes: bool,
    /// Indices of its operations in the document, sorted by path.
    indices_by_path: Vec<usize>,
    /// Diagnostics of all operations; see [`CatalogEntry::collect_diagnostics`].
    all_diagnostics: OnceLock<Vec<Diagnostic>>,
}

impl CatalogEntry {
    /// Reads the document of a provider from its source. Blocks until it is read.
    fn load(settings: ProviderSettings) -> Result<Self, LoadError> {
        let (document, limit) = (settings.document.clone(), settings.document_limit_mb);
        let references = DocumentSource::read_overlay_references(&settings.overlays, limit);
        let text = document.read_with_files(limit, &references).map_err(LoadError::Document)?;
        Self::from_text(settings, &text)
    }

    /// Reads the document of a provider from its text.
    fn from_text(mut settings: ProviderSettings, text: &str) -> Result<Self, LoadError> {
        let (mut document, document_sha256) = read_document(&settings, text).map_err(LoadError::Document)?;
        if settings.servers.is_empty() {
            document.resolve_servers(settings.server_base());
        } else {
            document.replace_servers(&settings.servers);
        }
        if settings.hosts.is_empty() {
            settings.hosts = server_host_names(&settings.servers);
        }
        let has_offered_schemes =
            authentication::complete_security_schemes(&mut document, &settings).map_err(LoadError::Setting)?;
        for (operation, parameter) in &settings.slash_parameters {
            if !document.allow_slashes(operation, parameter) {
                return Err(LoadError::Setting(anyhow::anyhow!(
                    "`provider.path_slashes` names \"{operation}.{parameter}\", but the document has no operation with \
                     this name and path parameter."
                )));
            }
        }
        if let Some(category) = &settings.category {
            document.categories = vec![category.clone()];
        }
        let title = settings.title.clone().unwrap_or_else(|| document.title.clone());
        let provider = Provider {
            title: if title.is_empty() { settings.id.clone() } else { title },
            id: settings.id.clone(),
            package: settings.package.clone(),
            environments: document.environments.clone(),
        };
        let indices_by_path = navigation::indices_by_path(&document.operations);
        let routes = OperationRouter::new(&document);
        let sdks = Sdk::parse_all(&document.extension("x-sdks"));
        let all_diagnostics = OnceLock::new();
        let mut entry = Self {
            provider,
            settings,
            document,
            document_sha256,
            routes,
            sdks,
            has_offered_schemes,
            indices_by_path,
            all_diagnostics,
        };
        entry.ensure_scheme_exists().and_then(|()| entry.validate_presets()).map_err(LoadError::Setting)?;
        Ok(entry)
    }

    /// Returns an error if the document has no security scheme of the configured name.
    fn ensure_scheme_exists(&self) -> anyhow::Result<()> {
        let Some(scheme) = &self.settings.credential_scheme else {
            return Ok(());
        };
        let scheme_ids: Vec<&str> = self.named_schemes().iter().map(|scheme| scheme.id.as_str()).collect();
        ensure!(!scheme_ids.is_empty(), "`provider.credential.scheme` is {scheme:?}, but {NO_SECURITY_SCHEME}");
        ensure!(
            scheme_ids.contains(&scheme.as_str()),
            "`provider.credential.scheme` is {scheme:?}, but the document defines no such security scheme. It has: {}.",
            scheme_ids.join(", ")
        );
        Ok(())
    }

    /// Validates the presets. An unknown operation is an error; arguments that cannot be sent are only a diagnostic.
    fn validate_presets(&mut self) -> anyhow::Result<()> {
        for preset in &self.settings.presets {
            let Some(documented) = self.operation(&preset.operation) else {
                let names = self.document.operations.iter().map(|operation| operation.name.as_str());
                let suggestion = closest_name(&preset.operation, names).map(|name| format!(" Did you mean {name:?}?"));
                bail!(
                    "{}: `provider.preset.operation` is {:?}, but the document has no operation with this name.{}",
                    preset.source_location,
                    preset.operation,
                    suggestion.unwrap_or_else(|| format!(" The page /{} lists all operations.", self.provider.id))
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

    /// Reads every operation once, and returns all diagnostics. This takes a while for large documents, so the server
    /// runs it in the background. Before it is done, [`CatalogEntry::diagnostics`] returns those found while the
    /// provider was loaded.
    pub fn collect_diagnostics(&self) -> &[Diagnostic] {
        self.all_diagnostics.get_or_init(|| self.document.collect_diagnostics())
    }

    /// Returns the diagnostics of the document that are available so far.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.all_diagnostics.get().unwrap_or(&self.document.diagnostics)
    }

    /// Returns the examples of an operation: its presets, then the examples of the document.
    pub fn examples(&self, documented: &DocumentedOperation) -> impl Iterator<Item = RequestExample> {
        let set = self.settings.presets.iter().filter(|preset| preset.operation == documented.operation.name);
        let presets =
            set.map(|preset| RequestExample { title: preset.title.clone(), arguments: preset.arguments.clone() });
        presets.chain(documented.examples.iter().cloned())
    }

    /// Returns the URL that calls to an environment are sent to: its server, or the operator's base URL, which no page
    /// shows.
    pub fn server_url<'a>(&'a self, environment: &'a Environment) -> &'a str {
        self.settings.base_url.as_ref().map_or(environment.url.as_str(), |url| url.as_str().trim_end_matches('/'))
    }

    /// Returns the provider with the servers of an operation, for its page and snippets.
    pub fn provider_for_operation(&self, documented: &DocumentedOperation) -> Provider {
        Provider { environments: documented.environments.clone(), ..self.provider.clone() }
    }

    /// Returns the targets that snippets of an operation are available for.
    pub fn snippet_choices<'a>(&'a self, documented: &'a DocumentedOperation) -> SnippetTargets<'a> {
        SnippetTargets {
            provider: &self.provider,
            sdks: &self.sdks,
            operation_id: documented.operation_id.as_deref().unwrap_or_default(),
            samples: &documented.code_samples,
        }
    }

    /// Returns the operation that a method and a path below the server lead to.
    pub(crate) fn match_operation(&self, method: &str, path: &CanonicalPath) -> Option<&OperationSummary> {
        self.document.operations.get(*self.routes.find_operations(method, path).exact.first()?)
    }

    /// Returns an operation with the body of its default media type.
    pub fn operation(&self, name: &str) -> Option<Arc<DocumentedOperation>> {
        self.document.operation(name)
    }
}

/// Reads a document from its text, and applies the overlays of the settings. Returns the SHA-256 of the result as well.
fn read_document(settings: &ProviderSettings, text: &str) -> anyhow::Result<(Document, String)> {
    let invalid = || format!("{} is not a valid OpenAPI document", settings.document);
    let advice = "Correct `document`: it must name an OpenAPI document";
    let mut value = DocumentValue::parse(text).with_context(invalid).context(advice)?;
    for source in &settings.overlays {
        let text = source.read_alone(settings.document_limit_mb).context("Correct `overlays`")?;
        let overlay = Overlay::parse(&source.public_name(), &text).and_then(|overlay| value.apply(&overlay));
        overlay.with_context(|| format!("{source} is not a valid overlay")).context("Correct `overlays`")?;
    }
    let sha256 = if settings.overlays.is_empty() {
        Sha256::digest(text)
    } else {
        value = value.map(|root| settings.document.resolve_overlay_references(root));
        Sha256::digest(value.to_json())
    };
    Ok((value.into_document().with_context(invalid).context(advice)?, hex::encode(sha256)))
}

/// Returns the hosts of configured servers, to which callers' own credentials may be sent. Only domain names over TLS
/// are included, but no IP addresses and not `localhost`.
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

/// Returns the candidate closest to a misspelled name, if one is close enough to suggest.
pub fn closest_name<'a>(input: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distances = candidates.map(|name| (strsim::osa_distance(input, name), name));
    distances.filter(|(distance, name)| *distance * 3 <= name.len().max(3)).min().map(|(_, name)| name)
}
