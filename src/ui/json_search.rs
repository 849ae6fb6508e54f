//! Renders the search in a JSON tree. The browser searches in a tree that it shows as a whole, and the server in larger ones.

use super::html::HtmlWriter;

/// Maximum number of search results.
pub const MAX_MATCHES: usize = 100;

/// Writes the content of the search form.
pub fn write_input(html: &mut HtmlWriter, query: &str) {
    html.raw("<input type=\"search\" name=\"q\" required aria-label=\"Find in the response\" placeholder=\"Find in the response\" value=\"");
    html.text(query).raw("\"><button class=\"quiet\">Find</button>");
}

/// Renders the number of places that a search has found.
pub fn write_count(html: &mut HtmlWriter, count: usize, has_more: bool) {
    html.raw("<p class=\"note\">");
    if has_more {
        html.raw("The first ");
    }
    match count {
        0 => html.raw("Nothing found."),
        1 => html.raw("1 place found."),
        _ => html.text(&count.to_string()).raw(if has_more { " places are shown." } else { " places found." }),
    };
    html.raw("</p>");
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
