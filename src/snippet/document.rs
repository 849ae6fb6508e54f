//! Documents: code with the positions at which it may be broken into lines, and a printer that chooses the line breaks.
//!
//! The printer is that of Wadler ("A prettier printer", 2003), extended by groups with a maximum width of their own, by
//! alternatives, and by arguments that fill lines.

/// Code with possible line breaks.
#[derive(Clone, Debug)]
pub(super) enum Document {
    /// Text without line breaks.
    Text(String),
    /// A line break in a broken group, otherwise this text.
    Line(&'static str),
    /// A line break if what follows fits only on the next line, otherwise this text.
    LineToFit(&'static str),
    /// A line break, which breaks all groups around it.
    HardLine,
    /// Text in a broken group, otherwise nothing.
    IfBroken(&'static str),
    /// A sequence of documents.
    Sequence(Vec<Document>),
    /// A document whose lines are indented by this number of further spaces.
    Nest(usize, Box<Document>),
    /// A document whose lines are indented up to the column where it begins.
    Align(Box<Document>),
    /// A document that is on one line if it fits there.
    Group(Box<Document>),
    /// A group that is on one line if it fits there and has at most this number of characters.
    NarrowGroup(usize, Box<Document>),
    /// A group that is always broken.
    BrokenGroup(Box<Document>),
    /// Items with commas between them, as many on a line as fit. An item of several lines shares no line.
    Fill(Vec<Document>),
    /// The alternative with the fewest lines of those that fit (the last of several), or the first if none fits.
    Alternatives(Vec<Document>),
}

impl Document {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Creates a document of several lines.
    pub(super) fn lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Sequence(join(lines.into_iter().map(Self::text), &[Self::HardLine]))
    }

    pub(super) fn nest(self, spaces: usize) -> Self {
        Self::Nest(spaces, self.into())
    }

    pub(super) fn align(self) -> Self {
        Self::Align(self.into())
    }

    pub(super) fn group(self) -> Self {
        Self::Group(self.into())
    }

    /// Groups the document. It is on one line if it fits there and has at most `max_width` characters.
    pub(super) fn group_within(self, max_width: usize) -> Self {
        Self::NarrowGroup(max_width, self.into())
    }

    /// Renders the document from a column on, which is also the indentation of its lines.
    pub(super) fn render(&self, max_width: usize, column: usize) -> String {
        self.render_after(0, max_width, column)
    }

    /// Renders the document after `used_columns` characters of a line that is indented up to a column.
    pub(super) fn render_after(&self, used_columns: usize, max_width: usize, indent: usize) -> String {
        let mut printer = Printer { max_width, column: indent + used_columns, code: String::new(), fits: true };
        printer.print(Item { indent, is_broken: true, part: Part::Document(self) });
        printer.code
    }

    fn has_hard_line(&self) -> bool {
        match self {
            Self::HardLine | Self::BrokenGroup(_) => true,
            Self::Text(_) | Self::Line(_) | Self::LineToFit(_) | Self::IfBroken(_) => false,
            Self::Sequence(documents) | Self::Fill(documents) => documents.iter().any(Self::has_hard_line),
            Self::Alternatives(documents) => documents.first().is_some_and(Self::has_hard_line),
            Self::Nest(_, document)
            | Self::Align(document)
            | Self::Group(document)
            | Self::NarrowGroup(_, document) => document.has_hard_line(),
        }
    }
}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<const N: usize> From<[Document; N]> for Document {
    fn from(documents: [Document; N]) -> Self {
        Self::Sequence(documents.into())
    }
}

/// Returns the documents with a separator between each two.
pub(super) fn join(documents: impl IntoIterator<Item = Document>, separator: &[Document]) -> Vec<Document> {
    let mut joined = Vec::new();
    for document in documents {
        if !joined.is_empty() {
            joined.extend_from_slice(separator);
        }
        joined.push(document);
    }
    joined
}

/// Returns items with commas between them, on one line or one per line. `padding` is before and after the items on one
/// line, `last_comma` is after the last of several lines.
pub(super) fn items(
    items: impl IntoIterator<Item = Document>,
    indent: usize,
    padding: &'static str,
    last_comma: &'static str,
) -> Document {
    let items = Document::Sequence(join(items, &[",".into(), Document::Line(" ")]));
    let nested = Document::from([Document::Line(padding), items, Document::IfBroken(last_comma)]).nest(indent);
    [nested, Document::Line(padding)].into()
}

/// A part of a document that has not been printed yet.
#[derive(Clone, Copy)]
struct Item<'a> {
    indent: usize,
    is_broken: bool,
    part: Part<'a>,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Document(&'a Document),
    /// The items of [`Document::Fill`] from an index on.
    FillFrom(&'a [Document], usize),
}

impl<'a> Item<'a> {
    fn with(self, document: &'a Document) -> Self {
        Self { part: Part::Document(document), ..self }
    }

