//! Previews of bodies: large JSON in slices, tables, highlighted source, media, and bytes. The server renders them, and the
//! browser inserts them. A preview contains nothing but the body that the caller may see, and runs nothing in it.

mod bytes;
mod markup;
mod objects;
mod table;

use super::{
    html::HtmlWriter,
    json_tree::MAX_TREE_VALUES,
    large_json::{LargeJson, Node},
    response::{MAX_TREE_BYTES, TABLE_LABEL, TREE_LABEL, truncate_text},
};
use crate::{
    auth::identity::Caller,
    gateway::{CallOutcome, Gateway, ResponseFile},
    model::{
        media_type::MediaType,
        response::{CallResponse, Preview, ResponseBody},
    },
    text, texts,
};

/// Images that browsers show without running anything in them. SVG, which can contain scripts, is shown as source.
const IMAGES: [&str; 8] = [
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/vnd.microsoft.icon",
    "image/webp",
    "image/x-icon",
];
/// Audio and video that browsers play.
const SOUNDS: [&str; 8] =
    ["audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/x-wav"];
/// Length of the start of a large binary body, in characters of Base64: a multiple of four.
const MAX_BINARY_CHARS: usize = 8_000;
const VIDEOS: [&str; 3] = ["video/mp4", "video/ogg", "video/webm"];

/// Media type of documents that browsers show in a page of their own, which runs nothing of this site.
pub const PDF: &str = "application/pdf";

/// Returns the media type of an image, a sound or a video that a page may contain, or of a PDF; `None` for any other type.
pub fn media_content_type(content_type: &str) -> Option<&'static str> {
    let media_type = MediaType::parse(content_type);
    let mut all = IMAGES.into_iter().chain(SOUNDS).chain(VIDEOS).chain([PDF]);
    all.find(|name| media_type.is_same(MediaType::parse(name)))
}

/// Completes a response for a page: keeps its body as a file if the page needs one, and adds previews. Of a large body, only
/// the start is left in the response.
pub async fn complete_response(gateway: &Gateway, caller: &Caller, outcome: &mut CallOutcome, has_script: bool) {
    let response = &mut outcome.response;
    let is_large = is_large(response);
    if is_large || needs_file(response) || !has_script && is_file(response) {
        let file = gateway.keep_response_file(caller, response, &mut outcome.new_session).await;
        if let Some(file) = file.filter(|_| is_large) {
            // Checking a large body takes some time.
            let previews = texts::spawn_blocking(move || render_large_json(&file)).await;
            response.previews = previews.unwrap_or_default();
        }
    }
    if response.previews.is_empty() {
        add_preview(response);
    }
    if is_large && response.file_url.is_some() {
        cut_body(response);
    }
}

/// Returns true if a body is too large to be sent to the browser as a whole, or has too many values for a tree.
fn is_large(response: &CallResponse) -> bool {
    match &response.body {
        ResponseBody::Text(text) => {
            let has_many_values = || memchr::memchr_iter(b',', text.as_bytes()).nth(MAX_TREE_VALUES).is_some();
            response.stream.is_none() && (text.len() as u64 > MAX_TREE_BYTES || has_many_values())
        }
        ResponseBody::Binary(base64) => base64.len() as u64 > MAX_TREE_BYTES,
        ResponseBody::Empty => false,
    }
}

/// Leaves only the start of a body in the response. The file has all of it.
fn cut_body(response: &mut CallResponse) {
    match &mut response.body {
        ResponseBody::Text(text) => text.truncate(truncate_text(text).len()),
        // A preview shows the first bytes.
        ResponseBody::Binary(base64) => base64.truncate(MAX_BINARY_CHARS),
        ResponseBody::Empty => {}
    }
    response.is_partial = true;
}

/// Renders the views of a large JSON body.
fn render_large_json(file: &ResponseFile) -> Vec<Preview> {
    let Some(json) = LargeJson::new(file) else { return Vec::new() };
    let table = objects::render(json.root(), file.can_reveal);
    let tree = Preview { label: TREE_LABEL.into(), html: json.render() };
    [tree].into_iter().chain(table.map(|html| Preview { label: TABLE_LABEL.into(), html })).collect()
}

/// Returns true if a page without scripts cannot show the whole body, or the provider says that it is a file to save.
fn is_file(response: &CallResponse) -> bool {
    let disposition = response.header("content-disposition").unwrap_or_default().trim_start();
    let is_attachment =
        disposition.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("attachment"));
    match &response.body {
        ResponseBody::Empty => false,
        ResponseBody::Binary(_) => true,
        ResponseBody::Text(text) => is_attachment || truncate_text(text).len() < text.len(),
    }
}

/// Returns true if the preview of a response needs its body as a file.
fn needs_file(response: &CallResponse) -> bool {
    matches!(response.body, ResponseBody::Binary(_)) && media_content_type(content_type(response)).is_some()
}

/// Adds the preview to a response, if its body has one.
fn add_preview(response: &mut CallResponse) {
    let preview = match &response.body {
        ResponseBody::Empty => None,
        ResponseBody::Binary(base64) => Some(preview_bytes(response, base64)),
        ResponseBody::Text(text) => {
            preview_text(MediaType::parse(content_type(response)), text).or_else(|| preview_objects(response, text))
        }
    };
    response.previews.extend(preview);
}

fn content_type(response: &CallResponse) -> &str {
    response.header("content-type").unwrap_or_default()
}

