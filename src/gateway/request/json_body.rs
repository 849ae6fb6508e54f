//! Parses JSON, and refuses texts that two programs could read differently.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::{collections::HashSet, fmt};

/// Parses JSON text. Numbers and the order of keys are preserved.
///
/// # Errors
/// Returns an error if the text is not JSON, or if an object has two values for one key: programs differ in which of
/// them they use (RFC 8259, §4).
pub(super) fn parse_json(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice::<UniqueKeys>(text)?;
    serde_json::from_slice(text)
}

/// A JSON value that is only checked: all keys of each object are different.
struct UniqueKeys;

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueKeysVisitor)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = UniqueKeys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<UniqueKeys, E> {
        Ok(UniqueKeys)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<UniqueKeys, A::Error> {
        while items.next_element::<UniqueKeys>()?.is_some() {}
        Ok(UniqueKeys)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<UniqueKeys, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = fields.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(A::Error::custom(format_args!("the key {key:?} occurs twice in one object")));
            }
            // With arbitrary precision, a number is a map with one key, whose value is text.
            fields.next_value::<UniqueKeys>()?;
            keys.insert(key);
        }
        Ok(UniqueKeys)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_json;

    #[test]
    fn a_key_may_occur_only_once_in_an_object() {
        for text in [
            r#"{"a": 1, "a": 2}"#,
            r#"{"a": 1, "\u0061": 2}"#,
            r#"{"a": [{"b": null, "c": 1.50, "b": null}]}"#,
            "",
            "{",
            "{} {}",
        ] {
            assert!(parse_json(text.as_bytes()).is_err(), "{text}");
        }
        let error = parse_json(br#"{"a": 1, "a": 2}"#).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains(r#"the key "a" occurs twice"#)));
    }

    #[test]
    fn a_value_is_written_as_it_was_read() {
        for text in
            [r#"{"b":1.50,"a":{"b":12345678901234567890123,"c":[true,null,"x",-0.0,1e+400]}}"#, "[]", "\"text\"", "1"]
        {
            assert_eq!(parse_json(text.as_bytes()).map(|value| value.to_string()).ok().as_deref(), Some(text));
        }
    }
}
