//! Reads TOML by hand, to record the location of each value and to collect all errors, so that they can be corrected at
//! once.
//!
//! No message contains a value that may be a secret.

use super::config_keys;
use crate::providers::closest_name;
use std::{
    cell::RefCell,
    ops::{Range, RangeInclusive},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A settings file and the errors found in it.
pub(crate) struct TomlFile<'a> {
    name: String,
    text: &'a str,
    /// Errors, each with its offset.
    errors: RefCell<Vec<(usize, String)>>,
}

impl<'a> TomlFile<'a> {
    pub(crate) fn new(name: String, text: &'a str) -> Self {
        Self { name, text, errors: RefCell::default() }
    }

    /// Returns the file, line and column (in characters) of an offset.
    pub(crate) fn location(&self, offset: usize) -> String {
        let preceding_text = self.text.get(..offset).unwrap_or_default();
        let (line, column) = (
            preceding_text.matches('\n').count() + 1,
            preceding_text.chars().rev().take_while(|c| *c != '\n').count() + 1,
        );
        format!("{}, line {line}, column {column}", self.name)
    }

    pub(crate) fn add_error(&self, offset: usize, message: &str) {
        self.errors.borrow_mut().push((offset, format!("{}: {message}", self.location(offset))));
    }

    /// Returns all error messages, in the order of their locations.
    pub(crate) fn into_errors(self) -> Vec<String> {
        let mut errors = self.errors.into_inner();
        errors.sort();
        errors.into_iter().map(|(_, message)| message).collect()
    }

    /// Parses the whole file as a table.
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'a>>> {
        // The parser's own message contains the line, which may include a secret.
        let report_syntax_error = |error: toml::de::Error| {
            let offset = error.span().map_or(0, |span| span.start);
            self.add_error(
                offset,
                "this is not valid TOML. Look for a missing quote, bracket or `=`, or a duplicate key.",
            );
        };
        DeTable::parse(self.text).map_err(report_syntax_error).ok()
    }
}

/// A table of the file, with its path in [`config_keys::CONFIG_KEYS`].
#[derive(Clone, Copy)]
pub(crate) struct TomlTable<'a> {
    pub(crate) file: &'a TomlFile<'a>,
    path: &'static str,
    entries: &'a DeTable<'a>,
    /// Offset of the table in the file.
    pub(crate) offset: usize,
}

impl<'a> TomlTable<'a> {
    /// Creates a reader of a table, and reports its unknown keys.
    pub(crate) fn new(file: &'a TomlFile<'a>, path: &'static str, entries: &'a DeTable<'a>, offset: usize) -> Self {
        for key in entries.keys() {
            let name: &str = key.get_ref();
            if config_keys::key_names(path).any(|key_name| key_name == name) {
                continue;
            }
            let known_keys: Vec<&str> = config_keys::key_names(path).collect();
            let advice = match closest_name(name, known_keys.iter().copied()) {
                Some(suggestion) => format!("Did you mean `{suggestion}`?"),
                None => format!("Known keys: {}.", known_keys.join(", ")),
            };
            let table = if path.is_empty() { "the file" } else { path };
            file.add_error(key.span().start, &format!("{table} has no key `{name}`. {advice}"));
        }
        Self { file, path, entries, offset }
    }

    /// Returns the full path of a key, for messages.
    pub(crate) fn full_key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// Returns the offset of a key's value, or of the table if the key is missing.
    pub(crate) fn value_offset(&self, key: &str) -> usize {
        self.get(key).map_or(self.offset, |value| value.span().start)
    }

    pub(crate) fn report_missing(&self, key: &str, advice: &str) {
        self.file.add_error(self.offset, &format!("`{}` is missing. {advice}", self.full_key(key)));
    }

    /// Reports an invalid value. The message follows the name of the key.
    pub(crate) fn report_invalid(&self, key: &str, offset: usize, message: &str) {
        self.file.add_error(offset, &format!("`{}` {message}", self.full_key(key)));
    }

    /// Parses a string with a function. Reports its error message, if any.
    pub(crate) fn parse_string<T>(&self, key: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.get(key).and_then(|value| self.parse_string_value(key, value, parse))
    }

    /// Parses a string that is required.
    pub(crate) fn parse_required_string<T>(
        &self,
        key: &str,
        advice: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(key) {
            self.report_missing(key, advice);
        }
        self.parse_string(key, parse)
    }

    pub(crate) fn parse_string_value<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'a>>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text =
            value.get_ref().as_str().ok_or_else(|| format!("must be a string in quotes, not {}.", value_kind(value)));
        text.and_then(parse).map_err(|message| self.report_invalid(key, value.span().start, &message)).ok()
    }

    /// Parses an integer within bounds.
    pub(crate) fn parse_integer(&self, key: &str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => u32::from_str_radix(integer.as_str(), integer.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let message = format!("must be a whole number from {} to {}.", bounds.start(), bounds.end());
            self.report_invalid(key, value.span().start, &message);
        }
        number
    }

    /// Returns the items of an array.
    pub(crate) fn array_items(&self, key: &str) -> impl Iterator<Item = &'a Spanned<DeValue<'a>>> + use<'a> {
        let value = self.get(key);
        let list = value.and_then(|value| value.get_ref().as_array());
        if let (Some(value), None) = (value, list) {
            self.report_invalid(
                key,
                value.span().start,
                &format!("must be an array in brackets, not {}.", value_kind(value)),
            );
        }
        list.into_iter().flatten()
    }

    pub(crate) fn is_empty_array(&self, key: &str) -> bool {
        let list = self.get(key).and_then(|value| value.get_ref().as_array());
        list.is_some_and(|list| list.is_empty())
    }

    /// Returns a table inside this one.
    pub(crate) fn subtable(&self, key: &str, path: &'static str) -> Option<TomlTable<'a>> {
        self.get(key).and_then(|value| self.subtable_from_value(key, path, value))
    }

    /// Returns the tables of an array of tables.
    pub(crate) fn subtables(&self, key: &str, path: &'static str) -> Vec<TomlTable<'a>> {
        self.array_items(key).filter_map(|value| self.subtable_from_value(key, path, value)).collect()
    }

    pub(crate) fn subtable_from_value(
        &self,
        key: &str,
        path: &'static str,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Option<TomlTable<'a>> {
        let Range { start, .. } = value.span();
        let Some(entries) = value.get_ref().as_table() else {
            self.report_invalid(key, start, &format!("must be a table, not {}.", value_kind(value)));
            return None;
        };
        Some(TomlTable::new(self.file, path, entries, start))
    }
}

/// Returns the type of a value for messages, without the value itself.
pub(crate) fn value_kind(value: &Spanned<DeValue>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
