//! Rust: string literals, and calls as rustfmt lays them out.

use super::{
    literal::{is_hidden, quoted},
    text::{Piece, Text},
};

/// The width that rustfmt leaves to arguments and to chains (`fn_call_width`, `chain_width`).
pub(super) const WIDTH: usize = 60;

/// The width of a line (`max_width`).
const LINE: usize = 100;

/// What stands before the name of a call in a chain.
pub(super) const NEXT: &str = "\n        .";

/// An expression, which rustfmt breaks where it is long.
pub(super) enum Expression {
    /// One that it leaves as it is.
    Plain(String),
    /// `format!` with these arguments.
    Format(Vec<String>),
}

/// A call in a chain, on a line of its own.
pub(super) fn call(name: &str, arguments: &[Expression]) -> String {
    let flat = arguments.iter().map(Expression::flat).collect::<Vec<_>>().join(", ");
    let inside = match arguments {
        _ if flat.chars().count() <= WIDTH && !flat.contains('\n') => flat,
        // It stands alone on the next line only where that makes it fit.
        [Expression::Plain(literal)] if !(LINE - 10 - name.len()..LINE - 12).contains(&literal.chars().count()) => {
            literal.clone()
        }
        [format @ Expression::Format(_)] => format.tall(2),
        several => {
            let lines = several.iter().map(|argument| ["            ", &argument.fitted(3), ",\n"].concat());
            ["\n", &lines.collect::<String>(), "        "].concat()
        }
    };
    [NEXT, name, "(", &inside, ")"].concat()
}

impl Expression {
    pub(super) fn flat(&self) -> String {
        match self {
            Self::Plain(code) => code.clone(),
            Self::Format(arguments) => ["format!(", &arguments.join(", "), ")"].concat(),
        }
    }

    fn tall(&self, depth: usize) -> String {
        let indent = "    ".repeat(depth);
        match self {
            Self::Plain(code) => code.clone(),
            Self::Format(arguments) => {
                let lines = arguments.join(&[",\n    ", &indent].concat());
                ["format!(\n    ", &indent, &lines, "\n", &indent, ")"].concat()
            }
        }
    }

    fn fitted(&self, depth: usize) -> String {
        let flat = self.flat();
        if flat.chars().count() <= WIDTH + "format!()".len() { flat } else { self.tall(depth) }
    }
}

/// A variable made by a chain of calls: on one line, where that is short; a single call stays where it is.
pub(super) fn statement(variable: &str, first: &str, calls: &str) -> String {
    let begin = ["    let ", variable, " = "].concat();
    let line = calls.replace(NEXT, ".");
    let is_single = calls.matches(NEXT).count() == 1;
    // Behind a question mark it leaves some room.
    let room = LINE - if line.ends_with('?') { 3 } else { 1 };
    let width = first.chars().count() + line.chars().count();
    let [begin, chain] = match line.contains('\n') {
        false if width <= WIDTH || (is_single && begin.len() + width <= room) => [begin, line],
        false if is_single && 8 + width <= room => [begin.replace("= ", "=\n        "), line],
        true if is_single => [begin, line.replace("\n    ", "\n")],
        _ => [begin, calls.to_owned()],
    };
    [&begin, first, &chain, ";\n"].concat()
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["env::var(\"", name, "\")?"].concat()
}

pub(super) fn expression(text: &Text) -> Expression {
    if let Some(plain) = text.plain() {
        return Expression::Plain(string(plain));
    }
    if let [Piece::Variable(name)] = text.pieces() {
        return Expression::Plain(variable(name));
    }
    let pattern = text.joined(|plain| plain.replace('{', "{{").replace('}', "}}"), |_| "{}".into(), "");
    let mut arguments = vec![string(&pattern)];
    arguments.extend(text.pieces().iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(variable(name)),
        Piece::Plain(_) => None,
    }));
    Expression::Format(arguments)
}

/// A string literal (The Rust Reference, "String literals"): a raw one where that spares escapes.
pub(in crate::snippet) fn string(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.chars().any(is_hidden) {
        return raw(text);
    }
    quoted('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        '\0' => Some("\\0".into()),
        c if is_hidden(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// A raw string literal, between as many marks as none in the text can end.
pub(super) fn raw(text: &str) -> String {
    let mut marks = String::new();
    while text.contains(&['"'.to_string(), marks.clone()].concat()) {
        marks.push('#');
    }
    ["r", &marks, "\"", text, "\"", &marks].concat()
}
