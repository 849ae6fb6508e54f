//! Go with net/http of the standard library, formatted as by gofmt.

use super::{
    HttpClientTarget, is_rfc_9110_method,
    literal::{JsonLiteralStyle, can_round_trip, is_invisible, pretty_json, quote_string},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name},
};
use crate::snippet::text_template::TextTemplate;
use serde_json::Value;

pub(super) const GO: HttpClientTarget = HttpClientTarget {
    id: "go",
    language: "Go",
    name: "net/http",
    install_command: "",
    file_name: "call.go",
    run_command: "go run call.go",
    render: |template| Ok(render_net_http(template)),
};

const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["map[string]any{", "}"],
    empty_object: "map[string]any{}",
    array_delimiters: ["[]any{", "}"],
    key_value_separator: COLUMN_SEPARATOR,
    null_true_false: ["nil", "true", "false"],
    indent_width: 1,
    max_line_width: 80,
    render_string: |text| text_expression(text, " + "),
    render_key: string_literal,
};

/// Separator with the start of a column after it: a vertical tab, which no literal contains unescaped.
const COLUMN_SEPARATOR: &str = ":\u{b}";

const ERROR_CHECK: &str = "\tif err != nil {\n\t\treturn err\n\t}\n";

/// Code of a body: the imports, the statements before the call, and the reader passed to the call.
#[derive(Default)]
struct GoBodyCode {
    imports: Vec<&'static str>,
    setup: String,
    reader_expression: &'static str,
    helper_function: &'static str,
}

fn render_net_http(template: &RequestTemplate) -> String {
    let body = render_body(template);
    let mut imports = vec!["context", "fmt", "io", "log", "net/http", "time"];
    imports.extend(&body.imports);
    if !template.variable_names().is_empty() {
        imports.push("os");
    }
    imports.sort_unstable();
    imports.dedup();
    let imports: String = imports.iter().map(|name| ["\t\"", name, "\"\n"].concat()).collect();

    let mut headers: Vec<String> = Vec::new();
    if let Some((username, password)) = &template.basic_auth {
        headers.push(format!("SetBasicAuth({}, {})", env_var(username), env_var(password)));
    }
    let header_setter =
        |name: &str, value: &str| format!("Header.Set({}, {value})", string_literal(&canonical_header_name(name)));
    headers.extend(template.headers.iter().map(|(name, value)| header_setter(name, &text_expression(value, "+"))));
    if matches!(template.body, Some(BodyTemplate::Multipart(_))) {
        headers.push(header_setter("content-type", "form.FormDataContentType()"));
    }
    let headers: String = headers.iter().map(|header| ["\treq.", header, "\n"].concat()).collect();

    let (method, url) = (method_constant(template.method()), text_expression(&template.url, "+"));
    let request =
        ["\treq, err := http.NewRequestWithContext(ctx, ", &method, ", ", &url, ", ", body.reader_expression, ")\n"];
    [
        "package main\n\nimport (\n",
        &imports,
        ")\n\nfunc main() {\n\tif err := run(); err != nil {\n\t\tlog.Fatal(err)\n\t}\n}\n\nfunc run() error {\n\
         \tctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)\n\tdefer cancel()\n\n",
        &body.setup,
        &request.concat(),
        ERROR_CHECK,
        &headers,
        "\n\tresp, err := http.DefaultClient.Do(req)\n",
        ERROR_CHECK,
        "\tdefer resp.Body.Close()\n\n\ttext, err := io.ReadAll(resp.Body)\n",
        ERROR_CHECK,
        "\tif resp.StatusCode >= http.StatusBadRequest {\n\t\treturn fmt.Errorf(\"%s: %s\", resp.Status, text)\n\t}\n\
         \tfmt.Println(string(text))\n\treturn nil\n}\n",
        body.helper_function,
    ]
    .concat()
}

