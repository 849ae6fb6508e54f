//! Names for saving the bodies of responses as files.

use super::request::multipart::header_parameters;
use crate::model::media_type::MediaType;
use encoding_rs::Encoding;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Maximum length of a name, and of an extension in it, in characters.
const MAX_NAME_CHARS: usize = 120;
const MAX_EXTENSION_CHARS: usize = 10;
/// Names of devices in Windows, which no file can have.
const DEVICE_NAMES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];
/// Extensions by media type. Further types have that of their syntax, such as `+json`.
const EXTENSIONS: [(&str, &str); 46] = [
    ("application/epub+zip", "epub"),
    ("application/gzip", "gz"),
    ("application/javascript", "js"),
    ("application/json-seq", "jsonseq"),
    ("application/msword", "doc"),
    ("application/pdf", "pdf"),
    ("application/rtf", "rtf"),
    ("application/sql", "sql"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/wasm", "wasm"),
    ("application/x-tar", "tar"),
    ("application/xhtml+xml", "xhtml"),
    ("application/zip", "zip"),
    ("audio/aac", "aac"),
    ("audio/flac", "flac"),
    ("audio/mp4", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("audio/webm", "weba"),
    ("audio/x-wav", "wav"),
    ("image/avif", "avif"),
    ("image/bmp", "bmp"),
    ("image/gif", "gif"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tiff"),
    ("image/webp", "webp"),
    ("image/x-icon", "ico"),
    ("text/calendar", "ics"),
    ("text/css", "css"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/javascript", "js"),
    ("text/markdown", "md"),
    ("text/tab-separated-values", "tsv"),
    ("text/vcard", "vcf"),
    ("video/mp4", "mp4"),
    ("video/webm", "webm"),
];

/// Returns the name for saving a body: that of the header Content-Disposition, or else the last segment of the URL if
/// it is a file name of this type, or else the name of the operation. It is safe to use in any folder.
pub(crate) fn response_file_name(disposition: &[u8], url: &str, operation: &str, content_type: &str) -> String {
    let extension = extension(MediaType::parse(content_type));
    let Some(name) = disposition_file_name(disposition).and_then(|name| sanitize(&name)) else {
        let fits = |name: &String| extension.is_none_or(|extension| name.ends_with(&format!(".{extension}")));
        let in_url = url_file_name(url).filter(fits).and_then(|name| sanitize(&name));
        return in_url.unwrap_or_else(|| format!("{operation}.{}", extension.unwrap_or("bin")));
    };
    match extension {
        Some(extension) if !has_extension(&name) => format!("{name}.{extension}"),
        _ => name,
    }
}

/// Returns the file name in a header Content-Disposition (RFC 6266, §4.3).
fn disposition_file_name(disposition: &[u8]) -> Option<String> {
    // Headers are Latin-1 by the older standards, and mostly UTF-8 in practice.
    let disposition =
        std::str::from_utf8(disposition).map_or_else(|_| encoding_rs::mem::decode_latin1(disposition), Cow::Borrowed);
    let Some((_, parameters)) = header_parameters(&disposition) else { return unquoted_file_name(&disposition) };
    let parameter = |name: &str| parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value);
    let extended = parameter("filename*").and_then(|value| decode_extended(value));
    extended.or_else(|| parameter("filename").cloned())
}

/// Returns a file name that contains spaces or other characters that need quotes, but has none.
fn unquoted_file_name(disposition: &str) -> Option<String> {
    let start = disposition.to_ascii_lowercase().find("filename=")? + "filename=".len();
    let value = disposition.get(start..)?.split(';').next()?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// Decodes `UTF-8''%e2%82%ac%20rates` (RFC 8187, §3.2). Returns `None` if it is invalid.
fn decode_extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    let encoding = Encoding::for_label_no_replacement(charset.as_bytes())?;
    encoding.decode_without_bom_handling_and_without_replacement(&bytes).map(Cow::into_owned)
}

/// Returns the last segment of a URL's path, if it has an extension and consists of letters, digits and `-._`.
fn url_file_name(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let (_, segment) = path.rsplit_once('/')?;
    let is_plain = segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    (is_plain && has_extension(segment)).then(|| segment.to_owned())
}

/// Returns a name without folders, control characters and characters that change the direction of text, or that a file
/// system reserves. Returns `None` if nothing is left.
fn sanitize(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next()?;
    let visible = name.chars().filter(|c| !c.is_control() && !is_invisible(*c));
    let portable: String = visible.map(|c| if "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let trimmed = portable.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let stem = trimmed.split('.').next()?.trim_end().to_uppercase();
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit() || "¹²³".contains(c));
    let is_device = DEVICE_NAMES.contains(&device) && stem.chars().count() <= device.len() + 1;
    let name = [if is_device { "_" } else { "" }, trimmed].concat();
    (!trimmed.is_empty()).then(|| shorten(&name))
}

/// Returns true for marks of direction and characters of no width.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Shortens a name before its extension.
fn shorten(name: &str) -> String {
    let count = name.chars().count();
    let (stem, extension) = match name.rsplit_once('.').filter(|_| has_extension(name)) {
        Some((stem, extension)) if count > MAX_NAME_CHARS => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    stem.chars().take(MAX_NAME_CHARS - extension.len()).chain(extension.chars()).collect()
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=MAX_EXTENSION_CHARS).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

/// Returns the usual extension of a media type; `None` if it has none.
fn extension(media_type: MediaType) -> Option<&'static str> {
    let listed = EXTENSIONS.iter().find(|(name, _)| media_type.is_same(MediaType::parse(name)));
    let by_syntax = || match media_type {
        _ if media_type.is_json() => Some("json"),
        _ if media_type.is_json_lines() => Some("jsonl"),
        _ if media_type.is_xml() => Some("xml"),
        _ if media_type.is_yaml() => Some("yaml"),
        _ if media_type.is_text() => Some("txt"),
        _ => None,
    };
    listed.map(|(_, extension)| *extension).or_else(by_syntax)
}

#[cfg(test)]
mod tests {
    use super::response_file_name;
    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

    fn name(disposition: &[u8], content_type: &str) -> String {
        response_file_name(disposition, "https://a.example/v1/files/7?x=a.b", "getFile", content_type)
    }

    #[test]
    fn a_name_is_read_from_content_disposition() {
        let cases: [(&str, &str); 12] = [
            ("attachment; filename=\"a b.zip\"", "a b.zip"),
            ("Attachment;FileName=a.zip", "a.zip"),
            ("inline; filename=a b.zip; x=1", "a b.zip"),
            ("attachment; filename=\"a \\\"b\\\".zip\"", "a _b_.zip"),
            ("attachment; filename*=UTF-8''%C3%9Cbersicht%202026.xls", "Übersicht 2026.xls"),
            ("attachment; filename=\"plain.xls\"; filename*=iso-8859-1'en'%DCbersicht.xls", "Übersicht.xls"),
            ("attachment; filename*=Shift_JIS'ja'%93%FA.txt", "日.txt"),
            ("attachment; filename=\"plain.xls\"; filename*=UTF-8''%DC.xls", "plain.xls"),
            ("attachment; filename=\"plain.xls\"; filename*=nonsense''a.xls", "plain.xls"),
            ("attachment; filename=\"Übersicht.xls\"", "Übersicht.xls"),
            ("attachment; filename=report", "report.pdf"),
            ("attachment", "getFile.pdf"),
        ];
        for (disposition, expected) in cases {
            assert_eq!(name(disposition.as_bytes(), "application/pdf"), expected, "{disposition}");
        }
        assert_eq!(name(b"attachment; filename=\"\xdcbersicht.xls\"", ""), "Übersicht.xls");
    }

    #[test]
    fn a_name_is_safe_in_any_folder() {
        for (given, expected) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("..", "getFile.bin"),
            (" . ", "getFile.bin"),
            (".bashrc", "bashrc"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("a\u{7}\u{0}b\u{200b}.txt", "ab.txt"),
            ("a<b>:c|d?e*.txt", "a_b__c_d_e_.txt"),
            ("con.txt", "_con.txt"),
            ("COM1", "_COM1"),
            ("LPT².x", "_LPT².x"),
            ("nul .txt", "_nul .txt"),
            ("contact.txt", "contact.txt"),
            ("trailing. ", "trailing"),
        ] {
            let encoded = percent_encode(given.as_bytes(), NON_ALPHANUMERIC);
            let disposition = format!("attachment; filename*=UTF-8''{encoded}");
            assert_eq!(name(disposition.as_bytes(), "application/octet-stream"), expected, "{given:?}");
        }
        let long = name(format!("attachment; filename=\"{}.tar\"", "é".repeat(500)).as_bytes(), "");
        assert_eq!((long.chars().count(), long.ends_with("é.tar")), (120, true));
    }

    #[test]
    fn without_a_header_the_url_or_the_operation_names_the_file() {
        let named = |url: &str, content_type: &str| response_file_name(b"", url, "getFile", content_type);
        for (url, content_type, expected) in [
            ("https://a.example/files/report.pdf?x=1", "application/pdf", "report.pdf"),
            ("[base URL]/files/report.pdf", "application/pdf", "report.pdf"),
            ("https://a.example", "application/pdf", "getFile.pdf"),
            ("https://a.example/users/ann.smith", "application/json", "getFile.json"),
            ("https://a.example/files/a.dat", "application/octet-stream", "a.dat"),
            ("https://a.example/v1.2", "text/csv; charset=utf-8", "getFile.csv"),
            ("https://a.example/{{response 1.a}}.pdf", "", "getFile.bin"),
            ("https://a.example/%2e%2e%2fa.pdf", "", "getFile.bin"),
            ("https://a.example/users", "application/problem+json", "getFile.json"),
            ("https://a.example/users", "application/x-ndjson", "getFile.jsonl"),
            ("https://a.example/users", "application/atom+xml", "getFile.xml"),
            ("https://a.example/users", "IMAGE/SVG+XML", "getFile.svg"),
            ("https://a.example/users", "text/x-log", "getFile.txt"),
            ("https://a.example/users", "application/x-unknown", "getFile.bin"),
        ] {
            assert_eq!(named(url, content_type), expected, "{url} {content_type}");
        }
    }
}
