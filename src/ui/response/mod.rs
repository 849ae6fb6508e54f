//! Renders the outcome of a call as HTML: a response with its status, timing, headers and body, or an error in words.

mod body;
mod explanation;
mod format;

#[cfg(feature = "ssr")]
pub(super) use body::{TABLE_LABEL, TREE_LABEL, truncate_text};
pub use explanation::render_error;

use super::{html::HtmlWriter, status, stream};
use crate::{
    model::{
        Arguments,
        provider::EXAMPLE_ENVIRONMENT,
        response::{CallResponse, Differences, MaskedSecrets, ResponseLink, SECRETS_LIFETIME_HOURS},
    },
    text, text_html,
};
use body::write_views;
use explanation::{write_error_explanation, write_problems};
pub use format::format_wait;
use format::{format_bytes, format_duration};
use serde_json::Value;

/// Maximum size of a body that is sent to the browser as a whole, in bytes. The server shows larger ones in parts.
pub(super) const MAX_TREE_BYTES: u64 = 500_000;

/// Renders the status of a call without a response.
pub fn render_failed_status() -> String {
    let mut html = HtmlWriter::default();
    html.raw("<strong class=\"status bad\">").text(text!("response-failed")).raw("</strong>");
    html.finish()
}

/// Renders the status of a response of which the body is still arriving.
pub fn render_status_code(code: u16) -> String {
    let mut html = HtmlWriter::default();
    write_status_code(&mut html, code);
    html.finish()
}

fn write_status_code(html: &mut HtmlWriter, code: u16) {
    html.raw(match code {
        200..=299 => "<strong class=\"status good\">",
        300..=399 => "<strong class=\"status\">",
        _ => "<strong class=\"status bad\">",
    });
    html.text(&code.to_string()).raw(" ").raw(status::reason_phrase(code)).raw("</strong> ");
}

/// Renders the status of a response, with its duration and size.
pub fn render_status(response: &CallResponse) -> String {
    let mut html = HtmlWriter::default();
    write_status_code(&mut html, response.status);
    html.text(&format_duration(response.duration_ms)).raw(" · ").text(&format_bytes(response.size));
    html.finish()
}

/// Renders a response without its status. The buttons to copy and download need
/// scripts. A page without scripts has a link to the file, if there is one.
pub fn render_response(response: &CallResponse, has_script: bool) -> String {
    let parsed = if response.size <= MAX_TREE_BYTES { response.parse_json_body() } else { None };
    let mut html = HtmlWriter::default();
    html.raw("<div class=\"response\">");
    if response.environment == EXAMPLE_ENVIRONMENT {
        html.raw("<p class=\"made-up\">").text(text!("response-from-document")).raw("</p>");
    }
    html.raw("<p>").text(status::describe(response.status)).raw("</p>");
    html.raw("<p class=\"facts\">");
    if let Some(charset) = &response.charset {
        html.text(charset).raw(" · ");
    }
    html.text(&response.environment).raw(" · ");
    html.sanitized(&text_html!("response-request-id", id = response.request_id)).raw("</p>");
    if let Some(seconds) = response.retry_after {
        // The browser counts down, outside of the status, of which screen readers announce every change.
        html.raw("<p>").sanitized(&text_html!("response-retry", wait = format_wait(seconds))).raw("</p>");
    }
    if response.status >= 400 {
        write_error_explanation(&mut html, response.status, parsed.as_ref());
    }
    if let Some(stream) = response.stream {
        stream::write_summary(&mut html, stream, has_script);
    }
    if let Some(differences) = &response.differences {
        write_differences(&mut html, differences);
    }
    if let Some(masked) = &response.masked {
        write_masked_secrets(&mut html, *masked);
    }
    if let Some(arguments) = &response.next_page {
        write_next_page(&mut html, arguments);
    }
    write_links(&mut html, &response.links);
    if has_script {
        html.raw("<div id=\"changes\"></div>");
    }
    write_views(&mut html, response, parsed.as_ref(), has_script);
    html.raw("</div>");
    html.finish()
}

/// Renders the empty list of a response that is a stream.
pub fn render_open_stream() -> String {
    let mut html = HtmlWriter::default();
    html.raw("<div class=\"response\">");
    stream::write_list(&mut html);
    html.raw("</div>");
    html.finish()
}

/// Renders the documented example of a response, before the first call.
#[cfg(feature = "ssr")]
pub fn render_documented_example(response: &CallResponse) -> String {
    let mut html = HtmlWriter::default();
    html.raw("<p class=\"note\">").text(&text!("response-documented", status = response.status)).raw("</p>");
    html.raw("<div class=\"response documented\">");
    body::write_example(&mut html, response);
    html.raw("</div>");
    html.finish()
}

/// Writes the differences between the response and its documentation, or a note that there are none.
fn write_differences(html: &mut HtmlWriter, differences: &Differences) {
    if differences.problems.is_empty() {
        html.raw("<p class=\"note\">").text(text!("response-matches")).raw("</p>");
        return;
    }
    let count = differences.problems.len() + differences.omitted_count as usize;
    html.raw("<details class=\"differences\" open><summary>").text(&text!("response-differs", count = count));
    html.raw("</summary>");
    write_problems(html, &differences.problems);
    if differences.omitted_count > 0 {
        let more = text!("response-more-differences", count = differences.omitted_count);
        html.raw("<p class=\"note\">").text(&more).raw("</p>");
    }
    html.raw("</details>");
}

