//! Which clients are proven: their code was run, and sent what the explorer sends. `make proof` writes it down.

use super::HttpClientTarget;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// What running a client's code for all calls of the proof came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationResult {
    /// Calls that sent what the explorer sends.
    pub equal: usize,
    /// Calls that the client says it cannot make.
    pub unable: usize,
    /// A digest of the code that was run: where a printer has changed since, it is another.
    pub digest: String,
}

static VERIFICATION_RESULTS: LazyLock<BTreeMap<String, VerificationResult>> =
    LazyLock::new(|| serde_json::from_str(include_str!("proof.json")).unwrap_or_default());

/// What was written down, by the ids of clients.
pub fn verification_results() -> &'static BTreeMap<String, VerificationResult> {
    &VERIFICATION_RESULTS
}

/// Whether a client's code was run, and sent what the explorer sends.
pub fn is_verified(target: &HttpClientTarget) -> bool {
    VERIFICATION_RESULTS.contains_key(target.id)
}
