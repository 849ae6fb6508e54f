//! A rendered snippet: the highlighted code, its file name, a note about its origin, and the commands that run it.

#[cfg(feature = "ssr")]
use crate::{
    snippet::{SecretSource, SnippetInput, SnippetTarget, highlight_to_html, is_verified, render_run_commands},
    text, text_html,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The snippet of a target, as the page shows it. `note`, `code` and `run_commands` are HTML; the others are plain
/// text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "serde_json::Value")]
pub struct RenderedSnippet {
    /// Label of the target.
    pub label: String,
    /// Note about the origin and the verification of the code, or the reason why there is none.
    pub note: String,
    /// The code, highlighted.
    pub code: String,
    /// File name for saving the code; empty if there is no code.
    #[serde(rename = "file")]
    pub file_name: String,
    /// Number of lines of the code, as a text: `24 lines`.
    #[serde(rename = "length")]
    pub line_count: String,
    /// The commands that run the code, highlighted; empty if there are none.
    #[serde(rename = "run")]
    pub run_commands: String,
}

impl From<Value> for RenderedSnippet {
    fn from(value: Value) -> Self {
        Self {
            label: read_text(&value, "label"),
            note: read_text(&value, "note"),
            code: read_text(&value, "code"),
            file_name: read_text(&value, "file"),
            line_count: read_text(&value, "length"),
            run_commands: read_text(&value, "run"),
        }
    }
}

/// Returns the text of a field; empty if it is missing.
pub(super) fn read_text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(feature = "ssr")]
impl RenderedSnippet {
    /// Renders a call for a target.
    pub fn new(target: &SnippetTarget, input: SnippetInput, secret_source: SecretSource) -> Self {
        let label = target.label();
        match target.render(input) {
            Ok(code) => Self {
                note: verification_note(target).to_owned(),
                code: highlight_to_html(target.language(), &code),
                file_name: target.file_name().to_owned(),
                line_count: text!("snippet-line-count", count = code.lines().count()),
                run_commands: highlight_to_html("Shell", &render_run_commands(target, input, secret_source)),
                label,
            },
            Err(reason) => {
                Self { note: text_html!("snippet-note-unsupported", reason = reason), label, ..Self::default() }
            }
        }
    }

    /// Returns a note, without code, for a target that does not exist.
    pub fn unknown_target() -> Self {
        Self { note: text!("server-function-unknown-client").into(), ..Self::default() }
    }
}

#[cfg(feature = "ssr")]
fn verification_note(target: &SnippetTarget) -> &'static str {
    match target {
        SnippetTarget::GeneratedSdk(_) => "",
        SnippetTarget::HttpClient(client) if is_verified(client) => text!("snippet-note-verified"),
        SnippetTarget::HttpClient(_) => text!("snippet-note-generated"),
        SnippetTarget::VendorSdk(..) => text!("snippet-note-vendor-sdk"),
        SnippetTarget::CodeSample(..) => text!("snippet-note-code-sample"),
    }
}
