//! Rust, as rustfmt formats it: requests as structs, whose optional fields are options.

use super::{
    Call, Case, Method, Sdk,
    go::constant,
    typed::{Object, Type, Typed},
};
use crate::snippet::{
    clients::{
        literal::survives,
        rust::{string, variable},
    },
    text::{Piece, Text},
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

const OPTIONS: &str = "The SDK's methods for Rust take no session, so that they cannot act for somebody.";
const NULL: &str = "The SDK's type for Rust does not take null here.";
const NUMBER: &str = "The SDK's JSON for Rust does not hold one of the numbers digit by digit.";

/// The longest line, and the longest list of arguments on one.
const WIDTH: usize = 100;
const ARGUMENTS: usize = 60;

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    if !call.options.is_empty() {
        return Err(OPTIONS);
    }
    let request = Object::request(sdk, method, call)?;
    let package = sdk.fact("package")?;
    let client = sdk.client(method)?;
    let types = request.types().into_iter().map(|of| path(package, of, ""));
    let mut imports: BTreeSet<String> = types.collect();
    imports.insert(path(package, &request.of, "Request"));
    imports.extend([client.to_owned(), "std::env".into(), "std::error::Error".into()]);
    if request.any(&|value| !value.json().is_empty()) {
        imports.insert("serde_json::json".into());
    }
    let imports: String = imports.iter().map(|path| ["use ", path, ";\n"].concat()).collect();

    let name = [request.of.name.as_str(), "Request"].concat();
    let value = if request.given().next().is_none() && !request.fields.is_empty() {
        [&name, "::default()"].concat()
    } else {
        structure(sdk, &name, &request, 1)?
    };
    let (services, call_name) = (&method.services, sdk.name(&method.name, Case::Snake));
    let links = services.iter().map(|service| sdk.name(service, Case::Snake));
    let links: Vec<String> = links.chain([[&raw(&call_name), "(request)"].concat(), "await?".into()]).collect();
    let chain = ["client.", &links.join(".")].concat();
    let chain = if chain.len() < ARGUMENTS { chain } else { ["client", &lines(&links)].concat() };
    Ok([
        &imports,
        "\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn Error>> {\n    let project_id = ",
        &variable(call.username),
        ";\n    let secret = ",
        &variable(call.password),
        ";\n    let client = Client::new(&project_id, &secret)?;\n\n    let request = ",
        &value,
        ";\n    let response = ",
        &chain,
        ";\n    println!(\"{response:#?}\");\n    Ok(())\n}\n",
    ]
    .concat())
}

fn lines(links: &[String]) -> String {
    links.iter().map(|link| ["\n        .", link].concat()).collect()
}

/// `stytch::consumer::magic_links_email::SendRequest`
fn path(package: &str, of: &Type, suffix: &str) -> String {
    let (client, rest) = of.module.split_first().map_or(("", String::new()), |(first, rest)| (first, rest.join("_")));
    [package, "::", client, "::", &rest, "::", &of.name, suffix].concat()
}

/// A name that may be a keyword.
fn raw(name: &str) -> String {
    const KEYWORDS: [&str; 6] = ["override", "type", "ref", "use", "move", "match"];
    if KEYWORDS.contains(&name) { ["r#", name].concat() } else { name.to_owned() }
}

fn structure(sdk: &Sdk, name: &str, object: &Object, depth: usize) -> Result<String, &'static str> {
    let mut fields = Vec::new();
    for (slot, value) in object.given() {
        let (some, name) = (!slot.required, raw(&slot.name));
        let column = (depth + 1) * 4 + name.len() + 2;
        fields.push([&name, ": ", &written(sdk, value, some, depth + 1, column)?].concat());
    }
    if fields.len() < object.fields.len() {
        fields.push("..Default::default()".into());
    }
    let line = fields.join(", ");
    if fields.is_empty() {
        return Ok([name, " {}"].concat());
    }
    if line.len() <= 18 && !line.contains('\n') {
        return Ok([name, " { ", &line, " }"].concat());
    }
    let has_rest = fields.len() > object.given().count();
    let last = fields.len() - 1;
    let margin = "    ".repeat(depth + 1);
    let line = |(place, field): (usize, &String)| {
        let comma = if has_rest && place == last { "" } else { "," };
        [&margin, field, comma, "\n"].concat()
    };
    let lines: String = fields.iter().enumerate().map(line).collect();
    Ok([name, " {\n", &lines, &"    ".repeat(depth), "}"].concat())
}

