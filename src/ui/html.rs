//! Writes HTML text; everything that is not markup of ours is escaped.

/// HTML under construction.
#[derive(Debug, Default)]
pub struct HtmlWriter(String);

impl HtmlWriter {
    /// Markup of ours, as it stands. Never anything from outside.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Markup that a sanitiser has let through, like a document's descriptions.
    pub fn sanitised(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text or an attribute's value, escaped for both.
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

    /// The finished text.
    pub fn finish(self) -> String {
        self.0
    }
}
