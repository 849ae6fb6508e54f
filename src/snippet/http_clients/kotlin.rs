//! Kotlin with `OkHttp`, formatted as by ktlint.

use super::{
    HttpClientTarget,
    jvm::{
        INSTALL_JBANG, builder_method_call, ensure_okhttp_supports, escape_char, multiline_json, needs_empty_body,
        split_okhttp_headers,
    },
    literal::quote_string,
    request_template::{BodyTemplate, PartBody, RequestTemplate},
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
    let mut imports = BTreeSet::from(["okhttp3.OkHttpClient", "okhttp3.Request", "java.io.IOException"]);
    let (body_media_type, other_headers) = split_okhttp_headers(template);
    let (ascii_headers, non_ascii_headers): (Vec<_>, Vec<_>) =
        other_headers.into_iter().partition(|(_, value)| value.has_only_ascii_literals());
    let mut calls = vec![("url", vec![text_expression(&template.url)])];
    if !non_ascii_headers.is_empty() {
        imports.insert("okhttp3.Headers");
        let add = |(name, value)| ("addUnsafeNonAscii", vec![string_literal(name), text_expression(value)]);
        calls.push(("headers", vec![render_builder("Headers", non_ascii_headers.into_iter().map(add).collect(), 12)]));
    }
    if let Some((username, password)) = &template.basic_auth {
        imports.insert("okhttp3.Credentials");
        let credentials = ["Credentials.basic(", &env_var(username), ", ", &env_var(password), ", Charsets.UTF_8)"];
        calls.push(("header", vec![string_literal("authorization"), credentials.concat()]));
    }
    calls.extend(
        ascii_headers.into_iter().map(|(name, value)| ("header", vec![string_literal(name), text_expression(value)])),
    );
    let mut setup = String::new();
    let media_type_call = |kind: &str| format!("{}.toMediaType()", string_literal(kind));
    let body_media_type_call = body_media_type.map(media_type_call).unwrap_or_default();
    if body_media_type.is_some() {
        imports.insert(MEDIA_TYPE_IMPORT);
    }
    let body = match &template.body {
        None => None,
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            imports.insert(REQUEST_BODY_IMPORT);
            let (name, value) = match raw_json_string(template.body.as_ref()) {
                Some(lines) => ("json", lines),
                None => ("text", text_expression(text)),
            };
            setup += &val_declaration(name, &value);
            Some(format!("{name}{BYTES_TO_REQUEST_BODY}{body_media_type_call})"))
        }
        Some(BodyTemplate::File(name)) => {
            imports.extend(["java.io.File", "okhttp3.RequestBody.Companion.asRequestBody"]);
            Some(format!("File({}).asRequestBody({body_media_type_call})", string_literal(name)))
        }
        Some(BodyTemplate::Multipart(parts)) => {
            imports.insert("okhttp3.MultipartBody");
            let mut fields = vec![("setType", vec!["MultipartBody.FORM".to_owned()])];
            for part in parts {
                let mut arguments = vec![string_literal(&part.name)];
                match (&part.body, &part.content_type) {
                    (PartBody::Text(value), None) => arguments.push(text_expression(value)),
                    (PartBody::Text(value), Some(part_media_type)) => {
                        imports.extend([MEDIA_TYPE_IMPORT, REQUEST_BODY_IMPORT]);
                        let value = format!(
                            "{}{BYTES_TO_REQUEST_BODY}{})",
                            text_expression(value),
                            media_type_call(part_media_type)
                        );
                        arguments.extend(["null".into(), value]);
                    }
                    (PartBody::File(name), kind) => {
                        imports.extend([
                            "java.io.File",
                            "okhttp3.RequestBody.Companion.asRequestBody",
                            MEDIA_TYPE_IMPORT,
                        ]);
                        let part_media_type_call =
                            media_type_call(kind.as_deref().unwrap_or("application/octet-stream"));
                        let name = string_literal(name);
                        arguments.extend([name.clone(), format!("File({name}).asRequestBody({part_media_type_call})")]);
                    }
                }
                fields.push(("addFormDataPart", arguments));
            }
            Some(render_builder("MultipartBody", fields, 4))
        }
    };
    let body = body.map(|body| {
        setup += &val_declaration("body", &body);
        "body".to_owned()
    });
    if needs_empty_body(template) {
        imports.insert("okhttp3.RequestBody");
    }
    calls.extend(builder_method_call(template.method, body, |word| word));
    let request = val_declaration("request", &render_builder("Request", calls, 4));
    let send_statements = "\n    OkHttpClient().newCall(request).execute().use { response ->\n        \
                 if (!response.isSuccessful) throw IOException(\"${response.code} ${response.body.string()}\")\n        \
                 println(response.body.string())\n    }\n";
    // ktlint sorts the imports of Java last.
    let (java, other_imports): (Vec<_>, Vec<_>) = imports.into_iter().partition(|name| name.starts_with("java."));
    let imports: String = other_imports.into_iter().chain(java).map(|name| ["import ", name, "\n"].concat()).collect();
    Ok(format!("{imports}\nfun main() {{\n{setup}{request}{send_statements}}}\n"))
}

/// Renders a builder chain, on one line if it is short, otherwise with one call per line. The next call follows a call
/// of several lines without a line break.
fn render_builder(class: &str, mut calls: Vec<(&'static str, Vec<String>)>, column: usize) -> String {
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
