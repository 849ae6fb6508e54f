//! What a page may know about a credential: that there is one, whose, for which environment and schemes.

use serde::{Deserialize, Serialize};

/// The credential in force for a visitor, without any part of the credential itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct CredentialStatus {
    /// Who set it.
    pub source: CredentialSource,
    /// The environment that it belongs to, where its form tells.
    pub environment: Option<String>,
    /// Eight hexadecimal digits that tell two credentials apart.
    pub fingerprint: Option<String>,
    /// Ids of the security schemes that it has values for.
    pub schemes: Vec<String>,
}

/// Who set the credential in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialSource {
    /// Nobody: only `example` answers.
    #[default]
    None,
    /// Whoever runs this server.
    Operator,
    /// This visitor, for this session.
    Visitor,
}