fn render_body(template: &RequestTemplate) -> GoBodyCode {
    match &template.body {
        None => GoBodyCode { reader_expression: "nil", ..GoBodyCode::default() },
        Some(BodyTemplate::Json(value, _)) if can_write_as_map(value) => {
            let literal = align_columns(&indent_with_tabs(&JSON_STYLE.render(value, 1)));
            GoBodyCode {
                imports: vec!["bytes", "encoding/json"],
                setup: format!("\tbody, err := json.Marshal({literal})\n{ERROR_CHECK}\n"),
                reader_expression: "bytes.NewReader(body)",
                ..GoBodyCode::default()
            }
        }
        Some(BodyTemplate::Json(value, _)) => render_json_text(&pretty_json(value, '`')),
        Some(BodyTemplate::Text(text)) => GoBodyCode {
            imports: vec!["strings"],
            setup: format!("\tbody := {}\n", text_expression(text, " + ")),
            reader_expression: "strings.NewReader(body)",
            ..GoBodyCode::default()
        },
        Some(BodyTemplate::File(name)) => GoBodyCode {
            imports: vec!["bytes", "os"],
            setup: format!("\tbody, err := os.ReadFile({})\n{ERROR_CHECK}\n", string_literal(name)),
            reader_expression: "bytes.NewReader(body)",
            ..GoBodyCode::default()
        },
        Some(BodyTemplate::Multipart(parts)) => render_multipart_form(parts),
    }
}

/// Renders JSON between backticks. The values of variables are escaped, because they may contain quotes.
fn render_json_text(text: &TextTemplate) -> GoBodyCode {
    let raw_literal = |plain: &str| format!("`{plain}`");
    let literal = text.render(raw_literal, |name| format!("escaped({})", env_var(name)), " + ");
    let mut body = GoBodyCode {
        imports: vec!["strings"],
        setup: format!("\tbody := {literal}\n"),
        reader_expression: "strings.NewReader(body)",
        helper_function: "",
    };
    if text.as_literal().is_none() {
        body.imports.push("encoding/json");
        body.helper_function = "\n// escaped writes a text as it stands in a string of JSON.\nfunc escaped(text string) string {\n\
                       \tquoted, _ := json.Marshal(text) // No string fails.\n\
                       \treturn string(quoted[1 : len(quoted)-1])\n}\n";
    }
    body
}

/// Renders the parts of a form one after another. All but the simplest parts set their own headers.
fn render_multipart_form(parts: &[PartTemplate]) -> GoBodyCode {
    let mut imports = vec!["bytes", "mime/multipart"];
    let mut setup = String::from("\tvar body bytes.Buffer\n\tform := multipart.NewWriter(&body)\n");
    let error_checked = |call: &str| format!("\tif err := {call}; err != nil {{\n\t\treturn err\n\t}}\n");
    // A variable can be declared only once.
    let is_plain_field = |part: &&PartTemplate| {
        matches!(part.body, PartBody::Text(_)) && part.content_type.is_none() && is_plain_name(&part.name)
    };
    let has_single_variable = parts.len() - parts.iter().filter(is_plain_field).count() == 1;
    for (number, PartTemplate { name, body: value, content_type, .. }) in (1..).zip(parts) {
        let part_variable =
            |variable: &str| if has_single_variable { variable.to_owned() } else { format!("{variable}{number}") };
        let (file, part) = (part_variable("file"), part_variable("part"));
        let (create, content) = match (value, content_type.as_deref()) {
            (PartBody::Text(text), None) if is_plain_name(name) => {
                let call = ["form.WriteField(", &string_literal(name), ", ", &text_expression(text, "+"), ")"];
                setup += &error_checked(&call.concat());
                continue;
            }
            (PartBody::Text(text), media_type) => {
                imports.push("net/textproto");
                let write = ["io.WriteString(", &part, ", ", &text_expression(text, "+"), ")"];
                (create_part_call(&content_disposition(name, None), media_type), write.concat())
            }
            (PartBody::File(path), media_type) => {
                let open = [
                    &file,
                    ", err := os.Open(",
                    &string_literal(path),
                    ")\n",
                    ERROR_CHECK,
                    "\tdefer ",
                    &file,
                    ".Close()\n",
                ];
                setup += &["\n\t", &open.concat()].concat();
                imports.push("os");
                let media_type = media_type.unwrap_or("application/octet-stream");
                let create = if media_type == "application/octet-stream" && is_plain_name(name) && is_plain_name(path) {
                    format!("form.CreateFormFile({}, {})", string_literal(name), string_literal(path))
                } else {
                    imports.push("net/textproto");
                    create_part_call(&content_disposition(name, Some(path)), Some(media_type))
                };
                (create, format!("io.Copy({part}, {file})"))
            }
        };
        setup += &["\t", &part, ", err := ", &create, "\n", ERROR_CHECK].concat();
        setup += &["\tif _, err := ", &content, "; err != nil {\n\t\treturn err\n\t}\n\n"].concat();
    }
    setup += &[&error_checked("form.Close()"), "\n"].concat();
    GoBodyCode { imports, setup: setup.replace("\n\n\n", "\n\n"), reader_expression: "&body", helper_function: "" }
}

