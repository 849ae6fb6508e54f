//! JavaScript and TypeScript with fetch, undici and axios, formatted as by Prettier with single quotes.

use super::{
    HttpClientTarget,
    literal::{JsonLiteralStyle, can_round_trip, is_numeric_name},
    request_template::{BodyTemplate, PartBody, RequestTemplate},
};
use crate::snippet::{
    document::{self, Document, join},
    javascript::{property_key, string_literal, text_expression, text_expression_with},
    text_template::TextTemplate,
};
use serde_json::Value;

pub(super) const FETCH: HttpClientTarget = HttpClientTarget {
    id: "javascript-fetch",
    language: "JavaScript",
    name: "fetch",
    install_command: "",
    file_name: "call.mjs",
    run_command: "node call.mjs",
    render: |template| render_fetch(template, &JSON_STYLE, ""),
};

pub(super) const UNDICI: HttpClientTarget = HttpClientTarget {
    id: "javascript-undici",
    language: "JavaScript",
    name: "undici",
    install_command: "npm install undici",
    file_name: "call.mjs",
    run_command: "node call.mjs",
    render: render_undici,
};

pub(super) const AXIOS: HttpClientTarget = HttpClientTarget {
    id: "javascript-axios",
    language: "JavaScript",
    name: "axios",
    install_command: "npm install axios",
    file_name: "call.mjs",
    run_command: "node call.mjs",
    render: render_axios,
};

/// TypeScript with fetch. An `.mts` file is always a module, which allows a top-level `await`; a `.ts` file is a module
/// only if a `package.json` says so.
pub(super) const TYPED_FETCH: HttpClientTarget = HttpClientTarget {
    id: "typescript-fetch",
    language: "TypeScript",
    name: "fetch",
    install_command: "npm install --save-dev tsx @types/node",
    file_name: "call.mts",
    run_command: "npx tsx call.mts",
    render: |template| {
        render_fetch(template, &TYPED_JSON_STYLE, &render_environment_checks(&template.variable_names()))
    },
};

const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["{", "}"],
    empty_object: "{}",
    array_delimiters: ["[", "]"],
    key_value_separator: ": ",
    null_true_false: ["null", "true", "false"],
    indent_width: INDENT,
    max_line_width: MAX_LINE_WIDTH,
    render_string: text_expression,
    render_key: property_key,
};

/// Style of typed code, in which variables are constants that [`render_environment_checks`] declares.
const TYPED_JSON_STYLE: JsonLiteralStyle =
    JsonLiteralStyle { render_string: |text| text_expression_with(text, str::to_owned), ..JSON_STYLE };

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 80;

/// Indentation per level, in spaces.
const INDENT: usize = 2;

/// Code of a body: the imports, the statements before the call, and the expression passed to the call.
struct FetchBodyCode {
    imports: &'static str,
    setup: String,
    expression: String,
}

fn render_fetch(
    template: &RequestTemplate,
    style: &JsonLiteralStyle,
    environment_checks: &str,
) -> Result<String, &'static str> {
    match template.method() {
        "GET" | "HEAD" if template.body.is_some() => return Err("fetch cannot send a body with GET or HEAD."),
        "TRACE" | "TRACK" => return Err("fetch cannot send TRACE requests."),
        _ => {}
    }
    let start = "const response = await fetch(";
    let url = (style.render_string)(&template.url);
    let has_options = template.method() != "GET" || template.basic_auth.is_some() || !template.headers.is_empty();
    let depth = usize::from(has_options && !is_within_width(&[start, &url, ", {"], 0));
    let body = render_body(template, style, depth + 1)?;
    let mut options = Vec::new();
    if template.method() != "GET" {
        options.push(format!("method: {}", string_literal(template.method())));
    }
    options.extend(headers_option(template, style, depth + 1));
    options.extend(body.iter().map(|body| format!("body: {}", body.expression)));
    let (imports, setup) = imports_and_setup(body.as_ref(), "");
    let call = if has_options {
        render_call_with_options(start, &url, &options, depth)
    } else {
        render_call(start, [url.into()], 0)
    };
    let output_statements = "if (!response.ok) {\n  throw new Error(`${response.status} ${await response.text()}`);\n}\n\
                 console.log(await response.text());\n";
    Ok(break_long_properties(&format!("{imports}{environment_checks}{setup}{call}{output_statements}")))
}

