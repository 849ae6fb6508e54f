//! Parses YAML with a memory limit, because a few aliases can expand to more than fits in memory. Merge keys are applied.
//! Retains the version of the described API as written.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{cell::Cell, fmt};

/// Budget in bytes for each byte of text, and the minimum budget of any text.
const MAX_EXPANSION_PER_BYTE: usize = 8;
const MIN_BUDGET_BYTES: usize = 16 << 20;
/// Cost of a value in addition to its text, in bytes.
const BYTES_PER_VALUE: usize = 32;

/// Key whose value is merged into its mapping: <https://yaml.org/type/merge.html>.
const MERGE_KEY: &str = "<<";

/// Parses one document. A merge key with a value that cannot be merged stays in its mapping:
/// see [`remove_merge_keys`].
///
/// # Errors
/// Returns an error if the text is not YAML, or its aliases expand beyond the budget.
pub(super) fn parse(text: &str) -> Result<Value, serde_norway::Error> {
    // A version that is not a scalar cannot be read as text.
    parse_from(text, Place::Root).or_else(|_| parse_from(text, Place::Other))
}

/// Removes the merge keys that were not merged, and returns their locations.
pub(super) fn remove_merge_keys(value: &mut Value) -> Vec<String> {
    let mut locations = Vec::new();
    remove_nested_merge_keys(value, "", &mut locations);
    locations
}

fn remove_nested_merge_keys(value: &mut Value, location: &str, locations: &mut Vec<String>) {
    let join = |key: &str| if location.is_empty() { key.to_owned() } else { format!("{location}.{key}") };
    match value {
        Value::Object(object) => {
            locations.extend(object.shift_remove(MERGE_KEY).map(|_| join(MERGE_KEY)));
            for (key, value) in object.iter_mut().filter(|(_, value)| value.is_object() || value.is_array()) {
                remove_nested_merge_keys(value, &join(key), locations);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                remove_nested_merge_keys(item, &join(&index.to_string()), locations);
            }
        }
        _ => {}
    }
}

fn parse_from(text: &str, place: Place) -> Result<Value, serde_norway::Error> {
    let remaining_bytes = Cell::new(text.len().saturating_mul(MAX_EXPANSION_PER_BYTE).max(MIN_BUDGET_BYTES));
    BoundedValue(&remaining_bytes, place).deserialize(serde_norway::Deserializer::from_str(text))
}

/// Place of a value in a document.
#[derive(Clone, Copy)]
enum Place {
    Root,
    /// `info`.
    Info,
    /// `info.version`: text, even if it looks like a number (`1.10`).
    Version,
    Other,
}

impl Place {
    /// Returns the place of the value of a key.
    fn of_key(self, key: &str) -> Self {
        match (self, key) {
            (_, MERGE_KEY) => self,
            (Self::Root, "info") => Self::Info,
            (Self::Info, "version") => Self::Version,
            _ => Self::Other,
        }
    }
}

/// Deserializes a value and spends its cost from the budget.
#[derive(Clone, Copy)]
struct BoundedValue<'a>(&'a Cell<usize>, Place);

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
        match self.1 {
            Place::Version => deserializer.deserialize_str(self),
            _ => deserializer.deserialize_any(self),
        }
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
        let mut merged = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            self.spend(name.len())?;
            let value = entries.next_value_seed(BoundedValue(self.0, self.1.of_key(&name)))?;
            match mappings_to_merge(&name, value) {
                Ok(mappings) => mappings.into_iter().for_each(|mapping| add_missing(&mut merged, mapping)),
                Err(value) => drop(object.insert(name, value)),
            }
        }
        add_missing(&mut object, merged);
        Ok(Value::Object(object))
    }
}

/// Returns the mappings that the entry of a mapping merges into it, or the value if it is not to be merged.
fn mappings_to_merge(key: &str, value: Value) -> Result<Vec<Map<String, Value>>, Value> {
    match value {
        Value::Object(mapping) if key == MERGE_KEY => Ok(vec![mapping]),
        Value::Array(items) if key == MERGE_KEY && items.iter().all(Value::is_object) => {
            let mapping = |item| if let Value::Object(mapping) = item { Some(mapping) } else { None };
            Ok(items.into_iter().filter_map(mapping).collect())
        }
        value => Err(value),
    }
}

/// Adds the entries whose keys a mapping does not have.
fn add_missing(object: &mut Map<String, Value>, entries: Map<String, Value>) {
    for (key, value) in entries {
        object.entry(key).or_insert(value);
    }
}
