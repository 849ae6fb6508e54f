//! Kotlin with `OkHttp`, formatted as by ktlint.

use super::{
    HttpClientTarget,
    jvm::{
        INSTALL_JBANG, builder_method_call, ensure_okhttp_supports, escape_char, multiline_json, needs_empty_body,
        split_okhttp_headers,
    },
    literal::quote_string,
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use std::collections::BTreeSet;

pub(super) const OKHTTP: HttpClientTarget = HttpClientTarget {
    id: "kotlin-okhttp",
    language: "Kotlin",
    name: "OkHttp",
    install_command: INSTALL_JBANG,
    file_name: "Call.kt",
    run_command: "jbang --deps com.squareup.okhttp3:okhttp-jvm:5.5.0 Call.kt",
    render: render_okhttp,
};

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 140;

/// Conversion of a string to a body through its bytes, because `OkHttp` adds a charset to the type of a string.
const BYTES_TO_REQUEST_BODY: &str = ".toByteArray().toRequestBody(";

const MEDIA_TYPE_IMPORT: &str = "okhttp3.MediaType.Companion.toMediaType";
const REQUEST_BODY_IMPORT: &str = "okhttp3.RequestBody.Companion.toRequestBody";

fn render_okhttp(template: &RequestTemplate) -> Result<String, &'static str> {
    ensure_okhttp_supports(template)?;
    let mut program = Program {
        imports: BTreeSet::from(["okhttp3.OkHttpClient", "okhttp3.Request", "java.io.IOException"]),
        setup: String::new(),
    };
    let (body_media_type, other_headers) = split_okhttp_headers(template);
    let mut calls = vec![("url", vec![text_expression(&template.url)])];
    calls.extend(program.headers(template, other_headers));
    let body = template.body.as_ref().map(|body| {
        let body = program.request_body(body, body_media_type);
        program.setup += &val_declaration("body", &body);
        "body".to_owned()
    });
    if needs_empty_body(template) {
        program.imports.insert("okhttp3.RequestBody");
    }
    calls.extend(builder_method_call(template.method(), body, |word| word));
    let request = val_declaration("request", &render_builder("Request", calls, 4));
    let send_statements = "\n    OkHttpClient().newCall(request).execute().use { response ->\n        \
                 if (!response.isSuccessful) throw IOException(\"${response.code} ${response.body.string()}\")\n        \
                 println(response.body.string())\n    }\n";
    let Program { imports, setup } = program;
    // ktlint sorts the imports of Java last.
    let (java, other_imports): (Vec<_>, Vec<_>) = imports.into_iter().partition(|name| name.starts_with("java."));
    let imports: String = other_imports.into_iter().chain(java).map(|name| ["import ", name, "\n"].concat()).collect();
    Ok(format!("{imports}\nfun main() {{\n{setup}{request}{send_statements}}}\n"))
}

