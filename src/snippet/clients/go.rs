//! Go, as gofmt formats it: net/http, which comes with it.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{Dialect, is_hidden, pretty, quoted, survives},
    text::Text,
};
use serde_json::Value;

pub(super) const GO: Client = Client {
    id: "go",
    language: "Go",
    name: "net/http",
    install: "",
    file: "call.go",
    run: "go run call.go",
    print: |http| Ok(go(http)),
};

const JSON: Dialect = Dialect {
    object: ["map[string]any{", "}"],
    empty_object: "map[string]any{}",
    list: ["[]any{", "}"],
    pair: PAIR,
    words: ["nil", "true", "false"],
    indent: "\t",
    width: 80,
    string: |text| expression(text, " + "),
    key: string,
};

/// A vertical tab, which no literal holds as it is, marks where a column begins.
const PAIR: &str = ":\u{b}";

const CHECK: &str = "\tif err != nil {\n\t\treturn err\n\t}\n";

/// What stands before a call, what the call is given as its body, and which packages that takes.
#[derive(Default)]
struct Body {
    imports: Vec<&'static str>,
    before: String,
    reader: &'static str,
    helper: &'static str,
}

fn go(http: &Http) -> String {
    let body = body(http);
    let mut imports = vec!["context", "fmt", "io", "log", "net/http", "time"];
    imports.extend(&body.imports);
    if !http.variables().is_empty() {
        imports.push("os");
    }
    imports.sort_unstable();
    imports.dedup();
    let imports: String = imports.iter().map(|name| ["\t\"", name, "\"\n"].concat()).collect();

    let mut headers: Vec<String> = Vec::new();
    if let Some((username, password)) = &http.basic {
        headers.push(["SetBasicAuth(", &variable(username), ", ", &variable(password), ")"].concat());
    }
    let set = |name: &str, value: &str| ["Header.Set(", &string(&canonical(name)), ", ", value, ")"].concat();
    headers.extend(http.headers.iter().map(|(name, value)| set(name, &expression(value, "+"))));
    if matches!(http.body, Some(Content::Parts(_))) {
        headers.push(set("content-type", "form.FormDataContentType()"));
    }
    let headers: String = headers.iter().map(|header| ["\treq.", header, "\n"].concat()).collect();

    let (method, url) = (method(http.method), expression(&http.url, "+"));
    let request = ["\treq, err := http.NewRequestWithContext(ctx, ", &method, ", ", &url, ", ", body.reader, ")\n"];
    [
        "package main\n\nimport (\n",
        &imports,
        ")\n\nfunc main() {\n\tif err := run(); err != nil {\n\t\tlog.Fatal(err)\n\t}\n}\n\nfunc run() error {\n\
         \tctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)\n\tdefer cancel()\n\n",
        &body.before,
        &request.concat(),
        CHECK,
        &headers,
        "\n\tresp, err := http.DefaultClient.Do(req)\n",
        CHECK,
        "\tdefer resp.Body.Close()\n\n\ttext, err := io.ReadAll(resp.Body)\n",
        CHECK,
        "\tif resp.StatusCode >= http.StatusBadRequest {\n\t\treturn fmt.Errorf(\"%s: %s\", resp.Status, text)\n\t}\n\
         \tfmt.Println(string(text))\n\treturn nil\n}\n",
        body.helper,
    ]
    .concat()
}

fn body(http: &Http) -> Body {
    match &http.body {
        None => Body { reader: "nil", ..Body::default() },
        Some(Content::Json(value, _)) if is_written_again(value) => {
            let literal = aligned(&JSON.write(value, 1));
            Body {
                imports: vec!["bytes", "encoding/json"],
                before: ["\tbody, err := json.Marshal(", &literal, ")\n", CHECK, "\n"].concat(),
                reader: "bytes.NewReader(body)",
                ..Body::default()
            }
        }
        Some(Content::Json(value, _)) => json_text(&pretty(value, '`')),
        Some(Content::Text(text)) => Body {
            imports: vec!["strings"],
            before: ["\tbody := ", &expression(text, " + "), "\n"].concat(),
            reader: "strings.NewReader(body)",
            ..Body::default()
        },
        Some(Content::File(name)) => Body {
            imports: vec!["bytes", "os"],
            before: ["\tbody, err := os.ReadFile(", &string(name), ")\n", CHECK, "\n"].concat(),
            reader: "bytes.NewReader(body)",
            ..Body::default()
        },
        Some(Content::Parts(parts)) => form(parts),
    }
}

/// JSON between backticks. What a variable holds is escaped, as it may hold quotes.
fn json_text(text: &Text) -> Body {
    let raw = |plain: &str| ["`", plain, "`"].concat();
    let literal = text.joined(raw, |name| ["escaped(", &variable(name), ")"].concat(), " + ");
    let mut body = Body {
        imports: vec!["strings"],
        before: ["\tbody := ", &literal, "\n"].concat(),
        reader: "strings.NewReader(body)",
        helper: "",
    };
    if text.plain().is_none() {
        body.imports.push("encoding/json");
        body.helper = "\n// escaped writes a text as it stands in a string of JSON.\nfunc escaped(text string) string {\n\
                       \tquoted, _ := json.Marshal(text) // No string fails.\n\
                       \treturn string(quoted[1 : len(quoted)-1])\n}\n";
    }
    body
}

