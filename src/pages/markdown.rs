//! Converts the HTML of descriptions back to Markdown.

/// Converts sanitized HTML to Markdown. Elements without a counterpart in Markdown leave their text.
pub(super) fn html_to_markdown(html: &str) -> String {
    let mut writer = MarkdownWriter::default();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        writer.text(text);
        let Some((tag, after)) = after.split_once('>') else { break };
        writer.tag(tag);
        rest = after;
    }
    writer.text(rest);
    let lines: Vec<&str> = writer.markdown.lines().map(str::trim_end).collect();
    let mut markdown = lines.join("\n");
    while markdown.contains("\n\n\n") {
        markdown = markdown.replace("\n\n\n", "\n\n");
    }
    markdown.trim().to_owned()
}

#[derive(Default)]
struct MarkdownWriter {
    markdown: String,
    /// Targets of the links that are open.
    links: Vec<String>,
    is_preformatted: bool,
}

impl MarkdownWriter {
    fn text(&mut self, text: &str) {
        let text = unescape(text);
        if self.is_preformatted {
            self.markdown.push_str(&text);
        } else {
            self.markdown.push_str(&text.replace('\n', " "));
        }
    }

    /// Writes the counterpart of a start or end tag, given without its angle brackets.
    fn tag(&mut self, tag: &str) {
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        let is_end = tag.starts_with('/');
        let mark = match name {
            "strong" | "b" => "**",
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if is_end => "**\n\n",
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "\n\n**",
            "em" | "i" => "*",
            "code" if !self.is_preformatted => "`",
            "pre" => {
                self.is_preformatted = !is_end;
                if is_end { "\n```\n\n" } else { "\n\n```\n" }
            }
            "li" if !is_end => "\n- ",
            "br" => "\n",
            "tr" if is_end => "\n",
            "td" | "th" if is_end => " | ",
            "p" | "ul" | "ol" | "table" | "blockquote" => "\n\n",
            "a" => return self.link(tag, is_end),
            _ => "",
        };
        self.markdown.push_str(mark);
    }

    fn link(&mut self, tag: &str, is_end: bool) {
        if !is_end {
            let target = tag.split_once("href=\"").and_then(|(_, rest)| rest.split_once('"'));
            self.links.push(target.map(|(target, _)| unescape(target)).unwrap_or_default());
            self.markdown.push('[');
        } else if let Some(target) = self.links.pop() {
            self.markdown.push_str("](");
            self.markdown.push_str(&target);
            self.markdown.push(')');
        }
    }
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ");
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::html_to_markdown;

    #[test]
    fn html_becomes_markdown() {
        for (html, expected) in [
            (
                "<p>The <code>id</code> of a <strong>user</strong> &amp; <em>more</em>.</p>",
                "The `id` of a **user** & *more*.",
            ),
            ("<p>One</p>\n<p>Two<br>lines</p>", "One\n\nTwo\nlines"),
            (
                "<ul>\n<li>a</li>\n<li><a href=\"https://a.example/?b&amp;c\" rel=\"x\">b</a></li>\n</ul>",
                "- a\n- [b](https://a.example/?b&c)",
            ),
            ("<pre><code class=\"x\">let a = 1 &lt; 2;\n  b</code></pre>", "```\nlet a = 1 < 2;\n  b\n```"),
            ("<h2>Title</h2><p>Text</p>", "**Title**\n\nText"),
            ("<blink>kept</blink> <", "kept <"),
            ("", ""),
        ] {
            let markdown = html_to_markdown(html);
            let compact = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(compact(&markdown), compact(expected), "{markdown:?}");
            assert_eq!(markdown.matches('\n').count(), expected.matches('\n').count(), "{markdown:?}");
        }
    }
}
