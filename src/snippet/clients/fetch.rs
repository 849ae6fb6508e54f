//! JavaScript over HTTP, as Prettier with single quotes formats it: fetch, undici, axios.

use super::{
    Client,
    http::{Content, Http, PartValue},
    literal::{Dialect, is_index, survives},
    text::{Piece, Text},
};
use crate::snippet::javascript::{key, string};
use serde_json::Value;

pub(super) const FETCH: Client = Client {
    id: "javascript-fetch",
    language: "JavaScript",
    name: "fetch",
    install: "",
    file: "call.mjs",
    print: fetch,
};

pub(super) const UNDICI: Client = Client {
    id: "javascript-undici",
    language: "JavaScript",
    name: "undici",
    install: "npm install undici",
    file: "call.mjs",
    print: undici,
};

pub(super) const AXIOS: Client = Client {
    id: "javascript-axios",
    language: "JavaScript",
    name: "axios",
    install: "npm install axios",
    file: "call.mjs",
    print: axios,
};

const JSON: Dialect = Dialect {
    object: ["{", "}"],
    empty_object: "{}",
    list: ["[", "]"],
    pair: ": ",
    words: ["null", "true", "false"],
    indent: "  ",
    width: 76,
    string: expression,
    key,
};

/// What stands before a call, and what the call is given as its body.
struct Body {
    imports: &'static str,
    before: String,
    expression: String,
}

fn fetch(http: &Http) -> Result<String, &'static str> {
    match http.method {
        "GET" | "HEAD" if http.body.is_some() => return Err("fetch sends no body with GET and HEAD."),
        "TRACE" => return Err("fetch sends no TRACE."),
        _ => {}
    }
    let body = body(http)?;
    let mut options = Vec::new();
    if http.method != "GET" {
        options.push(["method: ", &string(http.method)].concat());
    }
    options.extend(headers(http));
    options.extend(body.iter().map(|body| ["body: ", &body.expression].concat()));
    let (imports, before) = around(body.as_ref(), "");
    let options = if options.is_empty() { String::new() } else { [", ", &block(&options)].concat() };
    let call = ["const response = await fetch(", &expression(&http.url), &options, ");\n"].concat();
    let after = "if (!response.ok) {\n  throw new Error(`${response.status} ${await response.text()}`);\n}\n\
                 console.log(await response.text());\n";
    Ok([&imports, &before, &call, after].concat())
}

fn undici(http: &Http) -> Result<String, &'static str> {
    let body = body(http)?;
    let mut options = vec![["method: ", &string(http.method)].concat()];
    options.extend(headers(http));
    options.extend(body.iter().map(|body| ["body: ", &body.expression].concat()));
    // It knows its own kind of form alone.
    let own = if matches!(http.body, Some(Content::Parts(_))) {
        "import { FormData, request }"
    } else {
        "import { request }"
    };
    let (imports, before) = around(body.as_ref(), &[own, " from 'undici';\n"].concat());
    let call = ["const { statusCode, body } = await request(", &expression(&http.url), ", ", &block(&options), ");\n"]
        .concat();
    Ok([&imports, &before, &call, "console.log(statusCode, await body.text());\n"].concat())
}

fn axios(http: &Http) -> Result<String, &'static str> {
    let body = body(http)?;
    let mut options = vec![["method: ", &string(http.method)].concat(), ["url: ", &expression(&http.url)].concat()];
    if let Some((username, password)) = &http.basic {
        let pair = [["username: ", &variable(username)].concat(), ["password: ", &variable(password)].concat()];
        options.push(["auth: ", &nested(&pair)].concat());
    }
    let bare = Http { basic: None, ..http.clone() };
    options.extend(headers(&bare));
    options.extend(match (&http.body, body.as_ref()) {
        // It makes JSON of an object itself.
        (Some(Content::Json(value, _)), _) if is_written_again(value) && value.is_object() => {
            Some(["data: ", &JSON.write(value, 1)].concat())
        }
        (_, Some(body)) => Some(["data: ", &body.expression].concat()),
        _ => None,
    });
    let (imports, before) = around(body.as_ref(), "import axios from 'axios';\n");
    let call = ["const response = await axios.request(", &block(&options), ");\n"].concat();
    Ok([&imports, &before, &call, "console.log(response.status, response.data);\n"].concat())
}

