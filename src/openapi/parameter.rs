//! Reads the parameters of paths and operations.

use super::{
    example::example_value,
    reference::{ResolvedObject, Resolver},
    schema::SchemaReader,
};
use crate::model::schema::{Field, FieldLocation, FieldSerialization, ParameterStyle, Schema, StringConstraints};
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
            Ok(Some(field)) => {
                fields.retain(|existing| (existing.location, &existing.name) != (field.location, &field.name));
                fields.push(field);
            }
            Ok(None) => {}
            Err(reason) => reader.report(format!("a parameter is left out: {reason}")),
        }
    }
    if parameters.next().is_some() {
        reader.report(format!("it has more than {MAX_PARAMETERS} parameters; the others are left out"));
    }
    fields.sort_by_key(|field| field.location as u8);
    fields
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
            let name = [location_name(field.location), ".", &field.name].concat();
            field.serialization.name = Some(std::mem::replace(&mut field.name, name));
        }
    }
}

/// Returns the value of `in` for a location.
fn location_name(location: FieldLocation) -> &'static str {
    match location {
        FieldLocation::Path => "path",
        FieldLocation::Query => "query",
        FieldLocation::Header => "header",
        FieldLocation::Cookie => "cookie",
        FieldLocation::BodyField | FieldLocation::Body => "body",
    }
}

fn read_parameter<'a>(reader: &mut SchemaReader<'a>, parameter: &'a Value) -> Result<Option<Field>, String> {
    let parameter = reader.resolver.resolve(parameter)?;
    let name = parameter.get_str("name");
    if name.is_empty() {
        return Err("it has no name".into());
    }
    let location = match parameter.get_str("in") {
        "path" => FieldLocation::Path,
        "query" => FieldLocation::Query,
        "header" if IGNORED_HEADERS.contains(&name.to_lowercase().as_str()) => return Ok(None),
        "header" => FieldLocation::Header,
        "cookie" => FieldLocation::Cookie,
        other => return Err(format!("{name} has the unknown location {other:?}")),
    };
    let content = parameter.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
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
    Ok(Some(Field {
        name: name.to_owned(),
        location,
        required: location == FieldLocation::Path || parameter.is_true("required"),
        schema: schema
            .map_or_else(|| Schema::String(StringConstraints::default()), |schema| reader.read_schema(schema)),
        serialization: FieldSerialization {
            name: None,
            style: if content.is_some() { Some(ParameterStyle::Json) } else { parse_style(parameter.get_str("style")) },
            explode: parameter.get("explode").and_then(Value::as_bool),
            // In a path, only one parameter can have it: see `slash_parameter`.
            allow_reserved: location != FieldLocation::Path && parameter.is_true("allowReserved"),
            content_type: None,
        },
        annotations,
    }))
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

/// Parses a parameter style. Returns `None` for an unknown style, so that the default of the location applies.
pub(super) fn parse_style(name: &str) -> Option<ParameterStyle> {
    Some(match name {
        "form" => ParameterStyle::Form,
        "simple" => ParameterStyle::Simple,
        "label" => ParameterStyle::Label,
        "matrix" => ParameterStyle::Matrix,
        "spaceDelimited" => ParameterStyle::SpaceDelimited,
        "pipeDelimited" => ParameterStyle::PipeDelimited,
        "deepObject" => ParameterStyle::DeepObject,
        _ => return None,
    })
}
