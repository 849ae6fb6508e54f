//! Java with `OkHttp`, formatted as by google-java-format.

use super::{
    HttpClientTarget,
    java::{
        MAIN_INDENT, UTF_8_IMPORT, env_var, header_calls, json_text_block, render_program, string_expression,
        string_literal, text_expression,
    },
    java_layout::JavaExpression,
    jvm::{INSTALL_JBANG, builder_method_call, ensure_okhttp_supports, needs_empty_body, split_okhttp_headers},
    request_template::{BodyTemplate, PartBody, RequestTemplate},
};
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
    let mut imports = BTreeSet::from(["java.io.IOException", "okhttp3.OkHttpClient", "okhttp3.Request"]);
    let mut setup = String::new();
    let (body_media_type, other_headers) = split_okhttp_headers(template);
    let (ascii_headers, non_ascii_headers): (Vec<_>, Vec<_>) =
        other_headers.into_iter().partition(|(_, value)| value.has_only_ascii_literals());
    let mut calls = vec![("url", vec![text_expression(&template.url)])];
    if !non_ascii_headers.is_empty() {
        imports.insert("okhttp3.Headers");
        let mut non_ascii_calls: Vec<_> = non_ascii_headers
            .into_iter()
            .map(|(name, value)| ("addUnsafeNonAscii", vec![string_expression(name), text_expression(value)]))
            .collect();
        non_ascii_calls.push(("build", Vec::new()));
        calls.push((
            "headers",
            vec![JavaExpression::MethodChain(JavaExpression::atom("new Headers.Builder()").into(), non_ascii_calls)],
        ));
    }
    if let Some((username, password)) = &template.basic_auth {
        imports.extend([UTF_8_IMPORT, "okhttp3.Credentials"]);
        let credentials = [&env_var(username), &env_var(password), "UTF_8"].map(JavaExpression::atom);
        calls.push((
            "header",
            vec![string_expression("authorization"), JavaExpression::call("Credentials.basic", credentials)],
        ));
    }
    calls.extend(header_calls(ascii_headers.into_iter()));
    let request_body_call = |content: JavaExpression, media_type: Option<&str>| {
        let media_type_call = media_type.map(|kind| JavaExpression::call("MediaType.get", [string_expression(kind)]));
        let arguments: Vec<JavaExpression> = [content].into_iter().chain(media_type_call).collect();
        JavaExpression::call("RequestBody.create", arguments)
    };
    let body = match &template.body {
        None => None,
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            imports.extend([UTF_8_IMPORT, "okhttp3.RequestBody"]);
            let (name, value) = match json_text_block(template.body.as_ref()) {
                Some(block) => ("json", block),
                None => ("text", text_expression(text)),
            };
            setup += &value.render_declaration(name, MAIN_INDENT);
            // OkHttp would add a charset to the media type of a string.
            Some(request_body_call(JavaExpression::atom(format!("{name}.getBytes(UTF_8)")), body_media_type))
        }
        Some(BodyTemplate::File(name)) => {
            imports.extend(["java.io.File", "okhttp3.RequestBody"]);
            Some(request_body_call(file_expression(name), body_media_type))
        }
        Some(BodyTemplate::Multipart(parts)) => {
            imports.insert("okhttp3.MultipartBody");
            let mut fields = vec![("setType", vec![JavaExpression::atom("MultipartBody.FORM")])];
            for part in parts {
                let mut arguments = vec![string_expression(&part.name)];
                match (&part.body, &part.content_type) {
                    (PartBody::Text(value), None) => arguments.push(text_expression(value)),
                    (PartBody::Text(value), Some(part_media_type)) => {
                        imports.extend([UTF_8_IMPORT, "okhttp3.MediaType", "okhttp3.RequestBody"]);
                        let sum = value.render(string_literal, env_var, " + ");
                        let sum = if value.fragments().len() > 1 { format!("({sum})") } else { sum };
                        let bytes = vec![("getBytes", vec![JavaExpression::atom("UTF_8")])];
                        let bytes = JavaExpression::MethodChain(JavaExpression::atom(sum).into(), bytes);
                        arguments
                            .extend([JavaExpression::atom("null"), request_body_call(bytes, Some(part_media_type))]);
                    }
                    (PartBody::File(name), part_media_type) => {
                        imports.extend(["java.io.File", "okhttp3.MediaType", "okhttp3.RequestBody"]);
                        let part_media_type = part_media_type.as_deref().unwrap_or("application/octet-stream");
                        arguments.extend([
                            string_expression(name),
                            request_body_call(file_expression(name), Some(part_media_type)),
                        ]);
                    }
                }
                fields.push(("addFormDataPart", arguments));
            }
            fields.push(("build", Vec::new()));
            Some(JavaExpression::MethodChain(JavaExpression::atom("new MultipartBody.Builder()").into(), fields))
        }
    };
    if body_media_type.is_some() {
        imports.insert("okhttp3.MediaType");
    }
    let body = body.map(|body| {
        setup += &body.render_declaration("body", MAIN_INDENT);
        JavaExpression::atom("body")
    });
    if needs_empty_body(template) {
        imports.insert("okhttp3.RequestBody");
    }
    calls.extend(builder_method_call(template.method, body, JavaExpression::atom));
    calls.push(("build", Vec::new()));
    let head = JavaExpression::atom("new Request.Builder()");
    let request = JavaExpression::MethodChain(head.into(), calls).render_declaration("request", MAIN_INDENT);
    let send_statements = "\n    var client = new OkHttpClient();\n    \
                 try (var response = client.newCall(request).execute()) {\n      \
                 if (!response.isSuccessful()) {\n        \
                 throw new IOException(response.code() + \" \" + response.body().string());\n      }\n      \
                 System.out.println(response.body().string());\n    }\n";
    Ok(render_program(&imports, "IOException", &format!("{setup}{request}{send_statements}")))
}

fn file_expression(name: &str) -> JavaExpression {
    JavaExpression::atom(format!("new File({})", string_literal(name)))
}
