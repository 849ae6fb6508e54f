//! The section "Documents" of `/admin`: the accepted version of each document, the changes since, and a form that
//! accepts them; and the parts of each document that could not be read.

use crate::{
    gateway::{DocumentFaults, DocumentReview, DocumentStatus},
    openapi::{FactKind, OperationFacts},
    providers::ChangedOperation,
    store::accepted_documents::{AcceptedVersion, FIRST_USE},
    text, text_html,
};
use jiff::Timestamp;
use leptos::prelude::*;

/// Maximum number of operations in a list.
const MAX_LISTED_OPERATIONS: usize = 200;

/// Maximum number of documents whose faults are listed.
const MAX_LISTED_DOCUMENTS: usize = 100;

/// Renders the documents of the providers that have an operator's credential, and the faults of all documents.
pub(super) fn documents_section(statuses: &[DocumentStatus], faults: &[DocumentFaults]) -> AnyView {
    let items: Vec<_> = statuses.iter().map(document_item).collect();
    let list = if items.is_empty() {
        view! { <p>{text!("admin-documents-none")}</p> }.into_any()
    } else {
        view! { <ul class="documents">{items}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="documents">
            <h2 id="documents">{text!("admin-documents-heading")}</h2>
            <p>{text!("admin-documents-lead")}</p>
            {list}
            <h3>{text!("unreadable-parts-title")}</h3>
            {faults_list(faults)}
        </section>
    }
    .into_any()
}

fn faults_list(faults: &[DocumentFaults]) -> AnyView {
    if faults.is_empty() {
        return view! { <p>{text!("admin-faults-none")}</p> }.into_any();
    }
    let items: Vec<_> = faults.iter().take(MAX_LISTED_DOCUMENTS).map(faults_item).collect();
    let hidden = faults.len().saturating_sub(MAX_LISTED_DOCUMENTS);
    let more = (hidden > 0).then(|| view! { <li>{text!("admin-faults-more-documents", count = hidden)}</li> });
    view! {
        <p>{text!("admin-faults-lead")}</p>
        <ul class="documents">{items}{more}</ul>
    }
    .into_any()
}

fn faults_item(faults: &DocumentFaults) -> AnyView {
    let DocumentFaults { provider, count, first } = faults;
    let items: Vec<_> = first.iter().map(|fault| view! { <li><code>{fault.to_string()}</code></li> }).collect();
    let all = (first.len() < *count)
        .then(|| view! { <p><a href=format!("/{provider}#faults")>{text!("admin-faults-all", count = count)}</a></p> });
    let summary = text!("admin-faults-of-provider", provider = provider, count = count);
    view! { <li><details><summary>{summary}</summary><ul>{items}</ul>{all}</details></li> }.into_any()
}

fn document_item(status: &DocumentStatus) -> AnyView {
    let accepted = status.accepted.as_ref().map(|accepted| {
        view! { <p class="note" inner_html=describe_accepted_version(accepted)></p> }
    });
    let state = match &status.review {
        Some(review) => review_view(&status.provider, review),
        None if status.accepts_all => view! { <p inner_html=text!("admin-documents-all-accepted")></p> }.into_any(),
        None => view! { <p>{text!("admin-documents-current-accepted")}</p> }.into_any(),
    };
    view! { <li><h3>{status.provider.clone()}</h3>{accepted}{state}</li> }.into_any()
}

/// Describes when and by whom a version was accepted, as HTML.
fn describe_accepted_version(accepted: &AcceptedVersion) -> String {
    let AcceptedVersion { sha256, accepted_at, accepted_by, .. } = accepted;
    let time = Timestamp::from_millisecond(*accepted_at).unwrap_or_default().strftime("%F %R UTC");
    if accepted_by == FIRST_USE {
        text_html!("admin-documents-accepted-at-first-use", time = time, hash = sha256)
    } else {
        text_html!("admin-documents-accepted-by", name = accepted_by, time = time, hash = sha256)
    }
}

fn review_view(provider: &str, review: &DocumentReview) -> AnyView {
    let changes = &review.changes;
    let summary = match (&review.accepted, changes.has_unaccepted_operations()) {
        (None, _) => text!("admin-documents-never-accepted"),
        (Some(_), true) => text!("admin-documents-changed"),
        (Some(_), false) => text!("admin-documents-changed-harmlessly"),
    };
    let (added, altered, removed) = (&changes.added, &changes.changed, &changes.removed);
    let added = operation_list(text!("admin-documents-added", count = added.len()), added, plain_item);
    let altered = operation_list(text!("admin-documents-altered", count = altered.len()), altered, changed_item);
    let removed = operation_list(text!("admin-documents-removed", count = removed.len()), removed, plain_item);
    let accepted = review.accepted.as_ref().map(|accepted| accepted.sha256.clone()).unwrap_or_default();
    view! {
        <p class=changes.has_unaccepted_operations().then_some("bad")>{summary}</p>
        <p class="note" inner_html=text_html!("admin-documents-current", hash = review.sha256)></p>
        {added}
        {altered}
        {removed}
        <form method="post" action="/admin/documents">
            <input type="hidden" name="provider" value=provider.to_owned()/>
            <input type="hidden" name="sha256" value=review.sha256.clone()/>
            <input type="hidden" name="accepted" value=accepted/>
            <button type="submit" aria-label=text!("admin-documents-accept-provider", provider = provider)>
                {text!("admin-documents-accept")}
            </button>
        </form>
    }
    .into_any()
}

/// Renders a list of operations with its heading, or nothing if it is empty.
fn operation_list<T>(title: String, operations: &[T], item: fn(&T) -> AnyView) -> Option<AnyView> {
    let items: Vec<_> = operations.iter().take(MAX_LISTED_OPERATIONS).map(item).collect();
    let hidden = operations.len().saturating_sub(MAX_LISTED_OPERATIONS);
    let more =
        (hidden > 0).then(|| view! { <li>{text!("admin-documents-more-operations", count = hidden)}</li> }.into_any());
    (!operations.is_empty()).then(|| view! { <h4>{title}</h4><ul>{items}{more}</ul> }.into_any())
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
                <li>{fact_label(difference.fact)}": "<del>{difference.accepted.clone()}</del>" → "<ins>{difference.current.clone()}</ins></li>
            }
        })
        .collect();
    view! { <li>{operation_name(&changed.operation)}<ul>{differences}</ul></li> }.into_any()
}

fn fact_label(fact: FactKind) -> &'static str {
    match fact {
        FactKind::Name => text!("admin-fact-name"),
        FactKind::Tags => text!("admin-fact-tags"),
        FactKind::ServerNames => text!("admin-fact-server-names"),
        FactKind::Servers => text!("admin-fact-servers"),
        FactKind::Security => text!("admin-fact-security"),
        FactKind::Parameters => text!("admin-fact-parameters"),
        FactKind::SlashParameters => text!("admin-fact-slash-parameters"),
    }
}
