//! Renders the search in a JSON tree. The browser searches in a tree that it shows as a whole, and the server in larger ones.

use super::html::HtmlWriter;
use crate::text;

/// Maximum number of search results.
pub const MAX_MATCHES: usize = 100;

/// Writes the content of the search form.
pub fn write_input(html: &mut HtmlWriter, query: &str) {
    let label = text!("json-search-label");
    html.raw("<input type=\"search\" name=\"q\" required aria-label=\"").text(label);
    html.raw("\" placeholder=\"").text(label).raw("\" value=\"").text(query);
    html.raw("\"><button class=\"quiet\">").text(text!("json-search-find")).raw("</button>");
}

/// Renders the number of places that a search has found.
pub fn write_count(html: &mut HtmlWriter, count: usize, has_more: bool) {
    let found =
        if has_more { text!("json-search-first", count = count) } else { text!("json-search-found", count = count) };
    html.raw("<p class=\"note\">").text(&found).raw("</p>");
}

/// Renders links to the places in the tree that a search has found.
pub fn render_matches(matches: &[String]) -> String {
    let mut html = HtmlWriter::default();
    write_count(&mut html, matches.len(), matches.len() == MAX_MATCHES);
    html.raw("<ol class=\"matches\">");
    for (index, pointer) in matches.iter().enumerate() {
        html.raw("<li><a href=\"#match-")
            .text(&index.to_string())
            .raw("\"><code>")
            .text(pointer)
            .raw("</code></a></li>");
    }
    html.raw("</ol>");
    html.finish()
}

#[cfg(test)]
mod tests {
    use super::render_matches;

    #[test]
    fn results_are_text() {
        let html = render_matches(&["/<b>".into()]);
        assert!(
            html.contains("<a href=\"#match-0\"><code>/&lt;b&gt;</code></a>") && html.contains("1 place found."),
            "{html}"
        );
    }
}
