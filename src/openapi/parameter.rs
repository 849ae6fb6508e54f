//! Parameters of a path and of its operations.

use super::{
    reference::{Layers, Resolver},
    schema::Reader,
};
use crate::model::schema::{Field, Place, Schema, Style, TextRules, WireFormat};
use serde_json::Value;

/// Headers that are described elsewhere, or that only the gateway sets (`OpenAPI` 3.1, §4.8.12.1).
const NOT_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];
/// More parameters than these are left out.
const MOST: usize = 500;

/// Parameters of the path, then of the operation, which replace those of the same name and place.
pub(super) fn read<'a>(
    reader: &mut Reader<'a>,
    of_path: Option<&'a Value>,
    of_operation: Option<&'a Value>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut given = [of_path, of_operation].into_iter().flatten().filter_map(Value::as_array).flatten();
    for parameter in given.by_ref().take(MOST) {
        match parameter_field(reader, parameter) {
            Ok(Some(field)) => {
                fields.retain(|known| (known.place, &known.name) != (field.place, &field.name));
                fields.push(field);
            }
            Ok(None) => {}
            Err(reason) => reader.fault(format!("a parameter is left out: {reason}")),
        }
    }
    if given.next().is_some() {
        reader.fault(format!("it has more than {MOST} parameters; the others are left out"));
    }
    // One namespace for all: of two that share a name, the first in the order of places keeps it.
    fields.sort_by_key(|field| field.place as u8);
    let mut unique: Vec<Field> = Vec::new();
    for field in fields {
        if unique.iter().any(|known| known.name == field.name) {
            reader.fault(format!("the parameter {} stands in two places; the second is left out", field.name));
        } else {
            unique.push(field);
        }
    }
    unique
}

fn parameter_field<'a>(reader: &mut Reader<'a>, parameter: &'a Value) -> Result<Option<Field>, String> {
    let parameter = reader.resolver.resolve(parameter)?;
    let name = parameter.text("name");
    if name.is_empty() {
        return Err("it has no name".into());
    }
    let place = match parameter.text("in") {
        "path" => Place::Path,
        "query" => Place::Query,
        "header" if NOT_PARAMETERS.contains(&name.to_lowercase().as_str()) => return Ok(None),
        "header" => Place::Header,
        "cookie" => Place::Cookie,
        other => return Err(format!("{name} has the unknown place {other:?}")),
    };
    let content = parameter.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
    let schema = content.and_then(|media| media.get("schema")).or(parameter.get("schema"));
    let mut about = schema.map(|schema| reader.layers(schema)).map(|layers| reader.about(&layers)).unwrap_or_default();
    if !parameter.text("description").is_empty() {
        about.description = reader.html(parameter.text("description"));
    }
    about.deprecated |= parameter.is("deprecated");
    let examples = examples(reader.resolver, &parameter).filter(|example| reader.budget.affords(example));
    about.examples.extend(examples.cloned());
    Ok(Some(Field {
        name: name.to_owned(),
        place,
        required: place == Place::Path || parameter.is("required"),
        schema: schema.map_or_else(|| Schema::Text(TextRules::default()), |schema| reader.read(schema)),
        format: WireFormat {
            style: if content.is_some() { Some(Style::Json) } else { style(parameter.text("style")) },
            explode: parameter.get("explode").and_then(Value::as_bool),
            allow_reserved: parameter.is("allowReserved"),
            content_type: None,
        },
        about,
    }))
}

/// `example`, and the values of `examples`, as parameters and media types have them.
fn examples<'a>(resolver: Resolver<'a>, of: &Layers<'a>) -> impl Iterator<Item = &'a Value> {
    let named = of.get("examples").and_then(Value::as_object).into_iter().flatten();
    let named = named.filter_map(move |(_, example)| resolver.resolve(example).ok()?.get("value"));
    of.get("example").into_iter().chain(named).take(5)
}

/// The style that a document names; its place's own has no need to be said.
pub(super) fn style(name: &str) -> Option<Style> {
    Some(match name {
        "form" => Style::Form,
        "simple" => Style::Simple,
        "label" => Style::Label,
        "matrix" => Style::Matrix,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        _ => return None,
    })
}
