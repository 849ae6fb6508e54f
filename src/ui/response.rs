//! What became of a call, as HTML: a reply with its status, timing, headers and body, or an error in words.

use super::{html::Html, json, secret, status};
use crate::model::{
    error::ExplorerError,
    placeholder,
    problem::Problem,
    provider::EXAMPLE,
    response::{Differences, Masked, Reply, ReplyBody},
};
use serde_json::Value;

/// Bodies larger than this are shown as text, not as a tree.
const LARGEST_TREE: u64 = 500_000;
/// This many bytes of a body are shown as text; the rest can be downloaded.
const LARGEST_TEXT: usize = 200_000;

/// Everything that came back. Buttons to copy and download need a script, so a page made for none leaves them out.
pub fn reply(reply: &Reply, has_script: bool) -> String {
    let parsed = if reply.size <= LARGEST_TREE { reply.json() } else { None };
    let mut html = Html::default();
    html.raw("<div class=\"reply\">");
    if reply.environment == EXAMPLE {
        html.raw("<p class=\"made-up\">Made up from the documentation: nothing was sent anywhere.</p>");
    }
    html.raw("<p class=\"outcome\">").raw(match reply.status {
        200..=299 => "<strong class=\"status good\">",
        300..=399 => "<strong class=\"status\">",
        _ => "<strong class=\"status bad\">",
    });
    html.text(&reply.status.to_string()).raw(" ").raw(status::name(reply.status)).raw("</strong> <span>");
    html.raw(status::meaning(reply.status)).raw("</span></p>");
    html.raw("<p class=\"facts\">").text(&duration(reply.duration_ms)).raw(" · ").text(&size(reply.size)).raw(" · ");
    html.text(&reply.environment).raw(" · request <code>").text(&reply.request_id).raw("</code></p>");
    if reply.status >= 400 {
        explanation(&mut html, reply.status, parsed.as_ref());
    }
    if let Some(differences) = &reply.differences {
        documented(&mut html, differences);
    }
    if let Some(masked) = &reply.masked {
        secrets(&mut html, *masked);
    }
    body(&mut html, reply, parsed.as_ref(), has_script);
    lines(&mut html, "Headers", &reply.headers, may_reveal(reply));
    lines(&mut html, "Receipt", &reply.receipt, false);
    html.raw("</div>");
    html.finish()
}

/// An error of the explorer's own; what was typed stays in the form.
pub fn failure(error: &ExplorerError) -> String {
    let mut html = Html::default();
    html.raw("<div class=\"explanation\"><p><strong>Not answered. </strong>").text(&error.message).raw("</p>");
    if !error.detail.is_empty() {
        problems(&mut html, &error.detail);
    }
    html.raw("</div>");
    html.finish()
}

fn problems(html: &mut Html, problems: &[Problem]) {
    html.raw("<ul>");
    for problem in problems {
        html.raw("<li>");
        if !problem.at.is_empty() {
            html.raw("<code>").text(problem.at.trim_start_matches('/')).raw("</code>: ");
        }
        html.text(&problem.message).raw("</li>");
    }
    html.raw("</ul>");
}

/// Whether the reply is what the documentation promises.
fn documented(html: &mut Html, differences: &Differences) {
    if differences.listed.is_empty() {
        html.raw("<p class=\"note\">As documented.</p>");
        return;
    }
    html.raw("<details class=\"differences\" open><summary>Differs from the documentation (");
    html.text(&(differences.listed.len() + differences.more as usize).to_string()).raw(")</summary>");
    problems(html, &differences.listed);
    if differences.more > 0 {
        html.raw("<p class=\"note\">And ").text(&differences.more.to_string()).raw(" more.</p>");
    }
    html.raw("</details>");
}

/// What became of the secrets.
fn secrets(html: &mut Html, masked: Masked) {
    let (number, are) = (masked.count.to_string(), if masked.count == 1 { " secret is " } else { " secrets are " });
    html.raw("<p class=\"note\">").text(&number).raw(are);
    html.raw(match masked {
        Masked { is_kept: false, .. } => "masked, and could not be kept.",
        Masked { may_reveal: true, .. } => "masked. For 12 hours, later calls can be made with what stands there instead.",
        _ => {
            "masked. For 12 hours, later calls can be made with what stands there instead. Only people whom the operator lets \
             may see secrets."
        }
    });
    html.raw("</p>");
}

