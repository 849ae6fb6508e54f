//! Providers: a document and a few lines of settings each. Stytch is built in.

mod authentication;
mod stytch;

pub use stytch::stytch;

use crate::{
    model::provider::{Environment, NodeSdk, Provider},
    openapi::{self, Document, Documentation},
};
use anyhow::Context;
use std::collections::HashMap;
use url::Url;

/// How many operations a search lists.
const MOST_FOUND: usize = 50;

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
    /// How its HTTP Basic credential is called, where that is not "Username" and "Password".
    pub credential: Option<CredentialForm>,
    /// How the form of a credential tells the environment that it belongs to.
    pub credential_rules: CredentialRules,
    /// The only hosts that its credential may be sent to, whatever the document says. Calls without a credential go to
    /// these too, and to all of the document's servers where none is listed.
    pub hosts: Vec<String>,
    /// Where all of its calls go instead of the document's servers: the operator's word, so its host is allowed too.
    pub base_url: Option<Url>,
    /// The vendor's own SDK for Node.js.
    pub node_sdk: Option<NodeSdk>,
}

/// The two parts of an HTTP Basic credential (RFC 7617), by the provider's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialForm {
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
}

/// All providers, by id.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: Vec<CatalogEntry>,
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
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// All providers, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.entries.iter()
    }

    /// Operations in which every word of the query occurs: in the name, the path, the title, the group or a field.
    pub fn search(&self, query: &str) -> Vec<(&CatalogEntry, &Documentation)> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let operations =
            self.entries.iter().flat_map(|entry| entry.document.operations.iter().map(move |found| (entry, found)));
        let has_all = |(entry, documented): &(&CatalogEntry, &Documentation)| {
            let operation = &documented.operation;
            let fields: Vec<&str> = operation.fields.iter().map(|field| field.name.as_str()).collect();
            let text = [
                &entry.provider.id,
                operation.method.as_str(),
                &operation.name,
                &operation.path,
                &documented.title,
                &documented.group,
                &fields.join(" "),
            ];
            let text = text.join(" ").to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        operations.filter(has_all).take(MOST_FOUND).collect()
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
            node_sdk: settings.node_sdk.clone(),
        };
        Ok(Self { provider, settings, document, by_name })
    }

    /// Where calls to an environment really go: its server, or the operator's base URL in its place, which no page shows.
    pub fn server<'a>(&'a self, environment: &'a Environment) -> &'a str {
        self.settings.base_url.as_ref().map_or(environment.url.as_str(), |url| url.as_str().trim_end_matches('/'))
    }

    /// The operation with a name.
    pub fn operation(&self, name: &str) -> Option<&Documentation> {
        self.by_name.get(name).and_then(|index| self.document.operations.get(*index))
    }

    /// The operations of a group, in the document's order.
    pub fn operations_of<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a Documentation> {
        self.document.operations.iter().filter(move |operation| operation.group == group)
    }
}
