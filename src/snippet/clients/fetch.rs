//! JavaScript and TypeScript over HTTP, as Prettier with single quotes formats them: fetch, undici, axios.

use super::{
    Client,
    http::{Content, Http, PartValue},
    literal::{Dialect, is_index, survives},
    text::Text,
};
use crate::snippet::javascript::{expression, key, string, with_variables};
use serde_json::Value;

pub(super) const FETCH: Client = Client {
    id: "javascript-fetch",
    language: "JavaScript",
    name: "fetch",
    install: "",
    file: "call.mjs",
    run: "node call.mjs",
    print: |http| fetch(http, &JSON, ""),
};

pub(super) const UNDICI: Client = Client {
    id: "javascript-undici",
    language: "JavaScript",
    name: "undici",
    install: "npm install undici",
    file: "call.mjs",
    run: "node call.mjs",
    print: undici,
};

pub(super) const AXIOS: Client = Client {
    id: "javascript-axios",
    language: "JavaScript",
    name: "axios",
    install: "npm install axios",
    file: "call.mjs",
    run: "node call.mjs",
    print: axios,
};

/// A file that ends in `.ts` is a module, and may wait, only where a `package.json` says so; `.mts` always is.
pub(super) const TYPED_FETCH: Client = Client {
    id: "typescript-fetch",
    language: "TypeScript",
    name: "fetch",
    install: "npm install --save-dev tsx @types/node",
    file: "call.mts",
    run: "npx tsx call.mts",
    print: |http| fetch(http, &TYPED, &checks(&http.variables())),
};

const JSON: Dialect = Dialect {
    object: ["{", "}"],
    empty_object: "{}",
    list: ["[", "]"],
    pair: ": ",
    words: ["null", "true", "false"],
    indent: "  ",
    width: WIDTH,
    string: expression,
    key,
};

/// Variables are constants there, which `checks` has seen.
const TYPED: Dialect = Dialect { string: |text| with_variables(text, str::to_owned), ..JSON };

/// The longest line that is not broken.
const WIDTH: usize = 80;

/// What stands before a call, and what the call is given as its body.
struct Body {
    imports: &'static str,
    before: String,
    expression: String,
}

fn fetch(http: &Http, language: &Dialect, checks: &str) -> Result<String, &'static str> {
    match http.method {
        "GET" | "HEAD" if http.body.is_some() => return Err("fetch sends no body with GET and HEAD."),
        "TRACE" => return Err("fetch sends no TRACE."),
        _ => {}
    }
    let start = "const response = await fetch(";
    let url = (language.string)(&http.url);
    let has_options = http.method != "GET" || http.basic.is_some() || !http.headers.is_empty();
    let depth = usize::from(has_options && !fits(&[start, &url, ", {"], 0));
    let body = body(http, language, depth + 1)?;
    let mut options = Vec::new();
    if http.method != "GET" {
        options.push(["method: ", &string(http.method)].concat());
    }
    options.extend(headers(http, language, depth + 1));
    options.extend(body.iter().map(|body| ["body: ", &body.expression].concat()));
    let (imports, before) = around(body.as_ref(), "");
    let call = if has_options { two(start, &url, &options, depth) } else { call(start, &[url], ");\n", 0) };
    let after = "if (!response.ok) {\n  throw new Error(`${response.status} ${await response.text()}`);\n}\n\
                 console.log(await response.text());\n";
    Ok(broken(&[&imports, checks, &before, &call, after].concat()))
}

/// The variables as constants, each of which is there from here on: else TypeScript lets nobody use them as text.
fn checks(names: &[&str]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let absent: Vec<String> = names.iter().map(|name| [name, " === undefined"].concat()).collect();
    let constants = match ["const { ", &names.join(", "), " } = process.env;\n"].concat() {
        line if fits(&[line.trim_end()], 0) => line,
        _ => ["const {\n  ", &names.join(",\n  "), ",\n} = process.env;\n"].concat(),
    };
    let condition = match ["if (", &absent.join(" || "), ") {\n"].concat() {
        line if fits(&[line.trim_end()], 0) => line,
        _ => ["if (\n  ", &absent.join(" ||\n  "), "\n) {\n"].concat(),
    };
    let message = string(&["Set ", &names.join(", "), "."].concat());
    [&constants, &condition, "  ", &call("throw new Error(", &[message], ");\n", 1), "}\n\n"].concat()
}

