//! Providers: a document and a few lines of settings each. Stytch is built in.

mod finding;
mod search;
mod stytch;

pub use finding::{Found, Neighbours};
pub use stytch::stytch;

use crate::{
    model::provider::{CredentialForm, Environment, NodeSdk, Provider},
    openapi::{self, Document, Documentation},
};
use anyhow::Context;
use search::Index;
use std::collections::HashMap;
use url::Url;

/// What is set for a provider beside its document.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// First part of its URLs.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Package of its generated TypeScript SDK.
    pub package: String,
    /// Its document, JSON or YAML.
    pub document: String,
    /// How its credential is called and written.
    pub credential: CredentialForm,
    /// How the form of a credential tells the environment that it belongs to.
    pub credential_rules: CredentialRules,
    /// The only hosts that its credential may be sent to, whatever the document says.
    pub hosts: Vec<String>,
    /// Where all of its calls go instead of the document's servers: the operator's word, so its host is allowed too.
    pub base_url: Option<Url>,
    /// The vendor's own SDK for Node.js.
    pub node_sdk: Option<NodeSdk>,
}

/// What a credential must look like.
#[derive(Clone, Debug, Default)]
pub struct CredentialRules {
    /// A user name that begins with the second belongs to the environment named first; others are refused.
    pub username_prefixes: Vec<(String, String)>,
    /// Fewest characters of the password.
    pub password_min_length: usize,
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
    by_name: HashMap<String, usize>,
    /// Places of its operations among the listings, by path.
    by_path: Vec<usize>,
}

/// All providers, by id.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: Vec<CatalogEntry>,
    index: Index,
}

impl Catalog {
    /// Reads the documents of all providers.
    ///
    /// # Errors
    /// Where a document cannot be read at all; the message names the provider.
    pub fn load(settings: Vec<ProviderSettings>) -> anyhow::Result<Self> {
        let entries = settings.into_iter().map(|settings| {
            let id = settings.id.clone();
            CatalogEntry::load(settings).with_context(|| format!("the document of the provider {id} cannot be read"))
        });
        let entries: Vec<CatalogEntry> = entries.collect::<Result<_, _>>()?;
        Ok(Self { index: finding::index(&entries), entries })
    }

    /// All providers, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.entries.iter()
    }

    /// The provider with an id.
    pub fn get(&self, id: &str) -> Option<&CatalogEntry> {
        self.entries.iter().find(|entry| entry.provider.id == id)
    }
}

impl CatalogEntry {
    fn load(settings: ProviderSettings) -> anyhow::Result<Self> {
        let mut document = openapi::read(&settings.document)?;
        let mut by_name = HashMap::new();
        for (index, documented) in document.operations.iter().enumerate() {
            let name = &documented.operation.name;
            if by_name.insert(name.clone(), index).is_some() {
                document.faults.push(format!("{name}: two operations have this name; only the second can be reached"));
            }
        }
        let provider = Provider {
            id: settings.id.clone(),
            title: settings.title.clone(),
            package: settings.package.clone(),
            environments: document.environments.clone(),
            credential: settings.credential.clone(),
            node_sdk: settings.node_sdk.clone(),
        };
        let by_path = finding::by_path(&document.listings);
        Ok(Self { provider, settings, document, by_name, by_path })
    }

    /// Where calls to an environment really go: its server, or the operator's base URL in its place, which no page shows.
    pub fn server<'a>(&'a self, environment: &'a Environment) -> &'a str {
        self.settings.base_url.as_ref().map_or(environment.url.as_str(), |url| url.as_str().trim_end_matches('/'))
    }

    /// The operation with a name.
    pub fn operation(&self, name: &str) -> Option<&Documentation> {
        self.by_name.get(name).and_then(|index| self.document.operations.get(*index))
    }
}
