//! A snippet as the page shows it: the code in colours, what it is saved as, what is known of it, and how it is run.

#[cfg(feature = "ssr")]
use super::html::HtmlWriter;
#[cfg(feature = "ssr")]
use crate::snippet::{SecretSource, SnippetInput, SnippetTarget, highlight_to_html, is_verified, render_run_commands};
use serde::{Deserialize, Serialize};

/// What the page shows of a choice. The parts are HTML, but for the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedSnippet {
    /// The choice's label.
    pub label: String,
    /// What is known of the code.
    pub note: String,
    /// The code, coloured.
    pub code: String,
    /// What it is saved as; empty where there is no code.
    pub file: String,
    /// How long it is, in words.
    pub length: String,
    /// The commands that run it, coloured; empty where nothing runs it.
    pub run: String,
}

#[cfg(feature = "ssr")]
impl RenderedSnippet {
    /// Prints a call in one of the ways that there are.
    pub fn new(target: &SnippetTarget, input: SnippetInput, secret_source: SecretSource) -> Self {
        let label = target.label();
        match target.render(input) {
            Ok(code) => Self {
                note: verification_note(target),
                code: highlight_to_html(target.language(), &code),
                file: target.file_name().to_owned(),
                length: format_line_count(&code),
                run: highlight_to_html("Shell", &render_run_commands(target, input, secret_source)),
                label,
            },
            Err(reason) => Self { note: unsupported_note(reason), label, ..Self::default() },
        }
    }
}

/// How many lines a code has.
pub fn format_line_count(code: &str) -> String {
    match code.lines().count() {
        1 => "1 line".into(),
        count => [&count.to_string(), " lines"].concat(),
    }
}

#[cfg(feature = "ssr")]
fn unsupported_note(reason: &str) -> String {
    let mut html = HtmlWriter::default();
    html.raw("<b>Not with this client:</b> ").text(reason).raw(" Choose another.");
    html.finish()
}

#[cfg(feature = "ssr")]
fn verification_note(target: &SnippetTarget) -> String {
    let mut html = HtmlWriter::default();
    match target {
        SnippetTarget::GeneratedSdk(_) => return String::new(),
        SnippetTarget::HttpClient(client) if is_verified(client) => {
            html.raw("<b class=\"proven\">Proven</b> Run in our tests, it sends what the explorer sends.")
        }
        SnippetTarget::HttpClient(_) => {
            html.raw("Printed from the request that the explorer sends; not run in our tests.")
        }
        SnippetTarget::VendorSdk(..) => html.raw("With the vendor's own SDK."),
        SnippetTarget::CodeSample(..) => {
            html.raw("<b>By the vendor, not checked.</b> What you filled in stands where it names it.")
        }
    };
    html.finish()
}