fn create_part_call(disposition: &str, media_type: Option<&str>) -> String {
    let header = |name: &str, value: &str| format!("\t\t\"{name}\":{value},\n");
    let value = |text: &str| format!("{{{}}}", string_literal(text));
    let headers = match media_type {
        None => header("Content-Disposition", &format!(" {}", value(disposition))),
        Some(media_type) => format!(
            "{}{}",
            header("Content-Disposition", &format!(" {}", value(disposition))),
            header("Content-Type", &format!("        {}", value(media_type)))
        ),
    };
    format!("form.CreatePart(textproto.MIMEHeader{{\n{headers}\t}})")
}

/// Returns the disposition of a part, with names escaped as browsers do. Go escapes them differently.
fn content_disposition(name: &str, file: Option<&str>) -> String {
    let file = file.map(|file| format!("; filename=\"{}\"", escape_form_data_name(file))).unwrap_or_default();
    format!("form-data; name=\"{}\"{file}", escape_form_data_name(name))
}

fn is_plain_name(name: &str) -> bool {
    !name.contains(['"', '\\', '\r', '\n'])
}

/// Returns true if JSON can be rendered as maps. Go marshals maps in the order of their keys, and gofmt may align
/// longer keys differently.
fn can_write_as_map(value: &Value) -> bool {
    fn is_sorted(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().all(is_sorted),
            Value::Object(fields) => fields.keys().is_sorted() && fields.values().all(is_sorted),
            _ => true,
        }
    }
    is_sorted(value) && can_round_trip(value, &|name| string_literal(name).len() <= 40)
}

/// Aligns the values of consecutive lines in a column.
fn align_columns(code: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut rows: Vec<(&str, &str)> = Vec::new();
    let flush_rows = |rows: &mut Vec<(&str, &str)>, lines: &mut Vec<String>| {
        let width = rows.iter().map(|(key, _)| key.chars().count()).max().unwrap_or_default();
        lines.extend(rows.drain(..).map(|(key, value)| format!("{key:width$} {value}")));
    };
    for line in code.split('\n') {
        match line.split_once('\u{b}') {
            Some(row) if !line.ends_with('{') => rows.push(row),
            _ => {
                flush_rows(&mut rows, &mut lines);
                lines.push(line.replace('\u{b}', " "));
            }
        }
    }
    flush_rows(&mut rows, &mut lines);
    lines.join("\n").replace(COLUMN_SEPARATOR, ": ")
}

/// Replaces each space of indentation by a tab.
fn indent_with_tabs(code: &str) -> String {
    let line = |line: &str| {
        let content = line.trim_start_matches(' ');
        "\t".repeat(line.len() - content.len()) + content
    };
    code.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the constant of net/http for a method.
fn method_constant(name: &str) -> String {
    if !is_rfc_9110_method(name) {
        return string_literal(name);
    }
    let (first, rest) = name.split_at(1);
    format!("http.Method{first}{}", rest.to_ascii_lowercase())
}

/// Returns the name of a header in Go's canonical form.
fn canonical_header_name(name: &str) -> String {
    let word = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) => format!("{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase()),
        None => word.to_owned(),
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("os.Getenv(\"{name}\")")
}

/// Renders a text as a concatenation of strings. Among several arguments, gofmt puts no spaces around the operators.
pub(in crate::snippet) fn text_expression(text: &TextTemplate, operator: &str) -> String {
    text.render(string_literal, env_var, operator)
}

/// Renders a string literal (The Go Programming Language Specification, "String literals"), as a raw string if that
/// avoids escapes.
pub(in crate::snippet) fn string_literal(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains('`') && !text.chars().any(is_invisible) {
        return format!("`{text}`");
    }
    quote_string('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) && c.is_ascii() => Some(format!("\\x{:02x}", c as u32)),
        c if is_invisible(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
