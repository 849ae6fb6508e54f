//! Parses YAML with a memory limit, because a few aliases can expand to more than fits in memory.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{cell::Cell, fmt};

/// Budget in bytes for each byte of text, and the minimum budget of any text.
const MAX_EXPANSION_PER_BYTE: usize = 8;
const MIN_BUDGET_BYTES: usize = 16 << 20;
/// Cost of a value in addition to its text, in bytes.
const BYTES_PER_VALUE: usize = 32;

/// Parses one document.
///
/// # Errors
/// Returns an error if the text is not YAML, or its aliases expand beyond the budget.
pub(super) fn parse(text: &str) -> Result<Value, serde_norway::Error> {
    let remaining_bytes = Cell::new(text.len().saturating_mul(MAX_EXPANSION_PER_BYTE).max(MIN_BUDGET_BYTES));
    BoundedValue(&remaining_bytes).deserialize(serde_norway::Deserializer::from_str(text))
}

/// Deserializes a value and spends its cost from the budget.
#[derive(Clone, Copy)]
struct BoundedValue<'a>(&'a Cell<usize>);

impl BoundedValue<'_> {
    fn spend<E: Error>(self, text_bytes: usize) -> Result<(), E> {
        let remaining = self.0.get().checked_sub(BYTES_PER_VALUE + text_bytes);
        self.0.set(remaining.unwrap_or_default());
        remaining
            .map(|_| ())
            .ok_or_else(|| E::custom("its aliases expand to too much data: write the parts out, or use $ref"))
    }

    fn visit_scalar<E: Error>(self, value: impl Into<Value>) -> Result<Value, E> {
        self.spend(0)?;
        Ok(value.into())
    }
}

impl<'de> DeserializeSeed<'de> for BoundedValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for BoundedValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value that JSON supports")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.visit_scalar(())
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_scalar(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.visit_scalar(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.visit_scalar(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.visit_scalar(value)
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.spend(0)?;
        Ok(serde_json::Number::from_i128(value).into())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.spend(0)?;
        Ok(serde_json::Number::from_u128(value).into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.visit_scalar(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.spend(text.len())?;
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            self.spend(name.len())?;
            object.insert(name, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}
