//! Servers of the settings, and where relative server URLs of a document lead.

use super::{DocumentSource, ProviderSettings};
use crate::openapi::ServerBase;
use url::Url;

impl ProviderSettings {
    /// Returns the URLs of the servers in the settings.
    pub fn server_urls(&self) -> impl Iterator<Item = Url> {
        self.servers.iter().filter_map(|server| Url::parse(&server.url).ok())
    }

    /// Returns where the relative server URLs of the document lead.
    pub(super) fn server_base(&self) -> ServerBase {
        let document = match &self.document {
            DocumentSource::Url(url) => Some(url.clone()),
            DocumentSource::File(_) | DocumentSource::Text(_) => None,
        };
        ServerBase { document, replacement: self.base_url.clone() }
    }
}
