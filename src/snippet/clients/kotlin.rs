//! Kotlin with `OkHttp`, as ktlint formats it.

use super::{
    Client,
    http::{Content, Http, PartValue},
    jvm::{JBANG, escape, is_ascii, json_lines, lacks_body, method_call, okhttp_headers, okhttp_takes},
    literal::quoted,
    text::{Piece, Text},
};
use std::collections::BTreeSet;

pub(super) const OKHTTP: Client = Client {
    id: "kotlin-okhttp",
    language: "Kotlin",
    name: "OkHttp",
    install: JBANG,
    file: "Call.kt",
    run: "jbang --deps com.squareup.okhttp3:okhttp-jvm:5.5.0 Call.kt",
    print: okhttp,
};

/// The longest line.
const WIDTH: usize = 140;

/// To a string, `OkHttp` would add a charset.
const BODY_OF_BYTES: &str = ".toByteArray().toRequestBody(";

const MEDIA_TYPE: &str = "okhttp3.MediaType.Companion.toMediaType";
const BYTES: &str = "okhttp3.RequestBody.Companion.toRequestBody";

fn okhttp(http: &Http) -> Result<String, &'static str> {
    okhttp_takes(http)?;
    let mut imports = BTreeSet::from(["okhttp3.OkHttpClient", "okhttp3.Request", "java.io.IOException"]);
    let (kind, others) = okhttp_headers(http);
    let (others, unusual): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, value)| is_ascii(value));
    let mut calls = vec![("url", vec![string(&http.url)])];
    if !unusual.is_empty() {
        imports.insert("okhttp3.Headers");
        let add = |(name, value)| ("addUnsafeNonAscii", vec![literal(name), string(value)]);
        calls.push(("headers", vec![chain("Headers", unusual.into_iter().map(add).collect(), 12)]));
    }
    if let Some((username, password)) = &http.basic {
        imports.insert("okhttp3.Credentials");
        let basic = ["Credentials.basic(", &variable(username), ", ", &variable(password), ", Charsets.UTF_8)"];
        calls.push(("header", vec![literal("authorization"), basic.concat()]));
    }
    calls.extend(others.into_iter().map(|(name, value)| ("header", vec![literal(name), string(value)])));
    let mut before = String::new();
    let media_type = |kind: &str| [&literal(kind), ".toMediaType()"].concat();
    let told = kind.map(media_type).unwrap_or_default();
    if kind.is_some() {
        imports.insert(MEDIA_TYPE);
    }
    let body = match &http.body {
        None => None,
        Some(Content::Text(text) | Content::Json(_, text)) => {
            imports.insert(BYTES);
            let (name, value) = match raw(http.body.as_ref()) {
                Some(lines) => ("json", lines),
                None => ("text", string(text)),
            };
            before += &declared(name, &value);
            Some([name, BODY_OF_BYTES, &told, ")"].concat())
        }
        Some(Content::File(name)) => {
            imports.extend(["java.io.File", "okhttp3.RequestBody.Companion.asRequestBody"]);
            Some(["File(", &literal(name), ").asRequestBody(", &told, ")"].concat())
        }
        Some(Content::Parts(parts)) => {
            imports.insert("okhttp3.MultipartBody");
            let mut fields = vec![("setType", vec!["MultipartBody.FORM".to_owned()])];
            for part in parts {
                let mut arguments = vec![literal(&part.name)];
                match (&part.value, &part.content_type) {
                    (PartValue::Text(value), None) => arguments.push(string(value)),
                    (PartValue::Text(value), Some(kind)) => {
                        imports.extend([MEDIA_TYPE, BYTES]);
                        let value = [&string(value), BODY_OF_BYTES, &media_type(kind), ")"].concat();
                        arguments.extend(["null".into(), value]);
                    }
                    (PartValue::File(name), kind) => {
                        imports.extend(["java.io.File", "okhttp3.RequestBody.Companion.asRequestBody", MEDIA_TYPE]);
                        let kind = media_type(kind.as_deref().unwrap_or("application/octet-stream"));
                        let name = literal(name);
                        arguments.extend([name.clone(), ["File(", &name, ").asRequestBody(", &kind, ")"].concat()]);
                    }
                }
                fields.push(("addFormDataPart", arguments));
            }
            Some(chain("MultipartBody", fields, 4))
        }
    };
    let body = body.map(|body| {
        before += &declared("body", &body);
        "body".to_owned()
    });
    if lacks_body(http) {
        imports.insert("okhttp3.RequestBody");
    }
    calls.extend(method_call(http.method, body, |word| word));
    let request = declared("request", &chain("Request", calls, 4));
    let after = "\n    OkHttpClient().newCall(request).execute().use { response ->\n        \
                 if (!response.isSuccessful) throw IOException(\"${response.code} ${response.body.string()}\")\n        \
                 println(response.body.string())\n    }\n";
    // Those of Java come last.
    let (java, others): (Vec<_>, Vec<_>) = imports.into_iter().partition(|name| name.starts_with("java."));
    let imports: String = others.into_iter().chain(java).map(|name| ["import ", name, "\n"].concat()).collect();
    Ok([&imports, "\nfun main() {\n", &before, &request, after, "}\n"].concat())
}

