//! The section "Documents" of `/admin`: the accepted version of each document, the changes since, and a form that
//! accepts them; and the parts of each document that could not be read.

use crate::{
    gateway::{DocumentFaults, DocumentReview, DocumentStatus},
    openapi::OperationFacts,
    providers::ChangedOperation,
};
use leptos::prelude::*;

/// Maximum number of operations in a list.
const MAX_LISTED_OPERATIONS: usize = 200;

/// Maximum number of documents whose faults are listed.
const MAX_LISTED_DOCUMENTS: usize = 100;

/// Renders the documents of the providers that have an operator's credential, and the faults of all documents.
pub(super) fn documents_section(statuses: &[DocumentStatus], faults: &[DocumentFaults]) -> AnyView {
    let items: Vec<_> = statuses.iter().map(document_item).collect();
    let list = if items.is_empty() {
        view! { <p>"None. Only documents of providers with an operator's credential can change what it is used for; the built-in document changes with the program."</p> }
            .into_any()
    } else {
        view! { <ul class="documents">{items}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="documents">
            <h2 id="documents">"Documents"</h2>
            <p>"The operator's credential is used only for operations of the accepted version of a document."</p>
            {list}
            <h3>"Parts that could not be read"</h3>
            {faults_list(faults)}
        </section>
    }
    .into_any()
}

fn faults_list(faults: &[DocumentFaults]) -> AnyView {
    if faults.is_empty() {
        return view! { <p>"None so far. After a start, all operations are read in the background."</p> }.into_any();
    }
    let items: Vec<_> = faults.iter().take(MAX_LISTED_DOCUMENTS).map(faults_item).collect();
    let hidden = faults.len().saturating_sub(MAX_LISTED_DOCUMENTS);
    let more = (hidden > 0)
        .then(|| view! { <li>{format!("and {hidden} more documents, which `api-explorer check` lists")}</li> });
    view! {
        <p>"These parts of the documents are faulty or not supported, and are missing from pages and calls."</p>
        <ul class="documents">{items}{more}</ul>
    }
    .into_any()
}

fn faults_item(faults: &DocumentFaults) -> AnyView {
    let DocumentFaults { provider, count, first } = faults;
    let parts = if *count == 1 { "1 part".to_owned() } else { format!("{count} parts") };
    let items: Vec<_> = first.iter().map(|fault| view! { <li><code>{fault.to_string()}</code></li> }).collect();
    let all = (first.len() < *count)
        .then(|| view! { <p><a href=format!("/{provider}#faults")>"All "{parts.clone()}</a></p> });
    view! { <li><details><summary>{provider.clone()}": "{parts}</summary><ul>{items}</ul>{all}</details></li> }
        .into_any()
}

fn document_item(status: &DocumentStatus) -> AnyView {
    let accepted = status.accepted.as_ref().map(|accepted| {
        view! { <p class="note">{accepted.describe()}": "<code>{accepted.sha256.clone()}</code></p> }
    });
    let state = match &status.review {
        Some(review) => review_view(&status.provider, review),
        None if status.accepts_all => {
            view! { <p>"All versions are accepted (setting "<code>"accept"</code>")."</p> }.into_any()
        }
        None => view! { <p>"The current version is the accepted one."</p> }.into_any(),
    };
    view! { <li><h3>{status.provider.clone()}</h3>{accepted}{state}</li> }.into_any()
}

fn review_view(provider: &str, review: &DocumentReview) -> AnyView {
    let changes = &review.changes;
    let summary = match (&review.accepted, changes.has_unaccepted_operations()) {
        (None, _) => "No version was accepted yet, so all operations are denied.",
        (Some(_), true) => {
            "The document has changed. Operations that were added or changed are denied until you accept them."
        }
        (Some(_), false) => "The document has changed. No change affects which operations are accepted.",
    };
    let added = operation_list("Added", &changes.added, plain_item);
    let altered = operation_list("Changed", &changes.changed, changed_item);
    let removed = operation_list("Removed", &changes.removed, plain_item);
    let accepted = review.accepted.as_ref().map(|accepted| accepted.sha256.clone()).unwrap_or_default();
    view! {
        <p class=changes.has_unaccepted_operations().then_some("bad")>{summary}</p>
        <p class="note">"current: "<code>{review.sha256.clone()}</code></p>
        {added}
        {altered}
        {removed}
        <form method="post" action="/admin/documents">
            <input type="hidden" name="provider" value=provider.to_owned()/>
            <input type="hidden" name="sha256" value=review.sha256.clone()/>
            <input type="hidden" name="accepted" value=accepted/>
            <button type="submit" aria-label=format!("Accept the document of {provider}")>"Accept"</button>
        </form>
    }
    .into_any()
}

/// Renders a list of operations with its heading, or nothing if it is empty.
fn operation_list<T>(title: &'static str, operations: &[T], item: fn(&T) -> AnyView) -> Option<AnyView> {
    let items: Vec<_> = operations.iter().take(MAX_LISTED_OPERATIONS).map(item).collect();
    let hidden = operations.len().saturating_sub(MAX_LISTED_OPERATIONS);
    let more = (hidden > 0)
        .then(|| view! { <li>{format!("and {hidden} more, which `api-explorer check` lists")}</li> }.into_any());
    (!operations.is_empty())
        .then(|| view! { <h4>{title}" ("{operations.len()}")"</h4><ul>{items}{more}</ul> }.into_any())
}

fn operation_name(facts: &OperationFacts) -> AnyView {
    view! { <code>{facts.title()}</code>" "<span class="note">{facts.name.clone()}</span> }.into_any()
}

fn plain_item(facts: &OperationFacts) -> AnyView {
    view! { <li>{operation_name(facts)}</li> }.into_any()
}

fn changed_item(changed: &ChangedOperation) -> AnyView {
    let differences: Vec<_> = changed
        .differences
        .iter()
        .map(|difference| {
            view! {
                <li>{difference.fact.to_string()}": "<del>{difference.accepted.clone()}</del>" → "<ins>{difference.current.clone()}</ins></li>
            }
        })
        .collect();
    view! { <li>{operation_name(&changed.operation)}<ul>{differences}</ul></li> }.into_any()
}
