//! Servers: where calls can go.

use crate::model::provider::Environment;
use serde_json::{Map, Value};

/// More environments than this are not offered.
const MOST: usize = 20;

/// Servers, named by `name` (`OpenAPI` 3.2), `x-name`, or their description if it is short; else by their position. A server
/// variable with an `enum` makes an environment of each of its values; any other takes its default. A relative URL stays so.
pub(super) fn environments(servers: &Value) -> Vec<Environment> {
    let mut found: Vec<Environment> = Vec::new();
    for server in servers.as_array().into_iter().flatten() {
        let Some(template) = server["url"].as_str() else { continue };
        let description = server["description"].as_str().filter(|text| text.len() <= 20 && !text.contains('\n'));
        let name = server["name"].as_str().or(server["x-name"].as_str()).or(description);
        for (url, values) in expand(template, server["variables"].as_object()) {
            if !(is_whole(&url) || url.starts_with('/')) || found.len() == MOST {
                continue;
            }
            let named = [name.map(str::to_owned).into_iter().collect::<Vec<_>>(), values].concat().join(" ");
            let wanted = if named.is_empty() { format!("server{}", found.len() + 1) } else { named };
            let is_taken = found.iter().any(|known| known.name == wanted) || wanted == crate::model::provider::EXAMPLE;
            let name = if is_taken { format!("{wanted} {}", found.len() + 1) } else { wanted };
            found.push(Environment { name, url: url.trim_end_matches('/').to_owned() });
        }
    }
    found
}

/// Whether it says where it is, and does not leave that to the place of its document.
pub(super) fn is_whole(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The URLs that a template stands for, each with the values that were chosen for it.
fn expand(template: &str, variables: Option<&Map<String, Value>>) -> Vec<(String, Vec<String>)> {
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
                    .take(MOST)
                    .map(move |value| {
                        let mut chosen = chosen.clone();
                        chosen.extend(is_choice.then(|| (*value).to_owned()));
                        (url.replace(&format!("{{{name}}}"), value), chosen)
                    })
                    .collect::<Vec<_>>()
            })
            .take(MOST)
            .collect();
    }
    urls
}
