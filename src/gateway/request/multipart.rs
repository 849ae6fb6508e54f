//! Reads and writes `multipart/form-data` (RFC 7578; RFC 2046, §5.1.1). Refuses bodies that two programs could read
//! differently.

use crate::{
    model::{
        error::{ErrorCode, ExplorerError},
        is_token_byte,
    },
    text,
};
use memchr::memmem;
use percent_encoding::percent_decode_str;
use reqwest::header::HeaderValue;
use std::borrow::Cow;
use uuid::Uuid;

/// Maximum number of parts that are read.
const MAX_PARTS: usize = 1000;
/// Maximum size of the headers of a part that are read.
const MAX_HEAD_BYTES: usize = 8192;

/// A part of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WirePart<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) filename: Option<Cow<'a, str>>,
    pub(super) content_type: Option<Cow<'a, str>>,
    /// Names and values of further headers.
    pub(super) headers: Vec<(String, String)>,
    pub(super) content: Cow<'a, [u8]>,
}

/// Writes a body. Returns its content type, which contains the boundary, and the body. Escapes names as browsers do.
///
/// # Errors
/// Returns an error if the content type cannot be sent.
pub(super) fn encode_multipart(parts: &[WirePart]) -> Result<(HeaderValue, Vec<u8>), ExplorerError> {
    let escape = |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let boundary = Uuid::new_v4().simple().to_string();
    let mut body = Vec::new();
    for WirePart { name, filename, content_type, headers, content } in parts {
        let filename = filename.as_ref().map(|filename| format!("; filename=\"{}\"", escape(filename)));
        let content_type = content_type.as_ref().map(|content_type| format!("\r\nContent-Type: {content_type}"));
        let headers: String = headers.iter().map(|(name, value)| ["\r\n", name, ": ", value].concat()).collect();
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{}{}{headers}\r\n\r\n",
            escape(name),
            filename.unwrap_or_default(),
            content_type.unwrap_or_default()
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|_| ExplorerError::new(ErrorCode::Internal, text!("request-invalid-boundary")))?;
    Ok((content_type, body))
}

/// Reads a body with the content type of its request. Text before the first part and after the last one is ignored.
///
/// # Errors
/// Returns the reason if the body has another syntax.
pub(super) fn parse_multipart<'a>(body: &'a [u8], content_type: &str) -> Result<Vec<WirePart<'a>>, String> {
    let boundary = header_parameters(content_type)
        .and_then(|(_, parameters)| parameters.into_iter().find(|(name, _)| name == "boundary"))
        .map(|(_, boundary)| boundary)
        .filter(|boundary| is_boundary(boundary))
        .ok_or("its Content-Type header has no valid boundary")?;
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = match body.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => rest,
        None => split_at_text(body, &delimiter).ok_or("its boundary does not occur")?.1,
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        if parts.len() == MAX_PARTS {
            return Err(format!("it has more than {MAX_PARTS} parts"));
        }
        let number = parts.len() + 1;
        let after_delimiter = trim_blanks(rest).strip_prefix(b"\r\n");
        let after_delimiter = after_delimiter.ok_or(format!("text follows the boundary before part {number}"))?;
        let (head, after_head) = split_at_text(after_delimiter, "\r\n\r\n")
            .filter(|(head, _)| head.len() <= MAX_HEAD_BYTES)
            .ok_or(format!("part {number} has no header, or more than {MAX_HEAD_BYTES} bytes of headers"))?;
        let (content, after) =
            split_at_text(after_head, &delimiter).ok_or(format!("part {number} does not end with the boundary"))?;
        let part = parse_head(head).map_err(|reason| format!("part {number}: {reason}"))?;
        parts.push(WirePart { content: content.into(), ..part });
        rest = after;
    }
    Ok(parts)
}

/// Removes the spaces and tabs at the start.
fn trim_blanks(bytes: &[u8]) -> &[u8] {
    let count = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &bytes[count..]
}

fn split_at_text<'a>(bytes: &'a [u8], text: &str) -> Option<(&'a [u8], &'a [u8])> {
    let position = memmem::find(bytes, text.as_bytes())?;
    Some((&bytes[..position], &bytes[position + text.len()..]))
}

/// Returns true if a text is a boundary (RFC 2046, §5.1.1).
fn is_boundary(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=70).contains(&text.len()) && text.bytes().all(is_allowed) && !text.ends_with(' ')
}

