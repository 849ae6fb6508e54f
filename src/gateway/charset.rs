//! Decodes the text of responses that is in another charset than UTF-8.

use super::{
    headers::content_type,
    redact::scrub::{Redactions, scrub_bytes},
    request::multipart::header_parameters,
    transport::response::UpstreamResponse,
};
use crate::model::media_type::MediaType;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use std::borrow::Cow;

/// Maximum length of the start of a body that is searched for a declaration of its charset, in bytes (WHATWG HTML,
/// §13.2.3.2).
const MAX_DECLARATION_BYTES: usize = 1024;

/// The body of a response as received, whose text was decoded.
pub(crate) struct EncodedBody {
    pub(crate) bytes: Vec<u8>,
    /// Name of the charset (WHATWG Encoding, §4.2); `None` for UTF-8 with a byte order mark.
    pub(crate) charset: Option<&'static str>,
}

/// Replaces the body of a response by its text in UTF-8, and returns the body as received. Returns `None` if the body
/// stays as it is: it is already UTF-8, no text, or not valid in its charset.
pub(crate) fn decode_body(response: &mut UpstreamResponse, redactions: &Redactions) -> Option<EncodedBody> {
    let (encoding, text) = decode(content_type(&response.headers), &response.body)?;
    // A provider can name the wrong charset. Where ASCII is not read as ASCII, a credential in it would not be found.
    if !encoding.is_ascii_compatible() && matches!(scrub_bytes(redactions, &response.body), Cow::Owned(_)) {
        return None;
    }
    let bytes = std::mem::replace(&mut response.body, text.into_bytes());
    Some(EncodedBody { bytes, charset: (encoding != UTF_8).then(|| encoding.name()) })
}

/// Returns the charset that the content type of a stream names, if lines and separators of items are the same bytes as in
/// UTF-8.
pub(crate) fn find_item_charset(headers: &HeaderMap) -> Option<&'static Encoding> {
    let encoding = find_labelled_charset(content_type(headers))?;
    (encoding != UTF_8 && encoding.is_ascii_compatible()).then_some(encoding)
}

/// Returns the text of an item of a stream: UTF-8, borrowed, or else decoded from a charset. Returns `None` for bytes that
/// are not valid in it, and for those of UTF-16, in which nobody finds a secret.
pub(crate) fn decode_item<'a>(charset: Option<&'static Encoding>, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    if bytes.contains(&0) {
        return None;
    }
    let utf8 = std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    utf8.or_else(|| charset?.decode_without_bom_handling_and_without_replacement(bytes))
}

/// Returns the text of a body, and its charset: that of its byte order mark, of its content type, or else of a
/// declaration in XML or HTML. Returns `None` for UTF-8 without a mark, and for bytes that are not valid in the charset.
fn decode(content_type: &str, body: &[u8]) -> Option<(&'static Encoding, String)> {
    if body.is_empty() || !MediaType::parse(content_type).has_charset() {
        return None;
    }
    let (encoding, bytes) = match Encoding::for_bom(body) {
        Some((encoding, mark_length)) => (encoding, &body[mark_length..]),
        None => (find_charset(content_type, body).filter(|encoding| *encoding != UTF_8)?, body),
    };
    // ASCII that is labelled as UTF-16 would become other letters, in which nobody finds a secret.
    let is_utf16 = [UTF_16LE, UTF_16BE].contains(&encoding);
    if is_utf16 && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    (!text.contains('\0')).then(|| (encoding, text.into_owned()))
}

/// Returns the charset that the content type or the start of a body names.
fn find_charset(content_type: &str, body: &[u8]) -> Option<&'static Encoding> {
    let encoding = match find_labelled_charset(content_type) {
        Some(encoding) => encoding,
        None => find_declared_charset(MediaType::parse(content_type), body)?,
    };
    // The label `utf-16` leaves the order of the bytes open.
    let is_utf16 = [UTF_16LE, UTF_16BE].contains(&encoding);
    Some(if is_utf16 { utf16_by_zeros(body).unwrap_or(encoding) } else { encoding })
}

