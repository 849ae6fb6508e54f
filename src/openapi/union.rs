//! `oneOf`, `anyOf`, `discriminator` and lists of types: values of one of several schemas.

use super::{
    reference::{Layers, name_of},
    schema::{Reader, kinds},
};
use crate::model::schema::{Schema, Variant};
use serde_json::Value;

/// More variants than this are not offered one by one.
const MOST_VARIANTS: usize = 100;
/// More fields than these are not repeated in variants.
const MOST_SHARED: usize = 5_000;

/// A variant before it is read: its schema, and the reference that names it.
type Candidate<'a> = (&'a Value, Option<&'a str>);

impl<'a> Reader<'a> {
    /// The union that a schema is, or what is left of one that has only one variant.
    pub(super) fn union(&mut self, layers: &Layers<'a>, depth: usize) -> Option<Schema> {
        let candidates = self.candidates(layers)?;
        if let Some(constants) = constants(&candidates).filter(|constants| self.can_be_chosen(constants)) {
            return Some(Schema::Choice(constants));
        }
        if candidates.len() > MOST_VARIANTS || !self.may_open(candidates.len()) {
            return Some(Schema::Any);
        }
        let shared = self.fields(layers, depth + 1);
        if shared.len() * candidates.len() > MOST_SHARED {
            return Some(Schema::Any);
        }
        if let ([(only, _)], true) = (candidates.as_slice(), shared.is_empty()) {
            return Some(self.read_at(only, depth + 1));
        }
        let common_tag = self.common_tag(&candidates);
        let discriminator = layers.get("discriminator");
        let mut variants: Vec<Variant> = Vec::new();
        for (candidate, reference) in candidates {
            let own = self.layers(candidate);
            let tag = discriminated(discriminator, reference).or_else(|| {
                let name = common_tag?;
                Some((name.to_owned(), constant(own.property(name)?)?))
            });
            let schema = if shared.is_empty() {
                self.read_at(candidate, depth + 1)
            } else {
                let mut fields = shared.clone();
                let own = self.fields(&own, depth + 1);
                fields.retain(|field| own.iter().all(|other| other.name != field.name));
                fields.extend(own);
                Schema::Object(fields)
            };
            let title = title(&own, reference, tag.as_ref()).unwrap_or_else(|| schema.kind().to_owned());
            let number = variants.len() + 1;
            let is_taken = variants.iter().any(|variant| variant.title == title);
            variants.push(Variant { title: if is_taken { format!("{title} ({number})") } else { title }, schema, tag });
        }
        Some(Schema::Union(variants))
    }

    /// One variant for each of several types.
    pub(super) fn of_kinds(&mut self, kinds: &[&str], layers: &Layers<'a>, depth: usize) -> Schema {
        let variants = kinds.iter().map(|kind| {
            let schema = self.of_kind(kind, layers, depth);
            Variant { title: schema.kind().to_owned(), schema, tag: None }
        });
        Schema::Union(variants.collect())
    }

    /// The variants that a schema offers beside `null`, if it offers any.
    fn candidates(&mut self, layers: &Layers<'a>) -> Option<Vec<Candidate<'a>>> {
        let offered = layers.get("oneOf").or(layers.get("anyOf")).and_then(Value::as_array);
        if let Some(offered) = offered {
            let candidates: Vec<Candidate> = offered
                .iter()
                .filter(|variant| variant["type"] != "null" && variant.get("const") != Some(&Value::Null))
                .map(|variant| (variant, self.resolver.alias(variant).map(|(reference, _)| reference)))
                .collect();
            // Variants that only say which fields are required describe no values of their own.
            let describes = |(variant, _): &Candidate| {
                let keys = variant.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
                keys.into_iter().any(|key| !matches!(key, "required" | "not" | "title" | "description"))
            };
            return Some(candidates).filter(|candidates| candidates.iter().any(describes));
        }
        // A schema that others extend: its discriminator names them. Theirs is the same one, which they got by `allOf`.
        if layers.get("allOf").is_some() {
            return None;
        }
        let mapping = layers.get("discriminator")?.get("mapping")?.as_object()?;
        let mut candidates: Vec<Candidate> = Vec::new();
        for reference in mapping.values().filter_map(Value::as_str) {
            match self.resolver.target(reference) {
                Ok(target) => candidates.push((target, Some(reference))),
                Err(reason) => self.fault(reason),
            }
        }
        (!candidates.is_empty()).then_some(candidates)
    }

    /// The field that has another constant in each variant.
    fn common_tag(&mut self, candidates: &[Candidate<'a>]) -> Option<&'a str> {
        let layers: Vec<Layers> = candidates.iter().map(|(candidate, _)| self.layers(candidate)).collect();
        let (first, others) = layers.split_first()?;
        let tells_apart = |name: &str| {
            let mut constants: Vec<Value> = Vec::new();
            for layers in std::iter::once(first).chain(others) {
                match layers.property(name).and_then(constant) {
                    Some(constant) if !constants.contains(&constant) => constants.push(constant),
                    _ => return false,
                }
            }
            constants.len() > 1
        };
        first.properties().into_iter().map(|(name, _)| name).find(|name| tells_apart(name))
    }
}

/// The only value that a schema accepts, if there is one.
fn constant(schema: &Value) -> Option<Value> {
    let single = schema.get("enum").and_then(Value::as_array).filter(|choices| choices.len() == 1);
    let only = schema.get("const").or(single.and_then(|choices| choices.first()));
    only.filter(|only| !only.is_array() && !only.is_object()).cloned()
}

/// The values of a union all of whose variants are constants.
fn constants(candidates: &[Candidate]) -> Option<Vec<Value>> {
    candidates.iter().map(|(candidate, _)| candidate.get("const").cloned()).collect()
}

/// The tag of a variant by the union's discriminator: the key that maps to it, else its name (`OpenAPI` 3.1, §4.8.25).
fn discriminated(discriminator: Option<&Value>, reference: Option<&str>) -> Option<(String, Value)> {
    let (discriminator, reference) = (discriminator?, reference?);
    let property = discriminator["propertyName"].as_str()?;
    let name = name_of(reference);
    let mapping = discriminator["mapping"].as_object();
    let key = mapping.and_then(|mapping| mapping.iter().find(|(_, to)| *to == reference || **to == *name));
    Some((property.to_owned(), Value::from(key.map_or(name.as_str(), |(key, _)| key))))
}

fn title(layers: &Layers, reference: Option<&str>, tag: Option<&(String, Value)>) -> Option<String> {
    let own = Some(layers.text("title")).filter(|title| !title.is_empty()).map(str::to_owned);
    let tag = tag.map(|(_, tag)| tag.as_str().map_or_else(|| tag.to_string(), str::to_owned));
    own.or(tag).or(reference.map(name_of)).or_else(|| {
        let format = Some(layers.text("format")).filter(|format| !format.is_empty());
        format.filter(|_| kinds(layers) == ["string"]).map(str::to_owned)
    })
}
