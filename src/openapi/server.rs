//! Reads the servers of a document as environments.

use super::markdown;
use crate::model::{
    provider::{EXAMPLE_ENVIRONMENT, Environment},
    server_template::{ServerTemplate, ServerVariable, is_variable_name},
};
use serde_json::{Map, Value};

/// Maximum number of environments.
const MAX_ENVIRONMENTS: usize = 20;
/// Maximum number of the variables of a server that users can set, and of the bytes of a description.
const MAX_VARIABLES: usize = 10;
const MAX_DESCRIPTION_BYTES: usize = 2_000;

/// Reads servers as environments.
///
/// Their names come from `name` (`OpenAPI` 3.2), `x-name`, the description if it is short, or else the position. A
/// server variable with an `enum` yields one environment per value. Any other variable gets its default, which users can
/// replace. Relative URLs are returned unresolved.
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
            if !(is_absolute_url(&url) || url.starts_with('/')) || environments.len() == MAX_ENVIRONMENTS {
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

/// Returns true if a URL is absolute, and not relative to its document.
pub(super) fn is_absolute_url(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
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
