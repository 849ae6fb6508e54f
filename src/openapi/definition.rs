//! Normalizes the schemas that an operation refers to by name.
//!
//! Afterwards no definition is an alias of another one, and no union is one of its own variants, so following names
//! always terminates.

use crate::model::schema::{Schema, UnionVariant};
use std::collections::HashSet;

/// A name and its schema.
type Definition = (String, Schema);

/// Resolves aliases and removes cycles. A definition or variant that only refers back to itself accepts any JSON.
pub(super) fn normalize(definitions: &mut [Definition]) {
    for index in 0..definitions.len() {
        if matches!(definitions[index].1, Schema::Ref(_)) {
            definitions[index].1 = resolve_alias(definitions, index);
        }
    }
    for index in 0..definitions.len() {
        let (name, schema) = &definitions[index];
        let Schema::Union(variants) = schema else { continue };
        let is_cyclic = |variant: &UnionVariant| can_reach(definitions, &variant.schema, name, &mut HashSet::new());
        let cyclic_variants: Vec<usize> =
            (0..variants.len()).filter(|variant_index| is_cyclic(&variants[*variant_index])).collect();
        if let Schema::Union(variants) = &mut definitions[index].1 {
            for variant_index in cyclic_variants {
                variants[variant_index].schema = Schema::Any;
            }
        }
    }
}

/// Returns the schema at the end of a chain of aliases, or [`Schema::Any`] if the chain is cyclic.
fn resolve_alias(definitions: &[Definition], index: usize) -> Schema {
    let mut schema = &definitions[index].1;
    for _ in 0..definitions.len() {
        let Schema::Ref(name) = schema else { return schema.clone() };
        let Some((_, next)) = definitions.iter().find(|(candidate, _)| candidate == name) else { break };
        schema = next;
    }
    Schema::Any
}

/// Returns true if a schema is the named definition, or a union with that definition among its variants, directly or
/// through other names.
fn can_reach<'a>(definitions: &'a [Definition], schema: &'a Schema, name: &str, seen: &mut HashSet<&'a str>) -> bool {
    match schema {
        Schema::Ref(other) if other == name => true,
        Schema::Ref(other) => {
            let next = definitions.iter().find(|(candidate, _)| candidate == other && seen.insert(other));
            next.is_some_and(|(_, next)| can_reach(definitions, next, name, seen))
        }
        Schema::Union(variants) => variants.iter().any(|variant| can_reach(definitions, &variant.schema, name, seen)),
        _ => false,
    }
}
