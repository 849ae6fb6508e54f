//! Elixir, as `mix format` has it: Req.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{Dialect, is_hidden, quoted, survives, with_thousands, without_last_commas},
    text::Text,
};
use serde_json::Value;

pub(super) const REQ: Client = Client {
    id: "elixir-req",
    language: "Elixir",
    name: "Req",
    install: "",
    file: "call.exs",
    run: "elixir call.exs",
    print: |http| Ok(req(http)),
};

const MAP: Dialect = Dialect {
    object: ["%{", "}"],
    empty_object: "%{}",
    list: ["[", "]"],
    pair: " => ",
    words: ["nil", "true", "false"],
    indent: "  ",
    width: 64,
    string: expression,
    key: string,
};

/// JSON as it is, for a literal in which nothing means anything.
const RAW: Dialect = Dialect {
    object: ["{", "}"],
    empty_object: "{}",
    list: ["[", "]"],
    pair: ": ",
    words: ["null", "true", "false"],
    indent: "  ",
    width: 90,
    string: |text| text.joined(json_string, str::to_owned, ""),
    key: json_string,
};

/// The same, for one into which variables are put.
const OPEN: Dialect = Dialect { string: open_json_string, key: |name| open(&json_string(name)), ..RAW };

const HEREDOC: &str = "\"\"\"";

fn req(http: &Http) -> String {
    let mut options = vec![expression(&http.url)];
    if let Some((username, password)) = &http.basic {
        let pair = ["\"#{", &variable(username), "}:#{", &variable(password), "}\""].concat();
        options.push(["auth: {:basic, ", &pair, "}"].concat());
    }
    let as_json = match &http.body {
        // For Req, these two are no body at all.
        Some(Content::Json(Value::Null | Value::Bool(false), _)) => None,
        Some(Content::Json(value, _)) if survives(value, &|_| true) && is_in_order(value) => Some(value),
        _ => None,
    };
    // Req says so itself.
    let headers = http.headers_but("content-type", if as_json.is_some() { "application/json" } else { "" });
    if !headers.is_empty() {
        let pair = |(name, value): &(&str, &Text)| [&string(name), " => ", &expression(value)].concat();
        options.push(["headers: ", &block("%{", &headers.iter().map(pair).collect::<Vec<_>>(), "}")].concat());
    }
    options.extend(match (&http.body, as_json) {
        (None, _) => None,
        (_, Some(value)) => Some(["json: ", &with_thousands(&without_last_commas(&MAP.write(value, 2)))].concat()),
        (Some(Content::Json(value, text)), None) if value.is_object() || value.is_array() => {
            let (mark, dialect) = if text.plain().is_some() { ("~S", &RAW) } else { ("", &OPEN) };
            let text = without_last_commas(&dialect.write(value, 2));
            Some(["body: ", mark, HEREDOC, "\n    ", &text, "\n    ", HEREDOC].concat())
        }
        (Some(Content::Text(text) | Content::Json(_, text)), None) => Some(["body: ", &expression(text)].concat()),
        (Some(Content::File(name)), None) => Some(["body: ", &read(name)].concat()),
        (Some(Content::Parts(parts)), None) => {
            let fields: Vec<String> = parts.iter().map(field).collect();
            Some(["form_multipart: ", &block("[", &fields, "]")].concat())
        }
    });
    options.push("http_errors: :raise".into());
    let function = match http.method {
        method if !is_odd(http) => method.to_lowercase(),
        method => {
            let method = if method == "OPTIONS" { ":options".into() } else { string(method) };
            options[0] = ["url: ", &options[0]].concat();
            options.insert(0, ["method: ", &method].concat());
            "request".into()
        }
    };
    let options = wrapped(&options.join(",\n    "));
    let call = ["response =\n  Req.", &function, "!(\n    ", &options, "\n  )\n\n"].concat();
    ["Mix.install([{:req, \"~> 0.5\"}])\n\n", &call, "IO.inspect(response.body)\n"].concat()
}

