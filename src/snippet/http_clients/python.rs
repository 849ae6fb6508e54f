//! Python with requests, httpx, and urllib of the standard library, formatted as by Black.

use super::{
    HttpClientTarget,
    literal::{JsonLiteralStyle, can_round_trip, is_invisible, quote_string},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name},
};
use crate::snippet::{
    document::{self, Document},
    text_template::{TemplateFragment, TextTemplate},
};

pub(super) const REQUESTS: HttpClientTarget = HttpClientTarget {
    id: "python-requests",
    language: "Python",
    name: "requests",
    install_command: "pip install requests",
    file_name: "call.py",
    run_command: "python3 call.py",
    render: |template| Ok(render_with_library("requests", template)),
};

pub(super) const HTTPX: HttpClientTarget = HttpClientTarget {
    id: "python-httpx",
    language: "Python",
    name: "httpx",
    install_command: "pip install httpx",
    file_name: "call.py",
    run_command: "python3 call.py",
    render: |template| Ok(render_with_library("httpx", template)),
};

pub(super) const URLLIB: HttpClientTarget = HttpClientTarget {
    id: "python-urllib",
    language: "Python",
    name: "urllib",
    install_command: "",
    file_name: "call.py",
    run_command: "python3 call.py",
    render: |template| Ok(render_urllib(template)),
};

pub(in crate::snippet) const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["{", "}"],
    empty_object: "{}",
    array_delimiters: ["[", "]"],
    key_value_separator: ": ",
    null_true_false: ["None", "True", "False"],
    indent_width: 4,
    max_line_width: 88,
    render_string: text_expression,
    render_key: string_literal,
};

/// Renders a call with requests or httpx, which differ in details only.
fn render_with_library(library: &str, template: &RequestTemplate) -> String {
    let is_httpx = library == "httpx";
    let mut lines = vec![text_expression(&template.url)];
    if let Some((username, password)) = &template.basic_auth {
        lines.push(format!("auth=({}, {})", env_var(username), env_var(password)));
    }
    let json_value = match &template.body {
        Some(BodyTemplate::Json(value, _)) if can_round_trip(value, &|_| true) => Some(value),
        _ => None,
    };
    // Both libraries set this header themselves.
    let headers = template.headers_except("content-type", if json_value.is_some() { "application/json" } else { "" });
    if !headers.is_empty() {
        lines.push(format!("headers={}", headers_dict(&headers)));
    }
    lines.extend(match (&template.body, json_value) {
        (None, _) => None,
        (_, Some(value)) => Some(format!("json={}", JSON_STYLE.render(value, 1))),
        (Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)), None) => {
            Some([if is_httpx { "content=" } else { "data=" }, &bytes_expression(text)].concat())
        }
        (Some(BodyTemplate::File(name)), None) => Some(
            [if is_httpx { "content=" } else { "data=" }, &open_file_call(name), if is_httpx { ".read()" } else { "" }]
                .concat(),
        ),
        (Some(BodyTemplate::Multipart(parts)), None) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| {
                    if !part.headers.is_empty() {
                        return render_part_with_headers(part);
                    }
                    let media_type_argument = part
                        .content_type
                        .as_ref()
                        .map(|kind| format!(", {}", string_literal(kind)))
                        .unwrap_or_default();
                    let value = match &part.body {
                        PartBody::Text(text) => format!("(None, {}{media_type_argument})", text_expression(text)),
                        PartBody::File(name) => {
                            format!("({}, {}{media_type_argument})", string_literal(name), open_file_call(name))
                        }
                    };
                    format!("        ({}, {value}),\n", string_literal(&part.name))
                })
                .collect();
            Some(format!("files=[\n{}    ]", parts.concat()))
        }
    });
    lines.push("timeout=30".into());
    // The functions of httpx accept a body only for POST, PUT and PATCH.
    let has_method_function = match template.method() {
        "POST" | "PUT" | "PATCH" => true,
        "GET" | "HEAD" | "DELETE" | "OPTIONS" => template.body.is_none() || !is_httpx,
        _ => false,
    };
    let function = if has_method_function { template.method().to_lowercase() } else { "request".into() };
    if !has_method_function {
        lines.insert(0, string_literal(template.method()));
    }
    let os = if template.variable_names().is_empty() { "" } else { "import os\n\n" };
    let lines: String = lines.iter().map(|line| ["    ", line, ",\n"].concat()).collect();
    let call = format!("response = {library}.{function}(\n{lines})\n");
    format!("{os}import {library}\n\n{call}response.raise_for_status()\nprint(response.text)\n")
}

