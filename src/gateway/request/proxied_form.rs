//! Reads the form of an SDK's request. Only documented fields are sent.

use super::{
    encoded_pair::EncodedPair,
    invalid_request,
    judged_arguments::{add_argument, is_single_value},
    value_reader::{WrittenValue, read_field, read_values},
};
use crate::model::{
    Arguments,
    error::ExplorerError,
    operation::Operation,
    schema::{Field, FieldLocation, Schema},
};
use serde_json::Value;
use std::collections::HashSet;

/// Maximum number of fields of a form.
const MAX_PAIRS: usize = 10_000;

/// A form whose fields are all documented.
pub(super) struct ProxiedForm {
    /// The form as it is sent.
    pub(super) text: String,
    /// Its values in the types of their schemas, which are validated.
    pub(super) typed: Arguments,
    /// Its values and their parts as text, which the policy evaluates.
    pub(super) arguments: Arguments,
}

impl ProxiedForm {
    /// Reads a form.
    ///
    /// # Errors
    /// Returns an error if a field is not documented or not percent-encoded UTF-8, or if one with a single value occurs
    /// twice.
    pub(super) fn read(operation: &Operation, body: &[u8]) -> Result<Self, ExplorerError> {
        let text = std::str::from_utf8(body).map_err(|_| invalid_request("The form is not UTF-8."))?;
        let pairs = EncodedPair::parse_all(text)?;
        if pairs.len() > MAX_PAIRS {
            return Err(invalid_request(&format!("The form has more than {MAX_PAIRS} fields.")));
        }
        let schema = FormSchema::new(operation);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let (mut arguments, mut single_names) = (Arguments::new(), HashSet::new());
        let mut values: Vec<(Option<&Field>, WrittenValue)> = Vec::new();
        for pair in &pairs {
            let EncodedPair { name, value, .. } = pair;
            let base_name = name.split('[').next().unwrap_or_default();
            let field = schema.field(name).or_else(|| schema.field(base_name));
            if field.is_none() && !schema.allows_name(operation, base_name) {
                return Err(invalid_request(&format!("The document describes no field {name:?} of this form.")));
            }
            let is_single = field.is_some_and(|field| field.name == *name && is_single_value(operation, field));
            if is_single && !single_names.insert(name) {
                return Err(invalid_request(&format!(
                    "The field {name:?} of the form has one value, but occurs twice."
                )));
            }
            form.append_pair(name, value);
            values.push((field, pair.written_value(field.map(|field| field.name.as_str()))?));
            add_argument(operation, &mut arguments, "form", name, value);
        }
        Ok(Self { text: form.finish(), typed: schema.typed(operation, &values)?, arguments })
    }
}

/// The documented fields of a form.
pub(super) enum FormSchema<'a> {
    /// Fields with names. If the operation has them as one value, its name.
    Fields(Option<&'a str>, Vec<&'a Field>),
    /// A value whose fields are not listed.
    Whole(&'a Field),
}

impl<'a> FormSchema<'a> {
    pub(super) fn new(operation: &'a Operation) -> Self {
        match operation.fields.iter().find(|field| field.location == FieldLocation::Body) {
            None => {
                let fields = operation.fields.iter().filter(|field| field.location == FieldLocation::BodyField);
                Self::Fields(None, fields.collect())
            }
            Some(body_field) => match operation.resolve(&body_field.schema) {
                Schema::Object(fields) => Self::Fields(Some(&body_field.name), fields.iter().collect()),
                _ => Self::Whole(body_field),
            },
        }
    }

    /// Returns the field with a name.
    pub(super) fn field(&self, name: &str) -> Option<&'a Field> {
        match self {
            Self::Fields(_, fields) => fields.iter().copied().find(|field| field.name == name),
            Self::Whole(_) => None,
        }
    }

    /// Returns true if the form can have a field with a name that the document does not list.
    pub(super) fn allows_name(&self, operation: &Operation, name: &str) -> bool {
        match self {
            Self::Fields(..) => false,
            Self::Whole(field) => allows_property(operation, &field.schema, name, 0),
        }
    }

    /// Returns the values of a form in the types of their schemas.
    fn typed(
        &self,
        operation: &Operation,
        values: &[(Option<&Field>, WrittenValue)],
    ) -> Result<Arguments, ExplorerError> {
        match self {
            Self::Whole(body_field) => {
                let written: Vec<WrittenValue> = values.iter().map(|(_, value)| value.clone()).collect();
                let value = read_values(operation, &body_field.schema, &written);
                Ok(Arguments::from_iter([(body_field.name.clone(), value)]))
            }
            Self::Fields(whole_name, fields) => {
                let mut typed = Arguments::new();
                for field in fields {
                    let of_field = values
                        .iter()
                        .filter(|(other, _)| other.is_some_and(|other| std::ptr::eq(other, *field)))
                        .map(|(_, value)| value.clone());
                    let written: Vec<WrittenValue> = of_field.collect();
                    if !written.is_empty() {
                        typed.insert(field.name.clone(), read_field(operation, field, &written)?);
                    }
                }
                Ok(wrap(*whole_name, typed))
            }
        }
    }
}

/// Returns the fields of a form as arguments: under their own names, or as one value.
pub(super) fn wrap(whole_name: Option<&str>, fields: Arguments) -> Arguments {
    match whole_name {
        Some(name) => Arguments::from_iter([(name.to_owned(), Value::Object(fields))]),
        None => fields,
    }
}

/// Returns true if an object of a schema can have a property with a name.
fn allows_property(operation: &Operation, schema: &Schema, name: &str, depth: u32) -> bool {
    match operation.resolve(schema) {
        Schema::Object(fields) => fields.iter().any(|field| field.name == name),
        Schema::Map(_) | Schema::Any => true,
        Schema::Union(variants) if depth < 8 => {
            variants.iter().any(|variant| allows_property(operation, &variant.schema, name, depth + 1))
        }
        _ => false,
    }
}
