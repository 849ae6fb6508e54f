//! Java, as google-java-format formats it, with an SDK that is written in Kotlin: requests have neither setters nor a
//! builder, but constructors, which may leave out what stands last; methods give futures.

use super::{
    Call, Case, Method, Sdk,
    typed::{Object, Slot, Type, Typed},
};
use crate::{
    model::Arguments,
    snippet::{
        clients::{
            java::{expression, program, string, variable},
            java_layout::Expression,
            literal::survives,
        },
        text::Text,
    },
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

pub(super) const NULL: &str = "The SDK leaves out what is null.";
const NUMBER: &str = "Java has no number that holds one of these digit by digit.";
const OPTIONS: &str = "The document does not say what the options are.";

/// Where statements of `main` begin.
const MARGIN: usize = 4;

/// The longest line.
const WIDTH: usize = 100;

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    let request = Object::request(sdk, method, call)?;
    let client = sdk.client(method)?;
    let mut imports = imports(sdk, &request, client)?;
    let has_list = |has_null| request.any(&|value| value.json().iter().any(|value| self::has_list(value, has_null)));
    if request.any(&|value| matches!(value, Typed::Texts(_) | Typed::Objects(..) | Typed::Maps(_))) || has_list(false) {
        imports.insert("java.util.List".into());
    }
    if has_list(true) {
        imports.insert("java.util.Arrays".into());
    }
    if request.any(&|value| !value.json().is_empty()) {
        imports.insert("java.util.Map".into());
    }
    let name = [request.of.name.as_str(), "Request"].concat();
    let mut statements = String::new();
    let mut arguments = "request".to_owned();
    let (_, class) = client.rsplit_once('.').unwrap_or_default();
    let credential = [call.username, call.password].map(|name| Expression::word(variable(name)));
    statements += &Expression::call(["new ", class].concat(), credential).declared("client", MARGIN);
    statements += "\n";
    statements += &object(sdk, &name, &request)?.declared("request", MARGIN);
    if !call.options.is_empty() {
        let name = [&name, "Options"].concat();
        imports.insert([&path(sdk.fact("package")?, &request.of), ".", &name].concat());
        statements += &options(sdk, &name, &call.options, &mut imports)?.declared("options", MARGIN);
        arguments += ", options";
    } else if takes_options(sdk, call) {
        // The default of an interface's method is one for Kotlin alone.
        arguments += ", null";
    }
    let mut links = services(sdk, method);
    links.push([&sdk.name(&method.name, Case::Camel), "Completable(", &arguments, ")"].concat());
    links.push("get()".into());
    statements += &chain(&links).declared("result", MARGIN);
    statements += "    if (result instanceof StytchResult.Error error) {\n      throw error.getException();\n    }\n    \
                   System.out.println(((StytchResult.Success<?>) result).getValue());\n";
    let imports: BTreeSet<&str> = imports.iter().map(String::as_str).collect();
    Ok(program(&imports, "Exception", &statements))
}

/// What both languages name: the client, the request, the types in it, and what a method gives.
pub(super) fn imports(sdk: &Sdk, request: &Object, client: &str) -> Result<BTreeSet<String>, &'static str> {
    let package = sdk.fact("package")?;
    let name = |of: &Type, suffix: &str| [&path(package, of), ".", &of.name, suffix].concat();
    let mut imports: BTreeSet<String> = request.types().into_iter().map(|of| name(of, "")).collect();
    imports.insert(name(&request.of, "Request"));
    imports.insert(client.to_owned());
    imports.insert(sdk.fact("result")?.to_owned());
    if request.any(&|value| matches!(value, Typed::Time(_))) {
        imports.insert("java.time.Instant".into());
    }
    Ok(imports)
}

/// The package of a type: `com.stytch.java.consumer.models.magiclinksemail`.
pub(super) fn path(package: &str, of: &Type) -> String {
    let (client, rest) = of.module.split_first().map_or(("", String::new()), |(first, rest)| (first, rest.concat()));
    [package, ".", client, ".models.", &rest.replace('_', "")].concat()
}

/// A constant of an enum: `first_party` → `FIRST_PARTY`, `de-DE` → `DEDE`.
pub(super) fn constant(value: &str) -> String {
    value.replace('-', "").to_ascii_uppercase()
}

/// Whether a number's own text is a literal for the same number.
pub(super) fn is_plain(number: &Number) -> bool {
    number.as_i64().is_some_and(|value| value.to_string() == number.to_string())
        || survives(&Value::Number(number.clone()), &|_| true)
}

/// On the line behind the name, where it fits, else a line for each call.
fn chain(links: &[String]) -> Expression {
    let line = ["client.", &links.join(".")].concat();
    let is_short = MARGIN + 4 + line.len() < WIDTH;
    Expression::word(if is_short { line } else { ["client\n            .", &links.join("\n            .")].concat() })
}

/// The first service is a field of the client, the others have getters.
fn services(sdk: &Sdk, method: &Method) -> Vec<String> {
    let name = |(place, service): (usize, &String)| {
        let name = sdk.name(service, Case::Camel);
        if place == 0 {
            return name;
        }
        let (first, rest) = name.split_at(1);
        ["get", &first.to_ascii_uppercase(), rest, "()"].concat()
    };
    method.services.iter().enumerate().map(name).collect()
}

