//! Renders XML and HTML as highlighted source.

use super::super::html::HtmlWriter;
use crate::text;

/// Maximum length of the source that is highlighted, in bytes. The raw view has more.
const MAX_BYTES: usize = 50_000;
/// Constructs that are highlighted as a whole: comments, sections of text, instructions and declarations.
const BLOCKS: [(&str, &str); 4] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];

/// Renders the start of a source.
pub(super) fn render(source: &str) -> String {
    let end = source.floor_char_boundary(MAX_BYTES);
    let mut html = HtmlWriter::default();
    html.raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"").text(text!("preview-source")).raw("\"><code>");
    let mut rest = &source[..end];
    while let Some(start) = rest.find('<') {
        html.text(&rest[..start]);
        rest = write_construct(&mut html, &rest[start..]);
    }
    html.text(rest).raw("</code></pre>");
    if end < source.len() {
        html.raw("<p class=\"note\">").text(text!("preview-source-start")).raw("</p>");
    }
    html.finish()
}

/// Writes the construct at the start of a text, and returns the rest. A `<` that starts none is text.
fn write_construct<'a>(html: &mut HtmlWriter, text: &'a str) -> &'a str {
    if let Some((open, close)) = BLOCKS.iter().find(|(open, _)| text.starts_with(open)) {
        let inner = &text[open.len()..];
        let length = open.len() + inner.find(close).map_or(inner.len(), |position| position + close.len());
        html.raw("<i class=\"c\">").text(&text[..length]).raw("</i>");
        return &text[length..];
    }
    let slash = usize::from(text[1..].starts_with('/'));
    let name_start = 1 + slash;
    if !text[name_start..].starts_with(|c: char| c.is_alphabetic() || c == '_') {
        html.text(&text[..1]);
        return &text[1..];
    }
    let is_name_end = |c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<');
    let name_end = text[name_start..].find(is_name_end).map_or(text.len(), |position| name_start + position);
    html.raw("<i class=\"k\">").text(&text[..name_end]).raw("</i>");
    let rest = write_attributes(html, &text[name_end..]);
    let close = ["/>", ">"].into_iter().find(|close| rest.starts_with(close)).unwrap_or_default();
    html.raw("<i class=\"k\">").text(close).raw("</i>");
    &rest[close.len()..]
}

/// Writes attributes up to the end of the tag, and returns the rest.
fn write_attributes<'a>(html: &mut HtmlWriter, mut rest: &'a str) -> &'a str {
    loop {
        let quote = rest.find(['"', '\'', '>', '<']).unwrap_or(rest.len());
        let names = &rest[..quote];
        let is_value = rest[quote..].starts_with(['"', '\'']);
        let end = if is_value { quote } else { names.strip_suffix('/').unwrap_or(names).len() };
        if end > 0 {
            html.raw("<i class=\"f\">").text(&rest[..end]).raw("</i>");
        }
        if !is_value {
            return &rest[end..];
        }
        let delimiter = &rest[quote..=quote];
        let length = rest[quote + 1..].find(delimiter).map_or(rest.len(), |position| quote + position + 2);
        html.raw("<i class=\"s\">").text(&rest[quote..length]).raw("</i>");
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests {
    use super::render;

    /// Returns the text that a browser shows of the markup.
    fn shown(html: &str) -> String {
        let mut text = String::new();
        for segment in html.split('<') {
            text.push_str(segment.split_once('>').map_or(segment, |(_, text)| text));
        }
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
            .iter()
            .fold(text, |text, (entity, character)| text.replace(entity, character))
    }

    #[test]
    fn every_source_is_shown_unchanged() {
        for source in [
            "<?xml version=\"1.0\"?><a><b x=\"1\" y='<'>two &amp; more</b><c/></a>",
            "<!doctype html><h1 class=a>Hi</h1><script>if (a < b) document.title=\"pwned\"</script>",
            "<!-- <b> --><![CDATA[ <x> ]]><é:ü _a=\"é\"/>",
            "<",
            "<a",
            "<a b",
            "<a b=\"",
            "</",
            "<!--",
            "a < b > c",
            "<a/",
            "<a 'x",
            "< a>",
            "",
            "<a<b>",
        ] {
            assert_eq!(shown(&render(source)), source, "{source}");
        }
    }

    #[test]
    fn tags_attributes_and_comments_are_highlighted() {
        let html = render("<b x=\"1\">t</b><!--c-->");
        for expected in [
            "<i class=\"k\">&lt;b</i><i class=\"f\"> x=</i><i class=\"s\">&quot;1&quot;</i>",
            "<i class=\"k\">&gt;</i>t<i class=\"k\">&lt;/b</i>",
            "<i class=\"c\">&lt;!--c--&gt;</i>",
        ] {
            assert!(html.contains(expected), "{expected} is missing in {html}");
        }
        let long = render(&"<é>".repeat(100_000));
        assert!(long.contains("The start of the source is shown.") && long.len() < 3_000_000, "{}", long.len());
    }
}
