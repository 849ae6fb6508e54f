//! C#, as `dotnet format` leaves it: requests are made with what is required, and then told what is not; searches have
//! classes for their filters.

use super::{
    Call, Case, Method, Sdk,
    java::{constant, is_plain},
    typed::{Object, Slot, Type, Typed},
};
use crate::{
    model::Arguments,
    snippet::{
        clients::csharp::{literal, string, variable},
        text::Text,
    },
};
use serde_json::Value;

const NULL: &str = "The SDK leaves out what is null.";
const NUMBER: &str = "C# has no number that holds one of these digit by digit.";
const OPTIONS: &str = "The document does not say what the options are.";
const DICTIONARY: &str = "new Dictionary<string, object?>";
const FILTER: &str = "The SDK for .NET has no class for one of these filters.";

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    let request = Object::request(sdk, method, call)?;
    let package = sdk.fact("package")?;
    let name = [&prefix(sdk, &request.of), &request.of.name, "Request"].concat();
    let mut arguments = Vec::new();
    let mut properties = Vec::new();
    for slot in &request.fields {
        let value = slot.value.as_ref().map(|value| self::value(sdk, slot, value, 1)).transpose()?;
        // The constructor takes what is required, but no objects.
        match value {
            value if slot.required && !matches!(slot.value, Some(Typed::Object(_))) => {
                arguments.push(value.unwrap_or_else(|| "default".into()));
            }
            Some(value) => properties.push(property(sdk, &slot.name, &value)),
            None => {}
        }
    }
    let request = created(&name, &arguments, &properties);
    let mut statements = ["var request = ", &request, ";\n"].concat();
    let mut arguments = "request".to_owned();
    if !call.options.is_empty() {
        let options = options(sdk, &[&name, "Options"].concat(), &call.options)?;
        statements += &["var options = ", &options, ";\n"].concat();
        arguments += ", options";
    }
    let credential = [(sdk.credential("username")?, call.username), (sdk.credential("password")?, call.password)];
    let credential = credential.map(|(property, name)| [property, " = ", &variable(name)].concat());
    Ok([
        "using Newtonsoft.Json;\nusing ",
        package,
        ".Clients;\nusing ",
        package,
        ".Models;\n\nusing var client = new ",
        sdk.client(method)?,
        "(",
        &initialized("new ClientConfig", &credential, 0),
        ");\n\n",
        &statements,
        "var response = await client.",
        &sdk.way(method, [Case::Pascal; 2], "."),
        "(",
        &arguments,
        ");\nConsole.WriteLine(JsonConvert.SerializeObject(response, Formatting.Indented));\n",
    ]
    .concat())
}

/// What stands before names that more than one group of methods has: `B2BMagicLinksEmail`.
fn prefix(sdk: &Sdk, of: &Type) -> String {
    let word =
        |word: &String| sdk.facts.text(&["prefixes", word]).map_or_else(|| sdk.name(word, Case::Pascal), str::to_owned);
    let skipped = usize::from(of.module.first().is_some_and(|client| client == "consumer"));
    of.module.iter().skip(skipped).map(word).collect()
}

fn type_name(sdk: &Sdk, of: &Type) -> String {
    if sdk.facts.flag(&["prefixed", &of.name]) {
        [&prefix(sdk, of), of.name.as_str()].concat()
    } else {
        of.name.clone()
    }
}

fn property(sdk: &Sdk, name: &str, value: &str) -> String {
    [&sdk.name(name, Case::Pascal), " = ", value].concat()
}

/// `new Name(arguments)`, and properties in braces.
fn created(name: &str, arguments: &[String], properties: &[String]) -> String {
    let line = arguments.join(", ");
    let is_long = line.contains('\n') || name.len() + line.chars().count() > 90;
    let call = match arguments {
        [] if !properties.is_empty() => ["new ", name].concat(),
        _ if is_long => ["new ", name, "(\n    ", &arguments.join(",\n    "), ")"].concat(),
        _ => ["new ", name, "(", &line, ")"].concat(),
    };
    if properties.is_empty() { call } else { initialized(&call, properties, 0) }
}

fn initialized(start: &str, properties: &[String], depth: usize) -> String {
    let margin = "    ".repeat(depth);
    let lines: String = properties.iter().map(|line| [&margin, "    ", line, ",\n"].concat()).collect();
    [start, "\n", &margin, "{\n", &lines, &margin, "}"].concat()
}

