//! Reads TOML by hand: each value with its place, every fault gathered, so that all can be mended at once.
//!
//! No message repeats a value that is not known to be harmless: somebody may have written a secret there.

use super::keys;
use crate::providers::nearest;
use std::{
    cell::RefCell,
    ops::{Range, RangeInclusive},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A file of settings, and what is wrong in it.
pub(crate) struct File<'a> {
    name: String,
    text: &'a str,
    /// Where, and what.
    faults: RefCell<Vec<(usize, String)>>,
}

impl<'a> File<'a> {
    pub(crate) fn new(name: String, text: &'a str) -> Self {
        Self { name, text, faults: RefCell::default() }
    }

    /// File, line and column (in characters) of a place in the text.
    pub(crate) fn place(&self, at: usize) -> String {
        let before = self.text.get(..at).unwrap_or_default();
        let (line, column) =
            (before.matches('\n').count() + 1, before.chars().rev().take_while(|c| *c != '\n').count() + 1);
        format!("{}, line {line}, column {column}", self.name)
    }

    pub(crate) fn fault(&self, at: usize, message: &str) {
        self.faults.borrow_mut().push((at, format!("{}: {message}", self.place(at))));
    }

    /// What is wrong, if anything, from top to bottom.
    pub(crate) fn into_faults(self) -> Vec<String> {
        let mut faults = self.faults.into_inner();
        faults.sort();
        faults.into_iter().map(|(_, fault)| fault).collect()
    }

    /// The whole file as a table.
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        // The parser's own way to print an error shows the line, in which a secret may stand.
        let explain = |error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            self.fault(at, "this is not TOML. Look for a missing quote, bracket or `=`, or a key that is set twice.");
        };
        DeTable::parse(self.text).map_err(explain).ok()
    }
}

/// A table of the file, and its name in [`keys::KEYS`].
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) file: &'a File<'a>,
    path: &'static str,
    entries: &'a DeTable<'a>,
    /// Where it stands.
    pub(crate) at: usize,
}

impl<'a> Table<'a> {
    /// A table, of which keys that nobody knows are refused.
    pub(crate) fn new(file: &'a File<'a>, path: &'static str, entries: &'a DeTable<'a>, at: usize) -> Self {
        for key in entries.keys() {
            let name: &str = key.get_ref();
            if keys::names(path).any(|known| known == name) {
                continue;
            }
            let known: Vec<&str> = keys::names(path).collect();
            let advice = match nearest(name, known.iter().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Known: {}.", known.join(", ")),
            };
            let table = if path.is_empty() { "the file" } else { path };
            file.fault(key.span().start, &format!("{table} has no key `{name}`. {advice}"));
        }
        Self { file, path, entries, at }
    }

    /// A key's full name, for messages.
    pub(crate) fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { [self.path, ".", key].concat() }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// Where a key's value stands; where the table does, if there is none.
    pub(crate) fn at(&self, key: &str) -> usize {
        self.get(key).map_or(self.at, |value| value.span().start)
    }

    pub(crate) fn missing(&self, key: &str, advice: &str) {
        self.file.fault(self.at, &format!("`{}` is missing. {advice}", self.name(key)));
    }

    /// A fault of a key's value; the message goes on after the key's name.
    pub(crate) fn wrong(&self, key: &str, at: usize, message: &str) {
        self.file.fault(at, &format!("`{}` {message}", self.name(key)));
    }

    /// A text that a function understands, or says why not.
    pub(crate) fn text<T>(&self, key: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.get(key).and_then(|value| self.text_of(key, value, read))
    }

    /// A text that must be there.
    pub(crate) fn required<T>(
        &self,
        key: &str,
        advice: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(key) {
            self.missing(key, advice);
        }
        self.text(key, read)
    }

    pub(crate) fn text_of<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'a>>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let found = value.get_ref().as_str().ok_or_else(|| format!("must be a text in quotes, not {}.", kind(value)));
        found.and_then(read).map_err(|message| self.wrong(key, value.span().start, &message)).ok()
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, key: &str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => u32::from_str_radix(integer.as_str(), integer.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let message = format!("must be a whole number from {} to {}.", bounds.start(), bounds.end());
            self.wrong(key, value.span().start, &message);
        }
        number
    }

    /// The items of a list.
    pub(crate) fn list(&self, key: &str) -> impl Iterator<Item = &'a Spanned<DeValue<'a>>> + use<'a> {
        let value = self.get(key);
        let list = value.and_then(|value| value.get_ref().as_array());
        if let (Some(value), None) = (value, list) {
            self.wrong(key, value.span().start, &format!("must be a list in brackets, not {}.", kind(value)));
        }
        list.into_iter().flatten()
    }

    pub(crate) fn is_empty_list(&self, key: &str) -> bool {
        let list = self.get(key).and_then(|value| value.get_ref().as_array());
        list.is_some_and(|list| list.is_empty())
    }

    /// A table inside this one.
    pub(crate) fn table(&self, key: &str, path: &'static str) -> Option<Table<'a>> {
        self.get(key).and_then(|value| self.table_of(key, path, value))
    }

    /// The tables of a list of tables.
    pub(crate) fn tables(&self, key: &str, path: &'static str) -> Vec<Table<'a>> {
        self.list(key).filter_map(|value| self.table_of(key, path, value)).collect()
    }

    pub(crate) fn table_of(&self, key: &str, path: &'static str, value: &'a Spanned<DeValue<'a>>) -> Option<Table<'a>> {
        let Range { start, .. } = value.span();
        let Some(entries) = value.get_ref().as_table() else {
            self.wrong(key, start, &format!("must be a table, not {}.", kind(value)));
            return None;
        };
        Some(Table::new(self.file, path, entries, start))
    }
}

/// What a value is, without the value.
pub(crate) fn kind(value: &Spanned<DeValue>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
