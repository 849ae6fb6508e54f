//! Reads the query of an SDK's request. Only documented parameters are sent.

use super::{
    encoded_pair::EncodedPair, invalid_request, judged_arguments::is_single_value, value_reader::WrittenValue,
};
use crate::{
    auth::access_tokens::looks_like_access_token,
    model::{
        NON_UNRESERVED,
        error::ExplorerError,
        operation::Operation,
        schema::{Field, FieldLocation, ParameterStyle, Schema},
        security::{CredentialLocation, SchemeKind, SecurityScheme},
    },
};
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use std::collections::HashSet;

/// A query whose parameters are all documented.
#[derive(Debug, Default)]
pub(super) struct ProxiedQuery<'a> {
    /// The query as it is sent; `None` if it has no parameters.
    pub(super) text: Option<String>,
    /// Names and values, decoded.
    pub(super) pairs: Vec<(String, String)>,
    /// The parameters, each with one of its values.
    pub(super) values: Vec<(&'a Field, WrittenValue)>,
    /// Names of the parameters that are left out.
    pub(super) omitted_names: Vec<String>,
}

impl<'a> ProxiedQuery<'a> {
    /// Reads a query. Leaves out what an SDK sends in it for authentication: an access token of the explorer under any
    /// name, and the parameters of security schemes. Also leaves out copies of path parameters, which some SDKs send.
    ///
    /// # Errors
    /// Returns an error if a parameter is not documented or not percent-encoded UTF-8, or if one with a single value
    /// occurs twice.
    pub(super) fn read(
        operation: &'a Operation,
        schemes: &[SecurityScheme],
        path_values: &[(String, String)],
        query: Option<&str>,
    ) -> Result<Self, ExplorerError> {
        if let Some(field) = operation.fields.iter().find(|field| field.location == FieldLocation::QueryString) {
            return Self::read_whole(operation, field, query.unwrap_or_default());
        }
        let is_credential = |name: &str| is_key_name(schemes, CredentialLocation::Query, name);
        let (mut texts, mut read, mut single_names) = (Vec::new(), Self::default(), HashSet::new());
        for pair in EncodedPair::parse_all(query.unwrap_or_default())? {
            let EncodedPair { encoded, name, value } = &pair;
            let documented = find_parameter(operation, name);
            let is_copy = || path_values.iter().any(|(path_name, path_value)| path_name == name && path_value == value);
            if looks_like_access_token(value) || documented.is_none() && (is_credential(name) || is_copy()) {
                read.omitted_names.push(documented.map_or(name, |field| &field.name).clone());
                continue;
            }
            let Some(field) = documented else {
                let problem = format!("The document describes no query parameter {name:?} of {}.", operation.name);
                return Err(invalid_request(&problem));
            };
            let is_single = field.sent_name() == *name && is_single_value(operation, field);
            if is_single && !single_names.insert(name.clone()) {
                return Err(invalid_request(&format!("The query parameter {name:?} has one value, but occurs twice.")));
            }
            // Some servers also split a query at `;`. Where the document allows it, it is sent as in a call with arguments.
            let is_allowed = field.serialization.allow_reserved;
            texts.push(if is_allowed { (*encoded).to_owned() } else { encoded.replace(';', "%3B") });
            // The properties of an object can be parameters of their own.
            let is_property = name.split('[').next() != Some(field.sent_name()) && field.sent_name() != *name;
            let own_name = if is_property { None } else { Some(field.sent_name()) };
            read.values.push((field, pair.written_value(own_name)?));
            read.pairs.push((name.clone(), value.clone()));
        }
        read.text = (!texts.is_empty()).then(|| texts.join("&"));
        Ok(read)
    }
}

