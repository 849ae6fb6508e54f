//! Layout of Java expressions, with line breaks as in google-java-format.

use crate::snippet::document::{Document, join};

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 100;

/// Indentation of the continuation of an expression, in spaces.
const INDENT: usize = 4;

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

    /// Renders a declaration of a variable with this value.
    pub(in crate::snippet) fn render_declaration(&self, name: &str, column: usize) -> String {
        let value = Document::from([Document::Line(" "), self.to_document()]).nest(INDENT).group();
        let declaration = Document::from([format!("var {name} =").into(), value, ";".into()]);
        format!("{}{}\n", " ".repeat(column), declaration.render(MAX_LINE_WIDTH, column))
    }

    fn to_document(&self) -> Document {
        match self {
            Atom(text) => text.as_str().into(),
            Call(name, arguments) => call_document(name.as_str().into(), arguments),
            Concatenation(items) => {
                // Line breaks within an operand are deeper than the operators.
                let items = items.iter().map(|item| item.to_document().nest(2));
                Document::Sequence(join(items, &[Document::Line(" "), "+ ".into()])).nest(INDENT).group()
            }
            MethodChain(receiver, calls) => {
                // A class and its first method share a line. Line breaks within them are deeper than the chained calls.
                let indent = if matches!(**receiver, Call(..)) { INDENT } else { 0 };
                let mut documents = vec![receiver.to_document().nest(indent)];
                documents.extend(calls.iter().map(|(name, arguments)| {
                    let call = call_document(format!(".{name}").into(), arguments);
                    Document::from([Document::Line(""), call]).nest(INDENT)
                }));
                Document::Sequence(documents).group()
            }
            TextBlock(lines) => Document::lines(lines.iter().map(String::as_str)),
        }
    }
}

/// Returns a call with all arguments on its line, all on a line of their own, or one argument per line.
fn call_document(name: Document, arguments: &[JavaExpression]) -> Document {
    if arguments.is_empty() {
        return [name, "()".into()].into();
    }
    let arguments = join(arguments.iter().map(JavaExpression::to_document), &[",".into(), Document::Line(" ")]);
    let arguments = Document::from([Document::Line(""), Document::Sequence(arguments).group()]).nest(INDENT);
    Document::from([name, "(".into(), arguments, ")".into()]).group()
}