/// The imports, and what is done before the call.
fn around(body: Option<&Body>, own: &str) -> (String, String) {
    let imports = [body.map_or("", |body| body.imports), own].concat();
    let imports = if imports.is_empty() { imports } else { imports + "\n" };
    (imports, body.map(|body| body.before.clone()).unwrap_or_default())
}

fn body(http: &Http) -> Result<Option<Body>, &'static str> {
    let plain = |expression| Body { imports: "", before: String::new(), expression };
    Ok(Some(match &http.body {
        None => return Ok(None),
        Some(Content::Json(value, _)) if is_written_again(value) => {
            plain(["JSON.stringify(", &JSON.write(value, 1), ")"].concat())
        }
        Some(Content::Text(text) | Content::Json(_, text)) => plain(expression(text)),
        Some(Content::File(name)) => Body {
            imports: "import { readFile } from 'node:fs/promises';\n",
            ..plain(["await readFile(", &string(name), ")"].concat())
        },
        Some(Content::Parts(parts)) => {
            let mut before = String::from("const form = new FormData();\n");
            let mut imports = "";
            for part in parts {
                let value = match (&part.value, &part.content_type) {
                    (PartValue::Text(text), None) if text.has('\n') || text.has('\r') => {
                        return Err("FormData writes other line ends than these.");
                    }
                    (PartValue::Text(text), None) => expression(text),
                    (PartValue::Text(_), Some(_)) => {
                        return Err("FormData gives every part that has a media type a file name too.");
                    }
                    (PartValue::File(name), kind) => {
                        imports = "import { readFile } from 'node:fs/promises';\n";
                        let kind = kind.as_deref().unwrap_or("application/octet-stream");
                        let blob = ["new Blob([await readFile(", &string(name), ")], { type: ", &string(kind), " })"];
                        [&blob.concat(), ", ", &string(name)].concat()
                    }
                };
                before += &["form.append(", &string(&part.name), ", ", &value, ");\n"].concat();
            }
            Body { imports, before: before + "\n", expression: "form".into() }
        }
    }))
}

/// Numbers that a double holds, and names that stay in their order.
fn is_written_again(value: &Value) -> bool {
    survives(value, &|name| !is_index(name) && name != "__proto__")
}

fn headers(http: &Http) -> Option<String> {
    let mut lines = Vec::new();
    if let Some((username, password)) = &http.basic {
        let pair = ["`${", &variable(username), "}:${", &variable(password), "}`"].concat();
        lines.push(["authorization: `Basic ${btoa(", &pair, ")}`"].concat());
    }
    lines.extend(http.headers.iter().map(|(name, value)| [&key(name), ": ", &expression(value)].concat()));
    (!lines.is_empty()).then(|| ["headers: ", &nested(&lines)].concat())
}

fn block(lines: &[String]) -> String {
    ["{\n", &lines.iter().map(|line| ["  ", line, ",\n"].concat()).collect::<String>(), "}"].concat()
}

fn nested(lines: &[String]) -> String {
    ["{\n", &lines.iter().map(|line| ["    ", line, ",\n"].concat()).collect::<String>(), "  }"].concat()
}

/// A string literal; with variables, a template (ECMA-262, §13.2.8).
fn expression(text: &Text) -> String {
    if let Some(plain) = text.plain() {
        return string(plain);
    }
    if let [Piece::Variable(name)] = text.pieces() {
        return variable(name);
    }
    let open = |text: &str| {
        let literal = string(text);
        let inside = literal[1..literal.len() - 1].replace("\\'", "'");
        inside.replace('`', "\\`").replace("${", "\\${")
    };
    ["`", &text.joined(open, |name| ["${", &variable(name), "}"].concat(), ""), "`"].concat()
}

fn variable(name: &str) -> String {
    ["process.env.", name].concat()
}