impl<'a> ProxiedQuery<'a> {
    /// Reads a query that is one value: JSON or text, or the fields of a form.
    fn read_whole(operation: &'a Operation, field: &'a Field, query: &str) -> Result<Self, ExplorerError> {
        let mut read = Self::default();
        if query.is_empty() {
            return Ok(read);
        }
        let schema = operation.resolve(&field.schema);
        let is_form = field.serialization.style.is_none() && !matches!(schema, Schema::String(_));
        if !is_form {
            let decoded = percent_decode_str(query).decode_utf8();
            let text = decoded.map_err(|_| invalid_request("The query is not percent-encoded UTF-8."))?.into_owned();
            read.text = Some(utf8_percent_encode(&text, NON_UNRESERVED).to_string());
            read.values.push((field, WrittenValue::new(&text)));
            read.pairs.push((field.sent_name().to_owned(), text));
            return Ok(read);
        }
        let (mut texts, mut single_names) = (Vec::new(), HashSet::new());
        for pair in EncodedPair::parse_all(query)? {
            let base_name = pair.name.split('[').next().unwrap_or_default();
            let properties: &[Field] = if let Schema::Object(fields) = schema { fields } else { &[] };
            let property = properties.iter().find(|other| other.name == pair.name || other.name == base_name);
            if property.is_none() && matches!(schema, Schema::Object(_)) {
                let problem = format!("The document describes no field {:?} of the query string.", pair.name);
                return Err(invalid_request(&problem));
            }
            let is_single = property.is_some_and(|other| other.name == pair.name && is_single_value(operation, other));
            if is_single && !single_names.insert(pair.name.clone()) {
                let problem = format!("The field {:?} of the query has one value, but occurs twice.", pair.name);
                return Err(invalid_request(&problem));
            }
            let name = property.map_or(pair.name.as_str(), |property| &property.name);
            let mut written = pair.written_value(Some(name))?;
            written.keys.insert(0, name.to_owned());
            read.values.push((field, written));
            texts.push(pair.encoded.replace(';', "%3B"));
            read.pairs.push((pair.name, pair.value));
        }
        read.text = (!texts.is_empty()).then(|| texts.join("&"));
        Ok(read)
    }
}

/// Returns true if a security scheme of the document has a key of this name.
pub(super) fn is_key_name(schemes: &[SecurityScheme], location: CredentialLocation, name: &str) -> bool {
    schemes.iter().any(|scheme| match &scheme.kind {
        SchemeKind::ApiKey { location: key_location, name: key_name } => {
            *key_location == location
                && (key_name == name || location == CredentialLocation::Header && key_name.eq_ignore_ascii_case(name))
        }
        _ => false,
    })
}

/// Returns the parameter that a name in a query belongs to: of the same name, of the name before a bracket, as in
/// `filter[since]` and `id[]`, or an object whose fields are parameters of their own.
fn find_parameter<'a>(operation: &'a Operation, name: &str) -> Option<&'a Field> {
    let base_name = name.split('[').next().unwrap_or_default();
    let mut parameters = operation.fields.iter().filter(|field| field.location == FieldLocation::Query);
    let by_name = parameters.clone().find(|field| field.sent_name() == name).or_else(|| {
        parameters.clone().find(|field| field.sent_name() == base_name && !is_single_value(operation, field))
    });
    by_name.or_else(|| parameters.find(|field| is_exploded(field) && has_property(operation, &field.schema, name)))
}

/// Returns true if the fields of an object are sent as parameters of their own (`OpenAPI` 3.1, §4.8.12.3).
fn is_exploded(field: &Field) -> bool {
    matches!(field.serialization.style, None | Some(ParameterStyle::Form)) && field.serialization.explode != Some(false)
}

/// Returns true if an object of this schema can have a property with a name.
fn has_property(operation: &Operation, schema: &Schema, name: &str) -> bool {
    match operation.resolve(schema) {
        Schema::Object(fields) => fields.iter().any(|field| field.name == name),
        Schema::Map(_) => true,
        Schema::Union(variants) => variants.iter().any(|variant| match &variant.schema {
            Schema::Object(fields) => fields.iter().any(|field| field.name == name),
            other => matches!(operation.resolve(other), Schema::Map(_)),
        }),
        _ => false,
    }
}