fn options(sdk: &Sdk, name: &str, options: &Arguments) -> Result<String, &'static str> {
    let mut groups = Vec::new();
    for (group, values) in options {
        let class = sdk.facts.text(&["options", group]).ok_or(OPTIONS)?;
        let values = values.as_object().into_iter().flatten();
        let pair = |(key, value): (&String, &Value)| {
            property(sdk, key, &string(&Text::from(value.as_str().unwrap_or_default())))
        };
        let inside = values.map(pair).collect::<Vec<_>>().join(", ");
        groups.push(property(sdk, group, &["new ", class, " { ", &inside, " }"].concat()));
    }
    Ok(initialized(&["new ", name].concat(), &groups, 0))
}

fn value(sdk: &Sdk, slot: &Slot, value: &Typed, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        Typed::Null => return Err(NULL),
        Typed::Text(text) => string(text),
        Typed::Time(text) => ["DateTimeOffset.Parse(", &string(text), ").UtcDateTime"].concat(),
        Typed::Number(number) => number.clone(),
        Typed::Boolean(value) => value.to_string(),
        Typed::Choice(of, value) => [&type_name(sdk, of), ".", &constant(value)].concat(),
        Typed::Texts(texts) => list(&texts.iter().map(string).collect::<Vec<_>>(), depth),
        Typed::Object(object) => self::object(sdk, object, depth)?,
        Typed::Objects(_, objects) => {
            let items = objects.iter().map(|object| self::object(sdk, object, depth + 1));
            list(&items.collect::<Result<Vec<_>, _>>()?, depth)
        }
        Typed::Maps(values) => {
            let owner = slot.key.split('.').next().unwrap_or_default();
            list(&values.iter().map(|value| filter(sdk, owner, value)).collect::<Result<Vec<_>, _>>()?, depth)
        }
        Typed::Json(value) => json(value, depth)?,
    })
}

fn object(sdk: &Sdk, object: &Object, depth: usize) -> Result<String, &'static str> {
    let pair = |(slot, value): (&Slot, &Typed)| {
        Ok::<_, &'static str>(property(sdk, &slot.name, &self::value(sdk, slot, value, depth + 1)?))
    };
    let properties = object.given().map(pair).collect::<Result<Vec<_>, _>>()?;
    let start = ["new ", &type_name(sdk, &object.of)].concat();
    let line = [&start, " { ", &properties.join(", "), " }"].concat();
    if properties.is_empty() {
        return Ok(start + "()");
    }
    if properties.len() < 3 && !line.contains('\n') && line.chars().count() + depth * 4 <= 100 {
        return Ok(line);
    }
    Ok(initialized(&start, &properties, depth))
}

/// A filter by its class, where the SDK has one that takes such a value.
fn filter(sdk: &Sdk, owner: &str, value: &Value) -> Result<String, &'static str> {
    let fields = value.as_object().filter(|fields| fields.len() == 2).ok_or(FILTER)?;
    let name = fields.get("filter_name").and_then(Value::as_str).ok_or(FILTER)?;
    let class = sdk.facts.text(&["filters", owner, name]).ok_or(FILTER)?;
    let value = match fields.get("filter_value").ok_or(FILTER)? {
        Value::Array(items) if items.iter().all(Value::is_string) => {
            list(&items.iter().filter_map(Value::as_str).map(|text| string(&Text::from(text))).collect::<Vec<_>>(), 9)
        }
        Value::String(text) => string(&Text::from(text.as_str())),
        Value::Bool(value) => value.to_string(),
        _ => return Err(FILTER),
    };
    Ok(["new ", class, " { FilterValue = ", &value, " }"].concat())
}

/// A collection expression.
fn list(items: &[String], depth: usize) -> String {
    let line = items.join(", ");
    if !line.contains('\n') && (line.chars().count() + depth * 4 <= 90 || depth > 8) {
        return ["[", &line, "]"].concat();
    }
    let margin = "    ".repeat(depth);
    let lines: String = items.iter().map(|item| [&margin, "    ", item, ",\n"].concat()).collect();
    ["\n", &margin, "[\n", &lines, &margin, "]"].concat()
}

fn json(value: &Value, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        Value::Number(number) if !is_plain(number) => return Err(NUMBER),
        Value::String(text) => string(&Text::from(text.as_str())),
        Value::Object(fields) => {
            let pair = |(name, value): (&String, &Value)| {
                Ok::<_, &'static str>(["[", &literal(name), "] = ", &json(value, depth + 1)?].concat())
            };
            let pairs = fields.iter().map(pair).collect::<Result<Vec<_>, _>>()?;
            if pairs.is_empty() { [DICTIONARY, "()"].concat() } else { initialized(DICTIONARY, &pairs, depth) }
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| json(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            let line = ["new object?[] { ", &items.join(", "), " }"].concat();
            if line.contains('\n') || line.chars().count() > 90 {
                return Ok(initialized("new object?[]", &items, depth));
            }
            if items.is_empty() { "Array.Empty<object?>()".into() } else { line }
        }
        other => other.to_string(),
    })
}
