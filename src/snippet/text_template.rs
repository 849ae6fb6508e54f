//! Text with variables in place of credentials and of masked secrets of responses.

use crate::model::placeholder::{Placeholder, find_first};
#[cfg(feature = "ssr")]
use percent_encoding::percent_decode_str;
#[cfg(feature = "ssr")]
use serde_json::Value;

/// A text as a sequence of fragments, in which no two literals are adjacent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TextTemplate(Vec<TemplateFragment>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TemplateFragment {
    /// Literal text.
    Literal(String),
    /// The environment variable with this name.
    Variable(String),
}

impl TextTemplate {
    /// Creates a text that consists of the value of an environment variable.
    pub(super) fn from_variable(name: &str) -> Self {
        Self(vec![TemplateFragment::Variable(name.to_owned())])
    }

    /// Parses a URL, in which placeholders are percent-encoded.
    #[cfg(feature = "ssr")]
    pub(super) fn from_url(url: &str) -> Self {
        const ENCODED_PREFIX: &str = "%7B%7Bresponse%20";
        const ENCODED_SUFFIX: &str = "%7D%7D";
        let (mut text, mut rest) = (Self::default(), url);
        while let Some(start) = rest.find(ENCODED_PREFIX) {
            let Some(end) = rest[start..].find(ENCODED_SUFFIX).map(|end| start + end + ENCODED_SUFFIX.len()) else {
                break;
            };
            let decoded = percent_decode_str(&rest[start..end]).decode_utf8_lossy().into_owned();
            let Some(placeholder) = Placeholder::parse(&decoded) else { break };
            text =
                text.chain(Self::from_literal(&rest[..start])).chain(Self::from_variable(&variable_name(&placeholder)));
            rest = &rest[end..];
        }
        text.chain(Self::from_literal(rest))
    }

    /// Creates a text without variables. Placeholders in it are literal.
    pub(super) fn from_literal(text: &str) -> Self {
        Self(if text.is_empty() { Vec::new() } else { vec![TemplateFragment::Literal(text.to_owned())] })
    }

    /// Returns true if all literal characters are ASCII.
    #[cfg(feature = "ssr")]
    pub(super) fn has_only_ascii_literals(&self) -> bool {
        self.0.iter().all(|fragment| match fragment {
            TemplateFragment::Literal(text) => text.is_ascii(),
            TemplateFragment::Variable(_) => true,
        })
    }

    /// Returns this text followed by another.
    pub(super) fn chain(mut self, other: Self) -> Self {
        for piece in other.0 {
            match (self.0.last_mut(), piece) {
                (Some(TemplateFragment::Literal(before)), TemplateFragment::Literal(text)) => before.push_str(&text),
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// Returns the text if it has no variables.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [TemplateFragment::Literal(text)] => Some(text),
            _ => None,
        }
    }

    pub(super) fn fragments(&self) -> &[TemplateFragment] {
        &self.0
    }

    /// Returns true if a literal fragment contains the character.
    #[cfg(feature = "ssr")]
    pub(super) fn contains_char(&self, c: char) -> bool {
        self.0.iter().any(|piece| matches!(piece, TemplateFragment::Literal(text) if text.contains(c)))
    }

    /// Applies a function to each literal fragment.
    #[cfg(feature = "ssr")]
    pub(super) fn map_literals(&self, transform: impl Fn(&str) -> String) -> Self {
        Self(
            self.0
                .iter()
                .map(|piece| match piece {
                    TemplateFragment::Literal(text) => TemplateFragment::Literal(transform(text)),
                    TemplateFragment::Variable(name) => TemplateFragment::Variable(name.clone()),
                })
                .collect(),
        )
    }

    /// Renders the text as an expression of a language. The functions render literals and variables, and `separator`
    /// joins them.
    pub(super) fn render(
        &self,
        render_literal: impl Fn(&str) -> String,
        render_variable: impl Fn(&str) -> String,
        separator: &str,
    ) -> String {
        if self.0.is_empty() {
            return render_literal("");
        }
        let pieces = self.0.iter().map(|piece| match piece {
            TemplateFragment::Literal(text) => render_literal(text),
            TemplateFragment::Variable(name) => render_variable(name),
        });
        pieces.collect::<Vec<_>>().join(separator)
    }
}

/// Parses a text as the user entered it. Placeholders become variables.
impl From<&str> for TextTemplate {
    fn from(text: &str) -> Self {
        let (mut template, mut rest) = (Self::default(), text);
        while let Some((range, placeholder)) = find_first(rest) {
            template = template
                .chain(Self::from_literal(&rest[..range.start]))
                .chain(Self::from_variable(&variable_name(&placeholder)));
            rest = &rest[range.end..];
        }
        template.chain(Self::from_literal(rest))
    }
}

/// Appends the variables of the masked values in an argument, without duplicates.
#[cfg(feature = "ssr")]
pub(super) fn collect_masked_variables(value: &Value, variables: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for piece in TextTemplate::from(text.as_str()).0 {
                if let TemplateFragment::Variable(name) = piece
                    && !variables.contains(&name)
                {
                    variables.push(name);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_masked_variables(item, variables)),
        Value::Object(fields) => fields.values().for_each(|field| collect_masked_variables(field, variables)),
        _ => {}
    }
}

/// Returns the name of a placeholder's variable: `{{response 12.session_token}}` → `RESPONSE_12_SESSION_TOKEN`.
fn variable_name(placeholder: &Placeholder) -> String {
    let label = placeholder.label.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
    ["RESPONSE_", &placeholder.response_number.to_string(), "_", label.trim_matches('_')].concat()
}

#[cfg(test)]
mod tests {
    use super::TextTemplate;

    fn render_shell(text: &TextTemplate) -> String {
        text.render(|plain| format!("'{plain}'"), |name| format!("${name}"), " ")
    }

    #[test]
    fn placeholders_become_variables_in_texts_and_in_urls() {
        for (text, expected) in [
            ("", "''"),
            ("plain", "'plain'"),
            ("{{response 12.session_token}}", "$RESPONSE_12_SESSION_TOKEN"),
            ("a {{response 1.user.token}}{{response 2.#3}} b", "'a ' $RESPONSE_1_USER_TOKEN $RESPONSE_2_3 ' b'"),
            ("{{response x}}", "'{{response x}}'"),
        ] {
            assert_eq!(render_shell(&TextTemplate::from(text)), expected);
        }
        let url = "https://a.example/?token=%7B%7Bresponse%201.a%7D%7D&b=%7B%7D";
        assert_eq!(render_shell(&TextTemplate::from_url(url)), "'https://a.example/?token=' $RESPONSE_1_A '&b=%7B%7D'");
        assert_eq!(render_shell(&TextTemplate::from("a").chain(TextTemplate::from("b"))), "'ab'");
    }
}
