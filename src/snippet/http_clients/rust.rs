//! Rust: string literals, and calls formatted as by rustfmt.

use super::literal::{is_invisible, quote_string};
use crate::snippet::{
    document::{self, Document},
    text_template::{TemplateFragment, TextTemplate},
};

/// Maximum width of arguments and of chains in rustfmt (`fn_call_width`, `chain_width`).
pub(in crate::snippet) const FN_CALL_WIDTH: usize = 60;

/// Maximum line width (`max_width`).
pub(in crate::snippet) const MAX_WIDTH: usize = 100;

/// Indentation per level, in spaces.
pub(in crate::snippet) const INDENT: usize = 4;

/// An expression, which rustfmt breaks into lines if it is long.
pub(in crate::snippet) enum RustExpression {
    /// An expression that rustfmt does not break.
    Verbatim(String),
    /// A `format!` call with these arguments.
    FormatMacro(Vec<String>),
}

/// A call, without the expression on which it is called.
pub(super) struct RustCall {
    name: String,
    arguments: Vec<RustExpression>,
}

impl RustExpression {
    pub(in crate::snippet) fn to_single_line(&self) -> String {
        match self {
            Self::Verbatim(code) => code.clone(),
            Self::FormatMacro(arguments) => format!("format!({})", arguments.join(", ")),
        }
    }

    fn to_document(&self) -> Document {
        match self {
            Self::Verbatim(code) => code.as_str().into(),
            Self::FormatMacro(arguments) => {
                ["format!(".into(), macro_arguments(arguments).group_within(FN_CALL_WIDTH), ")".into()].into()
            }
        }
    }
}

/// Returns the arguments of a macro, on one line or one per line.
pub(in crate::snippet) fn macro_arguments(arguments: &[String]) -> Document {
    document::items(arguments.iter().map(|argument| argument.as_str().into()), INDENT, "", "")
}

impl RustCall {
    pub(super) fn new(name: impl Into<String>, arguments: impl IntoIterator<Item = RustExpression>) -> Self {
        Self { name: name.into(), arguments: arguments.into_iter().collect() }
    }

    /// Renders the call as a link of a chain, on a line of its own.
    pub(super) fn render_in_chain(&self) -> String {
        let link = Document::from([".".into(), self.to_document()]);
        format!("\n        {}", link.render(MAX_WIDTH, 2 * INDENT))
    }

    /// Renders the call as a statement.
    pub(super) fn render_statement(&self) -> String {
        format!("    {};\n", self.to_document().render(MAX_WIDTH, INDENT))
    }

