//! Go, as gofmt formats it: a package for each group of methods, requests as structs, their optional enums and structs by
//! pointers.

use super::{
    Call, Case, Method, Sdk,
    go_columns::{PAIR, aligned},
    typed::{Object, Slot, Type, Typed},
};
use crate::snippet::{
    clients::{
        go::{expression, string, variable},
        literal::survives,
    },
    text::Text,
};
use serde_json::{Number, Value};
use std::collections::BTreeSet;

const NULL: &str = "The SDK leaves out what is null.";
const ZERO: &str = "The SDK leaves out optional fields that are false, zero or empty.";
const MIXED: &str = "The SDK's types for Go do not take such a value.";

const CHECK: &str = "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n";

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    let request = Object::request(sdk, method, call)?;
    let package = sdk.fact("package")?;
    let client = sdk.client(method)?;
    let mut program = Program { sdk, package, own: path(&request.of), imports: BTreeSet::new(), before: String::new() };
    program.import(&[package, "/stytch/", &method.client, "/", client].concat());

    let params = program.structure(&request, "Params", 1)?;
    let mut statements = ["\tparams := &", &aligned(&params), "\n"].concat();
    let mut arguments = "ctx, params".to_owned();
    if !call.options.is_empty() {
        let options = program.options(&request.of, &call.options)?;
        statements += &["\toptions := &", &aligned(&options), "\n"].concat();
        arguments += ", options";
    }
    let way = sdk.way(method, [Case::Pascal; 2], ".");
    let credential = [variable(call.username), ", ".into(), variable(call.password)].concat();
    let Program { imports, mut before, .. } = program;
    let mut standard = vec!["context", "fmt", "log", "os"];
    if request.any(&|value| value.json().iter().any(|value| !is_held(value))) {
        standard.push("encoding/json");
    }
    if before.contains("time.Parse(") {
        standard.push("time");
    }
    if !before.is_empty() {
        before.push('\n');
    }
    Ok([
        "package main\n\nimport (\n",
        &import_lines(&standard.into_iter().map(str::to_owned).collect()),
        "\n",
        &import_lines(&imports),
        ")\n\nfunc main() {\n\tctx := context.Background()\n\tclient, err := ",
        client,
        ".NewClient(",
        &credential,
        ")\n",
        CHECK,
        "\n",
        &before,
        &statements,
        "\tresponse, err := client.",
        &way,
        "(",
        &arguments,
        ")\n",
        CHECK,
        "\tfmt.Printf(\"%+v\\n\", response)\n}\n",
    ]
    .concat())
}

fn import_lines(imports: &BTreeSet<String>) -> String {
    let line = |import: &String| match import.split_once(' ') {
        Some((name, path)) => (path.to_owned(), ["\t", name, " \"", path, "\"\n"].concat()),
        None => (import.clone(), ["\t\"", import, "\"\n"].concat()),
    };
    let mut lines: Vec<(String, String)> = imports.iter().map(line).collect();
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The folder of a type: `consumer/magiclinks/email`.
fn path(of: &Type) -> String {
    of.module.iter().map(|word| word.replace('_', "")).collect::<Vec<_>>().join("/")
}

struct Program<'a> {
    sdk: &'a Sdk,
    package: &'a str,
    /// The folder of the request, whose package keeps its name.
    own: String,
    imports: BTreeSet<String>,
    /// What takes statements of its own: constants that are pointed to, and moments.
    before: String,
}

