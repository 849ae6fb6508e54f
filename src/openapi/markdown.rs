//! Renders Markdown as HTML that is safe to show, because documents are not trusted.

use moka::sync::Cache;
use pulldown_cmark::{Event, Options, Parser, TagEnd, html};
use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

/// Maximum size of the cached HTML with its Markdown, in bytes.
const MAX_CACHED_BYTES: u64 = 8_000_000;

/// HTML that was rendered lately, by its Markdown. The operations of a document have many texts in common.
static RECENT_HTML: LazyLock<Cache<String, Arc<str>>> = LazyLock::new(|| {
    let weight = |markdown: &String, html: &Arc<str>| u32::try_from(markdown.len() + html.len()).unwrap_or(u32::MAX);
    Cache::builder().max_capacity(MAX_CACHED_BYTES).weigher(weight).build()
});

/// Allows text, lists, tables and links. Links lead only to web pages and email addresses.
static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut sanitizer = ammonia::Builder::default();
    sanitizer
        .rm_tags(["img", "map", "area"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    sanitizer
});

/// Maximum nesting depth of markup. The time to sanitize grows with the depth, and real texts nest far less.
const MAX_NESTING_DEPTH: usize = 100;
/// Maximum number of `<` and `&` in a text, which limits tags and entities for the same reason.
const MAX_TAGS_AND_ENTITIES: usize = 20_000;

fn parse(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// Renders `CommonMark` with tables and strikethrough, without scripts, styles and images. Markup that exceeds the
/// limits is shown as plain text.
pub(super) fn to_html(markdown: &str) -> String {
    if markdown.is_empty() {
        return String::new();
    }
    if let Some(html) = RECENT_HTML.get(markdown) {
        return html.to_string();
    }
    let html = render_html(markdown);
    RECENT_HTML.insert(markdown.to_owned(), html.as_str().into());
    html
}

fn render_html(markdown: &str) -> String {
    if is_too_complex(markdown) {
        return format!("<p>{}</p>", ammonia::clean_text(markdown));
    }
    let mut unsafe_html = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut unsafe_html, parse(markdown));
    SANITIZER.clean(&unsafe_html).to_string().trim_end().to_owned()
}

/// Returns true if Markdown, or HTML within it, exceeds the limits.
///
/// HTML depth is the number of opening tags minus the number of closing tags. Void elements such as `<br>` do not
/// count, because they open nothing.
fn is_too_complex(markdown: &str) -> bool {
    const VOID_ELEMENTS: [&str; 5] = ["br", "hr", "img", "input", "!"];
    if markdown.bytes().filter(|byte| matches!(byte, b'&' | b'<')).count() > MAX_TAGS_AND_ENTITIES {
        return true;
    }
    let (mut depth, mut html_depth) = (0_usize, 0_usize);
    parse(markdown).any(|event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Html(html) | Event::InlineHtml(html) => {
                for tag in html.split('<').skip(1) {
                    if tag.starts_with('/') {
                        html_depth = html_depth.saturating_sub(1);
                    } else if !VOID_ELEMENTS.iter().any(|name| tag.starts_with(name)) {
                        html_depth += 1;
                    }
                }
            }
            _ => {}
        }
        depth.max(html_depth) > MAX_NESTING_DEPTH
    })
}

/// Maximum length of a plain text, in characters: as much as search engines show of a description.
const MAX_PLAIN_TEXT_CHARS: usize = 160;

/// Returns the beginning of a Markdown text without markup. It ends with a whole sentence if that is long enough, and
/// with a whole word and an ellipsis otherwise.
pub fn to_plain_text(markdown: &str) -> String {
    shorten_to_sentence(&remove_markup(markdown))
}

/// Minimum length of a text that is folded, in characters: more than two lines.
const MIN_FOLDED_CHARS: usize = 220;

/// Returns the beginning of a Markdown text without markup, if the text is long enough to be folded.
pub(super) fn beginning_of_long_text(markdown: &str) -> Option<String> {
    // Most texts are shorter even with their markup.
    if markdown.len() <= MIN_FOLDED_CHARS {
        return None;
    }
    let text = remove_markup(markdown);
    text.chars().nth(MIN_FOLDED_CHARS).map(|_| shorten_to_sentence(&text))
}

/// Returns a Markdown text without markup, in one line. Of a long text, it is only the beginning.
fn remove_markup(markdown: &str) -> String {
    let mut text = String::new();
    for event in parse(markdown) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => {
                text.push(' ');
            }
            _ => {}
        }
        if text.len() > MAX_PLAIN_TEXT_CHARS * 8 {
            break;
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shorten_to_sentence(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(MAX_PLAIN_TEXT_CHARS) else { return text.to_owned() };
    let beginning = &text[..end];
    if let Some(sentence) = beginning.rfind(". ").filter(|stop| *stop > end / 3) {
        return beginning[..=sentence].to_owned();
    }
    let whole_words = beginning.rfind(' ').map_or(beginning, |space| &beginning[..space]);
    format!("{}…", whole_words.trim_end_matches([',', ';', ':', '.']))
}
