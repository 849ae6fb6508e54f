//! What one operation may take from its document. A text or value stands there once and can be referred to over and over;
//! an operation has a copy of each, so that a small document could ask for memory without end.

use serde_json::Value;

/// Bytes of texts and values of one operation, each way: more than people read, and than a page should carry.
const MOST: usize = 2_000_000;
/// What a value costs beside its texts.
const VALUE: usize = 8;

/// What is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST)
    }
}

impl Budget {
    /// Takes the cost of a text, if there is enough left for it.
    pub(super) fn affords_text(&mut self, text: &str) -> bool {
        self.take(text.len())
    }

    /// Takes the cost of a value with all that is inside, if there is enough left for it.
    pub(super) fn affords(&mut self, value: &Value) -> bool {
        let mut left = *self;
        let affords = left.pay(value);
        if affords {
            *self = left;
        }
        affords
    }

    fn pay(&mut self, value: &Value) -> bool {
        self.take(VALUE)
            && match value {
                Value::String(text) => self.affords_text(text),
                Value::Array(items) => items.iter().all(|item| self.pay(item)),
                Value::Object(fields) => fields.iter().all(|(name, value)| self.affords_text(name) && self.pay(value)),
                Value::Null | Value::Bool(_) | Value::Number(_) => true,
            }
    }

    fn take(&mut self, cost: usize) -> bool {
        let left = self.0.checked_sub(cost);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}
