//! Writes HTML text. Everything except markup of this program is escaped.

/// Builds HTML text.
#[derive(Debug, Default)]
pub struct HtmlWriter(String);

impl HtmlWriter {
    /// Appends constant markup of this program. Never use it for external text.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Appends markup that was sanitized before, like the descriptions of a document.
    pub fn sanitized(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Appends text or an attribute's value, escaped for both.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Returns the size of the text so far, in bytes.
    #[cfg(feature = "ssr")]
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Appends an icon, by the name of its symbol in [`super::icon`]. It stands beside a text, so assistive technology
    /// ignores it.
    pub fn icon(&mut self, name: &'static str) -> &mut Self {
        self.raw("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#icon-").raw(name).raw("\"/></svg>")
    }

    /// Returns the HTML text.
    pub fn finish(self) -> String {
        self.0
    }
}