/// Returns the charset that a content type names.
fn find_labelled_charset(content_type: &str) -> Option<&'static Encoding> {
    let (_, parameters) = header_parameters(content_type).unwrap_or_default();
    let (_, label) = parameters.iter().find(|(name, _)| name == "charset")?;
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// Returns the charset that a document in XML or HTML declares.
fn find_declared_charset(media_type: MediaType, body: &[u8]) -> Option<&'static Encoding> {
    let start = &body[..body.len().min(MAX_DECLARATION_BYTES)];
    let label = if media_type.is_xml() {
        if let Some(encoding) = utf16_by_zeros(start).filter(|_| start.contains(&b'<')) {
            return Some(encoding);
        }
        xml_label(start)
    } else if media_type.is_html() {
        html_label(start)
    } else {
        None
    };
    // ASCII letters can declare only a charset that contains them.
    Encoding::for_label_no_replacement(&label?).filter(|encoding| encoding.is_ascii_compatible())
}

/// Returns UTF-16 in the byte order that the first character shows, if that is ASCII.
fn utf16_by_zeros(body: &[u8]) -> Option<&'static Encoding> {
    match body {
        [0, 1..=0xff, ..] => Some(UTF_16BE),
        [1..=0xff, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// Returns the encoding in an XML declaration (XML 1.0, §4.3.3).
fn xml_label(start: &[u8]) -> Option<Vec<u8>> {
    let end = start.windows(2).position(|bytes| bytes == b"?>")?;
    let declaration = start[..end].strip_prefix(b"<?xml")?;
    read_attribute(declaration, b"encoding")
}

/// Returns the charset of the first `meta` element that has one, as `charset` or in `content`.
fn html_label(start: &[u8]) -> Option<Vec<u8>> {
    let lowercase = start.to_ascii_lowercase();
    let tags = lowercase.split(|byte| *byte == b'<').filter_map(|tag| tag.strip_prefix(b"meta"));
    tags.filter_map(|tag| tag.split(|byte| *byte == b'>').next()).find_map(|tag| read_attribute(tag, b"charset"))
}

/// Returns the value after a name and an equals sign, with or without quotes.
fn read_attribute(text: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let position = text.windows(name.len()).position(|window| window == name)?;
    let after = text[position + name.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = after.strip_prefix(b"\"").or_else(|| after.strip_prefix(b"'")).unwrap_or(after);
    let is_label_byte = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_:.+".contains(byte);
    Some(value.iter().take_while(is_label_byte).copied().collect())
}

/// Returns headers whose content type names the charset UTF-8 in place of the received one.
pub(crate) fn with_utf8_charset(mut headers: HeaderMap) -> HeaderMap {
    let content_type = content_type(&headers);
    let kept = content_type.split(';').filter(|part| !part.trim_start().to_ascii_lowercase().starts_with("charset="));
    let parts: Vec<&str> = kept.map(str::trim).filter(|part| !part.is_empty()).chain(["charset=utf-8"]).collect();
    let value = HeaderValue::try_from(parts.join("; ")).ok().filter(|_| parts.len() > 1);
    if let Some(value) = value {
        headers.insert(CONTENT_TYPE, value);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::{decode, with_utf8_charset};
    use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn a_charset_is_found_in_mark_content_type_and_declaration() {
        let (little, big) = (utf16("<a>é</a>", u16::to_le_bytes), utf16("<a>é</a>", u16::to_be_bytes));
        let marked = [b"\xff\xfe".as_slice(), &little].concat();
        let cases: [(&str, &[u8], &str, &str); 16] = [
            ("text/plain; charset=iso-8859-1", b"Gr\xf6\xdfe", "windows-1252", "Größe"),
            ("text/plain; format=flowed; Charset=\"Latin1\"", b"\xe9", "windows-1252", "é"),
            ("application/json;charset=ISO-8859-15", b"\"\xa4\"", "ISO-8859-15", "\"€\""),
            ("text/csv; charset=Shift_JIS", b"\x93\xfa\x96{", "Shift_JIS", "日本"),
            ("text/plain; charset=iso-2022-jp", b"\x1b$BF|K\\\x1b(B", "ISO-2022-JP", "日本"),
            ("text/plain; charset=gbk", b"\xd6\xd0", "GBK", "中"),
            ("application/xml; charset=utf-16", &marked, "UTF-16LE", "<a>é</a>"),
            ("application/xml; charset=utf-16", &little, "UTF-16LE", "<a>é</a>"),
            ("application/xml; charset=utf-16", &big, "UTF-16BE", "<a>é</a>"),
            ("application/xml; charset=us-ascii", &marked, "UTF-16LE", "<a>é</a>"),
            ("application/atom+xml", &big, "UTF-16BE", "<a>é</a>"),
            ("", "\u{feff}é".as_bytes(), "UTF-8", "é"),
            (
                "text/xml",
                b"<?xml version='1.0' encoding='ISO-8859-2'?><a>\xb1</a>",
                "ISO-8859-2",
                "<?xml version='1.0' encoding='ISO-8859-2'?><a>ą</a>",
            ),
            ("text/html", b"<META Charset=koi8-r>\xc1", "KOI8-R", "<META Charset=koi8-r>а"),
            (
                "text/html",
                b"<meta http-equiv=x content=\"text/html; charset=big5\">\xa4\xa4",
                "Big5",
                "<meta http-equiv=x content=\"text/html; charset=big5\">中",
            ),
            ("application/javascript; charset=latin1", b"\xe9", "windows-1252", "é"),
        ];
        for (content_type, body, charset, text) in cases {
            let decoded = decode(content_type, body).map(|(encoding, text)| (encoding.name(), text));
            assert_eq!(decoded, Some((charset, text.to_owned())), "{content_type} {body:?}");
        }
    }

    #[test]
    fn what_is_utf_8_no_text_or_not_valid_stays_as_it_is() {
        let cases: [(&str, &[u8]); 13] = [
            ("text/plain; charset=latin1", b""),
            ("text/plain", "é".as_bytes()),
            ("text/plain; charset=utf-8", "é".as_bytes()),
            ("text/xml; charset=utf-8", b"<?xml version='1.0' encoding='latin1'?>\xc3\xa9"),
            ("text/plain", b"\xe9"),
            ("text/plain; charset=nonsense", b"\xe9"),
            ("text/plain; charset=iso-2022-kr", b"\xe9"),
            ("text/plain; charset=shift_jis", b"\x93"),
            ("image/png; charset=latin1", b"\x89PNG"),
            ("application/octet-stream; charset=latin1", b"\xe9"),
            ("text/plain; charset=latin1", b"a\0b"),
            ("text/plain; charset=utf-16", b"password"),
            ("text/plain", b"\xff\xfepassword"),
        ];
        for (content_type, body) in cases {
            assert!(decode(content_type, body).is_none(), "{content_type} {body:?}");
        }
        // The letters of the declaration are ASCII, so they cannot be UTF-16.
        assert!(decode("text/xml", b"<?xml version='1.0' encoding='utf-16'?><a/>").is_none());
        assert!(decode("text/html", b"<meta charset=utf-16>").is_none());
    }

    #[test]
    fn the_charset_of_a_content_type_is_replaced() {
        for (received, expected) in [
            ("text/plain; charset=latin1", "text/plain; charset=utf-8"),
            ("text/csv;header=present;Charset=\"x\"", "text/csv; header=present; charset=utf-8"),
            ("application/xml", "application/xml; charset=utf-8"),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(received))]);
            assert_eq!(with_utf8_charset(headers)[CONTENT_TYPE], expected);
        }
        assert!(with_utf8_charset(HeaderMap::new()).is_empty());
    }
}
