//! What one operation may take from its document. A text or value stands there once and can be referred to over and over;
//! an operation has a copy of each, so that a small document could ask for memory without end.

use serde_json::Value;

/// Bytes of texts and values of one operation, each way: more than people read, and than a page should carry.
const MAX_BYTES: usize = 2_000_000;
/// What a value costs beside its texts.
const BYTES_PER_VALUE: usize = 8;

/// What is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByteBudget(usize);

impl Default for ByteBudget {
    fn default() -> Self {
        Self(MAX_BYTES)
    }
}

impl ByteBudget {
    /// Takes the cost of a text, if there is enough left for it.
    pub(super) fn try_spend_text(&mut self, text: &str) -> bool {
        self.spend_bytes(text.len())
    }

    /// Takes the cost of a value with all that is inside, if there is enough left for it.
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
