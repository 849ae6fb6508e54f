//! Reads the parameters of paths and operations.

use super::{
    encoding::apply_encoding,
    example::example_value,
    reference::{ResolvedObject, Resolver},
    schema::SchemaReader,
    style::parse_style,
};
use crate::model::{
    media_type::MediaType,
    operation::BodyEncoding,
    schema::{Field, FieldLocation, FieldSerialization, ParameterStyle, Schema, StringConstraints},
};
use serde_json::Value;
use std::{borrow::Cow, collections::HashMap};

/// Headers that are not parameters: they are described elsewhere, or only the gateway sets them (`OpenAPI` 3.1,
/// §4.8.12.1).
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];
/// Maximum number of parameters per operation.
pub(super) const MAX_PARAMETERS: usize = 500;

/// Reads the parameters of the path and of the operation. A parameter of the operation replaces one of the path with
/// the same name and location.
pub(super) fn read_parameters<'a>(
    reader: &mut SchemaReader<'a>,
    path_parameters: Option<&'a Value>,
    operation_parameters: Option<&'a Value>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut parameters =
        [path_parameters, operation_parameters].into_iter().flatten().filter_map(Value::as_array).flatten();
    for parameter in parameters.by_ref().take(MAX_PARAMETERS) {
        match read_parameter(reader, parameter) {
            Ok(field) => {
                fields.retain(|existing| (existing.location, &existing.name) != (field.location, &field.name));
                fields.push(field);
            }
            Err(reason) => reader.report(format!("a parameter is left out: {reason}")),
        }
    }
    if parameters.next().is_some() {
        reader.report(format!("it has more than {MAX_PARAMETERS} parameters; the others are left out"));
    }
    fields.sort_by_key(|field| field.location as u8);
    remove_ambiguous_query_strings(reader, &mut fields);
    fields
}

/// Removes query strings beside which there are other parameters of the query, which `OpenAPI` 3.2 excludes.
fn remove_ambiguous_query_strings(reader: &mut SchemaReader, fields: &mut Vec<Field>) {
    let mut has_query = fields.iter().any(|field| field.location == FieldLocation::Query);
    fields.retain(|field| {
        let is_query_string = field.location == FieldLocation::QueryString;
        if is_query_string && has_query {
            let reason = "the query has other parameters, too";
            reader.report(format!("a parameter is left out: {} is a whole query string, but {reason}", field.name));
        }
        let is_kept = !(is_query_string && has_query);
        has_query |= is_query_string;
        is_kept
    });
}

/// Gives parameters that share their name with another field names of their own in the arguments, such as
/// `query.version`.
pub(super) fn tell_apart(fields: &mut [Field]) {
    loop {
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for field in fields.iter() {
            *uses.entry(&field.name).or_default() += 1;
        }
        let is_ambiguous = |field: &Field| {
            uses[&*field.name] > 1 && field.serialization.name.is_none() && !field.location.is_in_body()
        };
        let ambiguous: Vec<usize> = (0..fields.len()).filter(|index| is_ambiguous(&fields[*index])).collect();
        // A new name can be that of another parameter, which then needs one as well.
        if ambiguous.is_empty() {
            return;
        }
        for index in ambiguous {
            let field = &mut fields[index];
            let name = format!("{}.{}", location_name(field.location), field.name);
            field.serialization.name = Some(std::mem::replace(&mut field.name, name));
        }
    }
}

/// Returns the value of `in` for a location.
fn location_name(location: FieldLocation) -> &'static str {
    match location {
        FieldLocation::Path => "path",
        FieldLocation::Query => "query",
        FieldLocation::QueryString => "querystring",
        FieldLocation::Header => "header",
        FieldLocation::Cookie => "cookie",
        FieldLocation::BodyField | FieldLocation::Body => "body",
        FieldLocation::PartHeader => "part",
    }
}

fn read_parameter<'a>(reader: &mut SchemaReader<'a>, parameter: &'a Value) -> Result<Field, String> {
    let parameter = reader.resolver.resolve(parameter)?;
    let name = parameter.get_str("name");
    if name.is_empty() {
        return Err("it has no name".into());
    }
    let location = match parameter.get_str("in") {
        "path" => FieldLocation::Path,
        "query" => FieldLocation::Query,
        "querystring" => FieldLocation::QueryString,
        "header" if IGNORED_HEADERS.contains(&name.to_lowercase().as_str()) => {
            return Err(format!(
                "the header {name} is no parameter; media types and credentials have choices of their own"
            ));
        }
        "header" => FieldLocation::Header,
        "cookie" => FieldLocation::Cookie,
        other => return Err(format!("{name} has the unknown location {other:?}")),
    };
    let entry = parameter.get("content").and_then(Value::as_object).and_then(|content| content.iter().next());
    let is_form = location == FieldLocation::QueryString
        && entry.is_some_and(|(media_type, _)| !MediaType::parse(media_type).is_json());
    if location == FieldLocation::QueryString && entry.is_none() {
        return Err(format!("{name} is a query string without a media type"));
    }
    let content = entry.map(|(_, media)| media);
    let schema = content.and_then(|media| media.get("schema")).or(parameter.get("schema"));
    let mut annotations = schema
        .map(|schema| reader.resolve_schema(schema))
        .map(|resolved| reader.read_annotations(&resolved))
        .unwrap_or_default();
    if !parameter.get_str("description").is_empty() {
        annotations.description = reader.render_markdown(parameter.get_str("description"));
    }
    annotations.deprecated |= parameter.is_true("deprecated");
    let examples =
        parameter_examples(reader.resolver, &parameter).filter(|example| reader.byte_budget.try_spend(example));
    annotations.examples.extend(examples.map(Cow::into_owned));
    let style = match content {
        Some(_) if is_form => None,
        Some(_) => Some(ParameterStyle::Json),
        None => parse_style(parameter.get_str("style")),
    };
    let mut parsed_schema =
        schema.map_or_else(|| Schema::String(StringConstraints::default()), |schema| reader.read_schema(schema));
    if let (true, Schema::Object(fields)) = (is_form, &mut parsed_schema) {
        apply_encoding(content.and_then(|media| media.get("encoding")), BodyEncoding::UrlEncoded, fields);
    }
    Ok(Field {
        name: name.to_owned(),
        location,
        required: location == FieldLocation::Path || parameter.is_true("required"),
        schema: parsed_schema,
        serialization: FieldSerialization {
            style,
            explode: parameter.get("explode").and_then(Value::as_bool),
            allow_empty: location == FieldLocation::Query && parameter.is_true("allowEmptyValue"),
            // In a path, only one parameter can have it: see `slash_parameter`.
            allow_reserved: location != FieldLocation::Path && parameter.is_true("allowReserved"),
            ..FieldSerialization::default()
        },
        annotations,
        ..Field::default()
    })
}

/// Returns `example` and the values of `examples` of a parameter.
fn parameter_examples<'a>(
    resolver: Resolver<'a>,
    parameter: &ResolvedObject<'a>,
) -> impl Iterator<Item = Cow<'a, Value>> {
    let named = parameter.get("examples").and_then(Value::as_object).into_iter().flatten();
    let named = named.filter_map(move |(_, example)| example_value(&resolver.resolve(example).ok()?));
    parameter.get("example").map(Cow::Borrowed).into_iter().chain(named).take(5)
}
