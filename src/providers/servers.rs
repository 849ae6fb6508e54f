//! Resolves the servers of documents and settings.

use super::{DocumentSource, ProviderSettings};
use crate::openapi::{Diagnostic, Document};
use url::Url;

impl ProviderSettings {
    /// Returns the URLs of the servers in the settings.
    pub fn server_urls(&self) -> impl Iterator<Item = Url> {
        self.servers.iter().filter_map(|server| Url::parse(&server.url).ok())
    }
}

/// Resolves relative server URLs against the URL of the document (`OpenAPI` 3.1, §4.8.5). Servers that cannot be
/// resolved are removed and reported.
pub(super) fn resolve_relative_servers(document: &mut Document, source: &DocumentSource) {
    let mut diagnostics = Vec::new();
    document.environments.retain_mut(|environment| {
        if Url::parse(&environment.url).is_ok() {
            return true;
        }
        let absolute_url = match source {
            DocumentSource::Url(base) => base.join(&environment.url).ok(),
            DocumentSource::File(_) | DocumentSource::Text(_) => None,
        };
        if let Some(resolved) = &absolute_url {
            if let Some(template) = environment.template.as_mut().filter(|template| template.url.starts_with('/')) {
                template.url.insert_str(0, &resolved.origin().ascii_serialization());
            }
            resolved.as_str().trim_end_matches('/').clone_into(&mut environment.url);
        } else {
            let reason = "it is not an absolute URL, so no request can be sent to it. Set `servers`.";
            diagnostics.push(Diagnostic::new(
                format!("servers.{}", environment.name),
                format!("{:?}: {reason}", environment.url),
            ));
        }
        absolute_url.is_some()
    });
    document.diagnostics.extend(diagnostics);
}