/// Renders the variables as constants, with a check that each is defined. TypeScript otherwise rejects them as strings.
fn render_environment_checks(names: &[&str]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let constants = document::items(names.iter().map(|name| Document::from(*name)), INDENT, " ", ",");
    let constants = Document::from(["const {".into(), constants, "} = process.env;".into()]).group();
    let conditions = names.iter().map(|name| format!("{name} === undefined").into());
    let conditions = Document::Sequence(join(conditions, &[" ||".into(), Document::Line(" ")]));
    let conditions = Document::from([Document::Line(""), conditions]).nest(INDENT);
    let condition = Document::from(["if (".into(), conditions, Document::Line(""), ") {".into()]).group();
    let [constants, condition] = [constants, condition].map(|line| line.render(MAX_LINE_WIDTH, 0));
    let message = string_literal(&format!("Set {}.", names.join(", ")));
    let statement = render_call("throw new Error(", [message.into()], 1);
    format!("{constants}\n{condition}\n  {statement}}}\n\n")
}

fn render_undici(template: &RequestTemplate) -> Result<String, &'static str> {
    let start = "const { statusCode, body } = await request(";
    let url = text_expression(&template.url);
    let depth = usize::from(!is_within_width(&[start, &url, ", {"], 0));
    let body = render_body(template, &JSON_STYLE, depth + 1)?;
    let mut options = vec![format!("method: {}", string_literal(template.method()))];
    options.extend(headers_option(template, &JSON_STYLE, depth + 1));
    options.extend(body.iter().map(|body| format!("body: {}", body.expression)));
    // undici accepts only its own class of forms.
    let undici_import = if matches!(template.body, Some(BodyTemplate::Multipart(_))) {
        "import { FormData, request }"
    } else {
        "import { request }"
    };
    let (imports, setup) = imports_and_setup(body.as_ref(), &format!("{undici_import} from 'undici';\n"));
    let call = render_call_with_options(start, &url, &options, depth);
    Ok(break_long_properties(&format!("{imports}{setup}{call}console.log(statusCode, await body.text());\n")))
}

fn render_axios(template: &RequestTemplate) -> Result<String, &'static str> {
    let body = render_body(template, &JSON_STYLE, 1)?;
    let mut options = vec![
        format!("method: {}", string_literal(template.method())),
        format!("url: {}", text_expression(&template.url)),
    ];
    if let Some((username, password)) = &template.basic_auth {
        let [username, password] = [username, password].map(|name| text_expression(&TextTemplate::from_variable(name)));
        let credentials = [format!("username: {username}"), format!("password: {password}")];
        options.push(format!("auth: {}", object_block(&credentials, 1)));
    }
    let without_basic_auth = RequestTemplate { basic_auth: None, ..template.clone() };
    options.extend(headers_option(&without_basic_auth, &JSON_STYLE, 1));
    options.extend(match (&template.body, body.as_ref()) {
        // axios serializes an object as JSON itself.
        (Some(BodyTemplate::Json(value, _)), _) if can_write_as_literal(value) && value.is_object() => {
            Some(format!("data: {}", JSON_STYLE.render(value, 1)))
        }
        (_, Some(body)) => Some(format!("data: {}", body.expression)),
        _ => None,
    });
    let (imports, setup) = imports_and_setup(body.as_ref(), "import axios from 'axios';\n");
    let call = format!("const response = await axios.request({});\n", object_block(&options, 0));
    Ok(break_long_properties(&format!("{imports}{setup}{call}console.log(response.status, response.data);\n")))
}

/// Returns the imports, and the statements before the call.
fn imports_and_setup(body: Option<&FetchBodyCode>, client_import: &str) -> (String, String) {
    let imports = format!("{}{client_import}", body.map_or("", |body| body.imports));
    let imports = if imports.is_empty() { imports } else { imports + "\n" };
    (imports, body.map(|body| body.setup.clone()).unwrap_or_default())
}

