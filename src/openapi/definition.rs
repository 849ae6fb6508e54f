//! What the schemas that an operation names mean, once all of them are read: none stands for another one, and no union is
//! one of its own variants. Whoever follows names then always comes to something.

use crate::model::schema::{Schema, UnionVariant};
use std::collections::HashSet;

/// A name, and the schema that has it.
type Definition = (String, Schema);

/// Makes it so. What only leads back to itself accepts any JSON.
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

/// What a definition that names another one stands for.
fn resolve_alias(definitions: &[Definition], index: usize) -> Schema {
    let mut schema = &definitions[index].1;
    for _ in 0..definitions.len() {
        let Schema::Ref(name) = schema else { return schema.clone() };
        let Some((_, next)) = definitions.iter().find(|(known, _)| known == name) else { break };
        schema = next;
    }
    Schema::Any
}

/// Whether a value of a schema can be one of a definition without being inside of anything.
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
