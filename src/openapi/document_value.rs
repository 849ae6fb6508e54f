//! Parses the text of a document, and reads the document from its JSON after overlays have changed it.

use super::{
    Diagnostic, Document, Overlay, categories,
    document_json::DocumentJson,
    external_docs_url, generic_title, group, identifiers, inheritance, is_json, markdown, media_types,
    operation_summary, parse_value, provider_request,
    reference::Resolver,
    scalar_text,
    search_fields::SearchFields,
    security,
    server::{self, ServerBase},
    slash_parameters, string_or_empty, to_plain_text, upgrade, yaml,
};
use serde_json::Value;

/// A document before it is upgraded and read. Overlays can change it.
#[derive(Debug)]
pub struct DocumentValue {
    root: Value,
    diagnostics: Vec<Diagnostic>,
}

impl DocumentValue {
    /// Parses JSON or YAML text. The caller must limit the size of the text.
    ///
    /// # Errors
    /// Returns an error if the text is neither JSON nor YAML.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut root = parse_value(text)?;
        let merge_keys = if is_json(text) { Vec::new() } else { yaml::remove_merge_keys(&mut root) };
        let reason = "is left out: only a mapping or a list of mappings can be merged";
        let diagnostics = merge_keys.into_iter().map(|location| Diagnostic::new(location, reason)).collect();
        Ok(Self { root, diagnostics })
    }

    /// Applies an overlay. Its actions that change nothing are reported.
    ///
    /// # Errors
    /// Returns an error if the result is nested too deeply.
    pub fn apply(&mut self, overlay: &Overlay) -> anyhow::Result<()> {
        self.diagnostics.extend(overlay.apply(&mut self.root)?);
        Ok(())
    }

    /// Returns the document with its JSON changed by a function.
    #[must_use]
    pub fn map(self, change: impl FnOnce(Value) -> Value) -> Self {
        Self { root: change(self.root), ..self }
    }

    /// Returns the document as JSON text.
    pub fn to_json(&self) -> String {
        self.root.to_string()
    }

    /// Reads the document.
    ///
    /// # Errors
    /// Returns an error if it is not an `OpenAPI` document.
    pub fn into_document(self) -> anyhow::Result<Document> {
        let Self { mut root, diagnostics: value_diagnostics } = self;
        upgrade::upgrade(&mut root)?;
        media_types::copy_media_types(&mut root);
        identifiers::resolve_identifiers(&mut root);
        inheritance::complete_mappings(&mut root);
        let (mut operations, mut diagnostics) = operation_summary::list_operations(&root);
        generic_title::complete_titles(&mut operations);
        diagnostics.extend(value_diagnostics);
        let (webhooks, webhook_diagnostics) = provider_request::list_webhooks(&root);
        diagnostics.extend(webhook_diagnostics);
        let by_name = operations.iter().enumerate().map(|(index, operation)| (operation.name.clone(), index)).collect();
        let security_schemes = security::read_security_schemes(Resolver::Whole(&root), &mut diagnostics);
        let groups = group::build_groups(&root, &operations, &mut diagnostics);
        let slash_parameters = operations.iter().enumerate().filter_map(|(index, operation)| {
            let names = slash_parameters::read_slash_parameters(Resolver::Whole(&root), operation);
            (!names.is_empty()).then_some((index, names))
        });
        let (summary, description) =
            (string_or_empty(&root["info"]["summary"]), string_or_empty(&root["info"]["description"]));
        Ok(Document {
            title: scalar_text(&root["info"]["title"]),
            version: scalar_text(&root["info"]["version"]),
            summary: to_plain_text(if summary.is_empty() { &description } else { &summary }),
            description: markdown::to_html(&description),
            categories: categories::read_categories(&root["info"]),
            documentation_url: external_docs_url(&root),
            environments: server::read_environments(&root["servers"]),
            groups,
            slash_parameters: slash_parameters.collect(),
            search_fields: SearchFields::new(&root, &operations)?,
            json: DocumentJson::new(&root)?,
            operations,
            webhooks,
            security_schemes,
            diagnostics,
            by_name,
            server_base: ServerBase::default(),
            has_server_override: false,
            added_security: None,
        })
    }
}

/// Parses a document from JSON or YAML text. The caller must limit the size of the text.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML, or is not an `OpenAPI` document.
pub fn parse_document(text: &str) -> anyhow::Result<Document> {
    DocumentValue::parse(text)?.into_document()
}