fn render_urllib(template: &RequestTemplate) -> String {
    let mut headers: Vec<String> = Vec::new();
    let mut imports = vec!["from urllib.request import Request, urlopen"];
    let mut setup = String::new();
    if let Some((username, password)) = &template.basic_auth {
        imports.insert(0, "import base64");
        let [username, password] = [username, password].map(|name| env_var(name).replace('"', "'"));
        setup = format!("credentials = f\"{{{username}}}:{{{password}}}\"\n\n");
        headers.push("\"authorization\": \"Basic \" + base64.b64encode(credentials.encode()).decode()".into());
    }
    headers.extend(
        template.headers.iter().map(|(name, value)| format!("{}: {}", string_literal(name), text_expression(value))),
    );
    let data = match &template.body {
        None => None,
        Some(BodyTemplate::Json(value, _)) if can_round_trip(value, &|_| true) => {
            imports.insert(0, "import json");
            let json_code = JSON_STYLE.render(value, 2);
            // Code of several lines begins on a line of its own.
            let [open, close] = if json_code.contains('\n') { ["\n        ", "\n    "] } else { ["", ""] };
            Some(format!("json.dumps({open}{json_code}{close}).encode()"))
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => Some(bytes_expression(text)),
        Some(BodyTemplate::File(name)) => {
            setup += &["with ", &open_file_call(name), " as file:\n    body = file.read()\n\n"].concat();
            Some("body".into())
        }
        Some(BodyTemplate::Multipart(parts)) => {
            imports.insert(0, "import uuid");
            setup += "boundary = uuid.uuid4().hex\nseparator = f\"--{boundary}\\r\\n\".encode()\nbody = b\"\".join(\n    [\n";
            for part in parts {
                let name = escape_form_data_name(&part.name);
                let (filename_parameter, media_type, content) = match &part.body {
                    PartBody::Text(text) => (String::new(), part.content_type.clone(), bytes_expression(text)),
                    PartBody::File(file) => {
                        let media_type = part.content_type.clone().unwrap_or_else(|| "application/octet-stream".into());
                        let content = format!("{}.read()", open_file_call(file));
                        (format!("; filename=\"{}\"", escape_form_data_name(file)), Some(media_type), content)
                    }
                };
                let content_type_line = media_type.map(|kind| format!("\r\nContent-Type: {kind}")).unwrap_or_default();
                let first_lines = format!(
                    "Content-Disposition: form-data; name=\"{name}\"{filename_parameter}{content_type_line}\r\n"
                );
                let mut part_headers = TextTemplate::from_literal(&first_lines);
                for (name, value) in &part.headers {
                    part_headers = part_headers
                        .chain(TextTemplate::from_literal(&format!("{name}: ")))
                        .chain(value.clone())
                        .chain(TextTemplate::from_literal("\r\n"));
                }
                let head = bytes_expression(&part_headers.chain(TextTemplate::from_literal("\r\n")));
                for item in ["separator", &head, &content, "b\"\\r\\n\""] {
                    setup += &["        ", item, ",\n"].concat();
                }
            }
            setup += "        f\"--{boundary}--\\r\\n\".encode(),\n    ]\n)\n\n";
            headers.push("\"content-type\": \"multipart/form-data; boundary=\" + boundary".into());
            Some("body".into())
        }
    };
    if !template.variable_names().is_empty() {
        imports.push("import os");
    }
    imports.sort_by_key(|line| (line.starts_with("from"), line.to_string()));
    let mut lines = vec![text_expression(&template.url), format!("method={}", string_literal(template.method()))];
    if !headers.is_empty() {
        let headers: String = headers.iter().map(|header| ["        ", header, ",\n"].concat()).collect();
        lines.push(format!("headers={{\n{headers}    }}"));
    }
    lines.extend(data.map(|data| format!("data={data}")));
    let lines: String = lines.iter().map(|line| ["    ", line, ",\n"].concat()).collect();
    format!(
        "{}\n\n{setup}request = Request(\n{lines})\n\
         with urlopen(request, timeout=30) as response:\n    print(response.read().decode())\n",
        imports.join("\n")
    )
}

fn headers_dict(headers: &[(&str, &TextTemplate)]) -> String {
    let lines: String = headers
        .iter()
        .map(|(name, value)| ["        ", &string_literal(name), ": ", &text_expression(value), ",\n"].concat())
        .collect();
    format!("{{\n{lines}    }}")
}

/// Renders a part whose headers are the fourth element of its value.
fn render_part_with_headers(part: &PartTemplate) -> String {
    let group = |open: &str, elements: Vec<Document>, close: &str| {
        Document::from([open.into(), document::items(elements, 4, "", ","), close.into()]).group()
    };
    let mut elements: Vec<Document> = match &part.body {
        PartBody::Text(text) => vec!["None".into(), text_expression(text).into()],
        PartBody::File(name) => vec![string_literal(name).into(), open_file_call(name).into()],
    };
    elements.push(part.content_type.as_ref().map_or_else(|| "None".into(), |kind| string_literal(kind).into()));
    let headers = part.headers.iter();
    let headers = headers.map(|(name, value)| [&string_literal(name), ": ", &text_expression(value)].concat().into());
    elements.push(group("{", headers.collect(), "}"));
    let entry = group("(", vec![string_literal(&part.name).into(), group("(", elements, ")")], ")");
    format!("        {}\n", Document::from([entry, ",".into()]).render(88, 8))
}

fn bytes_expression(text: &TextTemplate) -> String {
    match text.fragments() {
        [] | [_] => format!("{}.encode()", text_expression(text)),
        _ => format!("({}).encode()", text_expression(text)),
    }
}

fn open_file_call(name: &str) -> String {
    format!("open({}, \"rb\")", string_literal(name))
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("os.environ[\"{name}\"]")
}

/// Renders a text with variables, as an f-string if it is simple, otherwise as a concatenation.
fn text_expression(text: &TextTemplate) -> String {
    let is_f_string_safe = |piece: &TemplateFragment| match piece {
        TemplateFragment::Literal(text) => !text.contains(['{', '}', '\\', '"']) && !text.chars().any(is_invisible),
        TemplateFragment::Variable(_) => true,
    };
    if text.fragments().len() > 1 && text.fragments().iter().all(is_f_string_safe) {
        let content = text.render(str::to_owned, |name| format!("{{os.environ['{name}']}}"), "");
        return format!("f\"{content}\"");
    }
    text.render(string_literal, env_var, " + ")
}

/// Renders a string literal (Python Language Reference, §2.4.1). Black prefers double quotes, unless single quotes need
/// fewer escapes.
fn string_literal(text: &str) -> String {
    let quote = if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' };
    quote_string(quote, text, |c| match c {
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if c == quote => Some(format!("\\{c}")),
        c if is_invisible(c) && (c as u32) < 0x100 => Some(format!("\\x{:02x}", c as u32)),
        c if is_invisible(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