fn undici(http: &Http) -> Result<String, &'static str> {
    let start = "const { statusCode, body } = await request(";
    let url = expression(&http.url);
    let depth = usize::from(!fits(&[start, &url, ", {"], 0));
    let body = body(http, &JSON, depth + 1)?;
    let mut options = vec![["method: ", &string(http.method)].concat()];
    options.extend(headers(http, &JSON, depth + 1));
    options.extend(body.iter().map(|body| ["body: ", &body.expression].concat()));
    // It knows its own kind of form alone.
    let own = if matches!(http.body, Some(Content::Parts(_))) {
        "import { FormData, request }"
    } else {
        "import { request }"
    };
    let (imports, before) = around(body.as_ref(), &[own, " from 'undici';\n"].concat());
    let call = two(start, &url, &options, depth);
    Ok(broken(&[&imports, &before, &call, "console.log(statusCode, await body.text());\n"].concat()))
}

fn axios(http: &Http) -> Result<String, &'static str> {
    let body = body(http, &JSON, 1)?;
    let mut options = vec![["method: ", &string(http.method)].concat(), ["url: ", &expression(&http.url)].concat()];
    if let Some((username, password)) = &http.basic {
        let [username, password] = [username, password].map(|name| expression(&Text::variable(name)));
        let pair = [["username: ", &username].concat(), ["password: ", &password].concat()];
        options.push(["auth: ", &block(&pair, 1)].concat());
    }
    let bare = Http { basic: None, ..http.clone() };
    options.extend(headers(&bare, &JSON, 1));
    options.extend(match (&http.body, body.as_ref()) {
        // It makes JSON of an object itself.
        (Some(Content::Json(value, _)), _) if is_written_again(value) && value.is_object() => {
            Some(["data: ", &JSON.write(value, 1)].concat())
        }
        (_, Some(body)) => Some(["data: ", &body.expression].concat()),
        _ => None,
    });
    let (imports, before) = around(body.as_ref(), "import axios from 'axios';\n");
    let call = ["const response = await axios.request(", &block(&options, 0), ");\n"].concat();
    Ok(broken(&[&imports, &before, &call, "console.log(response.status, response.data);\n"].concat()))
}

/// The imports, and what is done before the call.
fn around(body: Option<&Body>, own: &str) -> (String, String) {
    let imports = [body.map_or("", |body| body.imports), own].concat();
    let imports = if imports.is_empty() { imports } else { imports + "\n" };
    (imports, body.map(|body| body.before.clone()).unwrap_or_default())
}

/// What is sent, as an option so deep.
fn body(http: &Http, language: &Dialect, depth: usize) -> Result<Option<Body>, &'static str> {
    let plain = |expression| Body { imports: "", before: String::new(), expression };
    Ok(Some(match &http.body {
        None => return Ok(None),
        Some(Content::Json(value, _)) if is_written_again(value) => {
            let others = "body: JSON.stringify(),".len();
            plain(["JSON.stringify(", &language.write_beside(value, depth, others), ")"].concat())
        }
        Some(Content::Text(text) | Content::Json(_, text)) => plain((language.string)(text)),
        Some(Content::File(name)) => Body {
            imports: "import { readFile } from 'node:fs/promises';\n",
            ..plain(["await readFile(", &string(name), ")"].concat())
        },
        Some(Content::Parts(parts)) => {
            let mut before = String::from("const form = new FormData();\n");
            let mut imports = "";
            for part in parts {
                let mut given = vec![string(&part.name)];
                match (&part.value, &part.content_type) {
                    (PartValue::Text(text), None) if text.has('\n') || text.has('\r') => {
                        return Err("FormData writes other line ends than these.");
                    }
                    (PartValue::Text(text), None) => given.push((language.string)(text)),
                    (PartValue::Text(_), Some(_)) => {
                        return Err("FormData gives every part that has a media type a file name too.");
                    }
                    (PartValue::File(name), kind) => {
                        imports = "import { readFile } from 'node:fs/promises';\n";
                        given.extend([blob(name, kind.as_deref()), string(name)]);
                    }
                }
                before += &call("form.append(", &given, ");\n", 0);
            }
            Body { imports, before: before + "\n", expression: "form".into() }
        }
    }))
}

