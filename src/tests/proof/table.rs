//! Records the results of a proof: in `proof.json` for the pages, and in a table of `docs/snippets.md`.

use anyhow::{Context, Result};
use api_explorer::snippet::{HTTP_CLIENT_TARGETS, VerificationResult};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

/// Path of the document that contains the table.
const DOCUMENT: &str = "docs/snippets.md";
const BEGIN: &str = "<!-- Written by `make proof` -->\n";
const END: &str = "<!-- Until here -->";

/// Returns a digest of code, to detect changes since it was run.
pub(super) fn digest(codes: &[String]) -> String {
    let mut digest = Sha256::new();
    for code in codes {
        digest.update(code.len().to_be_bytes());
        digest.update(code);
    }
    hex::encode(&digest.finalize()[..8])
}

/// Renders the table.
pub(super) fn table(proofs: &BTreeMap<String, VerificationResult>) -> String {
    let mut table = String::from(
        "| client | calls that send the same | calls that it says it cannot make |\n| --- | --- | --- |\n",
    );
    for client in HTTP_CLIENT_TARGETS {
        let name = [client.language, " · ", client.name].concat();
        let _ = match proofs.get(client.id) {
            Some(proof) => writeln!(table, "| {name} | {} | {} |", proof.matching_calls, proof.unsupported_calls),
            None => writeln!(table, "| {name} | not run here, only parsed | |"),
        };
    }
    table
}

/// Returns the table that is in the document.
pub(super) fn documented_table() -> Result<String> {
    let text = fs::read_to_string(root().join(DOCUMENT))?;
    Ok(split_at_table(&text)?.1.to_owned())
}

/// Writes the results to `proof.json` and the document.
pub(super) fn write(proofs: &BTreeMap<String, VerificationResult>) -> Result<()> {
    fs::write(root().join("src/snippet/proof.json"), serde_json::to_string_pretty(proofs)? + "\n")?;
    let path = root().join(DOCUMENT);
    let text = fs::read_to_string(&path)?;
    let (before, _, after) = split_at_table(&text)?;
    fs::write(path, [before, BEGIN, &table(proofs), END, after].concat())?;
    Ok(())
}

/// Splits the document into the text before the table, the table, and the text after it.
fn split_at_table(text: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{DOCUMENT} has no place for the table"))?;
    let (table, after) = rest.split_once(END).with_context(|| format!("the table in {DOCUMENT} has no end"))?;
    Ok((before, table, after))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
