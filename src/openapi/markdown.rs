//! Markdown of documents into HTML that is safe to show: documents are not trusted.

use pulldown_cmark::{Event, Options, Parser, TagEnd, html};
use std::{collections::HashSet, sync::LazyLock};

/// Only text, lists, tables and links stay; links lead to web pages and mail addresses, and to nothing else.
static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut sanitiser = ammonia::Builder::default();
    sanitiser
        .rm_tags(["img", "map", "area"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    sanitiser
});

/// Renders `CommonMark` with tables and strikethrough, without raw scripts, styles or pictures.
pub(super) fn to_html(markdown: &str) -> String {
    if markdown.is_empty() {
        return String::new();
    }
    let mut unsafe_html = String::with_capacity(markdown.len() * 3 / 2);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    html::push_html(&mut unsafe_html, Parser::new_ext(markdown, options));
    SANITISER.clean(&unsafe_html).to_string().trim_end().to_owned()
}

/// Characters that a search engine shows of a description, and a card of a summary.
const MOST_PLAIN: usize = 160;

/// How a text in Markdown begins, without its marks: for places that hold no markup. Ends with a whole sentence where
/// that leaves enough, else with a whole word and an ellipsis.
pub fn to_plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                text.push(' ');
            }
            _ => {}
        }
        if text.len() > MOST_PLAIN * 8 {
            break;
        }
    }
    shorten(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn shorten(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(MOST_PLAIN) else { return text.to_owned() };
    let begin = &text[..end];
    if let Some(sentence) = begin.rfind(". ").filter(|stop| *stop > end / 3) {
        return begin[..=sentence].to_owned();
    }
    let words = begin.rfind(' ').map_or(begin, |space| &begin[..space]);
    [words.trim_end_matches([',', ';', ':', '.']), "…"].concat()
}
