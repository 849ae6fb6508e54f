//! Layout of Java expressions, with line breaks as in google-java-format.

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 100;

/// An expression with the positions at which it may be broken.
#[derive(Clone, Debug)]
pub(in crate::snippet) enum JavaExpression {
    /// An expression that is never broken.
    Atom(String),
    /// A call: `name(arguments)`.
    Call(String, Vec<JavaExpression>),
    /// A concatenation: `a + b`.
    Concatenation(Vec<JavaExpression>),
    /// A receiver, and the chained calls: their names and arguments.
    MethodChain(Box<JavaExpression>, Vec<(&'static str, Vec<JavaExpression>)>),
    /// A text block, line by line.
    TextBlock(Vec<String>),
}

use JavaExpression::{Atom, Call, Concatenation, MethodChain, TextBlock};

impl JavaExpression {
    pub(in crate::snippet) fn atom(text: impl Into<String>) -> Self {
        Atom(text.into())
    }

    pub(in crate::snippet) fn call(name: impl Into<String>, arguments: impl Into<Vec<Self>>) -> Self {
        Call(name.into(), arguments.into())
    }

    /// Returns the expression on one line, or `None` if it contains a text block.
    fn to_single_line(&self) -> Option<String> {
        let join_single_line = |items: &[Self], between: &str| -> Option<String> {
            Some(items.iter().map(Self::to_single_line).collect::<Option<Vec<_>>>()?.join(between))
        };
        Some(match self {
            Atom(text) => text.clone(),
            Call(name, arguments) => [name, "(", &join_single_line(arguments, ", ")?, ")"].concat(),
            Concatenation(items) => join_single_line(items, " + ")?,
            MethodChain(head, calls) => {
                let mut line = head.to_single_line()?;
                for (name, arguments) in calls {
                    line += &[".", name, "(", &join_single_line(arguments, ", ")?, ")"].concat();
                }
                line
            }
            TextBlock(_) => return None,
        })
    }

    /// Renders the expression from a column on, with `trailing_width` characters after it on its last line.
    fn render_at(&self, column: usize, trailing_width: usize) -> String {
        if let Some(line) =
            self.to_single_line().filter(|line| column + line.chars().count() + trailing_width <= MAX_LINE_WIDTH)
        {
            return line;
        }
        match self {
            Atom(text) => text.clone(),
            Call(name, arguments) => render_call(name, arguments, column, trailing_width),
            Concatenation(items) => {
                let last = items.len() - 1;
                let trailing_width_of = |index: usize| if index == last { trailing_width } else { 0 };
                let mut lines =
                    items.iter().enumerate().map(|(index, item)| item.render_at(column + 6, trailing_width_of(index)));
                let first = lines.next().unwrap_or_default();
                lines.fold(first, |text, line| [&text, &line_break(column + 4), "+ ", &line].concat())
            }
            MethodChain(head, calls) => {
                // A class and its first method share a line. Line breaks within them are deeper than the chained calls.
                let head_line = head.to_single_line().filter(|line| column + line.chars().count() <= MAX_LINE_WIDTH);
                let is_static = matches!(&**head, Call(..));
                let mut text =
                    head_line.unwrap_or_else(|| head.render_at(if is_static { column + 4 } else { column }, 0));
                for (index, (name, arguments)) in calls.iter().enumerate() {
                    let call_trailing_width = if index + 1 == calls.len() { trailing_width } else { 0 };
                    let name = [".", name].concat();
                    text += &[
                        line_break(column + 4),
                        Call(name, arguments.clone()).render_at(column + 4, call_trailing_width),
                    ]
                    .concat();
                }
                text
            }
            TextBlock(lines) => lines.join(&line_break(column)),
        }
    }

    /// Renders a declaration of a variable with this value.
    pub(in crate::snippet) fn render_declaration(&self, name: &str, column: usize) -> String {
        let start = [" ".repeat(column), "var ".into(), name.into(), " =".into()].concat();
        let line = self.to_single_line().map(|line| [&start, " ", &line, ";\n"].concat());
        line.filter(|line| line.chars().count() <= MAX_LINE_WIDTH + 1)
            .unwrap_or_else(|| [&start, &line_break(column + 4), &self.render_at(column + 4, 1), ";\n"].concat())
    }
}

/// Renders a call with all arguments on a line of their own, or with one argument per line.
fn render_call(name: &str, arguments: &[JavaExpression], column: usize, trailing_width: usize) -> String {
    if arguments.is_empty() {
        return [name, "()"].concat();
    }
    let flat: Option<Vec<String>> = arguments.iter().map(JavaExpression::to_single_line).collect();
    let argument_column = column + 4;
    let fits = |line: &String| argument_column + line.chars().count() + trailing_width < MAX_LINE_WIDTH;
    if let Some(line) = flat.map(|items| items.join(", ")).filter(fits) {
        return [name, "(", &line_break(argument_column), &line, ")"].concat();
    }
    // A comma follows every argument except the last.
    let last = arguments.len() - 1;
    let trailing_width_of = |index: usize| if index == last { 1 + trailing_width } else { 1 };
    let lines = arguments.iter().enumerate().map(|(index, item)| {
        [line_break(argument_column), item.render_at(argument_column, trailing_width_of(index))].concat()
    });
    let lines: Vec<String> = lines.collect();
    [name, "(", &lines.join(","), ")"].concat()
}

/// Returns a line break and the indentation up to a column.
fn line_break(column: usize) -> String {
    ["\n", &" ".repeat(column)].concat()
}
