//! Kotlin, as ktlint formats it: requests as data classes with named arguments, methods that suspend.

use super::{
    Call, Case, Method, Sdk,
    java::{NULL, constant, is_plain, path},
    typed::{Object, Typed},
};
use crate::{
    model::Arguments,
    snippet::{
        clients::kotlin::{literal, string, variable},
        text::Text,
    },
};
use serde_json::Value;
use std::collections::BTreeSet;

const WIDTH: usize = 100;
const NUMBER: &str = "Kotlin has no number that holds one of these digit by digit.";

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    let request = Object::request(sdk, method, call)?;
    let package = sdk.fact("package")?;
    let client = sdk.client(method)?;
    let mut imports = super::java::imports(sdk, &request, client)?;
    let name = [request.of.name.as_str(), "Request"].concat();
    let mut arguments = vec![object(sdk, &name, &request, 3)?];
    if !call.options.is_empty() {
        let name = [&name, "Options"].concat();
        imports.insert([&path(package, &request.of), ".", &name].concat());
        arguments.push(options(sdk, &name, &call.options, &mut imports)?);
    }
    let way = sdk.way(method, [Case::Camel; 2], ".");
    let imports: String = imports.iter().map(|name| ["import ", name, "\n"].concat()).collect();
    let (_, client) = client.rsplit_once('.').unwrap_or_default();
    let credential = [("projectId", call.username), ("secret", call.password)];
    let credential = credential.map(|(name, variable)| [name, " = ", &self::variable(variable)].concat());
    Ok([
        &imports,
        "\nsuspend fun main() {\n    ",
        &bound("val client =", |depth| Ok(written(client, &credential, depth)), 1)?,
        "\n\n    ",
        &bound("val result =", |depth| Ok(written(&["client.", &way].concat(), &arguments, depth)), 1)?,
        "\n    when (result) {\n        is StytchResult.Success -> println(result.value)\n        \
         is StytchResult.Error -> throw result.exception\n    }\n}\n",
    ]
    .concat())
}

/// A name, and its value: on a line of its own, where it takes several.
fn bound(
    name: &str,
    value: impl Fn(usize) -> Result<String, &'static str>,
    depth: usize,
) -> Result<String, &'static str> {
    let line = value(depth)?;
    if !line.contains('\n') && depth * 4 + name.chars().count() + line.chars().count() < WIDTH {
        return Ok([name, " ", &line].concat());
    }
    Ok([name, "\n", &"    ".repeat(depth + 1), &value(depth + 1)?].concat())
}

/// A call: on one line, where it is short.
fn written(name: &str, arguments: &[String], depth: usize) -> String {
    let line = arguments.join(", ");
    // Of a chain as long as this, each call would stand on a line.
    let is_chain = name.matches('.').count() > 3;
    if !line.contains('\n')
        && !is_chain
        && arguments.len() < 2
        && depth * 4 + name.len() + line.chars().count() + 16 <= WIDTH
    {
        return [name, "(", &line, ")"].concat();
    }
    let margin = "    ".repeat(depth + 1);
    let lines: String = arguments.iter().map(|argument| [&margin, argument, ",\n"].concat()).collect();
    [name, "(\n", &lines, &"    ".repeat(depth), ")"].concat()
}

fn options(sdk: &Sdk, name: &str, options: &Arguments, imports: &mut BTreeSet<String>) -> Result<String, &'static str> {
    let mut groups = Vec::new();
    for (group, values) in options {
        let (package, class) = sdk.option_class(group).ok_or("The document does not say what the options are.")?;
        imports.insert([package, ".", class].concat());
        let values = values.as_object().into_iter().flatten();
        let pair = |(key, value): (&String, &Value)| {
            [&sdk.name(key, Case::Camel), " = ", &string(&Text::from(value.as_str().unwrap_or_default()))].concat()
        };
        groups.push(written(class, &values.map(pair).collect::<Vec<_>>(), 4));
    }
    Ok(written(name, &groups, 3))
}

fn object(sdk: &Sdk, name: &str, object: &Object, depth: usize) -> Result<String, &'static str> {
    let pair = |(slot, value): (&super::typed::Slot, &Typed)| {
        let name = [&sdk.name(&slot.name, Case::Camel), " ="].concat();
        bound(&name, |depth| self::value(sdk, value, depth), depth + 1)
    };
    let arguments = object.given().map(pair).collect::<Result<Vec<_>, _>>()?;
    Ok(written(name, &arguments, depth))
}

fn value(sdk: &Sdk, value: &Typed, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        Typed::Null => return Err(NULL),
        Typed::Text(text) => string(text),
        Typed::Time(text) => ["Instant.parse(", &string(text), ")"].concat(),
        Typed::Number(number) => number.clone(),
        Typed::Boolean(value) => value.to_string(),
        Typed::Choice(of, value) => [&of.name, ".", &constant(value)].concat(),
        Typed::Texts(texts) => list(&texts.iter().map(string).collect::<Vec<_>>(), depth),
        Typed::Object(object) => self::object(sdk, &object.of.name, object, depth)?,
        Typed::Objects(of, objects) => {
            let items = objects.iter().map(|object| self::object(sdk, &of.name, object, depth + 1));
            list(&items.collect::<Result<Vec<_>, _>>()?, depth)
        }
        Typed::Maps(values) => {
            list(&values.iter().map(|value| json(value, depth + 1)).collect::<Result<Vec<_>, _>>()?, depth)
        }
        Typed::Json(value) => json(value, depth)?,
    })
}

fn list(items: &[String], depth: usize) -> String {
    let line = items.join(", ");
    if items.is_empty() {
        return "emptyList()".into();
    }
    if !line.contains('\n') && line.chars().count() + depth * 4 <= 72 {
        return ["listOf(", &line, ")"].concat();
    }
    let margin = "    ".repeat(depth + 1);
    let lines: String = items.iter().map(|item| [&margin, item, ",\n"].concat()).collect();
    ["listOf(\n", &lines, &"    ".repeat(depth), ")"].concat()
}

fn json(value: &Value, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        Value::Null => return Err(NULL),
        Value::Number(number) if !is_plain(number) => return Err(NUMBER),
        Value::String(text) => string(&Text::from(text.as_str())),
        Value::Object(fields) if fields.is_empty() => "emptyMap<String, Any>()".into(),
        Value::Object(fields) => {
            let pair = |(name, value): (&String, &Value)| {
                bound(&[&literal(name), " to"].concat(), |depth| json(value, depth), depth + 1)
            };
            written("mapOf", &fields.iter().map(pair).collect::<Result<Vec<_>, _>>()?, depth)
        }
        Value::Array(items) if items.is_empty() => "emptyList<Any>()".into(),
        Value::Array(items) => {
            // It is left out of maps alone.
            let item = |item: &Value| if item.is_null() { Ok("null".into()) } else { json(item, depth + 1) };
            list(&items.iter().map(item).collect::<Result<Vec<_>, _>>()?, depth)
        }
        other => other.to_string(),
    })
}