/// What a builder builds: on one line where it is short, else a line for each call. Behind a call of several lines
/// the next goes on.
fn chain(class: &str, mut calls: Vec<(&'static str, Vec<String>)>, column: usize) -> String {
    calls.insert(0, ("Builder", Vec::new()));
    calls.push(("build", Vec::new()));
    let flat = |(name, arguments): &(&str, Vec<String>)| [".", name, "(", &arguments.join(", "), ")"].concat();
    let line = [class, &calls.iter().map(flat).collect::<String>()].concat();
    if calls.len() <= 3 && !line.contains('\n') && column + "val request = ".len() + line.len() <= WIDTH {
        return line;
    }
    let deep = column + 8;
    let mut text = String::from(class);
    for call in &calls {
        if !text.ends_with("\n            )") {
            text += &at(deep);
        }
        let line = flat(call);
        if deep + line.chars().count() <= WIDTH && !line.contains('\n') {
            text += &line;
        } else {
            let lines: String = call
                .1
                .iter()
                .map(|argument| [&at(deep + 4), &argument_lines(argument, deep + 4), ","].concat())
                .collect();
            text += &[".", call.0, "(", &lines, &at(deep), ")"].concat();
        }
    }
    text
}

/// An argument; a text that becomes a body stands on lines of its own, where it is long.
fn argument_lines(argument: &str, column: usize) -> String {
    match argument.rsplit_once(BODY_OF_BYTES) {
        Some((text, kind)) if column + argument.chars().count() >= WIDTH => {
            let deep = at(column + 4);
            [text, &deep, ".toByteArray()", &deep, ".toRequestBody(", kind].concat()
        }
        _ => argument.to_owned(),
    }
}

/// A value with a name: behind the name where that is short, else on the next line.
fn declared(name: &str, value: &str) -> String {
    let start = ["    val ", name, " ="].concat();
    let line = [&start, " ", value, "\n"].concat();
    if !value.contains('\n') && line.chars().count() <= WIDTH + 1 {
        return line;
    }
    [&start, &at(8), value, "\n"].concat()
}

/// A new line that begins at a column.
fn at(column: usize) -> String {
    ["\n", &" ".repeat(column)].concat()
}

/// JSON as a raw string, in which nothing but dollars means anything.
fn raw(body: Option<&Content>) -> Option<String> {
    let Some(Content::Json(value, _)) = body else { return None };
    let text = json_lines(value)?;
    let plain = text.joined(str::to_owned, |_| String::new(), "");
    // Where dollars are meant, more of them mark a variable.
    let starts = |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '{' | '`'));
    let is_meant = plain.match_indices('$').any(|(at, _)| starts(&plain[at + 1..]));
    let longest = plain.split(|c| c != '$').map(str::len).max().unwrap_or_default();
    let dollars = if is_meant { "$".repeat(longest + 1) } else { String::new() };
    let mark = if is_meant { dollars.as_str() } else { "$" };
    let inside = text.joined(str::to_owned, |name| [mark, "{", &variable(name), "}"].concat(), "");
    Some([&dollars, "\"\"\"", &at(8), &inside.replace('\n', &at(8)), &at(8), "\"\"\".trimIndent()"].concat())
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["System.getenv(\"", name, "\")"].concat()
}

/// A text, with variables in it.
pub(in crate::snippet) fn string(text: &Text) -> String {
    if let [Piece::Variable(name)] = text.pieces() {
        return variable(name);
    }
    let inside = |plain: &str| {
        let literal = literal(plain);
        literal[1..literal.len() - 1].to_owned()
    };
    ["\"", &text.joined(inside, |name| ["${", &variable(name), "}"].concat(), ""), "\""].concat()
}

pub(in crate::snippet) fn literal(text: &str) -> String {
    quoted('"', text, |c| if c == '$' { Some("\\$".into()) } else { escape(c) })
}
