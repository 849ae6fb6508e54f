//! Text with variables in it: credentials, and secrets of replies that nobody sees.

use crate::model::placeholder::{Handle, find};
#[cfg(feature = "ssr")]
use percent_encoding::percent_decode_str;
#[cfg(feature = "ssr")]
use serde_json::Value;

/// What a text is made of, piece by piece; no two plain pieces stand side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Characters as they are.
    Plain(String),
    /// The environment variable of this name.
    Variable(String),
}

impl Text {
    /// What an environment variable holds.
    pub(super) fn variable(name: &str) -> Self {
        Self(vec![Piece::Variable(name.to_owned())])
    }

    /// A URL, in which handles are percent-encoded.
    #[cfg(feature = "ssr")]
    pub(super) fn in_url(url: &str) -> Self {
        const BEGIN: &str = "%7B%7Breply%20";
        const END: &str = "%7D%7D";
        let (mut text, mut rest) = (Self::default(), url);
        while let Some(start) = rest.find(BEGIN) {
            let Some(end) = rest[start..].find(END).map(|end| start + end + END.len()) else { break };
            let decoded = percent_decode_str(&rest[start..end]).decode_utf8_lossy().into_owned();
            let Some(handle) = Handle::whole(&decoded) else { break };
            text = text.then(Self::literal(&rest[..start])).then(Self::variable(&name_of(&handle)));
            rest = &rest[end..];
        }
        text.then(Self::literal(rest))
    }

    /// A text in which nothing means anything.
    pub(super) fn literal(text: &str) -> Self {
        Self(if text.is_empty() { Vec::new() } else { vec![Piece::Plain(text.to_owned())] })
    }

    /// This text, and another behind it.
    pub(super) fn then(mut self, other: Self) -> Self {
        for piece in other.0 {
            match (self.0.last_mut(), piece) {
                (Some(Piece::Plain(before)), Piece::Plain(text)) => before.push_str(&text),
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// The text, where it has no variables.
    pub(super) fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Plain(text)] => Some(text),
            _ => None,
        }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether a character stands in it.
    #[cfg(feature = "ssr")]
    pub(super) fn has(&self, c: char) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Plain(text) if text.contains(c)))
    }

    /// The text with something else in place of each plain piece.
    #[cfg(feature = "ssr")]
    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self(
            self.0
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(text) => Piece::Plain(change(text)),
                    Piece::Variable(name) => Piece::Variable(name.clone()),
                })
                .collect(),
        )
    }

    /// The text as an expression of a language: plain pieces and variables, each written by a function, joined by an operator.
    pub(super) fn joined(
        &self,
        plain: impl Fn(&str) -> String,
        variable: impl Fn(&str) -> String,
        operator: &str,
    ) -> String {
        if self.0.is_empty() {
            return plain("");
        }
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Plain(text) => plain(text),
            Piece::Variable(name) => variable(name),
        });
        pieces.collect::<Vec<_>>().join(operator)
    }
}

/// A text as somebody typed it: the handles in it are variables.
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let (mut found, mut rest) = (Self::default(), text);
        while let Some((at, handle)) = find(rest) {
            found = found.then(Self::literal(&rest[..at.start])).then(Self::variable(&name_of(&handle)));
            rest = &rest[at.end..];
        }
        found.then(Self::literal(rest))
    }
}

/// The variables of the masked values in an argument, each once, behind those that are known.
#[cfg(feature = "ssr")]
pub(super) fn masked(value: &Value, known: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for piece in Text::from(text.as_str()).0 {
                if let Piece::Variable(name) = piece
                    && !known.contains(&name)
                {
                    known.push(name);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| masked(item, known)),
        Value::Object(fields) => fields.values().for_each(|field| masked(field, known)),
        _ => {}
    }
}

/// `{{reply 12 · session_token}}` → `REPLY_12_SESSION_TOKEN`
fn name_of(handle: &Handle) -> String {
    let label = handle.label.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
    ["REPLY_", &handle.reply.to_string(), "_", label.trim_matches('_')].concat()
}

#[cfg(test)]
mod tests {
    use super::Text;

    fn written(text: &Text) -> String {
        text.joined(|plain| format!("'{plain}'"), |name| format!("${name}"), " ")
    }

    #[test]
    fn handles_become_variables_in_texts_and_in_urls() {
        for (text, expected) in [
            ("", "''"),
            ("plain", "'plain'"),
            ("{{reply 12 · session_token}}", "$REPLY_12_SESSION_TOKEN"),
            ("a {{reply 1 · user.token}}{{reply 2 · #3}} b", "'a ' $REPLY_1_USER_TOKEN $REPLY_2_3 ' b'"),
            ("{{reply x}}", "'{{reply x}}'"),
        ] {
            assert_eq!(written(&Text::from(text)), expected);
        }
        let url = "https://a.example/?token=%7B%7Breply%201%20%C2%B7%20a%7D%7D&b=%7B%7D";
        assert_eq!(written(&Text::in_url(url)), "'https://a.example/?token=' $REPLY_1_A '&b=%7B%7D'");
        assert_eq!(written(&Text::from("a").then(Text::from("b"))), "'ab'");
    }
}