fn preview_text(media_type: MediaType, text: &str) -> Option<Preview> {
    let is = |name: &str| media_type.is_same(MediaType::parse(name));
    if is("text/csv") {
        return table::render(text, ',').map(|html| Preview { label: TABLE_LABEL.into(), html });
    }
    if is("text/tab-separated-values") {
        return table::render(text, '\t').map(|html| Preview { label: TABLE_LABEL.into(), html });
    }
    let is_markup = media_type.is_xml() || media_type.is_html();
    is_markup.then(|| Preview { label: text!("preview-source").into(), html: markup::render(text) })
}

/// Renders a list of objects. Most bodies have none, and are not read.
fn preview_objects(response: &CallResponse, text: &str) -> Option<Preview> {
    let mut lists = memchr::memchr_iter(b'[', text.as_bytes());
    let has_list = lists.any(|start| text[start + 1..].trim_start().starts_with('{'));
    let is_json = has_list && text.len() as u64 <= MAX_TREE_BYTES && response.parse_json_body().is_some();
    let html = is_json.then(|| objects::render(Node::of_valid(text), response.can_reveal())).flatten()?;
    Some(Preview { label: TABLE_LABEL.into(), html })
}

/// Renders bytes: a medium in its file, if the server has one, and the first bytes.
fn preview_bytes(response: &CallResponse, base64: &str) -> Preview {
    let mut html = HtmlWriter::default();
    let medium = media_content_type(content_type(response)).zip(response.file_url.as_deref());
    if let Some((media_type, url)) = medium {
        match media_type.split('/').next() {
            Some("image") => html.raw("<img alt=\"").text(text!("preview-image")).raw("\" src=\"").text(url).raw("\">"),
            Some("audio") => {
                html.raw("<audio controls aria-label=\"").text(text!("preview-audio"));
                html.raw("\" src=\"").text(url).raw("\"></audio>")
            }
            Some("application") => {
                html.raw("<p><a target=\"_blank\" rel=\"noopener\" href=\"").text(url);
                html.raw("\">").text(text!("preview-pdf")).raw("</a></p>")
            }
            _ => {
                html.raw("<video controls aria-label=\"").text(text!("preview-video"));
                html.raw("\" src=\"").text(url).raw("\"></video>")
            }
        };
    } else {
        let note = match response.header("content-type") {
            Some(media_type) => text!("preview-binary", media_type = media_type),
            None => text!("preview-binary-of-unknown-type").to_owned(),
        };
        html.raw("<p class=\"note\">").text(&note).raw("</p>");
    }
    if medium.is_some() {
        html.raw("<details><summary>").text(text!("preview-bytes")).raw("</summary>");
    }
    bytes::write(&mut html, base64);
    html.raw(if medium.is_some() { "</details>" } else { "" });
    Preview { label: text!("body-label").into(), html: html.finish() }
}

#[cfg(test)]
mod tests {
    use super::{add_preview, media_content_type, needs_file};
    use crate::model::response::{CallResponse, ResponseBody};
    use base64::{Engine, prelude::BASE64_STANDARD};

    fn response(content_type: &str, body: ResponseBody) -> CallResponse {
        CallResponse { headers: vec![("content-type".into(), content_type.into())], body, ..CallResponse::default() }
    }

    fn preview(mut response: CallResponse) -> String {
        add_preview(&mut response);
        response.previews.into_iter().map(|preview| preview.html).collect()
    }

    #[test]
    fn nothing_in_a_preview_is_markup_of_the_body() {
        let attack = "<script>alert(1)</script>,<img src=x onerror=alert(1)>\n\"<svg onload=x>\",'\"><b>'\n";
        let kinds = ["text/csv", "text/tab-separated-values", "text/html", "application/xml", "image/svg+xml"];
        for kind in kinds {
            let html = preview(response(kind, ResponseBody::Text(attack.into())));
            for markup in ["<script", "<img", "<svg", "<b>"] {
                assert!(!html.contains(markup), "{kind}: {html}");
            }
            assert!(html.contains("alert(1)") || kind == "text/tab-separated-values", "{kind}: {html}");
        }
        let html = preview(response("<img>\"", ResponseBody::Binary(BASE64_STANDARD.encode("<img src=x>\u{0}"))));
        assert!(!html.contains("<img"), "{html}");
    }

    #[test]
    fn media_are_shown_from_their_file_and_svg_and_text_never() {
        let bytes = ResponseBody::Binary(BASE64_STANDARD.encode(b"\x89PNG\xff"));
        for (kind, element) in [
            ("image/png", "<img "),
            ("audio/mpeg; x=1", "<audio "),
            ("Video/MP4", "<video "),
            ("image/x-icon", "<img "),
            ("application/pdf", "<a "),
        ] {
            let mut medium = response(kind, bytes.clone());
            assert!(needs_file(&medium) && !preview(medium.clone()).contains(element), "{kind}");
            medium.file_url = Some("/responses/1".into());
            assert!(preview(medium).contains(element), "{kind}");
        }
        for kind in ["image/svg+xml", "text/html", "application/octet-stream", ""] {
            assert!(media_content_type(kind).is_none(), "{kind}");
            let html = preview(CallResponse { file_url: Some("/x".into()), ..response(kind, bytes.clone()) });
            assert!(!html.contains("/x") && html.contains("Download it to open it."), "{kind}: {html}");
        }
        assert!(!needs_file(&response("image/png", ResponseBody::Text("withheld".into()))));
    }
}
