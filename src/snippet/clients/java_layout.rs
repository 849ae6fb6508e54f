//! Expressions of Java, broken into lines where google-java-format breaks them.

/// The longest line.
const WIDTH: usize = 100;

/// An expression, by the places where it may be broken.
#[derive(Clone, Debug)]
pub(in crate::snippet) enum Expression {
    /// One that stays whole.
    Word(String),
    /// `name(arguments)`
    Call(String, Vec<Expression>),
    /// `a + b`
    Sum(Vec<Expression>),
    /// A call, and the calls on what it gives: names and arguments.
    Chain(Box<Expression>, Vec<(&'static str, Vec<Expression>)>),
    /// A text block, line by line.
    Block(Vec<String>),
}

use Expression::{Block, Call, Chain, Sum, Word};

impl Expression {
    pub(in crate::snippet) fn word(text: impl Into<String>) -> Self {
        Word(text.into())
    }

    pub(in crate::snippet) fn call(name: impl Into<String>, arguments: impl Into<Vec<Self>>) -> Self {
        Call(name.into(), arguments.into())
    }

    /// On one line, where it can be.
    fn flat(&self) -> Option<String> {
        let list = |items: &[Self], between: &str| -> Option<String> {
            Some(items.iter().map(Self::flat).collect::<Option<Vec<_>>>()?.join(between))
        };
        Some(match self {
            Word(text) => text.clone(),
            Call(name, arguments) => [name, "(", &list(arguments, ", ")?, ")"].concat(),
            Sum(items) => list(items, " + ")?,
            Chain(head, calls) => {
                let mut line = head.flat()?;
                for (name, arguments) in calls {
                    line += &[".", name, "(", &list(arguments, ", ")?, ")"].concat();
                }
                line
            }
            Block(_) => return None,
        })
    }

    /// From a column on, with so many characters behind it on its last line.
    fn write(&self, column: usize, behind: usize) -> String {
        if let Some(line) = self.flat().filter(|line| column + line.chars().count() + behind <= WIDTH) {
            return line;
        }
        match self {
            Word(text) => text.clone(),
            Call(name, arguments) => call(name, arguments, column, behind),
            Sum(items) => {
                let last = items.len() - 1;
                let behind = |place: usize| if place == last { behind } else { 0 };
                let mut lines = items.iter().enumerate().map(|(place, item)| item.write(column + 6, behind(place)));
                let first = lines.next().unwrap_or_default();
                lines.fold(first, |text, line| [&text, &at(column + 4), "+ ", &line].concat())
            }
            Chain(head, calls) => {
                // A class and its first method stay together; what breaks there stands deeper than the calls.
                let start = head.flat().filter(|line| column + line.chars().count() <= WIDTH);
                let is_static = matches!(&**head, Call(..));
                let mut text = start.unwrap_or_else(|| head.write(if is_static { column + 4 } else { column }, 0));
                for (place, (name, arguments)) in calls.iter().enumerate() {
                    let behind = if place + 1 == calls.len() { behind } else { 0 };
                    let name = [".", name].concat();
                    text += &[at(column + 4), Call(name, arguments.clone()).write(column + 4, behind)].concat();
                }
                text
            }
            Block(lines) => lines.join(&at(column)),
        }
    }

    /// A statement that names the value.
    pub(in crate::snippet) fn declared(&self, name: &str, column: usize) -> String {
        let start = [" ".repeat(column), "var ".into(), name.into(), " =".into()].concat();
        let line = self.flat().map(|line| [&start, " ", &line, ";\n"].concat());
        line.filter(|line| line.chars().count() <= WIDTH + 1)
            .unwrap_or_else(|| [&start, &at(column + 4), &self.write(column + 4, 1), ";\n"].concat())
    }
}

/// All arguments on a line of their own, or each.
fn call(name: &str, arguments: &[Expression], column: usize, behind: usize) -> String {
    if arguments.is_empty() {
        return [name, "()"].concat();
    }
    let flat: Option<Vec<String>> = arguments.iter().map(Expression::flat).collect();
    let deep = column + 4;
    let fits = |line: &String| deep + line.chars().count() + behind < WIDTH;
    if let Some(line) = flat.map(|words| words.join(", ")).filter(fits) {
        return [name, "(", &at(deep), &line, ")"].concat();
    }
    // Behind all but the last stands a comma.
    let last = arguments.len() - 1;
    let behind = |place: usize| if place == last { 1 + behind } else { 1 };
    let lines = arguments.iter().enumerate().map(|(place, item)| [at(deep), item.write(deep, behind(place))].concat());
    let lines: Vec<String> = lines.collect();
    [name, "(", &lines.join(","), ")"].concat()
}

/// A new line that begins at a column.
fn at(column: usize) -> String {
    ["\n", &" ".repeat(column)].concat()
}
