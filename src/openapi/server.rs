//! Servers: where calls can go.

use crate::model::provider::Environment;
use serde_json::{Map, Value};

/// More environments than this are not offered.
const MAX_ENVIRONMENTS: usize = 20;

/// Servers, named by `name` (`OpenAPI` 3.2), `x-name`, or their description if it is short; else by their position. A server
/// variable with an `enum` makes an environment of each of its values; any other takes its default. A relative URL stays so.
pub(super) fn read_environments(servers: &Value) -> Vec<Environment> {
    let mut found: Vec<Environment> = Vec::new();
    for server in servers.as_array().into_iter().flatten() {
        let Some(template) = server["url"].as_str() else { continue };
        let description = server["description"].as_str().filter(|text| text.len() <= 20 && !text.contains('\n'));
        let name = server["name"].as_str().or(server["x-name"].as_str()).or(description);
        for (url, values) in expand_template(template, server["variables"].as_object()) {
            if !(is_absolute_url(&url) || url.starts_with('/')) || found.len() == MAX_ENVIRONMENTS {
                continue;
            }
            let base_name = [name.map(str::to_owned).into_iter().collect::<Vec<_>>(), values].concat().join(" ");
            let candidate = if base_name.is_empty() { format!("server{}", found.len() + 1) } else { base_name };
            let is_taken = found.iter().any(|existing| existing.name == candidate)
                || candidate == crate::model::provider::EXAMPLE_ENVIRONMENT;
            let name = if is_taken { format!("{candidate} {}", found.len() + 1) } else { candidate };
            found.push(Environment { name, url: url.trim_end_matches('/').to_owned() });
        }
    }
    found
}

/// Whether it says where it is, and does not leave that to the place of its document.
pub(super) fn is_absolute_url(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The URLs that a template stands for, each with the values that were chosen for it.
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
        // The default comes first: it is where calls go unless somebody chooses.
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