/// A method call of a builder: name and arguments.
type BuilderCall = (&'static str, Vec<String>);

/// The imports of a program, and its statements before the request.
struct Program {
    imports: BTreeSet<&'static str>,
    setup: String,
}

impl Program {
    /// Returns the calls that set the headers.
    fn headers(&mut self, template: &RequestTemplate, headers: Vec<(&str, &TextTemplate)>) -> Vec<BuilderCall> {
        let mut calls = Vec::new();
        let (ascii_headers, non_ascii_headers): (Vec<_>, Vec<_>) =
            headers.into_iter().partition(|(_, value)| value.has_only_ascii_literals());
        if !non_ascii_headers.is_empty() {
            self.imports.insert("okhttp3.Headers");
            let add = |(name, value)| ("addUnsafeNonAscii", vec![string_literal(name), text_expression(value)]);
            let headers = non_ascii_headers.into_iter().map(add).collect();
            calls.push(("headers", vec![render_builder("Headers", headers, 12)]));
        }
        if let Some((username, password)) = &template.basic_auth {
            self.imports.insert("okhttp3.Credentials");
            let [username, password] = [username, password].map(|name| env_var(name));
            let value = format!("Credentials.basic({username}, {password}, Charsets.UTF_8)");
            calls.push(("header", vec![string_literal("authorization"), value]));
        }
        let header = |(name, value)| ("header", vec![string_literal(name), text_expression(value)]);
        calls.extend(ascii_headers.into_iter().map(header));
        calls
    }

    fn request_body(&mut self, body: &BodyTemplate, media_type: Option<&str>) -> String {
        match body {
            BodyTemplate::Text(text) | BodyTemplate::Json(_, text) => {
                let (name, value) = match raw_json_string(Some(body)) {
                    Some(lines) => ("json", lines),
                    None => ("text", text_expression(text)),
                };
                self.setup += &val_declaration(name, &value);
                self.text_body(name, media_type)
            }
            BodyTemplate::File(name) => self.file_body(name, media_type),
            BodyTemplate::Multipart(parts) => {
                self.imports.insert("okhttp3.MultipartBody");
                let form = ("setType", vec!["MultipartBody.FORM".to_owned()]);
                let parts = parts.iter().map(|part| ("addFormDataPart", self.part_arguments(part)));
                render_builder("MultipartBody", [form].into_iter().chain(parts).collect(), 4)
            }
        }
    }

    /// Returns the arguments of the call that adds a part.
    fn part_arguments(&mut self, part: &PartTemplate) -> Vec<String> {
        let name = string_literal(&part.name);
        match (&part.body, &part.content_type) {
            (PartBody::Text(value), None) => vec![name, text_expression(value)],
            (PartBody::Text(value), Some(media_type)) => {
                vec![name, "null".into(), self.text_body(&text_expression(value), Some(media_type))]
            }
            (PartBody::File(file), media_type) => {
                let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
                vec![name, string_literal(file), self.file_body(file, Some(media_type))]
            }
        }
    }

    fn text_body(&mut self, text: &str, media_type: Option<&str>) -> String {
        self.imports.insert(REQUEST_BODY_IMPORT);
        format!("{text}{BYTES_TO_REQUEST_BODY}{})", self.media_type(media_type))
    }

    fn file_body(&mut self, name: &str, media_type: Option<&str>) -> String {
        self.imports.extend(["java.io.File", "okhttp3.RequestBody.Companion.asRequestBody"]);
        format!("File({}).asRequestBody({})", string_literal(name), self.media_type(media_type))
    }

    fn media_type(&mut self, media_type: Option<&str>) -> String {
        let Some(media_type) = media_type else { return String::new() };
        self.imports.insert(MEDIA_TYPE_IMPORT);
        format!("{}.toMediaType()", string_literal(media_type))
    }
}

/// Renders a builder chain, on one line if it is short, otherwise with one call per line. The next call follows a call
/// of several lines without a line break.
fn render_builder(class: &str, mut calls: Vec<BuilderCall>, column: usize) -> String {
    calls.insert(0, ("Builder", Vec::new()));
    calls.push(("build", Vec::new()));
    let flat = |(name, arguments): &(&str, Vec<String>)| format!(".{name}({})", arguments.join(", "));
    let line = format!("{class}{}", calls.iter().map(flat).collect::<String>());
    if calls.len() <= 3 && !line.contains('\n') && column + "val request = ".len() + line.len() <= MAX_LINE_WIDTH {
        return line;
    }
    let call_column = column + 8;
    let mut text = String::from(class);
    for call in &calls {
        if !text.ends_with("\n            )") {
            text += &line_break(call_column);
        }
        let line = flat(call);
        if call_column + line.chars().count() <= MAX_LINE_WIDTH && !line.contains('\n') {
            text += &line;
        } else {
            let lines: String = call
                .1
                .iter()
                .map(|argument| {
                    [&line_break(call_column + 4), &render_argument(argument, call_column + 4), ","].concat()
                })
                .collect();
            text += &[".", call.0, "(", &lines, &line_break(call_column), ")"].concat();
        }
    }
    text
}

/// Renders an argument. A long text that becomes a body is on lines of its own.
fn render_argument(argument: &str, column: usize) -> String {
    match argument.rsplit_once(BYTES_TO_REQUEST_BODY) {
        Some((text, kind)) if column + argument.chars().count() >= MAX_LINE_WIDTH => {
            let continuation = line_break(column + 4);
            format!("{text}{continuation}.toByteArray(){continuation}.toRequestBody({kind}")
        }
        _ => argument.to_owned(),
    }
}

/// Renders a value with a name, on the next line if it is long.
fn val_declaration(name: &str, value: &str) -> String {
    let start = format!("    val {name} =");
    let line = format!("{start} {value}\n");
    if !value.contains('\n') && line.chars().count() <= MAX_LINE_WIDTH + 1 {
        return line;
    }
    format!("{start}{}{value}\n", line_break(8))
}

/// Returns a line break and the indentation up to a column.
fn line_break(column: usize) -> String {
    format!("\n{}", " ".repeat(column))
}

/// Renders a JSON body as a raw string, in which only dollars are special.
fn raw_json_string(body: Option<&BodyTemplate>) -> Option<String> {
    let Some(BodyTemplate::Json(value, _)) = body else { return None };
    let text = multiline_json(value)?;
    let plain = text.render(str::to_owned, |_| String::new(), "");
    // If the text contains literal interpolation syntax, a variable needs more dollars than the text has.
    let starts_interpolation =
        |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '{' | '`'));
    let has_interpolation_syntax = plain.match_indices('$').any(|(at, _)| starts_interpolation(&plain[at + 1..]));
    let longest_dollar_run = plain.split(|c| c != '$').map(str::len).max().unwrap_or_default();
    let dollars = if has_interpolation_syntax { "$".repeat(longest_dollar_run + 1) } else { String::new() };
    let interpolation_prefix = if has_interpolation_syntax { dollars.as_str() } else { "$" };
    let content = text.render(str::to_owned, |name| format!("{interpolation_prefix}{{{}}}", env_var(name)), "");
    Some(format!(
        "{dollars}\"\"\"{}{}{}\"\"\".trimIndent()",
        line_break(8),
        content.replace('\n', &line_break(8)),
        line_break(8)
    ))
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("System.getenv(\"{name}\")")
}

/// Renders a text with interpolated variables.
pub(in crate::snippet) fn text_expression(text: &TextTemplate) -> String {
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return env_var(name);
    }
    let string_content = |plain: &str| {
        let literal = string_literal(plain);
        literal[1..literal.len() - 1].to_owned()
    };
    format!("\"{}\"", text.render(string_content, |name| format!("${{{}}}", env_var(name)), ""))
}

pub(in crate::snippet) fn string_literal(text: &str) -> String {
    quote_string('"', text, |c| if c == '$' { Some("\\$".into()) } else { escape_char(c) })
}
