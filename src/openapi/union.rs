//! Reads unions: `oneOf`, `anyOf`, `discriminator` and lists of types.

use super::{
    keywords::{is_null_schema, is_same_schema},
    operation_summary::{MAX_TEXT_BYTES, truncate},
    reference::{ResolvedObject, reference_name},
    schema::SchemaReader,
};
use crate::{
    model::schema::{Schema, UnionVariant},
    text,
};
use serde_json::Value;

/// Maximum number of variants of a union.
const MAX_VARIANTS: usize = 100;
/// Maximum number of shared fields, counted once per variant, that are copied into the variants.
const MAX_SHARED_FIELDS: usize = 5_000;

/// A variant before it is read: its schema and the reference that names it.
type VariantCandidate<'a> = (&'a Value, Option<&'a str>);

impl<'a> SchemaReader<'a> {
    /// Reads a schema as a union. Returns the variant itself if there is only one, and `None` if the schema is not a
    /// union.
    pub(super) fn read_union(&mut self, resolved: &ResolvedObject<'a>, depth: usize) -> Option<Schema> {
        let candidates = self.union_candidates(resolved)?;
        if let Some(constants) = constants(&candidates).filter(|constants| self.try_spend_choices(constants)) {
            return Some(Schema::Enum(constants.into_iter().cloned().collect()));
        }
        if candidates.len() > MAX_VARIANTS || !self.try_spend_subschemas(candidates.len()) {
            return Some(Schema::Any);
        }
        let shared_fields = self.read_fields(resolved, depth + 1);
        if shared_fields.len() * candidates.len() > MAX_SHARED_FIELDS {
            return Some(Schema::Any);
        }
        if let ([(only_variant, _)], true) = (candidates.as_slice(), shared_fields.is_empty()) {
            return Some(self.read_schema_at(only_variant, depth + 1));
        }
        let discriminator_field = self.find_discriminator_field(&candidates);
        let discriminator_object = resolved.get("discriminator");
        let default_reference = discriminator_object.and_then(|discriminator| discriminator["defaultMapping"].as_str());
        let is_default = |reference: Option<&str>| {
            default_reference.zip(reference).is_some_and(|(default, reference)| is_same_schema(default, reference))
        };
        if let Some(default) = default_reference
            && !candidates.iter().any(|(_, reference)| is_default(*reference))
        {
            let default = truncate(default, MAX_TEXT_BYTES);
            self.report(format!("the discriminator's defaultMapping {default:?} is not one of the variants"));
        }
        let (defaults, others): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|(_, reference)| is_default(*reference));
        let mut variants: Vec<UnionVariant> = Vec::new();
        // A value that a discriminator selects may match the default as well, so the default is the last.
        for (candidate, reference) in others.into_iter().chain(defaults) {
            let resolved_variant = self.resolve_schema(candidate);
            let is_default = is_default(reference);
            let mut discriminators = documented_discriminators(discriminator_object, reference, is_default);
            if discriminators.is_empty()
                && !is_default
                && let Some(name) = discriminator_field
                && let Some(value) = resolved_variant.get_property(name).and_then(constant)
            {
                discriminators.push((name.to_owned(), value));
            }
            let has_variant_without = is_default || discriminators.is_empty();
            let discriminators: Vec<_> = discriminators
                .into_iter()
                .take(MAX_VARIANTS)
                .map(Some)
                .chain(has_variant_without.then_some(None))
                .collect();
            let schema = if shared_fields.is_empty() {
                self.read_schema_at(candidate, depth + 1)
            } else {
                let mut fields = shared_fields.clone();
                let own_fields = self.read_fields(&resolved_variant, depth + 1);
                fields.retain(|field| own_fields.iter().all(|other| other.name != field.name));
                fields.extend(own_fields);
                Schema::Object(fields)
            };
            for discriminator in discriminators {
                if variants.len() == MAX_VARIANTS {
                    return Some(Schema::Any);
                }
                let title = variant_title(&resolved_variant, reference, discriminator.as_ref())
                    .unwrap_or_else(|| schema.type_label().to_owned());
                let number = variants.len() + 1;
                let is_taken = variants.iter().any(|variant| variant.title == title);
                let title = if is_taken { format!("{title} ({number})") } else { title };
                let is_default = is_default && discriminator.is_none();
                let title = if is_default { text!("union-default-variant", title = title) } else { title };
                variants.push(UnionVariant { title, schema: schema.clone(), discriminator, is_default });
            }
        }
        Some(Schema::Union(variants))
    }

    /// Returns a union with one variant for each type.
    pub(super) fn read_types(&mut self, types: &[&str], resolved: &ResolvedObject<'a>, depth: usize) -> Schema {
        let variants = types.iter().map(|kind| {
            let schema = self.read_type(kind, resolved, depth);
            UnionVariant { title: schema.type_label().to_owned(), schema, ..UnionVariant::default() }
        });
        Schema::Union(variants.collect())
    }

    /// Returns the variants of a schema apart from `null`, or `None` if it is not a union.
    fn union_candidates(&mut self, resolved: &ResolvedObject<'a>) -> Option<Vec<VariantCandidate<'a>>> {
        if let Some(variants) = resolved.variants() {
            let candidates: Vec<VariantCandidate> = variants
                .iter()
                .filter(|variant| !is_null_schema(variant))
                .map(|variant| (variant, self.resolver.alias_target(variant).map(|(reference, _)| reference)))
                .collect();
            // Variants that only specify required fields describe no values of their own.
            let describes_values = |(variant, _): &VariantCandidate| {
                let keys = variant.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
                keys.into_iter().any(|key| !matches!(key, "required" | "not" | "title" | "description"))
            };
            return Some(candidates).filter(|candidates| candidates.iter().any(describes_values));
        }
        // The discriminator of a base schema names the schemas that extend it. These inherit the discriminator through
        // `allOf`, but are not unions themselves.
        if resolved.get("allOf").is_some() {
            return None;
        }
        let mut candidates: Vec<VariantCandidate> = Vec::new();
        for (reference, target) in resolved.mapped_schemas(self.resolver)? {
            match target {
                Ok(target) => candidates.push((target, Some(reference))),
                Err(reason) => self.report(reason),
            }
        }
        (!candidates.is_empty()).then_some(candidates)
    }

    /// Returns the field that has a different constant in each variant.
    fn find_discriminator_field(&mut self, candidates: &[VariantCandidate<'a>]) -> Option<&'a str> {
        let resolved_variants: Vec<ResolvedObject> =
            candidates.iter().map(|(candidate, _)| self.resolve_schema(candidate)).collect();
        let (first, others) = resolved_variants.split_first()?;
        let is_discriminator = |name: &str| {
            let mut constants: Vec<Value> = Vec::new();
            for resolved in std::iter::once(first).chain(others) {
                match resolved.get_property(name).and_then(constant) {
                    Some(constant) if !constants.contains(&constant) => constants.push(constant),
                    _ => return false,
                }
            }
            constants.len() > 1
        };
        first.properties().into_iter().map(|(name, _)| name).find(|name| is_discriminator(name))
    }
}

/// Returns the scalar that is the only value a schema accepts.
fn constant(schema: &Value) -> Option<Value> {
    let choices = ResolvedObject::from_layer(schema.as_object()?).choices()?;
    let [only] = choices.as_slice() else { return None };
    (!only.is_array() && !only.is_object()).then(|| (*only).clone())
}

/// Returns the constants of a union in which every variant is a `const`.
fn constants<'a>(candidates: &[VariantCandidate<'a>]) -> Option<Vec<&'a Value>> {
    candidates.iter().map(|(candidate, _)| candidate.get("const")).collect()
}

