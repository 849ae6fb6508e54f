//! What settings must know of a document beside its operations: its servers made whole, and its security schemes.

use super::DocumentSource;
use crate::openapi::Document;
use serde_json::Value;
use url::Url;

/// Gives servers that are relative their place, which is that of the document (`OpenAPI` 3.1, §4.8.5).
pub(super) fn complete_servers(document: &mut Document, source: &DocumentSource) {
    let mut faults = Vec::new();
    document.environments.retain_mut(|environment| {
        if Url::parse(&environment.url).is_ok() {
            return true;
        }
        let whole = match source {
            DocumentSource::Url(base) => base.join(&environment.url).ok(),
            DocumentSource::File(_) | DocumentSource::Text(_) => None,
        };
        if let Some(whole) = &whole {
            whole.as_str().trim_end_matches('/').clone_into(&mut environment.url);
        } else {
            let reason = "it is not a whole address, so nothing can be sent there. Set `servers`.";
            faults.push(format!("servers.{}: {:?}: {reason}", environment.name, environment.url));
        }
        whole.is_some()
    });
    document.faults.extend(faults);
}

/// Name, and kind in words, of each security scheme (`OpenAPI` 3.1, §4.8.27; `securityDefinitions` of 2.0).
pub(super) fn security_schemes(document: &Document) -> Vec<(String, String)> {
    let root: Value = serde_json::from_str(&document.json).unwrap_or_default();
    let schemes = [&root["components"]["securitySchemes"], &root["securityDefinitions"]];
    let schemes = schemes.into_iter().filter_map(Value::as_object).flatten();
    schemes.map(|(name, scheme)| (name.clone(), kind(scheme))).collect()
}

fn kind(scheme: &Value) -> String {
    let text = |key: &str| scheme[key].as_str().unwrap_or("?");
    match text("type") {
        "http" => format!("HTTP {}", text("scheme")),
        "apiKey" => format!("key in {} {}", text("in"), text("name")),
        other => other.to_owned(),
    }
}