/// Whether the method takes options, given or not.
fn takes_options(sdk: &Sdk, call: &Call) -> bool {
    call.operation.fields.iter().any(|field| sdk.options.contains_key(&field.name))
}

fn options(
    sdk: &Sdk,
    name: &str,
    options: &Arguments,
    imports: &mut BTreeSet<String>,
) -> Result<Expression, &'static str> {
    let mut groups = Vec::new();
    for (group, values) in options {
        let (package, class) = sdk.option_class(group).ok_or(OPTIONS)?;
        imports.insert([package, ".", class].concat());
        // Its constructor has no default values for Java, so that all are given.
        let order = sdk.facts.text(&["option_fields", group]).ok_or(OPTIONS)?;
        let value = |key: &str| match values.get(key).and_then(Value::as_str) {
            Some(text) => expression(&Text::from(text)),
            None => absent(sdk, key),
        };
        groups.push(Expression::call(["new ", class].concat(), order.split('.').map(value).collect::<Vec<_>>()));
    }
    Ok(Expression::call(["new ", name].concat(), groups))
}

fn absent(sdk: &Sdk, name: &str) -> Expression {
    Expression::word(["/* ", &sdk.name(name, Case::Camel), "= */ null"].concat())
}

/// A constructor's arguments, up to the last that is given.
fn object(sdk: &Sdk, name: &str, object: &Object) -> Result<Expression, &'static str> {
    let last = object.fields.iter().rposition(|slot| slot.value.is_some() || slot.required);
    let given = &object.fields[..last.map_or(0, |last| last + 1)];
    let argument = |slot: &Slot| match &slot.value {
        Some(value) => self::value(sdk, slot, value),
        None => Ok(absent(sdk, &slot.name)),
    };
    Ok(Expression::call(["new ", name].concat(), given.iter().map(argument).collect::<Result<Vec<_>, _>>()?))
}

fn value(sdk: &Sdk, slot: &Slot, value: &Typed) -> Result<Expression, &'static str> {
    Ok(match value {
        Typed::Null => return Err(NULL),
        Typed::Text(text) => expression(text),
        Typed::Time(text) => Expression::call("Instant.parse", [expression(text)]),
        Typed::Number(number) if sdk.facts.flag(&["longs", &slot.key]) => Expression::word([number, "L"].concat()),
        Typed::Number(number) => Expression::word(number.clone()),
        Typed::Boolean(value) => Expression::word(value.to_string()),
        Typed::Choice(of, value) => Expression::word([&of.name, ".", &constant(value)].concat()),
        Typed::Texts(texts) => Expression::call("List.of", texts.iter().map(expression).collect::<Vec<_>>()),
        Typed::Object(object) => self::object(sdk, &object.of.name, object)?,
        Typed::Objects(of, objects) => {
            let items = objects.iter().map(|object| self::object(sdk, &of.name, object));
            Expression::call("List.of", items.collect::<Result<Vec<_>, _>>()?)
        }
        Typed::Maps(values) => Expression::call("List.of", values.iter().map(json).collect::<Result<Vec<_>, _>>()?),
        Typed::Json(value) => json(value)?,
    })
}

/// Whether JSON has a list somewhere, one with null in it or one without.
fn has_list(value: &Value, has_null: bool) -> bool {
    match value {
        Value::Array(items) => {
            items.iter().any(Value::is_null) == has_null || items.iter().any(|item| has_list(item, has_null))
        }
        Value::Object(fields) => fields.values().any(|value| has_list(value, has_null)),
        _ => false,
    }
}

fn json(value: &Value) -> Result<Expression, &'static str> {
    Ok(match value {
        Value::Null => return Err(NULL),
        Value::Bool(value) => Expression::word(value.to_string()),
        Value::Number(number) => {
            let is_long = number.as_i64().is_some_and(|value| i32::try_from(value).is_err());
            if !is_plain(number) {
                return Err(NUMBER);
            }
            Expression::word(number.to_string() + if is_long { "L" } else { "" })
        }
        Value::String(text) => expression(&Text::from(text.as_str())),
        Value::Object(fields) => map(fields)?,
        Value::Array(items) => list(items)?,
    })
}

/// Null is left out of maps alone, and `List.of` takes none.
fn list(items: &[Value]) -> Result<Expression, &'static str> {
    let item = |item: &Value| match item {
        Value::Null if items.len() == 1 => Ok(Expression::word("(Object) null")),
        Value::Null => Ok(Expression::word("null")),
        item => json(item),
    };
    let name = if items.iter().any(Value::is_null) { "Arrays.asList" } else { "List.of" };
    Ok(Expression::call(name, items.iter().map(item).collect::<Result<Vec<_>, _>>()?))
}

/// A few short pairs are one list of arguments; others are entries, a line each.
fn map(fields: &Arguments) -> Result<Expression, &'static str> {
    let length: usize = fields.iter().map(|(name, value)| name.len() + value.to_string().len() + 6).sum();
    let mut arguments = Vec::new();
    for (name, value) in fields {
        let pair = [string(name), json(value)?];
        if fields.len() < 2 || (length <= 60 && fields.len() <= 10) {
            arguments.extend(pair);
        } else {
            arguments.push(Expression::call("Map.entry", pair));
        }
    }
    let is_flat = fields.len() < 2 || (length <= 60 && fields.len() <= 10);
    Ok(Expression::call(if is_flat { "Map.of" } else { "Map.ofEntries" }, arguments))
}