    fn with_group(self, document: &'a Document, is_broken: bool) -> Self {
        Self { part: Part::Document(document), is_broken, ..self }
    }
}

struct Printer {
    max_width: usize,
    column: usize,
    code: String,
    /// True if no line is too long.
    fits: bool,
}

impl Printer {
    fn print(&mut self, item: Item) {
        let mut stack = vec![item];
        while let Some(item) = stack.pop() {
            match item.part {
                Part::Document(document) => self.print_document(item, document, &mut stack),
                Part::FillFrom(items, index) => self.print_fill(item, (items, index), &mut stack),
            }
        }
    }

    /// Prints a document, or adds its parts to the stack.
    fn print_document<'a>(&mut self, item: Item<'a>, document: &'a Document, stack: &mut Vec<Item<'a>>) {
        match document {
            Document::Text(text) => self.write(text),
            Document::Line(_) | Document::HardLine if item.is_broken => self.break_line(item.indent),
            Document::LineToFit(text) if item.is_broken => {
                let has_room_at = |column| Self { column, code: String::new(), ..*self }.has_room(None, stack);
                if !has_room_at(self.column + text.len()) && has_room_at(item.indent) {
                    self.break_line(item.indent);
                } else {
                    self.write(text);
                }
            }
            Document::Line(text) | Document::LineToFit(text) => self.write(text),
            Document::HardLine => self.break_line(item.indent),
            Document::IfBroken(text) if item.is_broken => self.write(text),
            Document::IfBroken(_) => {}
            Document::Sequence(documents) => stack.extend(documents.iter().rev().map(|document| item.with(document))),
            Document::Nest(spaces, nested) => {
                stack.push(Item { indent: item.indent + spaces, ..item.with(nested) });
            }
            Document::Align(aligned) => stack.push(Item { indent: self.column, ..item.with(aligned) }),
            Document::Group(group) => {
                let flat = item.with_group(group, false);
                let is_broken = item.is_broken && !self.has_room(Some(flat), stack);
                stack.push(item.with_group(group, is_broken));
            }
            Document::NarrowGroup(max_width, group) => {
                let flat = item.with_group(group, false);
                let max_width = self.max_width.min(self.column + max_width);
                let is_narrow = Self { max_width, code: String::new(), ..*self }.has_room(Some(flat), &[]);
                let is_broken = item.is_broken && !(is_narrow && self.has_room(Some(flat), stack));
                stack.push(item.with_group(group, is_broken));
            }
            Document::BrokenGroup(group) => stack.push(item.with_group(group, true)),
            Document::Fill(items) => stack.push(Item { part: Part::FillFrom(items, 0), ..item }),
            Document::Alternatives(alternatives) => {
                stack.extend(self.choose(item, alternatives, stack).map(|document| item.with(document)));
            }
        }
    }

    fn print_fill<'a>(&mut self, item: Item<'a>, (items, index): (&'a [Document], usize), stack: &mut Vec<Item<'a>>) {
        let Some(document) = items.get(index) else { return };
        stack.push(Item { part: Part::FillFrom(items, index + 1), ..item });
        if let Some(previous) = index.checked_sub(1).and_then(|index| items.get(index)) {
            self.write(",");
            let on_this_line = Self { column: self.column + 1, code: String::new(), ..*self };
            if previous.has_hard_line()
                || document.has_hard_line()
                || !on_this_line.has_room(Some(item.with(document)), stack)
            {
                self.break_line(item.indent);
            } else {
                self.write(" ");
            }
        }
        stack.push(item.with(document));
    }