/// What is too long for its line stands below its name, where it is a string or a tuple.
fn wrapped(options: &str) -> String {
    let mut is_text = false;
    let wrap = |line: &str| {
        let was_text = is_text;
        is_text ^= line.trim_end_matches(',').ends_with(HEREDOC);
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        match name_and_value(content) {
            Some((name, value))
                if !was_text && !is_text && line.chars().count() > 98 && value.starts_with(['"', '{']) =>
            {
                [indent, name, "\n", indent, "  ", value].concat()
            }
            _ => line.to_owned(),
        }
    };
    options.split('\n').map(wrap).collect::<Vec<_>>().join("\n")
}

/// `name: value` or `"name" => value`.
fn name_and_value(line: &str) -> Option<(&str, &str)> {
    let mut rest = line;
    if let Some(quoted) = line.strip_prefix('"') {
        let mut is_escaped = false;
        let end = quoted.find(|c| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        })?;
        rest = &quoted[end + 1..];
    }
    let at = rest.find(' ')?;
    let at = if rest.starts_with(" =>") { 3 } else { at };
    let name = &line[..line.len() - rest.len() + at];
    name.ends_with([':', '>']).then(|| (name, line[name.len()..].trim_start()))
}

/// The methods that have no function, and GET with a body, which Req makes POST unless the method is a text.
fn is_odd(http: &Http) -> bool {
    matches!(http.method, "OPTIONS" | "TRACE") || (http.method == "GET" && http.body.is_some())
}

fn field(part: &Part) -> String {
    let kind = part.content_type.as_ref().map(|kind| [", content_type: ", &string(kind)].concat());
    let value = match &part.value {
        PartValue::Text(text) => match kind {
            None => expression(text),
            Some(kind) => ["{", &expression(text), &kind, "}"].concat(),
        },
        PartValue::File(name) => {
            let kind = kind.unwrap_or_else(|| ", content_type: \"application/octet-stream\"".into());
            ["{", &read(name), ", filename: ", &string(name), &kind, "}"].concat()
        }
    };
    let is_start = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    let name = &part.name;
    let is_plain = name.bytes().next().is_some_and(is_start) && name.bytes().all(|b| is_start(b) || b.is_ascii_digit());
    [&if is_plain { name.clone() } else { string(name) }, ": ", &value].concat()
}

fn read(name: &str) -> String {
    ["File.read!(", &string(name), ")"].concat()
}

fn block(open: &str, lines: &[String], close: &str) -> String {
    [open, "\n      ", &lines.join(",\n      "), "\n    ", close].concat()
}

/// A map has its keys in the order of their bytes, up to 32 of them; small fractions are written as powers of ten.
fn is_in_order(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.len() <= 32 && fields.keys().is_sorted() && fields.values().all(is_in_order),
        Value::Array(items) => items.iter().all(is_in_order),
        Value::Number(number) => !number.to_string().trim_start_matches('-').starts_with("0.00"),
        _ => true,
    }
}

fn variable(name: &str) -> String {
    ["System.fetch_env!(\"", name, "\")"].concat()
}

/// A string, into which variables are put.
fn expression(text: &Text) -> String {
    let inside = |plain: &str| {
        let literal = string(plain);
        literal[1..literal.len() - 1].to_owned()
    };
    match text.pieces() {
        [super::text::Piece::Variable(name)] => variable(name),
        _ => ["\"", &text.joined(inside, |name| ["#{", &variable(name), "}"].concat(), ""), "\""].concat(),
    }
}

/// A string literal.
fn string(text: &str) -> String {
    let literal = quoted('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) => Some(format!("\\u{:04X}", c as u32)),
        _ => None,
    });
    literal.replace("#{", "\\#{")
}

/// A string of JSON (RFC 8259, §7).
fn json_string(text: &str) -> String {
    quoted('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}

fn open_json_string(text: &Text) -> String {
    let inside = |plain: &str| {
        let literal = open(&json_string(plain));
        literal[1..literal.len() - 1].to_owned()
    };
    ["\"", &text.joined(inside, |name| ["#{", &variable(name), "}"].concat(), ""), "\""].concat()
}

/// Text for a literal in which backslashes and `#{` mean something.
fn open(text: &str) -> String {
    text.replace('\\', "\\\\").replace("#{", "\\#{")
}
