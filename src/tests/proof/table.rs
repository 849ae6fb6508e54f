//! Records the results of a proof: in `proof.json` for the pages, and in a table of the README.

use anyhow::{Context, Result};
use api_explorer::snippet::{HTTP_CLIENT_TARGETS, VerificationResult};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

const BEGIN: &str = "<!-- Written by `make proof` -->\n";
const END: &str = "<!-- Until here -->";

/// Returns a digest of code, to detect changes since it was run.
pub(super) fn digest(codes: &[String]) -> String {
    let mut digest = Sha256::new();
    for code in codes {
        digest.update(code.len().to_be_bytes());
        digest.update(code);
    }
    digest.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns the README's table.
pub(super) fn table(proofs: &BTreeMap<String, VerificationResult>) -> String {
    let mut table = String::from(
        "| client | calls that send the same | calls that it says it cannot make |\n| --- | --- | --- |\n",
    );
    for client in HTTP_CLIENT_TARGETS {
        let name = [client.language, " · ", client.name].concat();
        let _ = match proofs.get(client.id) {
            Some(proof) => writeln!(table, "| {name} | {} | {} |", proof.equal, proof.unable),
            None => writeln!(table, "| {name} | not run here, only parsed | |"),
        };
    }
    table
}

/// Returns the table that is in the README.
pub(super) fn in_readme() -> Result<String> {
    let text = fs::read_to_string(root().join("README.md"))?;
    Ok(around(&text)?.1.to_owned())
}

/// Writes the results to `proof.json` and the README.
pub(super) fn write(proofs: &BTreeMap<String, VerificationResult>) -> Result<()> {
    fs::write(root().join("src/snippet/proof.json"), serde_json::to_string_pretty(proofs)? + "\n")?;
    let readme = root().join("README.md");
    let text = fs::read_to_string(&readme)?;
    let (before, _, after) = around(&text)?;
    fs::write(readme, [before, BEGIN, &table(proofs), END, after].concat())?;
    Ok(())
}

/// Splits the README into the text before the table, the table, and the text after it.
fn around(text: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = text.split_once(BEGIN).context("the README has no place for the table")?;
    let (table, after) = rest.split_once(END).context("the README's table has no end")?;
    Ok((before, table, after))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
