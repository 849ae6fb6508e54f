//! `api-explorer check`: the changes of documents since they were accepted, and `--accept`.

use crate::{
    gateway::{parse_operations, serialize_operations},
    openapi::OperationFacts,
    providers::{Acceptance, CatalogEntry, DocumentChanges, FactDifference},
    store::{
        Store, StoreSettings,
        accepted_documents::{AcceptedVersion, NewAcceptedDocument, read_accepted_documents},
        audit::AuditRecord,
    },
};
use anyhow::ensure;
use std::{collections::HashMap, fmt::Write};

/// `accepted_by` of documents that this command accepts.
const COMMAND_LINE: &str = "the command line";

/// The changes of documents since they were accepted.
#[derive(Debug, Default)]
pub struct DocumentsReview {
    /// Text of the report.
    pub text: String,
    /// The documents that are not the accepted version, with the hash of that version, if there is one.
    differing: HashMap<String, Option<String>>,
    /// IDs of the providers whose documents have operations that are not accepted, or may have.
    unaccepted: Vec<String>,
}

impl DocumentsReview {
    /// Returns true if an operation is not accepted.
    pub fn has_unaccepted(&self) -> bool {
        !self.unaccepted.is_empty()
    }
}

/// Compares documents with the accepted versions in a store, which is only read.
pub async fn review_documents(documents: &[CatalogEntry], store: &StoreSettings) -> DocumentsReview {
    let mut review = DocumentsReview { text: "\nAccepted documents\n".into(), ..DocumentsReview::default() };
    let stored = match read_accepted_documents(store).await {
        Ok(stored) => stored,
        Err(error) => {
            let _ = writeln!(review.text, "  The store cannot be read, so the changes are unknown: {error:#}.");
            review.unaccepted = documents.iter().map(|entry| entry.provider.id.clone()).collect();
            return review;
        }
    };
    let mut stored: HashMap<String, (AcceptedVersion, String)> =
        stored.into_iter().map(|(version, operations)| (version.provider.clone(), (version, operations))).collect();
    for entry in documents {
        review.add_document(entry, stored.remove(&entry.provider.id));
    }
    if review.has_unaccepted() {
        let is_unaccepted = |entry: &&CatalogEntry| review.unaccepted.contains(&entry.provider.id);
        let hashes: Vec<&str> =
            documents.iter().filter(is_unaccepted).map(|entry| entry.document_sha256.as_str()).collect();
        let _ = writeln!(
            review.text,
            "\nThe operator's credential is not used for the operations that were added or changed. To accept them:\n\
             api-explorer check --accept={}",
            hashes.join(",")
        );
    }
    review
}

impl DocumentsReview {
    fn add_document(&mut self, entry: &CatalogEntry, accepted: Option<(AcceptedVersion, String)>) {
        let id = &entry.provider.id;
        let (version, operations) = accepted.unzip();
        let mut lines = Vec::new();
        let state = match &version {
            Some(version) if version.sha256 == entry.document_sha256 => version.describe(),
            Some(version) => {
                lines.push(("accepted", version.sha256.clone()));
                format!("it has changed since the version that was {}", version.describe())
            }
            None if entry.settings.policy.acceptance == Acceptance::FirstUse => {
                "no version yet; this one is accepted at the first start of a server".into()
            }
            None => "no version is accepted yet".into(),
        };
        lines.push(("current", entry.document_sha256.clone()));
        let accepted_sha256 = version.map(|version| version.sha256);
        if accepted_sha256.as_ref() != Some(&entry.document_sha256) {
            self.differing.insert(id.clone(), accepted_sha256.clone());
        }
        if self.differing.contains_key(id)
            && (accepted_sha256.is_some() || entry.settings.policy.acceptance == Acceptance::Manual)
        {
            let operations = operations.map(|operations| parse_operations(entry, &operations)).unwrap_or_default();
            let changes = DocumentChanges::new(operations, entry);
            lines.extend(describe_changes(&changes));
            self.unaccepted.extend(changes.has_unaccepted_operations().then(|| id.clone()));
        }
        let _ = writeln!(self.text, "{id}: {state}");
        for (name, value) in lines {
            let _ = writeln!(self.text, "  {name:<13} {value}");
        }
    }
}

fn describe_changes(changes: &DocumentChanges) -> Vec<(&'static str, String)> {
    let describe = |facts: &OperationFacts| format!("{} ({})", facts.title(), facts.name);
    let describe_difference =
        |difference: &FactDifference| format!("{}: {} → {}", difference.fact, difference.accepted, difference.current);
    let mut lines: Vec<_> = changes.added.iter().map(|facts| ("added", describe(facts))).collect();
    lines.extend(changes.changed.iter().map(|changed| {
        let differences: Vec<String> = changed.differences.iter().map(describe_difference).collect();
        ("changed", format!("{}: {}", describe(&changed.operation), differences.join("; ")))
    }));
    lines.extend(changes.removed.iter().map(|facts| ("removed", describe(facts))));
    if lines.is_empty() {
        lines.push(("changes", "none that affects acceptance".into()));
    }
    lines
}

/// Accepts the documents that differ from their accepted versions: all, or those with one of the hashes. Returns the
/// message to print.
///
/// # Errors
/// Returns an error if the store is unavailable, or if another version was accepted in the meantime.
pub async fn accept_documents(
    documents: &[CatalogEntry],
    review: &mut DocumentsReview,
    hashes: &[String],
    store: &Store,
) -> anyhow::Result<String> {
    let mut text = "\n".to_owned();
    for entry in documents {
        let (id, sha256) = (&entry.provider.id, &entry.document_sha256);
        let Some(replaced) = review.differing.get(id) else { continue };
        if !hashes.is_empty() && !hashes.contains(sha256) {
            let _ = writeln!(text, "{id}: not accepted, because its hash is not among those given");
            continue;
        }
        let operations = serialize_operations(entry);
        let document = NewAcceptedDocument { provider: id, sha256, operations: &operations, accepted_by: COMMAND_LINE };
        let is_accepted = store.accept_document(document, replaced.as_deref()).await?;
        ensure!(is_accepted, "{id}: another version was accepted in the meantime; compare the versions again");
        let record = AuditRecord {
            provider: Some(id.clone()),
            target: Some(sha256.clone()),
            ..AuditRecord::new("command-line", None, "accept_document")
        };
        store.insert_records(&[record]).await?;
        review.unaccepted.retain(|unaccepted| unaccepted != id);
        let _ = writeln!(text, "{id}: accepted. All servers apply this within a second.");
    }
    Ok(text)
}