impl Program<'_> {
    fn import(&mut self, import: &str) {
        self.imports.insert(import.to_owned());
    }

    /// A type behind its package. Where another folder has the same last name, so does the package, and is called after
    /// both folders.
    fn typed(&mut self, of: &Type, suffix: &str) -> String {
        let path = path(of);
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let full = [self.package, "/stytch/", &path].concat();
        let mut name = last(&path);
        if path == self.own || name != last(&self.own) {
            self.import(&full);
        } else {
            let before = path.rsplit('/').nth(1).unwrap_or_default();
            name = [before, &name].concat();
            self.import(&[&name, " ", &full].concat());
        }
        [&name, ".", &of.name, suffix].concat()
    }

    /// `{"authorization": {"session_token": …}}`
    fn options(&mut self, of: &Type, options: &crate::model::Arguments) -> Result<String, &'static str> {
        let own = self.typed(of, "RequestOptions");
        let mut lines = Vec::new();
        for (group, values) in options {
            let Some((folder, name)) = self.sdk.option_class(group) else { return Err(MIXED) };
            self.import(&[self.package, "/stytch/", folder].concat());
            let mut inner = Vec::new();
            for (key, value) in values.as_object().into_iter().flatten() {
                let text = value.as_str().ok_or(MIXED)?;
                inner.push([&self.sdk.name(key, Case::Pascal), PAIR, &expression(&Text::from(text), " + ")].concat());
            }
            let package = folder.rsplit('/').next().unwrap_or_default();
            let literal = block(&[package, ".", name, "{"].concat(), &inner, 2);
            lines.push([&self.sdk.name(group, Case::Pascal), PAIR, &literal].concat());
        }
        Ok(block(&[&own, "{"].concat(), &lines, 1))
    }

    fn structure(&mut self, object: &Object, suffix: &str, depth: usize) -> Result<String, &'static str> {
        let start = [&self.typed(&object.of, suffix), "{"].concat();
        Ok(block(&start, &self.lines(object, depth)?, depth))
    }

    fn lines(&mut self, object: &Object, depth: usize) -> Result<Vec<String>, &'static str> {
        let mut lines = Vec::new();
        for (slot, value) in object.given() {
            if !slot.required && !slot.is_query && self.is_zero(slot, value) {
                return Err(ZERO);
            }
            lines.push([&self.sdk.name(&slot.name, Case::Pascal), PAIR, &self.value(slot, value, depth + 1)?].concat());
        }
        Ok(lines)
    }

    fn value(&mut self, slot: &Slot, value: &Typed, depth: usize) -> Result<String, &'static str> {
        let pointer = if slot.required { "" } else { "&" };
        Ok(match value {
            Typed::Null => return Err(NULL),
            Typed::Text(text) => expression(text, " + "),
            Typed::Number(number) => number.clone(),
            Typed::Boolean(value) => value.to_string(),
            Typed::Time(text) => {
                let name = self.sdk.name(&slot.name, Case::Camel);
                let moment = expression(text, "+");
                self.before += &["\t", &name, ", err := time.Parse(time.RFC3339, ", &moment, ")\n", CHECK].concat();
                ["&", &name].concat()
            }
            Typed::Choice(of, value) => {
                let constant = self.typed(of, &constant(value));
                if slot.required {
                    return Ok(constant);
                }
                let name = self.sdk.name(&slot.name, Case::Camel);
                self.before += &["\t", &name, " := ", &constant, "\n"].concat();
                ["&", &name].concat()
            }
            Typed::Texts(texts) => {
                let items: Vec<String> = texts.iter().map(|text| expression(text, " + ")).collect();
                let pointer = if self.is_pointer(slot) { "&" } else { "" };
                [pointer, &row("[]string{", &items, depth)].concat()
            }
            Typed::Object(object) => [pointer, &self.structure(object, "", depth)?].concat(),
            Typed::Objects(of, objects) => {
                let pointer = if slot.required { "" } else { "*" };
                let start = ["[]", pointer, &self.typed(of, ""), "{"].concat();
                let mut items = Vec::new();
                for object in objects {
                    items.push(block("{", &self.lines(object, depth + 1)?, depth + 1));
                }
                block(&start, &items, depth)
            }
            Typed::Maps(values) => {
                let items: Vec<String> = values.iter().map(|value| map("{", value, depth + 1)).collect();
                block("[]map[string]any{", &items, depth)
            }
            Typed::Json(value) => json(value, depth),
        })
    }

    fn is_zero(&self, slot: &Slot, value: &Typed) -> bool {
        match value {
            Typed::Text(text) => text.plain() == Some(""),
            Typed::Number(number) => number == "0",
            Typed::Boolean(value) => !value,
            Typed::Texts(texts) => texts.is_empty() && !self.is_pointer(slot),
            Typed::Objects(_, objects) => objects.is_empty(),
            Typed::Maps(values) => values.is_empty(),
            Typed::Json(value) => value.as_object().is_some_and(serde_json::Map::is_empty),
            _ => false,
        }
    }

    /// Whether a list is pointed to, so that an empty one is sent as well.
    fn is_pointer(&self, slot: &Slot) -> bool {
        self.sdk.facts.flag(&["pointers", &slot.key])
    }
}

/// What a constant has behind the name of its enum: `first_party` → `FirstParty`, `de-DE` → `DeDE`.
pub(super) fn constant(value: &str) -> String {
    let value = value.replace('-', "");
    let word = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => [&first.to_ascii_uppercase(), rest].concat(),
        None => word.to_owned(),
    };
    value.split('_').map(word).collect()
}

fn json(value: &Value, depth: usize) -> String {
    match value {
        Value::Null => "nil".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if is_plain(number) => number.to_string(),
        // Its digits stay as they are.
        Value::Number(number) => ["json.Number(\"", &number.to_string(), "\")"].concat(),
        Value::String(text) => expression(&Text::from(text.as_str()), " + "),
        Value::Object(_) => map("map[string]any{", value, depth),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| json(item, depth + 1)).collect();
            row("[]any{", &items, depth)
        }
    }
}

fn map(start: &str, value: &Value, depth: usize) -> String {
    let pair = |(name, value): (&String, &Value)| [&string(name), PAIR, &json(value, depth + 1)].concat();
    let pairs: Vec<String> = value.as_object().into_iter().flatten().map(pair).collect();
    block(start, &pairs, depth)
}

/// Whether a number's own text is a literal of Go for the same number.
fn is_plain(number: &Number) -> bool {
    number.as_i64().is_some_and(|value| value.to_string() == number.to_string())
        || survives(&Value::Number(number.clone()), &|_| true)
}

fn is_held(value: &Value) -> bool {
    match value {
        Value::Number(number) => is_plain(number),
        Value::Array(items) => items.iter().all(is_held),
        Value::Object(fields) => fields.values().all(is_held),
        _ => true,
    }
}

/// Items on one line, where they are short.
fn row(start: &str, items: &[String], depth: usize) -> String {
    let line = [start, &items.join(", "), "}"].concat();
    if line.len() <= 80 && !line.contains('\n') { line } else { block(start, items, depth) }
}

fn block(start: &str, lines: &[String], depth: usize) -> String {
    if lines.is_empty() {
        return [start, "}"].concat();
    }
    let tabs = "\t".repeat(depth);
    let lines: String = lines.iter().map(|line| ["\t", &tabs, line, ",\n"].concat()).collect();
    [start, "\n", &lines, &tabs, "}"].concat()
}
