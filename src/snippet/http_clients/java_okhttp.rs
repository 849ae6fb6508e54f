//! Java with `OkHttp`, formatted as by google-java-format.

use super::{
    HttpClientTarget,
    java::{
        MAIN_INDENT, UTF_8_IMPORT, env_var, header_calls, json_text_block, render_program, string_expression,
        string_literal, text_expression,
    },
    java_layout::JavaExpression,
    jvm::{INSTALL_JBANG, builder_method_call, ensure_okhttp_supports, needs_empty_body, split_okhttp_headers},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::TextTemplate;
use std::collections::BTreeSet;

pub(super) const OKHTTP: HttpClientTarget = HttpClientTarget {
    id: "java-okhttp",
    language: "Java",
    name: "OkHttp",
    install_command: INSTALL_JBANG,
    file_name: "Call.java",
    run_command: "jbang --deps com.squareup.okhttp3:okhttp-jvm:5.5.0 Call.java",
    render: render_okhttp,
};

fn render_okhttp(template: &RequestTemplate) -> Result<String, &'static str> {
    ensure_okhttp_supports(template)?;
    let mut program = Program {
        imports: BTreeSet::from(["java.io.IOException", "okhttp3.OkHttpClient", "okhttp3.Request"]),
        setup: String::new(),
    };
    let (body_media_type, other_headers) = split_okhttp_headers(template);
    let mut calls = vec![("url", vec![text_expression(&template.url)])];
    calls.extend(program.headers(template, other_headers));
    let body = template.body.as_ref().map(|body| {
        let body = program.request_body(body, body_media_type);
        program.setup += &body.render_declaration("body", MAIN_INDENT);
        JavaExpression::atom("body")
    });
    if needs_empty_body(template) {
        program.imports.insert("okhttp3.RequestBody");
    }
    calls.extend(builder_method_call(template.method(), body, JavaExpression::atom));
    let request = builder("Request", calls).render_declaration("request", MAIN_INDENT);
    let send_statements = "\n    var client = new OkHttpClient();\n    \
                 try (var response = client.newCall(request).execute()) {\n      \
                 if (!response.isSuccessful()) {\n        \
                 throw new IOException(response.code() + \" \" + response.body().string());\n      }\n      \
                 System.out.println(response.body().string());\n    }\n";
    let Program { imports, setup } = program;
    Ok(render_program(&imports, "IOException", &format!("{setup}{request}{send_statements}")))
}

/// A method call of a builder: name and arguments.
type BuilderCall = (&'static str, Vec<JavaExpression>);

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
            let add = |(name, value)| ("addUnsafeNonAscii", vec![string_expression(name), text_expression(value)]);
            calls.push(("headers", vec![builder("Headers", non_ascii_headers.into_iter().map(add).collect())]));
        }
        if let Some((username, password)) = &template.basic_auth {
            self.imports.extend([UTF_8_IMPORT, "okhttp3.Credentials"]);
            let credentials = [&env_var(username), &env_var(password), "UTF_8"].map(JavaExpression::atom);
            let value = JavaExpression::call("Credentials.basic", credentials);
            calls.push(("header", vec![string_expression("authorization"), value]));
        }
        calls.extend(header_calls(ascii_headers.into_iter()));
        calls
    }

    fn request_body(&mut self, body: &BodyTemplate, media_type: Option<&str>) -> JavaExpression {
        match body {
            BodyTemplate::Text(text) | BodyTemplate::Json(_, text) => {
                self.imports.insert(UTF_8_IMPORT);
                let (name, value) = match json_text_block(Some(body)) {
                    Some(block) => ("json", block),
                    None => ("text", text_expression(text)),
                };
                self.setup += &value.render_declaration(name, MAIN_INDENT);
                // OkHttp would add a charset to the media type of a string.
                self.create_request_body(JavaExpression::atom(format!("{name}.getBytes(UTF_8)")), media_type)
            }
            BodyTemplate::File(name) => self.file_body(name, media_type),
            BodyTemplate::Multipart(parts) => {
                self.imports.insert("okhttp3.MultipartBody");
                let form = ("setType", vec![JavaExpression::atom("MultipartBody.FORM")]);
                let parts = parts.iter().map(|part| ("addFormDataPart", self.part_arguments(part)));
                builder("MultipartBody", [form].into_iter().chain(parts).collect())
            }
        }
    }

    /// Returns the arguments of the call that adds a part.
    fn part_arguments(&mut self, part: &PartTemplate) -> Vec<JavaExpression> {
        let name = string_expression(&part.name);
        match (&part.body, &part.content_type) {
            (PartBody::Text(value), None) => vec![name, text_expression(value)],
            (PartBody::Text(value), Some(media_type)) => {
                self.imports.insert(UTF_8_IMPORT);
                let sum = value.render(string_literal, env_var, " + ");
                let sum = if value.fragments().len() > 1 { format!("({sum})") } else { sum };
                let bytes = vec![("getBytes", vec![JavaExpression::atom("UTF_8")])];
                let bytes = JavaExpression::MethodChain(JavaExpression::atom(sum).into(), bytes);
                vec![name, JavaExpression::atom("null"), self.create_request_body(bytes, Some(media_type))]
            }
            (PartBody::File(file), media_type) => {
                let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
                vec![name, string_expression(file), self.file_body(file, Some(media_type))]
            }
        }
    }

    fn file_body(&mut self, name: &str, media_type: Option<&str>) -> JavaExpression {
        self.imports.insert("java.io.File");
        let file = JavaExpression::atom(format!("new File({})", string_literal(name)));
        self.create_request_body(file, media_type)
    }

    fn create_request_body(&mut self, content: JavaExpression, media_type: Option<&str>) -> JavaExpression {
        self.imports.insert("okhttp3.RequestBody");
        let mut arguments = vec![content];
        if let Some(media_type) = media_type {
            self.imports.insert("okhttp3.MediaType");
            arguments.push(JavaExpression::call("MediaType.get", [string_expression(media_type)]));
        }
        JavaExpression::call("RequestBody.create", arguments)
    }
}

/// Returns the construction of an object by its builder.
fn builder(class: &str, mut calls: Vec<BuilderCall>) -> JavaExpression {
    calls.push(("build", Vec::new()));
    JavaExpression::MethodChain(JavaExpression::atom(format!("new {class}.Builder()")).into(), calls)
}