    fn choose<'a>(&self, item: Item<'a>, alternatives: &'a [Document], rest: &[Item]) -> Option<&'a Document> {
        let line_count_if_fits = |document: &'a Document| {
            let mut printer = Self { code: String::new(), fits: true, ..*self };
            printer.print(item.with(document));
            let fits = printer.fits && printer.has_room(None, rest);
            fits.then(|| (printer.code.matches('\n').count(), document))
        };
        let best = alternatives.iter().rev().filter_map(line_count_if_fits).min_by_key(|(count, _)| *count);
        best.map(|(_, document)| document).or(alternatives.first())
    }

    /// Returns true if the line has room for an item, if there is one, and for what follows it up to the next possible
    /// line break.
    fn has_room(&self, item: Option<Item>, rest: &[Item]) -> bool {
        let Some(mut room) = self.max_width.checked_sub(self.column) else { return false };
        let mut stack = Vec::from_iter(item);
        let mut rest = rest.iter().rev();
        while let Some(item) = stack.pop().or_else(|| rest.next().copied()) {
            let document = match item.part {
                Part::Document(document) => document,
                Part::FillFrom(items, index) if index < items.len() => return room > 0,
                Part::FillFrom(..) => continue,
            };
            let text = match document {
                Document::Line(_) | Document::LineToFit(_) | Document::HardLine if item.is_broken => return true,
                Document::HardLine | Document::BrokenGroup(_) if !item.is_broken => return false,
                Document::Text(text) => text.as_str(),
                Document::Line(text) | Document::LineToFit(text) => text,
                Document::IfBroken(text) if item.is_broken => text,
                Document::IfBroken(_) | Document::HardLine => "",
                Document::Sequence(documents) => {
                    stack.extend(documents.iter().rev().map(|document| item.with(document)));
                    continue;
                }
                Document::Nest(_, nested)
                | Document::Align(nested)
                | Document::Group(nested)
                | Document::NarrowGroup(_, nested)
                | Document::BrokenGroup(nested) => {
                    stack.push(item.with(nested));
                    continue;
                }
                Document::Fill(items) => {
                    stack.push(Item { part: Part::FillFrom(items, 1), ..item });
                    stack.extend(items.first().map(|document| item.with(document)));
                    continue;
                }
                Document::Alternatives(alternatives) => {
                    stack.extend(alternatives.first().map(|document| item.with(document)));
                    continue;
                }
            };
            let Some(remaining) = room.checked_sub(text.chars().count()) else { return false };
            room = remaining;
        }
        true
    }

    fn write(&mut self, text: &str) {
        self.code.push_str(text);
        self.column += text.chars().count();
        self.fits &= self.column <= self.max_width;
    }

    fn break_line(&mut self, indent: usize) {
        self.code.push('\n');
        self.column = 0;
        self.write(&" ".repeat(indent));
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, items};

    fn list(texts: &[&str]) -> Document {
        Document::from(["[".into(), items(texts.iter().map(|text| Document::from(*text)), 2, "", ","), "]".into()])
    }

    #[test]
    fn a_group_is_on_one_line_if_it_fits_with_what_follows() {
        let statement = Document::from([list(&["a", "é"]).group(), ";".into()]);
        assert_eq!(statement.render(7, 0), "[a, é];");
        assert_eq!(statement.render(6, 0), "[\n  a,\n  é,\n];");
        assert_eq!(statement.render(8, 2), "[\n    a,\n    é,\n  ];");
        assert_eq!(Document::BrokenGroup(list(&["a"]).into()).render(80, 0), "[\n  a,\n]");
    }

    #[test]
    fn a_narrow_group_is_on_one_line_up_to_its_own_width() {
        let statement = |width| Document::from(["f".into(), list(&["a", "b"]).group_within(width), ";".into()]);
        assert_eq!(statement(6).render(80, 0), "f[a, b];");
        assert_eq!(statement(5).render(80, 0), "f[\n  a,\n  b,\n];");
        assert_eq!(statement(6).render(7, 0), "f[\n  a,\n  b,\n];");
    }

    #[test]
    fn a_hard_line_breaks_the_groups_around_it() {
        let block = Document::from(["(".into(), Document::lines(["a", "b"]).nest(2).group(), ")".into()]).group();
        assert_eq!(block.render(80, 0), "(a\n  b)");
        let call = Document::from(["f".into(), Document::Line(" "), block]).group();
        assert_eq!(call.render(80, 0), "f\n(a\n  b)");
    }

    #[test]
    fn a_line_is_broken_only_if_that_helps() {
        let pair = |value: &str| {
            let value = Document::from([Document::LineToFit(" "), value.into()]).nest(2);
            Document::from(["name:".into(), value, ",".into()])
        };
        assert_eq!(pair("abcd").render(11, 0), "name: abcd,");
        assert_eq!(pair("abcd").render(10, 0), "name:\n  abcd,");
        assert_eq!(pair("abcd").render(6, 0), "name: abcd,");
        assert_eq!(pair("abcd").group().render(4, 0), "name: abcd,");
    }

    #[test]
    fn items_fill_the_lines() {
        let call = |items: &[&str]| {
            let items = items.iter().map(|item| Document::lines(item.split('\n'))).collect();
            Document::from(["f(".into(), Document::Fill(items).align(), ");".into()])
        };
        assert_eq!(call(&["aa", "bb", "cc"]).render(80, 0), "f(aa, bb, cc);");
        assert_eq!(call(&["aa", "bb", "cc"]).render(13, 0), "f(aa, bb,\n  cc);");
        assert_eq!(call(&["aa", "b\nb", "c"]).render(80, 0), "f(aa,\n  b\n  b,\n  c);");
    }

    #[test]
    fn the_alternative_with_the_fewest_lines_that_fits_is_chosen() {
        let lines = |text: &str| Document::lines(text.split('\n'));
        let statement = Document::from([
            Document::Alternatives(vec![lines("aaaaaaaa"), lines("aaa\naaaa"), lines("aa\naaaaa")]),
            ";".into(),
        ]);
        for (width, expected) in [(9, "aaaaaaaa;"), (8, "aa\naaaaa;"), (5, "aaa\naaaa;"), (4, "aaaaaaaa;")] {
            assert_eq!(statement.render(width, 0), expected);
        }
    }
}