/// Renders the body as an option. `depth` is the indentation level.
fn render_body(
    template: &RequestTemplate,
    style: &JsonLiteralStyle,
    depth: usize,
) -> Result<Option<FetchBodyCode>, &'static str> {
    let from_expression = |expression| FetchBodyCode { imports: "", setup: String::new(), expression };
    Ok(Some(match &template.body {
        None => return Ok(None),
        Some(BodyTemplate::Json(value, _)) if can_write_as_literal(value) => {
            let used_columns = "body: JSON.stringify(),".len();
            from_expression(format!("JSON.stringify({})", style.render_with_used_columns(value, depth, used_columns)))
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => from_expression((style.render_string)(text)),
        Some(BodyTemplate::File(name)) => FetchBodyCode {
            imports: "import { readFile } from 'node:fs/promises';\n",
            ..from_expression(format!("await readFile({})", string_literal(name)))
        },
        Some(BodyTemplate::Multipart(parts)) => {
            let mut setup = String::from("const form = new FormData();\n");
            let mut imports = "";
            for part in parts {
                let mut arguments: Vec<Document> = vec![string_literal(&part.name).into()];
                match (&part.body, &part.content_type) {
                    (PartBody::Text(text), None) if text.contains_char('\n') || text.contains_char('\r') => {
                        return Err("FormData changes these line breaks.");
                    }
                    (PartBody::Text(text), None) => arguments.push((style.render_string)(text).into()),
                    (PartBody::Text(_), Some(_)) => {
                        return Err("FormData adds a file name to every part that has a media type.");
                    }
                    (PartBody::File(name), media_type) => {
                        imports = "import { readFile } from 'node:fs/promises';\n";
                        arguments.extend([blob_document(name, media_type.as_deref()), string_literal(name).into()]);
                    }
                }
                setup += &render_call("form.append(", arguments, 0);
            }
            FetchBodyCode { imports, setup: setup + "\n", expression: "form".into() }
        }
    }))
}

/// Returns an expression for the content of a file as a blob.
fn blob_document(name: &str, media_type: Option<&str>) -> Document {
    let media_type = string_literal(media_type.unwrap_or("application/octet-stream"));
    let options = document::items([format!("type: {media_type}").into()], INDENT, " ", ",");
    let start = format!("new Blob([await readFile({})], {{", string_literal(name));
    Document::from([start.into(), options, "})".into()]).group()
}

/// Returns true if a double represents all numbers exactly, and the names stay in order.
fn can_write_as_literal(value: &Value) -> bool {
    can_round_trip(value, &|name| !is_numeric_name(name) && name != "__proto__")
}

fn headers_option(template: &RequestTemplate, style: &JsonLiteralStyle, depth: usize) -> Option<String> {
    let mut lines = Vec::new();
    if let Some((username, password)) = &template.basic_auth {
        let credentials = TextTemplate::from_variable(username)
            .chain(TextTemplate::from_literal(":"))
            .chain(TextTemplate::from_variable(password));
        lines.push(format!("authorization: `Basic ${{btoa({})}}`", (style.render_string)(&credentials)));
    }
    lines.extend(
        template
            .headers
            .iter()
            .map(|(name, value)| format!("{}: {}", property_key(name), (style.render_string)(value))),
    );
    (!lines.is_empty()).then(|| format!("headers: {}", object_block(&lines, depth)))
}

/// Renders an object with one field per line. `depth` is the indentation level of its closing brace.
fn object_block(lines: &[String], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, "  ", line, ",\n"].concat()).collect();
    format!("{{\n{lines}{indent}}}")
}

/// Renders a call with its arguments on one line, or with one argument per line. `depth` is the indentation level.
fn render_call(start: &str, arguments: impl IntoIterator<Item = Document>, depth: usize) -> String {
    let arguments = document::items(arguments, INDENT, "", ",");
    let call = Document::from([start.into(), arguments, ");".into()]).group();
    call.render(MAX_LINE_WIDTH, INDENT * depth) + "\n"
}

/// Renders a call with a URL and an object of options. The object begins after the URL at depth 0, otherwise on the
/// next line.
fn render_call_with_options(start: &str, url: &str, options: &[String], depth: usize) -> String {
    match depth {
        0 => format!("{start}{url}, {});\n", object_block(options, 0)),
        _ => format!("{start}\n  {url},\n  {},\n);\n", object_block(options, 1)),
    }
}

/// Moves a long string below the name of its field, unless the name is hardly longer than the indentation.
fn break_long_properties(code: &str) -> String {
    let line = |line: &str| {
        let trimmed = line.trim_start();
        let (name, value) = trimmed.split_at(property_name_length(trimmed));
        match value.strip_prefix(": ") {
            Some(value)
                if value.starts_with(['\'', '"']) && name.chars().count() > 4 && !is_within_width(&[line], 0) =>
            {
                let indent = &line[..line.len() - trimmed.len()];
                format!("{indent}{name}:\n  {indent}{value}")
            }
            _ => line.to_owned(),
        }
    };
    code.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the length of the name at the start of a line, including any quotes, in bytes.
fn property_name_length(line: &str) -> usize {
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

fn is_within_width(line: &[&str], depth: usize) -> bool {
    line.iter().map(|text| text.chars().count()).sum::<usize>() + 2 * depth <= MAX_LINE_WIDTH
}
