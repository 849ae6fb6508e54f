//! Decodes the pairs of queries and forms (`application/x-www-form-urlencoded`, WHATWG URL, §5).

use super::{
    invalid_request,
    value_reader::{WrittenValue, split_name},
};
use crate::model::{error::ExplorerError, hex_value};
use percent_encoding::percent_decode_str;

/// A pair of a query or a form, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EncodedPair<'a> {
    /// The pair as it was received.
    pub(super) encoded: &'a str,
    pub(super) name: String,
    pub(super) value: String,
}

impl<'a> EncodedPair<'a> {
    /// Splits a query or a form into its pairs.
    ///
    /// # Errors
    /// Returns an error if programs could decode a pair differently: its percent-encoding is incomplete, or not UTF-8.
    pub(super) fn parse_all(text: &'a str) -> Result<Vec<Self>, ExplorerError> {
        text.split('&').filter(|encoded| !encoded.is_empty()).map(Self::parse).collect()
    }

    fn parse(encoded: &'a str) -> Result<Self, ExplorerError> {
        let (name, value) = encoded.split_once('=').unwrap_or((encoded, ""));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) => Ok(Self { encoded, name, value }),
            _ => Err(invalid_request(&format!(
                "The pair {encoded:?} of the query or form is not percent-encoded UTF-8."
            ))),
        }
    }

    /// Returns the value as an occurrence of a field. `name` is the field's own name, after which the pair's name may
    /// have keys in brackets. Without it, the name is the first key.
    ///
    /// # Errors
    /// Returns an error if the brackets do not match.
    pub(super) fn written_value(&self, name: Option<&str>) -> Result<WrittenValue, ExplorerError> {
        let (base_name, mut keys) = match name {
            Some(name) if name == self.name => (name, Vec::new()),
            _ => split_name(&self.name).ok_or_else(|| {
                invalid_request(&format!(
                    "The brackets in the name {:?} do not match, or there are too many of them.",
                    self.name
                ))
            })?,
        };
        if name.is_none_or(|name| name != base_name) {
            keys.insert(0, base_name.to_owned());
        }
        let encoded_value = self.encoded.split_once('=').map_or("", |(_, value)| value);
        let parts = encoded_value.split(',').filter_map(decode).collect();
        Ok(WrittenValue { keys, text: self.value.clone(), parts })
    }
}

/// Decodes a name or a value. Returns `None` if an escape is incomplete or if the text is not UTF-8.
fn decode(encoded: &str) -> Option<String> {
    let is_escape = |escape: &str| {
        let digits = escape.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(|digit| hex_value(*digit).is_some()))
    };
    let with_spaces = encoded.replace('+', " ");
    let decoded = percent_decode_str(&with_spaces).decode_utf8().ok()?.into_owned();
    encoded.split('%').skip(1).all(is_escape).then_some(decoded)
}
