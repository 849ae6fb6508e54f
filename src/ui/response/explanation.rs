//! Explains errors in words: those of a provider, above the body of its response, and those of the explorer.

use super::{
    super::{html::HtmlWriter, status},
    format::format_wait,
};
use crate::{
    model::{error::ExplorerError, error_body::ErrorBody, problem::Problem},
    text, text_html,
};
use serde_json::Value;

/// Renders an error of the explorer itself. The user's input stays in the form.
pub fn render_error(error: &ExplorerError) -> String {
    let mut html = HtmlWriter::default();
    html.raw("<div class=\"explanation\"><p>")
        .icon("warning")
        .raw(" <strong>")
        .text(text!("response-request-failed"))
        .raw(" </strong>")
        .text(&error.message)
        .raw("</p>");
    if let Some(seconds) = error.retry_after {
        html.raw("<p>").sanitized(&text_html!("response-retry-here", wait = format_wait(seconds))).raw("</p>");
    }
    // The message repeats the only problem.
    if !matches!(error.detail.as_slice(), [only] if error.message.ends_with(&only.message)) {
        write_problems(&mut html, &error.detail);
    }
    html.raw("</div>");
    html.finish()
}

/// Writes a list of problems, if there are any.
pub(super) fn write_problems(html: &mut HtmlWriter, problems: &[Problem]) {
    if problems.is_empty() {
        return;
    }
    html.raw("<ul>");
    for problem in problems {
        html.raw("<li>");
        if !problem.location.is_empty() {
            html.raw("<code>").text(problem.location.trim_start_matches('/')).raw("</code>: ");
        }
        html.text(&problem.message).raw("</li>");
    }
    html.raw("</ul>");
}

/// Writes the message of the provider's error, its invalid fields, and its likely cause.
pub(super) fn write_error_explanation(html: &mut HtmlWriter, status: u16, parsed: Option<&Value>) {
    let body = ErrorBody(parsed.unwrap_or(&Value::Null));
    html.raw("<div class=\"explanation\">");
    if let Some(message) = body.message() {
        html.raw("<p>");
        if let Some(kind) = body.text("error_type") {
            html.raw("<code>").text(kind).raw("</code>: ");
        }
        if let Some(title) = body.text("title").filter(|title| *title != message) {
            html.raw("<strong>").text(title).raw("</strong>. ");
        }
        html.text(message).raw("</p>");
    }
    let invalid_fields = body.invalid_fields();
    if !invalid_fields.is_empty() {
        html.raw("<p>").text(text!("response-named-problems")).raw("</p>");
        write_problems(html, &invalid_fields);
    }
    html.raw("<p>").text(status::likely_cause(status)).raw("</p>");
    let documentation = body.text("error_url").or_else(|| body.text("type"));
    if let Some(url) = documentation.filter(|url| url.starts_with("https://")) {
        html.raw("<p><a rel=\"noopener noreferrer\" target=\"_blank\" href=\"").text(url);
        html.raw("\">").text(text!("response-error-documentation")).raw("</a></p>");
    }
    let ids = [(text!("provider-request-id"), "request_id"), (text!("response-problem-instance"), "instance")];
    for (label, name) in ids {
        if let Some(id) = body.text(name) {
            html.raw("<p>").text(label).raw(": <code>").text(id).raw("</code></p>");
        }
    }
    if let Some(other) =
        parsed.and_then(|body| body.get("status")?.as_u64()).filter(|other| *other != u64::from(status))
    {
        html.raw("<p>").text(&text!("response-other-status", status = other)).raw("</p>");
    }
    html.raw("</div>");
}
