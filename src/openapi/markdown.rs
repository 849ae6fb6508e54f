//! Markdown of documents into HTML that is safe to show: documents are not trusted.

use pulldown_cmark::{Options, Parser, html};
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
