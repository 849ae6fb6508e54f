//! Limits the bytes that one operation copies from its document.
//!
//! A document contains a text or value once but can refer to it any number of times, and each operation copies every
//! one of them. Without a limit, a small document could use unbounded memory.

use serde_json::Value;

/// Maximum size of the texts and values of one operation, in bytes. Requests and responses have a budget each. Larger
/// documentation is not readable, and too large for a page.
const MAX_BYTES: usize = 2_000_000;
/// Cost of a value in addition to its texts, in bytes.
const BYTES_PER_VALUE: usize = 8;

/// The remaining budget of an operation, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByteBudget(usize);

impl Default for ByteBudget {
    fn default() -> Self {
        Self(MAX_BYTES)
    }
}

impl ByteBudget {
    /// Spends the length of a text. Returns false, and spends nothing, if the budget is too small.
    pub(super) fn try_spend_text(&mut self, text: &str) -> bool {
        self.spend_bytes(text.len())
    }

    /// Spends the cost of a value and everything in it. Returns false, and spends nothing, if the budget is too small.
    pub(super) fn try_spend(&mut self, value: &Value) -> bool {
        let mut remaining = *self;
        let is_affordable = remaining.spend_value(value);
        if is_affordable {
            *self = remaining;
        }
        is_affordable
    }

    fn spend_value(&mut self, value: &Value) -> bool {
        self.spend_bytes(BYTES_PER_VALUE)
            && match value {
                Value::String(text) => self.try_spend_text(text),
                Value::Array(items) => items.iter().all(|item| self.spend_value(item)),
                Value::Object(fields) => {
                    fields.iter().all(|(name, value)| self.try_spend_text(name) && self.spend_value(value))
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => true,
            }
    }

    fn spend_bytes(&mut self, cost: usize) -> bool {
        let remaining = self.0.checked_sub(cost);
        self.0 = remaining.unwrap_or(self.0);
        remaining.is_some()
    }
}
