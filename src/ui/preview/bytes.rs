//! Renders the first bytes of a body in hexadecimal.

use super::super::html::HtmlWriter;
use crate::text;
use base64::{Engine, prelude::BASE64_STANDARD};

/// Maximum number of bytes that are shown, and number of bytes in a line.
const MAX_BYTES: usize = 1_024;
const LINE_BYTES: usize = 16;

/// Writes lines of an offset, the bytes, and their ASCII characters.
pub(super) fn write(html: &mut HtmlWriter, base64: &str) {
    // Four characters of Base64 are three bytes.
    let start = &base64[..base64.len().min(MAX_BYTES.div_ceil(3) * 4)];
    let mut bytes = BASE64_STANDARD.decode(start).unwrap_or_default();
    let is_shortened = base64.len() > start.len() || bytes.len() > MAX_BYTES;
    bytes.truncate(MAX_BYTES);
    if is_shortened {
        html.raw("<p class=\"note\">").text(&text!("preview-first-bytes", count = MAX_BYTES)).raw("</p>");
    }
    html.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"").text(text!("preview-hexadecimal")).raw("\"><code>");
    for (index, line) in bytes.chunks(LINE_BYTES).enumerate() {
        let hexadecimal: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_shown = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let characters: String =
            line.iter().map(|byte| if is_shown(*byte) { char::from(*byte) } else { '.' }).collect();
        let width = LINE_BYTES * 3 - 1;
        html.text(&format!("{:06x}  {:width$}  {characters}\n", index * LINE_BYTES, hexadecimal.join(" ")));
    }
    html.raw("</code></pre>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> String {
        let mut html = HtmlWriter::default();
        write(&mut html, &BASE64_STANDARD.encode(bytes));
        html.finish()
    }

    #[test]
    fn bytes_are_shown_with_their_offsets_and_characters() {
        let html = written(b"\x89PNG\r\n<&\0 0123456789");
        assert!(
            html.contains("000000  89 50 4e 47 0d 0a 3c 26 00 20 30 31 32 33 34 35  .PNG..&lt;&amp;. 012345\n"),
            "{html}"
        );
        let last = format!("000010  {:47}  6789\n", "36 37 38 39");
        assert!(html.contains(&last) && !html.contains("first"), "{html}");
    }

    #[test]
    fn only_the_first_bytes_are_shown() {
        for size in [1_025, 1_026, 1_027, 5_000_000] {
            let html = written(&vec![0; size]);
            assert_eq!(html.matches('\n').count(), 64, "{size}");
            assert!(html.contains("The first 1024 bytes:"), "{size}");
        }
        assert!(!written(&[0; 1_024]).contains("first"));
    }
}
