//! The status of a credential that pages may show: that it exists, its source, its environment and its schemes.

use serde::{Deserialize, Serialize};

/// Text by which a call states that it means no credential.
const NO_CREDENTIAL: &str = "none";

/// The status of the credential that applies to a caller, without any part of the credential itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct CredentialStatus {
    /// The source of the credential.
    pub source: CredentialSource,
    /// The environment that it belongs to, if its format reveals it.
    pub environment: Option<String>,
    /// Eight hexadecimal digits that distinguish two credentials.
    pub fingerprint: Option<String>,
    /// Ids of the security schemes that it has values for.
    pub schemes: Vec<String>,
}

impl CredentialStatus {
    /// Returns the text by which a call names the credential that it means: its fingerprint, or `none`.
    pub fn reference(&self) -> &str {
        self.fingerprint.as_deref().unwrap_or(NO_CREDENTIAL)
    }
}

/// The source of a credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialSource {
    /// No credential is set. Operations that need one work only in the environment `example`.
    #[default]
    None,
    /// The operator of this server.
    Operator,
    /// The caller, for the current session.
    #[serde(rename = "visitor")]
    Caller,
}