fn may_reveal(reply: &Reply) -> bool {
    reply.masked.is_some_and(|masked| masked.is_kept && masked.may_reveal)
}

/// What the provider's own error says, and what most likely caused it.
fn explanation(html: &mut Html, code: u16, parsed: Option<&Value>) {
    let text = |key: &str| parsed.and_then(|body| body.get(key)).and_then(Value::as_str);
    html.raw("<div class=\"explanation\">");
    if let Some(message) = text("error_message").or_else(|| text("message")).or_else(|| text("error")) {
        html.raw("<p>");
        if let Some(kind) = text("error_type") {
            html.raw("<code>").text(kind).raw("</code>: ");
        }
        html.text(message).raw("</p>");
    }
    html.raw("<p>").raw(status::likely_cause(code)).raw("</p>");
    if let Some(url) = text("error_url").filter(|url| url.starts_with("https://")) {
        html.raw("<p><a rel=\"noopener noreferrer\" target=\"_blank\" href=\"").text(url);
        html.raw("\">What the provider says about this error</a></p>");
    }
    if let Some(id) = text("request_id") {
        html.raw("<p>The provider's id of this request: <code>").text(id).raw("</code></p>");
    }
    html.raw("</div>");
}

fn body(html: &mut Html, reply: &Reply, parsed: Option<&Value>, has_script: bool) {
    let text = match &reply.body {
        ReplyBody::Empty => {
            html.raw("<p class=\"note\">The reply has no body.</p>");
            return;
        }
        ReplyBody::Binary(_) => {
            html.raw("<p class=\"note\">The body is binary (")
                .text(reply.header("content-type").unwrap_or("unknown type"));
            html.raw("), so it is not shown.</p>");
            actions(html, false, has_script);
            return;
        }
        ReplyBody::Text(text) => text,
    };
    let tree = parsed.filter(|value| json::count(value) <= json::MOST_VALUES);
    html.raw("<div class=\"views\">");
    if tree.is_some() {
        html.raw(
            "<label><input type=\"radio\" name=\"reply-view\" value=\"pretty\" checked>Pretty</label>\
             <label><input type=\"radio\" name=\"reply-view\" value=\"raw\">Raw</label>",
        );
    }
    actions(html, true, has_script);
    html.raw("</div>");
    if let Some(tree) = tree {
        json::write(html, tree, may_reveal(reply));
    }
    html.raw(if tree.is_some() { "<div class=\"raw-view folds\">" } else { "<div class=\"raw-view\">" });
    let shown = beginning(text);
    if shown.len() < text.len() {
        html.raw("<p class=\"note\">The first ").text(&size(shown.len() as u64)).raw(" of ").text(&size(reply.size));
        html.raw(if has_script { " are shown; the download has all of it.</p>" } else { " are shown.</p>" });
    }
    html.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"Raw body\"><code>")
        .text(shown)
        .raw("</code></pre></div>");
}

fn actions(html: &mut Html, can_copy: bool, has_script: bool) {
    if !has_script {
        return;
    }
    html.raw("<span class=\"actions\">");
    if can_copy {
        html.raw("<button type=\"button\" class=\"quiet\" data-action=\"copy-reply\">Copy</button>");
    }
    html.raw("<button type=\"button\" class=\"quiet\" data-action=\"download\">Download</button></span>");
}

