//! Verification of HTTP clients: their code was run and sent what API Explorer sends. `make proof` writes the results.

use super::HttpClientTarget;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// Result of running a client's code for all calls of the proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationResult {
    /// Number of calls whose request matched the request that API Explorer sends.
    #[serde(rename = "equal")]
    pub matching_calls: usize,
    /// Number of calls that the client cannot make, according to its renderer.
    #[serde(rename = "unable")]
    pub unsupported_calls: usize,
    /// Digest of the code that was run. It differs if the renderer has changed since.
    #[serde(rename = "digest")]
    pub code_digest: String,
}

static VERIFICATION_RESULTS: LazyLock<BTreeMap<String, VerificationResult>> =
    LazyLock::new(|| serde_json::from_str(include_str!("proof.json")).unwrap_or_default());

/// Returns the recorded results, by the id of the client.
pub fn verification_results() -> &'static BTreeMap<String, VerificationResult> {
    &VERIFICATION_RESULTS
}

/// Returns true if the client's code was run and sent what API Explorer sends.
pub fn is_verified(target: &HttpClientTarget) -> bool {
    VERIFICATION_RESULTS.contains_key(target.id)
}