    fn to_single_line(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(RustExpression::to_single_line).collect();
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// Returns true if rustfmt breaks the call into lines even if it fits on one.
    fn is_wide(&self) -> bool {
        let width = self.to_single_line().chars().count() - self.name.len() - "()".len();
        width > FN_CALL_WIDTH && !matches!(self.arguments.as_slice(), [RustExpression::Verbatim(_)])
    }

    fn to_document(&self) -> Document {
        match self.arguments.as_slice() {
            // rustfmt moves a lone literal to the next line only if it fits there.
            [RustExpression::Verbatim(_)] => {
                Document::Alternatives(vec![self.to_single_line().into(), self.to_broken_document()])
            }
            _ if self.is_wide() => self.to_broken_document(),
            _ => self.to_single_line().into(),
        }
    }

    fn to_broken_document(&self) -> Document {
        let arguments = match self.arguments.as_slice() {
            // The only argument, if it is a macro, begins on the line of the call.
            [RustExpression::FormatMacro(arguments)] => {
                ["format!(".into(), macro_arguments(arguments), ")".into()].into()
            }
            arguments => document::items(arguments.iter().map(RustExpression::to_document), INDENT, "", ","),
        };
        [format!("{}(", self.name).into(), Document::BrokenGroup(arguments.into()), ")".into()].into()
    }
}

/// Renders a variable that is initialized by a chain of calls, whose last is followed by `suffix`. A short chain is on
/// one line; a single call stays with its receiver.
pub(super) fn render_let_statement(variable: &str, receiver: &RustCall, calls: &[RustCall], suffix: &str) -> String {
    let start = format!("let {variable} =");
    let chain = [receiver].into_iter().chain(calls).map(RustCall::to_single_line).collect::<Vec<_>>().join(".");
    let width = chain.chars().count() + suffix.len();
    // rustfmt reserves two more columns after `?`.
    let available_width = MAX_WIDTH - ";".len() - if suffix.is_empty() { 0 } else { 2 };
    let next_line = |value| Document::from([Document::HardLine, value]).nest(INDENT);
    let value: Document = match calls {
        [call] if call.is_wide() => [" ".into(), receiver.to_document(), ".".into(), call.to_document()].into(),
        _ if width <= FN_CALL_WIDTH => format!(" {chain}").into(),
        [_] if INDENT + start.len() + 1 + width <= available_width => format!(" {chain}").into(),
        [_] if 2 * INDENT + width <= available_width => next_line(chain.into()),
        calls => {
            let links = calls.iter().flat_map(|call| [Document::HardLine, ".".into(), call.to_document()]);
            let links = Document::Sequence(links.collect());
            let line = Document::from([receiver.to_single_line().into(), links.clone().nest(INDENT)]);
            // After a receiver of several lines, the calls are not indented.
            let broken = Document::from([" ".into(), receiver.to_broken_document(), links]);
            match receiver.arguments.as_slice() {
                _ if receiver.is_wide() => broken,
                [RustExpression::Verbatim(_)] => {
                    Document::Alternatives(vec![[" ".into(), line.clone()].into(), broken, next_line(line)])
                }
                _ => [" ".into(), line].into(),
            }
        }
    };
    let statement = Document::from([start.into(), value, suffix.into(), ";".into()]);
    format!("    {}\n", statement.render(MAX_WIDTH, INDENT))
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("env::var(\"{name}\")?")
}

pub(in crate::snippet) fn text_expression(text: &TextTemplate) -> RustExpression {
    if let Some(plain) = text.as_literal() {
        return RustExpression::Verbatim(string_literal(plain));
    }
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return RustExpression::Verbatim(env_var(name));
    }
    let format_string = text.render(|plain| plain.replace('{', "{{").replace('}', "}}"), |_| "{}".into(), "");
    let mut arguments = vec![string_literal(&format_string)];
    arguments.extend(text.fragments().iter().filter_map(|piece| match piece {
        TemplateFragment::Variable(name) => Some(env_var(name)),
        TemplateFragment::Literal(_) => None,
    }));
    RustExpression::FormatMacro(arguments)
}

/// Renders a string literal (The Rust Reference, "String literals"), as a raw string if that avoids escapes.
pub(in crate::snippet) fn string_literal(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.chars().any(is_invisible) {
        return raw_string_literal(text);
    }
    quote_string('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        '\0' => Some("\\0".into()),
        c if is_invisible(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// Renders a raw string literal, with enough `#` that the text cannot end it.
pub(super) fn raw_string_literal(text: &str) -> String {
    let mut hashes = String::new();
    while text.contains(&format!("{}{}", '"', hashes.clone())) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::{RustCall, RustExpression, render_let_statement};

    #[test]
    fn a_variable_is_laid_out_as_by_rustfmt() {
        let call = |name, length| {
            let literal = format!("\"{}\"", "x".repeat(length));
            RustCall::new(name, [RustExpression::Verbatim(literal)])
        };
        let statement = |length| render_let_statement("part", &call("Part::text", length), &[call("mime_str", 3)], "?");
        for (length, expected) in [
            (50, "    let part = Part::text(\"{x}\").mime_str(\"xxx\")?;\n"),
            (55, "    let part =\n        Part::text(\"{x}\").mime_str(\"xxx\")?;\n"),
            (66, "    let part = Part::text(\"{x}\")\n        .mime_str(\"xxx\")?;\n"),
            (75, "    let part =\n        Part::text(\"{x}\")\n            .mime_str(\"xxx\")?;\n"),
            (80, "    let part = Part::text(\n        \"{x}\",\n    )\n    .mime_str(\"xxx\")?;\n"),
            (99, "    let part = Part::text(\"{x}\")\n        .mime_str(\"xxx\")?;\n"),
        ] {
            assert_eq!(statement(length), expected.replace("{x}", &"x".repeat(length)), "{length}");
        }
        let form =
            render_let_statement("form", &RustCall::new("Form::new", []), &[call("text", 87), call("text", 3)], "");
        let expected = "    let form = Form::new()\n        .text(\"{x}\")\n        .text(\"xxx\");\n";
        assert_eq!(form, expected.replace("{x}", &"x".repeat(87)));
    }
}