/// Writes a note about the masked secrets.
fn write_masked_secrets(html: &mut HtmlWriter, masked: MaskedSecrets) {
    let MaskedSecrets { count, is_stored, can_reveal } = masked;
    // Callers that may not see secrets see only what is known to be harmless.
    let note = match (is_stored, can_reveal) {
        (true, true) => text_html!("response-masked", count = count, hours = SECRETS_LIFETIME_HOURS),
        (true, false) => text_html!("response-masked-values", count = count, hours = SECRETS_LIFETIME_HOURS),
        (false, true) => text_html!("response-masked-not-stored", count = count),
        (false, false) => text_html!("response-masked-values-not-stored", count = count),
    };
    html.raw("<p class=\"note\">").sanitized(&note).raw("</p>");
}

/// Writes the button that fills in the arguments of the next page.
fn write_next_page(html: &mut HtmlWriter, arguments: &Arguments) {
    html.raw("<p class=\"note\"><button class=\"quiet\" form=\"call\" name=\"intent\" value=\"next/");
    html.text(&Value::Object(arguments.clone()).to_string()).raw("\">").text(text!("response-next-page"));
    html.raw("</button> ").text(text!("response-next-page-before"));
    for name in arguments.keys() {
        html.raw(" <code>").text(name).raw("</code>");
    }
    html.text(text!("response-next-page-after")).raw("</p>");
}

/// Writes links to the operations that the response has arguments for.
fn write_links(html: &mut HtmlWriter, links: &[ResponseLink]) {
    for (index, link) in links.iter().enumerate() {
        if index == 0 {
            html.raw("<p class=\"note\">").text(text!("response-links-before")).raw(" ");
        } else {
            html.raw(", ");
        }
        html.raw("<a href=\"").text(&link.url).raw("\">").text(&link.title).raw("</a>");
    }
    if !links.is_empty() {
        html.text(text!("response-links-after")).raw("</p>");
    }
}

#[cfg(test)]
mod tests {
    use super::{body::truncate_text, render_error, render_response, render_status};
    use crate::model::{
        error::{ErrorCode, ExplorerError},
        problem::Problem,
        response::{CallResponse, Differences, ResponseBody},
    };

    fn response_with_body(status: u16, body: &str) -> CallResponse {
        CallResponse {
            status,
            headers: vec![("x-<i>".into(), "\"<b>".into())],
            body: if body.is_empty() { ResponseBody::Empty } else { ResponseBody::Text(body.into()) },
            size: body.len() as u64,
            duration_ms: 12.3,
            request_id: "r-1".into(),
            environment: "test".into(),
            ..CallResponse::default()
        }
    }

    #[test]
    fn response_contents_are_never_markup() {
        for body in [r#"{"<script>": "</script><img src=x onerror=alert(1)>"}"#, "<script>alert(1)</script>"] {
            let html = render_response(&response_with_body(200, body), true);
            assert!(
                !html.contains("<script") && !html.contains("<img") && !html.contains("<i>") && !html.contains("<b>"),
                "{html}"
            );
        }
        let error = ExplorerError::new(ErrorCode::Internal, "<script>");
        assert!(!render_error(&error).contains("<script"));
    }

    #[test]
    fn a_response_states_whether_it_matches_the_documentation() {
        let with = |differences| render_response(&CallResponse { differences, ..response_with_body(200, "{}") }, true);
        assert!(!with(None).contains("ocument"));
        assert!(with(Some(Differences::default())).contains("The response matches the documentation."));
        let listed = vec![Problem::new("/a/<b>", "Must be text."), Problem::new("", "The <i>status</i>.")];
        let html = with(Some(Differences { problems: listed, omitted_count: 2 }));
        for expected in [
            "Differs from the documentation (4)",
            "<li><code>a/&lt;b&gt;</code>: Must be text.</li>",
            "<li>The &lt;i&gt;status&lt;/i&gt;.</li>",
            "And 2 more.",
        ] {
            assert!(html.contains(expected), "{expected} is missing in {html}");
        }
    }

    #[test]
    fn a_provider_error_is_explained_with_its_likely_cause() {
        let body = r#"{"error_type":"unauthorized_credentials","error_message":"No.","error_url":"https://stytch.com/docs/401","request_id":"up-1"}"#;
        let response = response_with_body(401, body);
        let html = render_status(&response) + &render_response(&response, true);
        for expected in [
            "401 Unauthorized",
            "unauthorized_credentials",
            "No.",
            "https://stytch.com/docs/401",
            "up-1",
            "Likely cause",
        ] {
            assert!(html.contains(expected), "{expected} is missing in {html}");
        }
        assert!(
            !render_response(&response_with_body(404, r#"{"error_url":"javascript:alert(1)"}"#), true)
                .contains("javascript:alert(1)\"")
        );
    }

    #[test]
    fn large_bodies_are_truncated_and_empty_ones_are_stated() {
        let html = render_response(&response_with_body(200, &"é".repeat(2_500_000)), true);
        assert!(html.len() < 220_000 && html.contains("of 5.0 MB"));
        assert!(render_response(&response_with_body(204, ""), true).contains("The response has no body."));
        assert_eq!(truncate_text(&"é".repeat(150_000)).len(), 200_000);
    }
}