/// A value from a column on.
fn written(sdk: &Sdk, value: &Typed, some: bool, depth: usize, column: usize) -> Result<String, &'static str> {
    let wrap = |text: String| if some { ["Some(", &text, ")"].concat() } else { text };
    Ok(match value {
        Typed::Null if some => "None".into(),
        Typed::Null => return Err(NULL),
        Typed::Text(text) => Expression::new(text).wrapped(some, "Some(", ")").fitted(depth, column),
        Typed::Time(text) => match text.plain() {
            Some(plain) => wrap([&string(plain), ".parse()?"].concat()),
            None => wrap([&Expression::new(text).flat(), ".parse()?"].concat()),
        },
        Typed::Number(number) => wrap(number.clone()),
        Typed::Boolean(value) => wrap(value.to_string()),
        Typed::Choice(of, value) => {
            let constant = [&of.name, "::", &constant(value)].concat();
            Expression::constant(constant).wrapped(some, "Some(", ")").fitted(depth, column)
        }
        Typed::Texts(texts) => match texts.as_slice() {
            [text] => {
                Expression::new(text).wrapped(true, "vec![", "]").wrapped(some, "Some(", ")").fitted(depth, column)
            }
            texts => {
                let inside: Vec<String> = texts.iter().map(|text| Expression::new(text).flat()).collect();
                let line = ["vec![", &inside.join(", "), "]"].concat();
                let most = if some { ARGUMENTS } else { ARGUMENTS + "vec![]".len() };
                if line.len() <= most && column + line.len() + 7 <= WIDTH {
                    return Ok(wrap(line));
                }
                let column = depth * 4 + 4;
                let tall = texts.iter().map(|text| Expression::new(text).fitted(depth + 1, column));
                wrap(list(tall, depth))
            }
        },
        Typed::Object(object) => wrap(structure(sdk, &object.of.name, object, depth)?),
        Typed::Objects(of, objects) => match objects.as_slice() {
            [] => wrap("vec![]".into()),
            // It begins behind the bracket where there is room for all brackets that are open then.
            [only] if column + wrap(["vec![", &of.name, " {],"].concat()).len() <= WIDTH => {
                wrap(["vec![", &structure(sdk, &of.name, only, depth)?, "]"].concat())
            }
            objects => {
                let items = objects.iter().map(|object| structure(sdk, &of.name, object, depth + 1));
                wrap(list(items.collect::<Result<Vec<_>, _>>()?.into_iter(), depth))
            }
        },
        Typed::Maps(values) => match values.as_slice() {
            [] => wrap("vec![]".into()),
            [only] => wrap(["vec![json!(", &json(only, depth)?, ")]"].concat()),
            values => {
                let items = values.iter().map(|value| Ok(["json!(", &json(value, depth + 1)?, ")"].concat()));
                wrap(list(items.collect::<Result<Vec<_>, &'static str>>()?.into_iter(), depth))
            }
        },
        Typed::Json(value) => wrap(["json!(", &json(value, depth)?, ")"].concat()),
    })
}

fn list(items: impl Iterator<Item = String>, depth: usize) -> String {
    let lines: String = items.map(|item| ["    ".repeat(depth + 1), item, ",\n".into()].concat()).collect();
    ["vec![\n", &lines, &"    ".repeat(depth), "]"].concat()
}

/// JSON inside of `json!`, which rustfmt leaves as it is.
fn json(value: &Value, depth: usize) -> Result<String, &'static str> {
    let block = |[open, close]: [&str; 2], lines: Vec<String>| {
        let margin = "    ".repeat(depth + 1);
        let lines: String = lines.iter().map(|line| [&margin, line, ",\n"].concat()).collect();
        [open, "\n", &lines, &"    ".repeat(depth), close].concat()
    };
    Ok(match value {
        Value::Number(number) => literal(number)?,
        Value::String(text) => {
            let text = Text::from(text.as_str());
            text.plain().map_or_else(|| Expression::new(&text).flat(), string)
        }
        Value::Object(fields) if !fields.is_empty() => {
            let pair = |(name, value): (&String, &Value)| Ok([&string(name), ": ", &json(value, depth + 1)?].concat());
            block(["{", "}"], fields.iter().map(pair).collect::<Result<_, &'static str>>()?)
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| json(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            let line = ["[", &items.join(", "), "]"].concat();
            if line.len() <= 72 && !line.contains('\n') { line } else { block(["[", "]"], items) }
        }
        other => other.to_string(),
    })
}

/// A number as Rust writes it; without a suffix, it would have 32 bits.
fn literal(number: &Number) -> Result<String, &'static str> {
    let text = number.to_string();
    match number.as_i64().filter(|value| value.to_string() == text) {
        Some(value) if i32::try_from(value).is_ok() => Ok(text),
        Some(_) => Ok(text + "_i64"),
        None if survives(&Value::Number(number.clone()), &|_| true) => Ok(text),
        None => Err(NUMBER),
    }
}

/// A string, by the place where it may be broken into lines.
struct Expression {
    open: String,
    arguments: Vec<String>,
    close: String,
    is_macro: bool,
}

impl Expression {
    fn new(text: &Text) -> Self {
        let call = |open: &str, argument: String, close: &str| Self {
            open: open.into(),
            arguments: vec![argument],
            close: close.into(),
            is_macro: false,
        };
        if let Some(plain) = text.plain() {
            return call("String::from(", string(plain), ")");
        }
        if let [Piece::Variable(name)] = text.pieces() {
            return call("env::var(", string(name), ")?");
        }
        let pattern = text.joined(|plain| plain.replace('{', "{{").replace('}', "}}"), |_| "{}".into(), "");
        let mut arguments = vec![string(&pattern)];
        arguments.extend(text.pieces().iter().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(variable(name)),
            Piece::Plain(_) => None,
        }));
        Self { open: "format!(".into(), arguments, close: ")".into(), is_macro: true }
    }

    /// A path, which stands for itself.
    fn constant(path: String) -> Self {
        Self { open: String::new(), arguments: vec![path], close: String::new(), is_macro: false }
    }

    fn wrapped(self, is: bool, open: &str, close: &str) -> Self {
        if !is {
            return self;
        }
        Self { open: [open, &self.open].concat(), close: [&self.close, close].concat(), ..self }
    }

    fn flat(&self) -> String {
        [&self.open, &self.arguments.join(", "), self.close.as_str()].concat()
    }

    /// On one line from a column on, or with its arguments on lines of their own.
    fn fitted(&self, depth: usize, column: usize) -> String {
        let flat = self.flat();
        if self.open.is_empty() {
            return flat;
        }
        let outside = self.open.find(['(', '[']).unwrap_or_default() + 2;
        let is_bare = self.open.matches(['(', '[']).count() == 1 && !self.is_macro && self.open != "Some(";
        if (is_bare || flat.len() - outside <= ARGUMENTS) && column + flat.len() < WIDTH {
            return flat;
        }
        let margin = "    ".repeat(depth + 1);
        let last = self.arguments.len() - 1;
        let line = |(place, argument): (usize, &String)| {
            let comma = if self.is_macro && place == last { "" } else { "," };
            [&margin, argument, comma, "\n"].concat()
        };
        let lines: String = self.arguments.iter().enumerate().map(line).collect();
        [&self.open, "\n", &lines, &"    ".repeat(depth), self.close.as_str()].concat()
    }
}
