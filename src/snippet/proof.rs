//! Which clients are proven: their code was run, and sent what the explorer sends. `make proof` writes it down.

use super::Client;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::LazyLock};

/// What running a client's code for all calls of the proof came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Calls that sent what the explorer sends.
    pub equal: usize,
    /// Calls that the client says it cannot make.
    pub unable: usize,
    /// A digest of the code that was run: where a printer has changed since, it is another.
    pub digest: String,
}

static PROOFS: LazyLock<BTreeMap<String, Proof>> =
    LazyLock::new(|| serde_json::from_str(include_str!("proof.json")).unwrap_or_default());

/// What was written down, by the ids of clients.
pub fn proofs() -> &'static BTreeMap<String, Proof> {
    &PROOFS
}

/// Whether a client's code was run, and sent what the explorer sends.
pub fn is_proven(client: &Client) -> bool {
    PROOFS.contains_key(client.id)
}
