//! Differences between the accepted version of a provider's document and the version that is served.

use super::{CanonicalPath, CatalogEntry, OperationRouter, path_template::PathTemplate};
use crate::{
    model::operation::{Method, Operation},
    openapi::{FactKind, OperationFacts, to_printable},
};
use std::collections::{HashMap, HashSet};

/// Differences between two versions of a document.
#[derive(Debug, Default)]
pub struct DocumentChanges {
    /// Operations that the accepted version does not have.
    pub added: Vec<OperationFacts>,
    /// Operations that differ from those of the accepted version.
    pub changed: Vec<ChangedOperation>,
    /// Operations that only the accepted version has.
    pub removed: Vec<OperationFacts>,
    /// Operations of the accepted version, by the indices in `accepted_routes`.
    accepted: Vec<OperationFacts>,
    accepted_routes: OperationRouter,
    /// Indices in `accepted` of the operations in `removed`.
    removed_indices: HashSet<usize>,
    /// Reasons why added and changed operations are not accepted, by the name of the operation.
    unaccepted: HashMap<String, String>,
}

/// An operation that differs from the accepted one of the same method and path.
#[derive(Debug)]
pub struct ChangedOperation {
    /// The operation as it is served.
    pub operation: OperationFacts,
    /// Its differences, at least one.
    pub differences: Vec<FactDifference>,
}

/// A difference in one fact about an operation.
#[derive(Debug)]
pub struct FactDifference {
    /// Kind of the fact.
    pub fact: FactKind,
    /// The accepted texts, printable.
    pub accepted: String,
    /// The current texts, printable.
    pub current: String,
}

impl DocumentChanges {
    /// Compares the accepted operations with those of the served document.
    pub fn new(accepted: Vec<OperationFacts>, entry: &CatalogEntry) -> Self {
        let current = entry.document.operation_facts();
        let mut remaining: HashMap<(&str, &str), &OperationFacts> =
            accepted.iter().map(|facts| ((facts.method.as_str(), facts.path.as_str()), facts)).collect();
        let mut changes = Self::default();
        for operation in &current {
            let Some(previous) = remaining.remove(&(operation.method.as_str(), operation.path.as_str())) else {
                changes.unaccepted.insert(operation.name.clone(), format!("{} is new", operation.title()));
                changes.added.push(operation.clone());
                continue;
            };
            let differences = find_differences(previous, operation, entry);
            if !differences.is_empty() {
                let facts: Vec<_> = differences.iter().map(|difference| difference.fact.to_string()).collect();
                let reason = format!("{} of {}", facts.join(", "), operation.title());
                changes.unaccepted.insert(operation.name.clone(), reason);
                changes.changed.push(ChangedOperation { operation: operation.clone(), differences });
            }
        }
        let is_removed = |facts: &OperationFacts| remaining.contains_key(&(facts.method.as_str(), facts.path.as_str()));
        changes.removed_indices = (0..accepted.len()).filter(|index| is_removed(&accepted[*index])).collect();
        changes.removed = accepted.iter().filter(|facts| is_removed(facts)).cloned().collect();
        changes.accepted_routes = OperationRouter::from_templates(accepted.iter().map(|facts| {
            // A method that only another version of this program knows is that of no request.
            let method = Method::from_name(&facts.method).unwrap_or(Method::Trace);
            (method, PathTemplate::new(&facts.path, facts.slashes.first().map(String::as_str)))
        }));
        changes.accepted = accepted;
        changes
    }

    /// Returns true if an operation is denied until the served version is accepted.
    pub fn has_unaccepted_operations(&self) -> bool {
        !self.unaccepted.is_empty()
    }

    /// Returns the reason why an operation is not accepted, or `None` if it is.
    pub fn unaccepted_reason(&self, operation: &str) -> Option<&str> {
        self.unaccepted.get(operation).map(String::as_str)
    }

    /// Returns the reason why a request is not accepted although its operation is: in the accepted version, its path
    /// leads, or could lead, to an operation that the served version does not have.
    pub fn unaccepted_path_reason(&self, operation: &Operation, path: &CanonicalPath) -> Option<String> {
        let matched = self.accepted_routes.find_operations(operation.method.as_str(), path);
        let is_own = |index: &usize| self.accepted.get(*index).is_some_and(|facts| facts.path == operation.path);
        if !matched.exact.iter().any(is_own) {
            let owner = matched.exact.first().and_then(|index| self.accepted.get(*index));
            return Some(owner.map_or("this path belonged to no operation".into(), was_path_of));
        }
        let mut others = matched.exact.iter().chain(&matched.lenient);
        let removed = others.find(|index| self.removed_indices.contains(index));
        removed.and_then(|index| self.accepted.get(*index)).map(was_path_of)
    }
}

fn was_path_of(facts: &OperationFacts) -> String {
    format!("this path was that of {}", facts.title())
}

fn find_differences(accepted: &OperationFacts, current: &OperationFacts, entry: &CatalogEntry) -> Vec<FactDifference> {
    // The settings decide about these before the document does, and are the operator's own.
    let is_set_by_operator = |fact: FactKind| match fact {
        FactKind::ServerNames => !entry.settings.servers.is_empty(),
        FactKind::Servers => !entry.settings.servers.is_empty() || entry.settings.base_url.is_some(),
        FactKind::SlashParameters => {
            entry.settings.slash_parameters.iter().any(|(operation, _)| *operation == current.name)
        }
        _ => false,
    };
    let pairs = accepted.lists().into_iter().zip(current.lists());
    let differing = pairs.filter(|((fact, accepted), (_, current))| accepted != current && !is_set_by_operator(*fact));
    let to_text = |texts: &[String]| if texts.is_empty() { "none".to_owned() } else { to_printable(&texts.join(", ")) };
    differing
        .map(|((fact, accepted), (_, current))| FactDifference {
            fact,
            accepted: to_text(accepted),
            current: to_text(current),
        })
        .collect()
}