/// A file's bytes, as an argument among others.
fn blob(name: &str, kind: Option<&str>) -> String {
    let kind = ["type: ", &string(kind.unwrap_or("application/octet-stream"))].concat();
    let start = ["new Blob([await readFile(", &string(name), ")], "].concat();
    match [&start, "{ ", &kind, " })"].concat() {
        line if fits(&[&line, ","], 1) => line,
        _ => [&start, &block(&[kind], 1), ")"].concat(),
    }
}

/// Numbers that a double holds, and names that stay in their order.
fn is_written_again(value: &Value) -> bool {
    survives(value, &|name| !is_index(name) && name != "__proto__")
}

fn headers(http: &Http, language: &Dialect, depth: usize) -> Option<String> {
    let mut lines = Vec::new();
    if let Some((username, password)) = &http.basic {
        let pair = Text::variable(username).then(Text::literal(":")).then(Text::variable(password));
        lines.push(["authorization: `Basic ${btoa(", &(language.string)(&pair), ")}`"].concat());
    }
    lines.extend(http.headers.iter().map(|(name, value)| [&key(name), ": ", &(language.string)(value)].concat()));
    (!lines.is_empty()).then(|| ["headers: ", &block(&lines, depth)].concat())
}

/// An object with a line for each of its fields, the brace behind them so deep.
fn block(lines: &[String], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, "  ", line, ",\n"].concat()).collect();
    ["{\n", &lines, &indent, "}"].concat()
}

/// A call so deep, with its arguments on one line or on a line each.
fn call(start: &str, given: &[String], end: &str, depth: usize) -> String {
    let line = [start, &given.join(", "), end].concat();
    if fits(&[line.trim_end()], depth) {
        return line;
    }
    let indent = "  ".repeat(depth);
    let lines: String = given.iter().map(|given| [&indent, "  ", given, ",\n"].concat()).collect();
    [start, "\n", &lines, &indent, end].concat()
}

/// A call with a URL and an object of options, which begins beside the URL if that fits, else is one deeper.
fn two(start: &str, url: &str, options: &[String], depth: usize) -> String {
    match depth {
        0 => [start, url, ", ", &block(options, 0), ");\n"].concat(),
        _ => [start, "\n  ", url, ",\n  ", &block(options, 1), ",\n);\n"].concat(),
    }
}

/// Code in which a long text stands below the name of its field, unless that is hardly longer than the indentation.
fn broken(code: &str) -> String {
    let line = |line: &str| {
        let inside = line.trim_start();
        let (name, value) = inside.split_at(name_length(inside));
        match value.strip_prefix(": ") {
            Some(value) if value.starts_with(['\'', '"']) && name.chars().count() > 4 && !fits(&[line], 0) => {
                let indent = &line[..line.len() - inside.len()];
                [indent, name, ":\n  ", indent, value].concat()
            }
            _ => line.to_owned(),
        }
    };
    code.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// How long the name is that a line begins with, in quotes or without.
fn name_length(line: &str) -> usize {
    let Some(quote) = line.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        return line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$').unwrap_or(line.len());
    };
    let mut is_escaped = false;
    for (at, c) in line.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    line.len()
}

fn fits(line: &[&str], depth: usize) -> bool {
    line.iter().map(|text| text.chars().count()).sum::<usize>() + 2 * depth <= WIDTH
}
