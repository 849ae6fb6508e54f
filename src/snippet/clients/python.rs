//! Python, as Black formats it: requests, httpx, and urllib, which comes with it.

use super::{
    Client,
    http::{Content, Http, PartValue},
    literal::{Dialect, is_hidden, quoted, survives},
    text::{Piece, Text},
};

pub(super) const REQUESTS: Client = Client {
    id: "python-requests",
    language: "Python",
    name: "requests",
    install: "pip install requests",
    file: "call.py",
    run: "python3 call.py",
    print: |http| Ok(with_library("requests", http)),
};

pub(super) const HTTPX: Client = Client {
    id: "python-httpx",
    language: "Python",
    name: "httpx",
    install: "pip install httpx",
    file: "call.py",
    run: "python3 call.py",
    print: |http| Ok(with_library("httpx", http)),
};

pub(super) const URLLIB: Client = Client {
    id: "python-urllib",
    language: "Python",
    name: "urllib",
    install: "",
    file: "call.py",
    run: "python3 call.py",
    print: |http| Ok(urllib(http)),
};

pub(in crate::snippet) const JSON: Dialect = Dialect {
    object: ["{", "}"],
    empty_object: "{}",
    list: ["[", "]"],
    pair: ": ",
    words: ["None", "True", "False"],
    indent: "    ",
    width: 88,
    string: expression,
    key: string,
};

/// requests and httpx, which differ in little.
fn with_library(library: &str, http: &Http) -> String {
    let is_httpx = library == "httpx";
    let mut lines = vec![expression(&http.url)];
    if let Some((username, password)) = &http.basic {
        lines.push(["auth=(", &variable(username), ", ", &variable(password), ")"].concat());
    }
    let as_json = match &http.body {
        Some(Content::Json(value, _)) if survives(value, &|_| true) => Some(value),
        _ => None,
    };
    // The client says so itself.
    let headers = http.headers_but("content-type", if as_json.is_some() { "application/json" } else { "" });
    if !headers.is_empty() {
        lines.push(["headers=", &dictionary(&headers)].concat());
    }
    lines.extend(match (&http.body, as_json) {
        (None, _) => None,
        (_, Some(value)) => Some(["json=", &JSON.write(value, 1)].concat()),
        (Some(Content::Text(text) | Content::Json(_, text)), None) => {
            Some([if is_httpx { "content=" } else { "data=" }, &bytes(text)].concat())
        }
        (Some(Content::File(name)), None) => Some(
            [if is_httpx { "content=" } else { "data=" }, &opened(name), if is_httpx { ".read()" } else { "" }]
                .concat(),
        ),
        (Some(Content::Parts(parts)), None) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| {
                    let kind =
                        part.content_type.as_ref().map(|kind| [", ", &string(kind)].concat()).unwrap_or_default();
                    let value = match &part.value {
                        PartValue::Text(text) => ["(None, ", &expression(text), &kind, ")"].concat(),
                        PartValue::File(name) => ["(", &string(name), ", ", &opened(name), &kind, ")"].concat(),
                    };
                    ["        (", &string(&part.name), ", ", &value, "),\n"].concat()
                })
                .collect();
            Some(["files=[\n", &parts.concat(), "    ]"].concat())
        }
    });
    lines.push("timeout=30".into());
    // httpx gives a body to the methods alone that most often have one.
    let has_function = match http.method {
        "POST" | "PUT" | "PATCH" => true,
        "GET" | "HEAD" | "DELETE" | "OPTIONS" => http.body.is_none() || !is_httpx,
        _ => false,
    };
    let function = if has_function { http.method.to_lowercase() } else { "request".into() };
    if !has_function {
        lines.insert(0, string(http.method));
    }
    let os = if http.variables().is_empty() { "" } else { "import os\n\n" };
    let lines: String = lines.iter().map(|line| ["    ", line, ",\n"].concat()).collect();
    let call = ["response = ", library, ".", &function, "(\n", &lines, ")\n"].concat();
    [os, "import ", library, "\n\n", &call, "response.raise_for_status()\nprint(response.text)\n"].concat()
}

