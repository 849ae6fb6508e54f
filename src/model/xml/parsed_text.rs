//! Reads XML that is written as text.

use crate::{model::media_type::is_utf8_label, text};
use roxmltree::{Document, ParsingOptions};

/// Maximum number of nodes of a document that is read.
const MAX_NODES: u32 = 1_000_000;

/// Returns the texts of the elements and the attributes of an XML document.
///
/// # Errors
/// Returns an error if the text is not well-formed, or declares an encoding that it does not have. The error is a
/// sentence.
pub(crate) fn parse_texts(text: &str) -> Result<Vec<String>, String> {
    if let Some(encoding) = declared_encoding(text).filter(|encoding| !is_utf8_label(encoding)) {
        return Err(text!("xml-encoding", encoding = encoding));
    }
    // Entities of a document type are expanded within bounds, and nothing is fetched.
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| text!("xml-syntax", reason = error))?;
    let mut texts = Vec::new();
    for node in document.descendants() {
        texts.extend(node.attributes().map(|attribute| attribute.value().to_owned()));
        texts.extend(node.text().filter(|_| node.is_text()).map(str::to_owned));
    }
    Ok(texts)
}

/// Returns the encoding that the declaration of a document names.
fn declared_encoding(text: &str) -> Option<&str> {
    let (declaration, _) = text.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::parse_texts;

    #[test]
    fn only_well_formed_xml_in_utf_8_is_read() {
        let text = "<?xml version='1.0' encoding='utf-8'?>\n<!DOCTYPE a [<!ENTITY e 'x'>]><a b='1&amp;2'>é<c/>&e;<![CDATA[<]]></a>";
        assert_eq!(parse_texts(text), Ok(["1&2", "é", "x<"].map(str::to_owned).into()));
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a b='1' b='2'/>",
            "<p:a/>",
            "<a>&nbsp;</a>",
            "<a b=1/>",
            "<a>\u{1}</a>",
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>",
            "<!DOCTYPE a [<!ENTITY x '&y;&y;'><!ENTITY y '&x;'>]><a>&x;</a>",
        ] {
            assert!(parse_texts(text).is_err(), "{text}");
        }
    }
}