/// Reads the headers of a part.
fn parse_head(head: &[u8]) -> Result<WirePart<'static>, String> {
    let head = std::str::from_utf8(head).map_err(|_| "its headers are not UTF-8")?;
    let (mut part, mut names) = (WirePart::default(), Vec::new());
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':').ok_or("a line of its header has no colon")?;
        let (name, value) = (name.to_ascii_lowercase(), value.trim_matches([' ', '\t']));
        if name.is_empty() || !name.bytes().all(is_unquoted_byte) || value.contains(char::is_control) {
            return Err(format!("its header {name:?} has an invalid name or value"));
        }
        match name.as_str() {
            "content-disposition" => {
                let (part_name, filename) = parse_disposition(value)?;
                part = WirePart { name: part_name.into(), filename: filename.map(Cow::Owned), ..part };
            }
            "content-type" => part.content_type = Some(value.to_owned().into()),
            // Deprecated, and without effect (RFC 7578, §4.7).
            "content-transfer-encoding" if ["7bit", "8bit", "binary"].contains(&&*value.to_ascii_lowercase()) => {}
            "content-transfer-encoding" => return Err(format!("its header {name}: {value} is not defined for forms")),
            // Some clients send it. The boundary determines the length.
            "content-length" => {}
            _ => part.headers.push((name.clone(), value.to_owned())),
        }
        if names.contains(&name) {
            return Err(format!("its header {name} occurs twice"));
        }
        names.push(name);
    }
    if names.iter().any(|name| name == "content-disposition") {
        Ok(part)
    } else {
        Err("it has no header Content-Disposition".into())
    }
}

/// Returns the name and the file name of a part.
fn parse_disposition(value: &str) -> Result<(String, Option<String>), String> {
    let (kind, parameters) = header_parameters(value).ok_or("its header Content-Disposition cannot be parsed")?;
    if !kind.eq_ignore_ascii_case("form-data") {
        return Err("its Content-Disposition is not form-data".into());
    }
    // Names are escaped as browsers do (WHATWG HTML, §4.10.21.8).
    let unescape = |text: &str| text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    let (mut part_name, mut filename, mut encoded_filename) = (None, None, None);
    for (name, value) in parameters {
        let slot = match name.as_str() {
            "name" => &mut part_name,
            "filename" => &mut filename,
            "filename*" => &mut encoded_filename,
            _ => return Err(format!("its Content-Disposition has the parameter {name:?}, which forms do not have")),
        };
        if slot.replace(value).is_some() {
            return Err(format!("its Content-Disposition has the parameter {name:?} twice"));
        }
    }
    let part_name = part_name.ok_or("its Content-Disposition has no name")?;
    let filename = match encoded_filename {
        // RFC 8187, §3.2. It takes precedence (RFC 6266, §4.3).
        Some(encoded) => {
            let invalid = "its filename* is not percent-encoded UTF-8";
            let (charset, rest) = encoded.split_once('\'').ok_or(invalid)?;
            let (_, text) = rest.split_once('\'').filter(|_| charset.eq_ignore_ascii_case("utf-8")).ok_or(invalid)?;
            let text = percent_decode_str(text).decode_utf8().ok().filter(|text| !text.contains(char::is_control));
            Some(text.ok_or(invalid)?.into_owned())
        }
        None => filename.map(|filename| unescape(&filename)),
    };
    Ok((unescape(&part_name), filename))
}

/// Splits the value of a header into its first word and its parameters, whose names are in lowercase (RFC 9110, §5.6.6).
/// Returns `None` if the syntax is invalid. A backslash is an escape only before a quote or another backslash, because
/// browsers do not escape it.
pub(crate) fn header_parameters(text: &str) -> Option<(&str, Vec<(String, String)>)> {
    let (first, mut rest) = text.split_at(text.find(';').unwrap_or(text.len()));
    let mut parameters = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let after = after.trim_start_matches([' ', '\t']);
        if after.is_empty() {
            break;
        }
        let (name, value) = after.split_once('=')?;
        let (value, after_value) = if let Some(quoted) = value.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let (token, after) = value.split_at(value.find(';').unwrap_or(value.len()));
            let token = token.trim_end_matches([' ', '\t']);
            (!token.is_empty() && token.bytes().all(is_unquoted_byte)).then(|| (token.to_owned(), after))?
        };
        if !name.bytes().all(is_unquoted_byte) {
            return None;
        }
        parameters.push((name.to_ascii_lowercase(), value));
        rest = after_value.trim_start_matches([' ', '\t']);
    }
    rest.trim_start_matches([';', ' ', '\t']).is_empty().then_some((first.trim(), parameters))
}

/// Returns the text before a closing quote, and what follows the quote.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((text, &quoted[index + 1..])),
            '\\' => {
                let escaped = characters.next_if(|(_, next)| matches!(next, '"' | '\\'));
                text.push(escaped.map_or('\\', |(_, escaped)| escaped));
            }
            other => text.push(other),
        }
    }
    None
}

/// Returns true for the characters of tokens (RFC 9110, §5.6.2), and for others that clients send without quotes.
fn is_unquoted_byte(byte: u8) -> bool {
    is_token_byte(byte) || b"[]/:@".contains(&byte)
}
