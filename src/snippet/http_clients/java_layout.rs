//! Expressions of Java, broken into lines where google-java-format breaks them.

/// The longest line.
const MAX_LINE_WIDTH: usize = 100;

/// An expression, by the places where it may be broken.
#[derive(Clone, Debug)]
pub(in crate::snippet) enum JavaExpression {
    /// One that stays whole.
    Atom(String),
    /// `name(arguments)`
    Call(String, Vec<JavaExpression>),
    /// `a + b`
    Concatenation(Vec<JavaExpression>),
    /// A call, and the calls on what it gives: names and arguments.
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

    /// On one line, where it can be.
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

    /// From a column on, with so many characters behind it on its last line.
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
                let trailing_width_of = |place: usize| if place == last { trailing_width } else { 0 };
                let mut lines =
                    items.iter().enumerate().map(|(place, item)| item.render_at(column + 6, trailing_width_of(place)));
                let first = lines.next().unwrap_or_default();
                lines.fold(first, |text, line| [&text, &line_break(column + 4), "+ ", &line].concat())
            }
            MethodChain(head, calls) => {
                // A class and its first method stay together; what breaks there stands deeper than the calls.
                let head_line = head.to_single_line().filter(|line| column + line.chars().count() <= MAX_LINE_WIDTH);
                let is_static = matches!(&**head, Call(..));
                let mut text =
                    head_line.unwrap_or_else(|| head.render_at(if is_static { column + 4 } else { column }, 0));
                for (place, (name, arguments)) in calls.iter().enumerate() {
                    let call_trailing_width = if place + 1 == calls.len() { trailing_width } else { 0 };
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

    /// A statement that names the value.
    pub(in crate::snippet) fn render_declaration(&self, name: &str, column: usize) -> String {
        let start = [" ".repeat(column), "var ".into(), name.into(), " =".into()].concat();
        let line = self.to_single_line().map(|line| [&start, " ", &line, ";\n"].concat());
        line.filter(|line| line.chars().count() <= MAX_LINE_WIDTH + 1)
            .unwrap_or_else(|| [&start, &line_break(column + 4), &self.render_at(column + 4, 1), ";\n"].concat())
    }
}

/// All arguments on a line of their own, or each.
fn render_call(name: &str, arguments: &[JavaExpression], column: usize, trailing_width: usize) -> String {
    if arguments.is_empty() {
        return [name, "()"].concat();
    }
    let flat: Option<Vec<String>> = arguments.iter().map(JavaExpression::to_single_line).collect();
    let argument_column = column + 4;
    let fits = |line: &String| argument_column + line.chars().count() + trailing_width < MAX_LINE_WIDTH;
    if let Some(line) = flat.map(|words| words.join(", ")).filter(fits) {
        return [name, "(", &line_break(argument_column), &line, ")"].concat();
    }
    // Behind all but the last stands a comma.
    let last = arguments.len() - 1;
    let trailing_width_of = |place: usize| if place == last { 1 + trailing_width } else { 1 };
    let lines = arguments.iter().enumerate().map(|(place, item)| {
        [line_break(argument_column), item.render_at(argument_column, trailing_width_of(place))].concat()
    });
    let lines: Vec<String> = lines.collect();
    [name, "(", &lines.join(","), ")"].concat()
}

/// A new line that begins at a column.
fn line_break(column: usize) -> String {
    ["\n", &" ".repeat(column)].concat()
}
