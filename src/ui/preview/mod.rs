//! Previews of bodies that are not JSON: tables, highlighted source, media, and bytes. The server renders them, and the
//! browser inserts them. A preview contains nothing but the body that the caller may see, and runs nothing in it.

mod bytes;
mod markup;
mod table;

use super::{html::HtmlWriter, response::MAX_TEXT_BYTES};
use crate::{
    auth::identity::Caller,
    gateway::{CallOutcome, Gateway},
    model::{
        media_type::MediaType,
        response::{CallResponse, Preview, ResponseBody},
    },
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
const VIDEOS: [&str; 3] = ["video/mp4", "video/ogg", "video/webm"];

/// Returns the media type of an image, a sound or a video that a page may contain; `None` for any other type.
pub fn media_content_type(content_type: &str) -> Option<&'static str> {
    let media_type = MediaType::parse(content_type);
    let mut all = IMAGES.into_iter().chain(SOUNDS).chain(VIDEOS);
    all.find(|name| media_type.is_same(MediaType::parse(name)))
}

/// Completes a response for a page: keeps its body as a file if the page needs one, and adds the preview.
pub async fn complete_response(gateway: &Gateway, caller: &Caller, outcome: &mut CallOutcome, has_script: bool) {
    if needs_file(&outcome.response) || !has_script && is_file(&outcome.response) {
        gateway.keep_response_file(caller, &mut outcome.response, &mut outcome.new_session).await;
    }
    add_preview(&mut outcome.response);
}

/// Returns true if a page without scripts cannot show the whole body, or the provider says that it is a file to save.
fn is_file(response: &CallResponse) -> bool {
    let disposition = response.header("content-disposition").unwrap_or_default().trim_start();
    let is_attachment =
        disposition.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("attachment"));
    match &response.body {
        ResponseBody::Empty => false,
        ResponseBody::Binary(_) => true,
        ResponseBody::Text(text) => is_attachment || text.len() > MAX_TEXT_BYTES,
    }
}

/// Returns true if the preview of a response needs its body as a file.
fn needs_file(response: &CallResponse) -> bool {
    matches!(response.body, ResponseBody::Binary(_)) && media_content_type(content_type(response)).is_some()
}

/// Adds the preview to a response, if its body has one.
fn add_preview(response: &mut CallResponse) {
    response.preview = match &response.body {
        ResponseBody::Empty => None,
        ResponseBody::Binary(base64) => Some(preview_bytes(response, base64)),
        ResponseBody::Text(text) => preview_text(MediaType::parse(content_type(response)), text),
    };
}

fn content_type(response: &CallResponse) -> &str {
    response.header("content-type").unwrap_or_default()
}

fn preview_text(media_type: MediaType, text: &str) -> Option<Preview> {
    let is = |name: &str| media_type.is_same(MediaType::parse(name));
    if is("text/csv") {
        return table::render(text, ',').map(|html| Preview { label: "Table".into(), html });
    }
    if is("text/tab-separated-values") {
        return table::render(text, '\t').map(|html| Preview { label: "Table".into(), html });
    }
    let is_markup = media_type.is_xml() || media_type.is_html();
    is_markup.then(|| Preview { label: "Source".into(), html: markup::render(text) })
}

/// Renders bytes: a medium in its file, if the server has one, and the first bytes.
fn preview_bytes(response: &CallResponse, base64: &str) -> Preview {
    let mut html = HtmlWriter::default();
    let medium = media_content_type(content_type(response)).zip(response.file_url.as_deref());
    if let Some((media_type, url)) = medium {
        match media_type.split('/').next() {
            Some("image") => html.raw("<img alt=\"Image in the response\" src=\"").text(url).raw("\">"),
            Some("audio") => {
                html.raw("<audio controls aria-label=\"Audio in the response\" src=\"").text(url).raw("\"></audio>")
            }
            _ => html.raw("<video controls aria-label=\"Video in the response\" src=\"").text(url).raw("\"></video>"),
        };
    } else {
        html.raw("<p class=\"note\">The body is binary (")
            .text(response.header("content-type").unwrap_or("unknown type"));
        html.raw("). Download it to open it.</p>");
    }
    html.raw(if medium.is_some() { "<details><summary>Bytes</summary>" } else { "" });
    bytes::write(&mut html, base64);
    html.raw(if medium.is_some() { "</details>" } else { "" });
    Preview { label: "Body".into(), html: html.finish() }
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
        response.preview.map(|preview| preview.html).unwrap_or_default()
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
        ] {
            let mut medium = response(kind, bytes.clone());
            assert!(needs_file(&medium) && !preview(medium.clone()).contains(element), "{kind}");
            medium.file_url = Some("/responses/1".into());
            assert!(preview(medium).contains(element), "{kind}");
        }
        for kind in ["image/svg+xml", "application/pdf", "text/html", "application/octet-stream", ""] {
            assert!(media_content_type(kind).is_none(), "{kind}");
            let html = preview(CallResponse { file_url: Some("/x".into()), ..response(kind, bytes.clone()) });
            assert!(!html.contains("/x") && html.contains("Download it to open it."), "{kind}: {html}");
        }
        assert!(!needs_file(&response("image/png", ResponseBody::Text("withheld".into()))));
    }
}
