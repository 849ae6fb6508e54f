//! `/{provider}/{operation}`: the documentation of one operation, and its form.

mod authentication;
mod constraint_labels;
mod controls;
mod fields;
mod form_body;
mod intent;
mod markdown;
mod navigation;
mod prefill;
mod request_bar;
mod responses;
mod snippets;
mod submission;
mod suggestions;
mod try_it;

pub use form_body::parse_form_body;
pub use markdown::operation_markdown;
pub use responses::responses_page;
pub use submission::{CallResult, Submission};

use crate::{
    gateway::Gateway,
    model::credential::CredentialStatus,
    openapi::DocumentedOperation,
    pages::{
        description::write_description, provider::group_url, provider_requests::callbacks_section,
        unreadable_parts::unreadable_parts,
    },
    providers::CatalogEntry,
    snippet::SnippetPreference,
    text, text_html,
    ui::{html::HtmlWriter, icon::icon},
};
use leptos::prelude::*;
use std::sync::Arc;

/// The data that an operation's page is rendered from.
#[derive(Clone)]
pub struct OperationPage {
    /// The gateway, which provides the catalog.
    pub gateway: Arc<Gateway>,
    /// Id of the provider.
    pub provider: String,
    /// Name of the operation.
    pub operation: String,
    /// Status of the caller's credential.
    pub credential: CredentialStatus,
    /// True if users may send calls through another gateway.
    pub allow_other_gateways: bool,
    /// The form that was posted without scripts, and its result.
    pub submission: Submission,
    /// The caller's choice of snippet target and secret source.
    pub preference: SnippetPreference,
    /// The reason why the operator's credential is not used for the operation, if it is not accepted.
    pub unaccepted_reason: Option<String>,
    /// The reason why the caller may not call the operation with the operator's credential, if so.
    pub denied_reason: Option<String>,
}

impl OperationPage {
    /// Returns the operation of the page and its provider; `None` if they do not exist.
    pub fn find_operation(&self) -> Option<(Arc<CatalogEntry>, Arc<DocumentedOperation>)> {
        let entry = self.gateway.catalog().entry(&self.provider)?.clone();
        let documented =
            entry.document.operation_with_media_type(&self.operation, self.submission.controls.get("media"))?;
        Some((entry, documented))
    }

    /// Renders the page.
    pub fn render(&self) -> AnyView {
        let Some((entry, documented)) = self.find_operation() else {
            return ().into_any();
        };
        let entry = entry.as_ref();
        let (provider, operation) = (&entry.provider, &documented.operation);
        let vendor_link = documented.documentation_url.clone().map(|url| {
            view! { <a href=url rel="noopener noreferrer">{text!("operation-vendor-docs", provider = provider.title)}{icon("external")}</a> }
        });
        let callbacks = entry.document.callbacks(&operation.name).unwrap_or_default();
        let adjacent = entry.adjacent_operations(&operation.name);
        let group = adjacent.as_ref().map(|adjacent| group_url(entry, adjacent.group));
        let group_title = adjacent.as_ref().map_or_else(|| documented.group.clone(), |found| found.group.title.clone());
        let mut lead = HtmlWriter::default();
        write_description(&mut lead, &documented.description, documented.beginning.as_deref());
        let labels = (!documented.labels.is_empty()).then(|| documented.labels.join(" · "));
        view! {
            <div>
            <nav class="breadcrumb" aria-label=text!("catalog-breadcrumb")>
                <ol>
                    <li><a href=format!("/{}", provider.id) inner_html=text_html!("operation-breadcrumb-provider", provider = provider.id)></a></li>
                    <li><a href=group>{group_title}</a></li>
                    <li aria-current="page">
                        <span class=format!("method {}", operation.method)>{operation.method.as_str()}</span>" "<code>{operation.path.clone()}</code>
                    </li>
                </ol>
            </nav>
            <div class="title">
                <span class=format!("method badge {}", operation.method)>{operation.method.as_str()}</span>
                <h1 dir="auto">{documented.title.clone()}</h1>
                {documented.summary.as_ref().map(|summary| view! { <span class="note" inner_html=text_html!("operation-original-title", title = summary)></span> })}
                {vendor_link}
            </div>
            <p class="package"><code>{provider.package.clone()}</code>" "<code>{operation.path.clone()}</code></p>
            {labels.map(|labels| view! { <p class="note">{labels}</p> })}
            {documented.is_deprecated.then(|| view! { <p class="deprecated">{text!("operation-deprecated")}</p> })}
            <div class="lead" dir="auto" inner_html=lead.finish()></div>
            {try_it::try_it_section(self, entry, &documented)}
            {responses::responses_summary(entry, &documented)}
            {callbacks_section(&callbacks)}
            {unreadable_parts(&[documented.diagnostics.as_slice(), &callbacks.diagnostics].concat())}
            {adjacent.as_ref().map(navigation::footer_links)}
            </div>
            // It is shown before the operation. Here, the keyboard reaches the operation first.
            {adjacent.as_ref().map(|adjacent| navigation::sidebar(entry, adjacent))}
        }
        .into_any()
    }
}
