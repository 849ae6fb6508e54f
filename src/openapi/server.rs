//! Reads the servers of a document as environments.

use super::{Diagnostic, Document, markdown, reference::ResolvedObject};
use crate::model::{
    provider::{EXAMPLE_ENVIRONMENT, Environment},
    server_template::{ServerTemplate, ServerVariable, is_variable_name},
};
use serde_json::{Map, Value};
use url::Url;

/// Maximum number of environments.
const MAX_ENVIRONMENTS: usize = 20;
/// Maximum number of the variables of a server that users can set, and of the bytes of a description.
const MAX_VARIABLES: usize = 10;
const MAX_DESCRIPTION_BYTES: usize = 2_000;

/// Reads servers as environments.
///
/// Their names come from `name` (`OpenAPI` 3.2), `x-name`, the description if it is short, or else the position. A
/// server variable with an `enum` yields one environment per value. Any other variable gets its default, which users can
/// replace. URLs are returned unresolved.
pub(super) fn read_environments(servers: &Value) -> Vec<Environment> {
    let mut environments: Vec<Environment> = Vec::new();
    for server in servers.as_array().into_iter().flatten() {
        let Some(template) = server["url"].as_str() else { continue };
        let description = server["description"].as_str().filter(|text| text.len() <= 20 && !text.contains('\n'));
        let name = server["name"].as_str().or(server["x-name"].as_str()).or(description);
        let variables = server["variables"].as_object();
        for (template, values) in expand_template(template, variables) {
            let free_variables = read_free_variables(&template, variables);
            let mut url = template.clone();
            for (name, variable) in variables.into_iter().flatten() {
                url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
            }
            if environments.len() == MAX_ENVIRONMENTS {
                continue;
            }
            let base_name = [name.map(str::to_owned).into_iter().collect::<Vec<_>>(), values].concat().join(" ");
            let candidate = if base_name.is_empty() { format!("server{}", environments.len() + 1) } else { base_name };
            let is_taken =
                environments.iter().any(|existing| existing.name == candidate) || candidate == EXAMPLE_ENVIRONMENT;
            let name = if is_taken { format!("{candidate} {}", environments.len() + 1) } else { candidate };
            let template = (!free_variables.is_empty()).then(|| {
                let url = template.trim_end_matches('/').to_owned();
                Box::new(ServerTemplate { url, variables: free_variables, ..ServerTemplate::default() })
            });
            environments.push(Environment { template, ..Environment::new(name, url.trim_end_matches('/')) });
        }
    }
    environments
}

/// URLs that decide where relative server URLs lead.
#[derive(Clone, Debug, Default)]
pub struct ServerBase {
    /// URL of the document. Relative URLs are resolved against it (`OpenAPI` 3.2, §4.5.2), and a document that lists no
    /// server is taken to list `/`.
    pub document: Option<Url>,
    /// The URL that the settings set for all calls. It stands for servers that are missing or cannot be resolved.
    pub replacement: Option<Url>,
}

impl ServerBase {
    /// Resolves servers, which `location` lists. Those that cannot be resolved are removed and reported.
    pub(super) fn resolve(&self, servers: Vec<Environment>, location: &str) -> (Vec<Environment>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut resolved = Vec::new();
        for environment in servers {
            match self.resolve_server(environment) {
                Ok(environment) => resolved.push(environment),
                Err((environment, reason)) => {
                    let message =
                        format!("{:?}: {reason}, so no request can be sent to it. Set `servers`.", environment.url);
                    diagnostics.push(Diagnostic::new(format!("{location}.{}", environment.name), message));
                }
            }
        }
        (resolved, diagnostics)
    }

    /// Returns the server of a document that lists none.
    pub(super) fn default_server(&self) -> Option<Environment> {
        self.resolve_server(Environment::new("server1", "/")).ok()
    }

