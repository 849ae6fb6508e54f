//! Reads the servers of a document as environments.

use crate::model::provider::Environment;
use serde_json::{Map, Value};

/// Maximum number of environments.
const MAX_ENVIRONMENTS: usize = 20;

/// Reads servers as environments.
///
/// Their names come from `name` (`OpenAPI` 3.2), `x-name`, the description if it is short, or else the position. A
/// server variable with an `enum` yields one environment per value; any other variable gets its default. Relative URLs
/// are returned unresolved.
pub(super) fn read_environments(servers: &Value) -> Vec<Environment> {
    let mut environments: Vec<Environment> = Vec::new();
    for server in servers.as_array().into_iter().flatten() {
        let Some(template) = server["url"].as_str() else { continue };
        let description = server["description"].as_str().filter(|text| text.len() <= 20 && !text.contains('\n'));
        let name = server["name"].as_str().or(server["x-name"].as_str()).or(description);
        for (url, values) in expand_template(template, server["variables"].as_object()) {
            if !(is_absolute_url(&url) || url.starts_with('/')) || environments.len() == MAX_ENVIRONMENTS {
                continue;
            }
            let base_name = [name.map(str::to_owned).into_iter().collect::<Vec<_>>(), values].concat().join(" ");
            let candidate = if base_name.is_empty() { format!("server{}", environments.len() + 1) } else { base_name };
            let is_taken = environments.iter().any(|existing| existing.name == candidate)
                || candidate == crate::model::provider::EXAMPLE_ENVIRONMENT;
            let name = if is_taken { format!("{candidate} {}", environments.len() + 1) } else { candidate };
            environments.push(Environment { name, url: url.trim_end_matches('/').to_owned() });
        }
    }
    environments
}

/// Returns true if a URL is absolute, and not relative to its document.
pub(super) fn is_absolute_url(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Expands a URL template. Returns each URL with the enum values that were chosen for it.
fn expand_template(template: &str, variables: Option<&Map<String, Value>>) -> Vec<(String, Vec<String>)> {
    let mut urls = vec![(template.to_owned(), Vec::new())];
    for (name, variable) in variables.into_iter().flatten() {
        let default = variable["default"].as_str().unwrap_or_default();
        let mut values: Vec<&str> =
            variable["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let is_choice = values.len() > 1;
        if values.is_empty() {
            values.push(default);
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
