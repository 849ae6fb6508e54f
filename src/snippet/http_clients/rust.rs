//! Rust: string literals, and calls formatted as by rustfmt.

use super::literal::{is_invisible, quote_string};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};

/// Maximum width of arguments and of chains in rustfmt (`fn_call_width`, `chain_width`).
pub(super) const FN_CALL_WIDTH: usize = 60;

/// Maximum line width (`max_width`).
const MAX_WIDTH: usize = 100;

/// Line break, indentation and dot before the name of a chained call.
pub(super) const CHAIN_BREAK: &str = "\n        .";

/// An expression, which rustfmt breaks into lines if it is long.
pub(super) enum RustExpression {
    /// An expression that rustfmt does not break.
    Verbatim(String),
    /// A `format!` call with these arguments.
    FormatMacro(Vec<String>),
}

/// Renders a chained call on a line of its own.
pub(super) fn render_chained_call(name: &str, arguments: &[RustExpression]) -> String {
    let flat = arguments.iter().map(RustExpression::to_single_line).collect::<Vec<_>>().join(", ");
    let arguments_code = match arguments {
        _ if flat.chars().count() <= FN_CALL_WIDTH && !flat.contains('\n') => flat,
        // rustfmt moves a lone literal to the next line only if it fits there.
        [RustExpression::Verbatim(literal)]
            if !(MAX_WIDTH - 10 - name.len()..MAX_WIDTH - 12).contains(&literal.chars().count()) =>
        {
            literal.clone()
        }
        [format @ RustExpression::FormatMacro(_)] => format.to_multiline(2),
        several => {
            let lines = several.iter().map(|argument| format!("            {},\n", argument.fit_width(3)));
            format!("\n{}        ", lines.collect::<String>())
        }
    };
    format!("{CHAIN_BREAK}{name}({arguments_code})")
}

impl RustExpression {
    pub(super) fn to_single_line(&self) -> String {
        match self {
            Self::Verbatim(code) => code.clone(),
            Self::FormatMacro(arguments) => format!("format!({})", arguments.join(", ")),
        }
    }

    fn to_multiline(&self, depth: usize) -> String {
        let indent = "    ".repeat(depth);
        match self {
            Self::Verbatim(code) => code.clone(),
            Self::FormatMacro(arguments) => {
                let lines = arguments.join(&format!(",\n    {indent}"));
                format!("format!(\n    {indent}{lines}\n{indent})")
            }
        }
    }

    fn fit_width(&self, depth: usize) -> String {
        let flat = self.to_single_line();
        if flat.chars().count() <= FN_CALL_WIDTH + "format!()".len() { flat } else { self.to_multiline(depth) }
    }
}

/// Renders a variable that is initialized by a chain of calls. A short chain is on one line; a single call stays
/// with its receiver.
pub(super) fn render_let_statement(variable: &str, receiver: &str, calls: &str) -> String {
    let binding = format!("    let {variable} = ");
    let line = calls.replace(CHAIN_BREAK, ".");
    let is_single = calls.matches(CHAIN_BREAK).count() == 1;
    // rustfmt reserves two more columns after `?`.
    let available_width = MAX_WIDTH - if line.ends_with('?') { 3 } else { 1 };
    let width = receiver.chars().count() + line.chars().count();
    let [binding, chain] = match line.contains('\n') {
        false if width <= FN_CALL_WIDTH || (is_single && binding.len() + width <= available_width) => [binding, line],
        false if is_single && 8 + width <= available_width => [binding.replace("= ", "=\n        "), line],
        true if is_single => [binding, line.replace("\n    ", "\n")],
        _ => [binding, calls.to_owned()],
    };
    format!("{binding}{receiver}{chain};\n")
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("env::var(\"{name}\")?")
}

pub(super) fn text_expression(text: &TextTemplate) -> RustExpression {
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