    /// Returns the server with an absolute URL, or the reason why it has none.
    fn resolve_server(&self, mut server: Environment) -> Result<Environment, (Environment, &'static str)> {
        let (url, reason) = match (Url::parse(&server.url), &self.document) {
            (Ok(url), _) if is_http(&url) => return Ok(server),
            (Ok(_), _) => (None, "it is not an HTTP URL"),
            (Err(_), _) if is_host_name(&server.url) => (None, "it has no scheme, such as https"),
            (Err(_), Some(document)) => (document.join(&server.url).ok().filter(is_http), "it is not a URL"),
            (Err(_), None) => (None, "it is not an absolute URL"),
        };
        match &url {
            // A template can only be completed by an origin.
            Some(url) => server.template.take_if(|template| !complete_template(&mut template.url, url)),
            None => server.template.take(),
        };
        let Some(url) = url.as_ref().or(self.replacement.as_ref()) else { return Err((server, reason)) };
        url.as_str().trim_end_matches('/').clone_into(&mut server.url);
        Ok(server)
    }
}

/// Servers that an operation inherits: defaults that its own servers replace, which are resolved against a base; or an
/// override that replaces its own.
#[derive(Clone, Copy)]
pub(super) enum InheritedServers<'a> {
    Default(&'a [Environment], &'a ServerBase),
    Override(&'a [Environment]),
}

impl InheritedServers<'_> {
    /// Returns the servers of an operation at a location of the document. If it or its path lists some, but none can be
    /// used, it has no server.
    pub(super) fn effective(
        self,
        operation: &Value,
        path_item: &ResolvedObject,
        location: &str,
    ) -> (Vec<Environment>, Vec<Diagnostic>) {
        let (environments, base) = match self {
            Self::Override(environments) => return (environments.to_vec(), Vec::new()),
            Self::Default(environments, base) => (environments, base),
        };
        let own_servers = operation.get("servers").or(path_item.get("servers")).map(read_environments);
        match own_servers.filter(|servers| !servers.is_empty()) {
            Some(servers) => base.resolve(servers, &[location, ".servers"].concat()),
            None => (environments.to_vec(), Vec::new()),
        }
    }
}

impl Document {
    /// Resolves the servers of the document against a base, and later those of its operations. Servers that cannot be
    /// resolved are removed and reported.
    pub fn resolve_servers(&mut self, base: ServerBase) {
        let servers = std::mem::take(&mut self.environments);
        if servers.is_empty() {
            self.environments.extend(base.default_server());
        } else {
            let (environments, diagnostics) = base.resolve(servers, "servers");
            self.environments = environments;
            self.diagnostics.extend(diagnostics);
        }
        self.server_base = base;
    }

    /// Replaces the servers of the document and of all operations.
    pub fn replace_servers(&mut self, servers: &[Environment]) {
        self.environments = servers.to_vec();
        self.has_server_override = true;
    }

    /// Returns the servers that the operations inherit.
    pub(super) fn inherited_servers(&self) -> InheritedServers<'_> {
        if self.has_server_override {
            InheritedServers::Override(&self.environments)
        } else {
            InheritedServers::Default(&self.environments, &self.server_base)
        }
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http") && url.has_host()
}

/// Makes a URL template absolute. Returns false if that is not possible.
fn complete_template(template: &mut String, resolved: &Url) -> bool {
    let is_absolute_path = template.starts_with('/');
    template.insert_str(0, &resolved.origin().ascii_serialization());
    is_absolute_path
}