/// Returns the discriminators of a variant as the union documents them: with the mapping keys as the values, or else the
/// name of the schema, unless that is the default (`OpenAPI` 3.1, §4.8.25).
fn documented_discriminators(
    discriminator_object: Option<&Value>,
    reference: Option<&str>,
    is_default: bool,
) -> Vec<(String, Value)> {
    let (Some(discriminator_object), Some(reference)) = (discriminator_object, reference) else { return Vec::new() };
    let Some(property) = discriminator_object["propertyName"].as_str() else { return Vec::new() };
    let mapping = discriminator_object["mapping"].as_object().into_iter().flatten();
    let is_mapped = |to: &Value| to.as_str().is_some_and(|to| is_same_schema(to, reference));
    let mut values: Vec<String> = mapping.filter(|(_, to)| is_mapped(to)).map(|(key, _)| key.clone()).collect();
    if values.is_empty() && !is_default {
        values.push(reference_name(reference));
    }
    values.into_iter().map(|value| (property.to_owned(), Value::from(value))).collect()
}

fn variant_title(
    resolved: &ResolvedObject,
    reference: Option<&str>,
    discriminator: Option<&(String, Value)>,
) -> Option<String> {
    let schema_title = Some(resolved.get_str("title")).filter(|title| !title.is_empty()).map(str::to_owned);
    let discriminator_value =
        discriminator.map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    schema_title.or(discriminator_value).or(reference.map(reference_name)).or_else(|| {
        let format = Some(resolved.get_str("format")).filter(|format| !format.is_empty());
        format.filter(|_| resolved.types() == ["string"]).map(str::to_owned)
    })
}