/// Each part, one after another; all but the simplest write their own headers.
fn form(parts: &[Part]) -> Body {
    let mut imports = vec!["bytes", "mime/multipart"];
    let mut before = String::from("\tvar body bytes.Buffer\n\tform := multipart.NewWriter(&body)\n");
    let checked = |call: &str| ["\tif err := ", call, "; err != nil {\n\t\treturn err\n\t}\n"].concat();
    // Variables are declared once.
    let is_field =
        |part: &&Part| matches!(part.value, PartValue::Text(_)) && part.content_type.is_none() && is_simple(&part.name);
    let is_alone = parts.len() - parts.iter().filter(is_field).count() == 1;
    for (number, Part { name, value, content_type }) in (1..).zip(parts) {
        let own = |variable: &str| if is_alone { variable.to_owned() } else { format!("{variable}{number}") };
        let (file, part) = (own("file"), own("part"));
        let (create, content) = match (value, content_type.as_deref()) {
            (PartValue::Text(text), None) if is_simple(name) => {
                let call = ["form.WriteField(", &string(name), ", ", &expression(text, "+"), ")"];
                before += &checked(&call.concat());
                continue;
            }
            (PartValue::Text(text), kind) => {
                imports.push("net/textproto");
                let write = ["io.WriteString(", &part, ", ", &expression(text, "+"), ")"];
                (create_part(&disposition(name, None), kind), write.concat())
            }
            (PartValue::File(path), kind) => {
                let open = [&file, ", err := os.Open(", &string(path), ")\n", CHECK, "\tdefer ", &file, ".Close()\n"];
                before += &["\n\t", &open.concat()].concat();
                imports.push("os");
                let kind = kind.unwrap_or("application/octet-stream");
                let create = if kind == "application/octet-stream" && is_simple(name) && is_simple(path) {
                    ["form.CreateFormFile(", &string(name), ", ", &string(path), ")"].concat()
                } else {
                    imports.push("net/textproto");
                    create_part(&disposition(name, Some(path)), Some(kind))
                };
                (create, ["io.Copy(", &part, ", ", &file, ")"].concat())
            }
        };
        before += &["\t", &part, ", err := ", &create, "\n", CHECK].concat();
        before += &["\tif _, err := ", &content, "; err != nil {\n\t\treturn err\n\t}\n\n"].concat();
    }
    before += &[&checked("form.Close()"), "\n"].concat();
    Body { imports, before: before.replace("\n\n\n", "\n\n"), reader: "&body", helper: "" }
}

fn create_part(disposition: &str, kind: Option<&str>) -> String {
    let header = |name: &str, value: &str| ["\t\t\"", name, "\":", value, ",\n"].concat();
    let value = |text: &str| ["{", &string(text), "}"].concat();
    let headers = match kind {
        None => header("Content-Disposition", &[" ", &value(disposition)].concat()),
        Some(kind) => [
            header("Content-Disposition", &[" ", &value(disposition)].concat()),
            header("Content-Type", &["        ", &value(kind)].concat()),
        ]
        .concat(),
    };
    ["form.CreatePart(textproto.MIMEHeader{\n", &headers, "\t})"].concat()
}

/// What a part is called, escaped as browsers do it; Go escapes otherwise.
fn disposition(name: &str, file: Option<&str>) -> String {
    let escape = |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let file = file.map(|file| ["; filename=\"", &escape(file), "\""].concat()).unwrap_or_default();
    ["form-data; name=\"", &escape(name), "\"", &file].concat()
}

fn is_simple(name: &str) -> bool {
    !name.contains(['"', '\\', '\r', '\n'])
}

/// Maps of Go are marshalled in the order of their keys. Longer keys than these gofmt may align otherwise.
fn is_written_again(value: &Value) -> bool {
    fn is_sorted(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().all(is_sorted),
            Value::Object(fields) => fields.keys().is_sorted() && fields.values().all(is_sorted),
            _ => true,
        }
    }
    is_sorted(value) && survives(value, &|name| string(name).len() <= 40)
}

/// Values that follow one another line by line stand in a column.
fn aligned(code: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut rows: Vec<(&str, &str)> = Vec::new();
    let end_rows = |rows: &mut Vec<(&str, &str)>, lines: &mut Vec<String>| {
        let width = rows.iter().map(|(key, _)| key.chars().count()).max().unwrap_or_default();
        lines.extend(rows.drain(..).map(|(key, value)| format!("{key:width$} {value}")));
    };
    for line in code.split('\n') {
        match line.split_once('\u{b}') {
            Some(row) if !line.ends_with('{') => rows.push(row),
            _ => {
                end_rows(&mut rows, &mut lines);
                lines.push(line.replace('\u{b}', " "));
            }
        }
    }
    end_rows(&mut rows, &mut lines);
    lines.join("\n").replace(PAIR, ": ")
}

/// Constants of net/http.
fn method(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    ["http.Method", first, &rest.to_ascii_lowercase()].concat()
}

/// The way in which Go writes names of headers.
fn canonical(name: &str) -> String {
    let word = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => [first.to_ascii_uppercase(), rest.to_ascii_lowercase()].concat(),
        None => word.to_owned(),
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["os.Getenv(\"", name, "\")"].concat()
}

/// A sum of strings. Among several arguments gofmt leaves no spaces around its operators.
pub(in crate::snippet) fn expression(text: &Text, operator: &str) -> String {
    text.joined(string, variable, operator)
}

/// A string literal (The Go Programming Language Specification, "String literals"): a raw one where that spares escapes.
pub(in crate::snippet) fn string(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains('`') && !text.chars().any(is_hidden) {
        return ["`", text, "`"].concat();
    }
    quoted('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) && c.is_ascii() => Some(format!("\\x{:02x}", c as u32)),
        c if is_hidden(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