/// Returns true if the first segment of a relative reference was meant as a host: `api.example.com/v1`.
fn is_host_name(reference: &str) -> bool {
    let first = reference.split('/').next().unwrap_or_default();
    let last_label = first.rsplit_once('.').filter(|(before, _)| !before.is_empty()).map(|(_, label)| label);
    last_label.is_some_and(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Returns the variables of a URL template that have no list of values.
fn read_free_variables(template: &str, variables: Option<&Map<String, Value>>) -> Vec<ServerVariable> {
    let is_free = |(name, _): &(&String, &Value)| is_variable_name(name) && template.contains(&format!("{{{name}}}"));
    let read = |(name, variable): (&String, &Value)| {
        let description = variable["description"].as_str().filter(|text| text.len() <= MAX_DESCRIPTION_BYTES);
        ServerVariable {
            name: name.clone(),
            default: variable["default"].as_str().unwrap_or_default().to_owned(),
            description: description.map(markdown::to_html).unwrap_or_default(),
        }
    };
    variables.into_iter().flatten().filter(is_free).take(MAX_VARIABLES).map(read).collect()
}

/// Expands the variables of a URL template that have a list of values. Returns each URL with the values that were chosen
/// for it.
fn expand_template(template: &str, variables: Option<&Map<String, Value>>) -> Vec<(String, Vec<String>)> {
    let mut urls = vec![(template.to_owned(), Vec::new())];
    for (name, variable) in variables.into_iter().flatten() {
        let default = variable["default"].as_str().unwrap_or_default();
        let mut values: Vec<&str> =
            variable["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let is_choice = values.len() > 1;
        if values.is_empty() {
            continue;
        }
        // The default comes first, because calls go to the first environment unless the user chooses another one.
        values.sort_by_key(|value| *value != default);
        urls = urls
            .into_iter()
            .flat_map(|(url, chosen)| {
                values
                    .iter()
                    .take(MAX_ENVIRONMENTS)
                    .map(move |value| {
                        let mut chosen = chosen.clone();
                        chosen.extend(is_choice.then(|| (*value).to_owned()));
                        (url.replace(&format!("{{{name}}}"), value), chosen)
                    })
                    .collect::<Vec<_>>()
            })
            .take(MAX_ENVIRONMENTS)
            .collect();
    }
    urls
}

#[cfg(test)]
mod tests {
    use super::{ServerBase, read_environments};
    use serde_json::json;
    use url::Url;

    const DOCUMENT: &str = "https://docs.example/apis/orders/openapi.yaml";

    /// Returns the URL of a server that a document lists, or the reason why it is not used.
    fn resolve(base: &ServerBase, url: &str) -> String {
        let (servers, diagnostics) = base.resolve(read_environments(&json!([{"url": url}])), "servers");
        let urls = servers.into_iter().map(|server| server.url);
        urls.chain(diagnostics.into_iter().map(|diagnostic| diagnostic.to_string())).collect()
    }

    #[test]
    fn relative_urls_are_resolved_against_the_url_of_the_document() -> anyhow::Result<()> {
        let base = ServerBase { document: Some(Url::parse(DOCUMENT)?), replacement: None };
        assert_eq!(resolve(&base, "/v2"), "https://docs.example/v2");
        assert_eq!(resolve(&base, "v1.0/api/"), "https://docs.example/apis/orders/v1.0/api");
        assert_eq!(resolve(&base, "../v2"), "https://docs.example/apis/v2");
        assert_eq!(resolve(&base, "//api.example/v2"), "https://api.example/v2");
        assert_eq!(resolve(&base, "https://api.example/v2/"), "https://api.example/v2");
        assert_eq!(base.default_server().map(|server| server.url).as_deref(), Some("https://docs.example"));
        Ok(())
    }

    #[test]
    fn urls_that_lead_nowhere_are_reported() -> anyhow::Result<()> {
        let base = ServerBase { document: Some(Url::parse(DOCUMENT)?), replacement: None };
        for (url, reason) in [
            ("api.example.com/v2", "it has no scheme, such as https"),
            ("localhost:8080/v2", "it is not an HTTP URL"),
            ("wss://api.example.com", "it is not an HTTP URL"),
        ] {
            let message =
                format!("servers.server1: {url:?}: {reason}, so no request can be sent to it. Set `servers`.");
            assert_eq!(resolve(&base, url), message);
        }
        let base = ServerBase::default();
        assert!(resolve(&base, "/v2").contains("it is not an absolute URL"));
        assert!(base.default_server().is_none());
        Ok(())
    }

    #[test]
    fn the_replacement_stands_for_missing_and_unresolvable_servers() -> anyhow::Result<()> {
        let base = ServerBase { document: None, replacement: Some(Url::parse("https://gateway.example/orders")?) };
        assert_eq!(resolve(&base, "/v2"), "https://gateway.example/orders");
        assert_eq!(resolve(&base, "https://api.example/v2"), "https://api.example/v2");
        assert_eq!(base.default_server().map(|server| server.url).as_deref(), Some("https://gateway.example/orders"));
        Ok(())
    }
}
