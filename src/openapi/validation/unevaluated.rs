//! Restricts the properties of a value by `unevaluatedProperties: false` where they depend on the value: with `oneOf` to
//! those of the variant that matches, and with `if` to those of its branch (JSON Schema 2020-12, §11.3).
//!
//! Crate `jsonschema` has this keyword, but compiles it in unbounded time for hostile documents.

use super::property_set::PropertyCollector;
use serde_json::{Map, Value, json};

/// The restrictions of the parts of one schema.
#[derive(Default)]
pub(super) struct BranchLimits {
    /// Restrictions of the variants of `oneOf`, in their order.
    pub(super) variants: Vec<Value>,
    /// Restrictions of `then` and of `else`.
    conditional: Option<(Value, Value)>,
    /// Number of names in all restrictions.
    pub(super) name_count: usize,
}

impl BranchLimits {
    /// Returns the restrictions of a schema that forbids other properties. Returns `None` if the limit of steps is
    /// exceeded.
    pub(super) fn new<'a>(collector: &PropertyCollector<'a>, schema: &'a Value) -> Option<Self> {
        let mut limits = Self::default();
        if let Some(variants) = schema.get("oneOf").and_then(Value::as_array) {
            let base = collector.collect_without(schema, &["oneOf"])?.names;
            for variant in variants {
                let own = collector.collect(variant)?.names;
                limits.name_count += base.len() + own.len();
                limits.variants.push(only_properties(&[&base, &own]));
            }
        }
        if let Some(condition) = schema.get("if") {
            let base = collector.collect_without(schema, &["if", "then", "else"])?.names;
            let names_of = |schema: Option<&'a Value>| {
                schema.map_or(Some(Vec::new()), |schema| collector.collect(schema).map(|properties| properties.names))
            };
            let (condition, then) = (names_of(Some(condition))?, names_of(schema.get("then"))?);
            let otherwise = names_of(schema.get("else"))?;
            limits.name_count += 2 * base.len() + condition.len() + then.len() + otherwise.len();
            limits.conditional =
                Some((only_properties(&[&base, &condition, &then]), only_properties(&[&base, &otherwise])));
        }
        Some(limits)
    }

    /// Adds the restrictions of the branches to a schema that has its condition.
    pub(super) fn restrict_branches(self, output: &mut Map<String, Value>) {
        let Some((then, otherwise)) = self.conditional.filter(|_| output.contains_key("if")) else { return };
        for (keyword, limit) in [("then", then), ("else", otherwise)] {
            let branch = output.remove(keyword);
            output.insert(keyword.into(), json!({"allOf": branch.into_iter().chain([limit]).collect::<Vec<_>>()}));
        }
    }
}

/// Returns a schema of objects that have no other properties than these.
fn only_properties(names: &[&[&str]]) -> Value {
    let properties: Map<String, Value> =
        names.iter().copied().flatten().map(|name| ((*name).to_owned(), Value::Bool(true))).collect();
    json!({"properties": properties, "additionalProperties": false})
}