/// As much of a text as is shown, cut between two characters.
fn beginning(text: &str) -> &str {
    let end = (0..=LARGEST_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Names and texts, to be opened.
fn lines(html: &mut Html, title: &'static str, lines: &[(String, String)], may_reveal: bool) {
    if lines.is_empty() {
        return;
    }
    html.raw("<details class=\"headers\"><summary>").raw(title).raw(" (").text(&lines.len().to_string());
    html.raw(")</summary><dl>");
    for (name, value) in lines {
        html.raw("<div><dt>").text(name).raw("</dt><dd>");
        if placeholder::is(value) {
            secret::write(html, value, may_reveal);
        } else {
            html.text(value);
        }
        html.raw("</dd></div>");
    }
    html.raw("</dl></details>");
}

/// Bytes as a person says them: `812 B`, `4.2 kB`, `5.0 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => [&bytes.to_string(), " B"].concat(),
        1_000..1_000_000 => [&tenths(bytes / 100), " kB"].concat(),
        _ => [&tenths(bytes / 100_000), " MB"].concat(),
    }
}

/// A duration as a person says it: `0.4 ms`, `86 ms`, `1.2 s`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "durations of calls are small and positive"
)]
fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ..10.0 => [&tenths((milliseconds * 10.0) as u64), " ms"].concat(),
        10.0..1000.0 => [&(milliseconds as u64).to_string(), " ms"].concat(),
        _ => [&tenths((milliseconds / 100.0) as u64), " s"].concat(),
    }
}

fn tenths(number: u64) -> String {
    [&(number / 10).to_string(), ".", &(number % 10).to_string()[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::{beginning, duration, failure, reply, size};
    use crate::model::{
        error::{Code, ExplorerError},
        problem::Problem,
        response::{Differences, Reply, ReplyBody},
    };

    fn with_body(status: u16, body: &str) -> Reply {
        Reply {
            status,
            headers: vec![("x-<i>".into(), "\"<b>".into())],
            body: if body.is_empty() { ReplyBody::Empty } else { ReplyBody::Text(body.into()) },
            size: body.len() as u64,
            duration_ms: 12.3,
            request_id: "r-1".into(),
            environment: "test".into(),
            differences: None,
            masked: None,
            receipt: Vec::new(),
        }
    }

    #[test]
    fn nothing_from_a_reply_becomes_markup() {
        for body in [r#"{"<script>": "</script><img src=x onerror=alert(1)>"}"#, "<script>alert(1)</script>"] {
            let html = reply(&with_body(200, body), true);
            assert!(
                !html.contains("<script") && !html.contains("<img") && !html.contains("<i>") && !html.contains("<b>"),
                "{html}"
            );
        }
        let error = ExplorerError::new(Code::Internal, "<script>");
        assert!(!failure(&error).contains("<script"));
    }

    #[test]
    fn a_reply_says_whether_it_is_as_documented() {
        let with = |differences| reply(&Reply { differences, ..with_body(200, "{}") }, true);
        assert!(!with(None).contains("ocument"));
        assert!(with(Some(Differences::default())).contains("As documented."));
        let listed = vec![Problem::new("/a/<b>", "Must be text."), Problem::new("", "The <i>status</i>.")];
        let html = with(Some(Differences { listed, more: 2 }));
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
    fn a_refusal_is_explained_with_its_likely_cause() {
        let body = r#"{"error_type":"unauthorized_credentials","error_message":"No.","error_url":"https://stytch.com/docs/401","request_id":"up-1"}"#;
        let html = reply(&with_body(401, body), true);
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
            !reply(&with_body(404, r#"{"error_url":"javascript:alert(1)"}"#), true).contains("javascript:alert(1)\"")
        );
    }

    #[test]
    fn large_bodies_are_cut_and_empty_ones_said() {
        let html = reply(&with_body(200, &"é".repeat(2_500_000)), true);
        assert!(html.len() < 220_000 && html.contains("of 5.0 MB"));
        assert!(reply(&with_body(204, ""), true).contains("The reply has no body."));
        assert_eq!(beginning(&"é".repeat(150_000)).len(), 200_000);
    }

    #[test]
    fn sizes_and_durations_read_well() {
        assert_eq!([size(0), size(999), size(1_234), size(5_000_000)], ["0 B", "999 B", "1.2 kB", "5.0 MB"]);
        assert_eq!([duration(0.44), duration(86.5), duration(1234.0)], ["0.4 ms", "86 ms", "1.2 s"]);
    }
}