fn urllib(http: &Http) -> String {
    let mut headers: Vec<String> = Vec::new();
    let mut imports = vec!["from urllib.request import Request, urlopen"];
    let mut before = String::new();
    if let Some((username, password)) = &http.basic {
        imports.insert(0, "import base64");
        let [username, password] = [username, password].map(|name| variable(name).replace('"', "'"));
        before = ["credentials = f\"{", &username, "}:{", &password, "}\"\n\n"].concat();
        headers.push("\"authorization\": \"Basic \" + base64.b64encode(credentials.encode()).decode()".into());
    }
    headers.extend(http.headers.iter().map(|(name, value)| [&string(name), ": ", &expression(value)].concat()));
    let data = match &http.body {
        None => None,
        Some(Content::Json(value, _)) if survives(value, &|_| true) => {
            imports.insert(0, "import json");
            let written = JSON.write(value, 2);
            // What takes several lines stands between lines of its own.
            let [open, close] = if written.contains('\n') { ["\n        ", "\n    "] } else { ["", ""] };
            Some(["json.dumps(", open, &written, close, ").encode()"].concat())
        }
        Some(Content::Text(text) | Content::Json(_, text)) => Some(bytes(text)),
        Some(Content::File(name)) => {
            before += &["with ", &opened(name), " as file:\n    body = file.read()\n\n"].concat();
            Some("body".into())
        }
        Some(Content::Parts(parts)) => {
            imports.insert(0, "import uuid");
            before += "boundary = uuid.uuid4().hex\nseparator = f\"--{boundary}\\r\\n\".encode()\nbody = b\"\".join(\n    [\n";
            for part in parts {
                let name = part.name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
                let (file, kind, content) = match &part.value {
                    PartValue::Text(text) => (String::new(), part.content_type.clone(), bytes(text)),
                    PartValue::File(file) => {
                        let kind = part.content_type.clone().unwrap_or_else(|| "application/octet-stream".into());
                        let content = [&opened(file), ".read()"].concat();
                        (["; filename=\"", &file.replace('"', "%22"), "\""].concat(), Some(kind), content)
                    }
                };
                let kind = kind.map(|kind| ["\r\nContent-Type: ", &kind].concat()).unwrap_or_default();
                let head = ["Content-Disposition: form-data; name=\"", &name, "\"", &file, &kind, "\r\n\r\n"].concat();
                let head = [&string(&head), ".encode()"].concat();
                for item in ["separator", &head, &content, "b\"\\r\\n\""] {
                    before += &["        ", item, ",\n"].concat();
                }
            }
            before += "        f\"--{boundary}--\\r\\n\".encode(),\n    ]\n)\n\n";
            headers.push("\"content-type\": \"multipart/form-data; boundary=\" + boundary".into());
            Some("body".into())
        }
    };
    if !http.variables().is_empty() {
        imports.push("import os");
    }
    imports.sort_by_key(|line| (line.starts_with("from"), line.to_string()));
    let mut lines = vec![expression(&http.url), ["method=", &string(http.method)].concat()];
    if !headers.is_empty() {
        let headers: String = headers.iter().map(|header| ["        ", header, ",\n"].concat()).collect();
        lines.push(["headers={\n", &headers, "    }"].concat());
    }
    lines.extend(data.map(|data| ["data=", &data].concat()));
    let lines: String = lines.iter().map(|line| ["    ", line, ",\n"].concat()).collect();
    [
        &imports.join("\n"),
        "\n\n",
        &before,
        "request = Request(\n",
        &lines,
        ")\nwith urlopen(request, timeout=30) as response:\n    print(response.read().decode())\n",
    ]
    .concat()
}

fn dictionary(headers: &[(&str, &Text)]) -> String {
    let lines: String = headers
        .iter()
        .map(|(name, value)| ["        ", &string(name), ": ", &expression(value), ",\n"].concat())
        .collect();
    ["{\n", &lines, "    }"].concat()
}

fn bytes(text: &Text) -> String {
    match text.pieces() {
        [] | [_] => [&expression(text), ".encode()"].concat(),
        _ => ["(", &expression(text), ").encode()"].concat(),
    }
}

fn opened(name: &str) -> String {
    ["open(", &string(name), ", \"rb\")"].concat()
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["os.environ[\"", name, "\"]"].concat()
}

/// A text with variables: an f-string where it is short and simple, else a sum.
fn expression(text: &Text) -> String {
    let is_simple = |piece: &Piece| match piece {
        Piece::Plain(text) => !text.contains(['{', '}', '\\', '"']) && !text.chars().any(is_hidden),
        Piece::Variable(_) => true,
    };
    if text.pieces().len() > 1 && text.pieces().iter().all(is_simple) {
        let inside = text.joined(str::to_owned, |name| ["{os.environ['", name, "']}"].concat(), "");
        return ["f\"", &inside, "\""].concat();
    }
    text.joined(string, variable, " + ")
}

/// A string literal (Python Language Reference, §2.4.1). Black prefers double quotes, unless that takes more backslashes.
fn string(text: &str) -> String {
    let quote = if text.matches('"').count() > text.matches('\'').count() { '\'' } else { '"' };
    quoted(quote, text, |c| match c {
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if c == quote => Some(format!("\\{c}")),
        c if is_hidden(c) && (c as u32) < 0x100 => Some(format!("\\x{:02x}", c as u32)),
        c if is_hidden(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
