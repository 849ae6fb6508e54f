//! Java with `OkHttp`, as google-java-format formats it.

use super::{
    Client,
    http::{Content, Http, PartValue},
    java::{MARGIN, UTF_8, block, expression, headers, literal, program, string, variable},
    java_layout::Expression,
    jvm::{JBANG, is_ascii, lacks_body, method_call, okhttp_headers, okhttp_takes},
};
use std::collections::BTreeSet;

pub(super) const OKHTTP: Client = Client {
    id: "java-okhttp",
    language: "Java",
    name: "OkHttp",
    install: JBANG,
    file: "Call.java",
    run: "jbang --deps com.squareup.okhttp3:okhttp-jvm:5.5.0 Call.java",
    print: okhttp,
};

fn okhttp(http: &Http) -> Result<String, &'static str> {
    okhttp_takes(http)?;
    let mut imports = BTreeSet::from(["java.io.IOException", "okhttp3.OkHttpClient", "okhttp3.Request"]);
    let mut before = String::new();
    let (kind, others) = okhttp_headers(http);
    let (others, unusual): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, value)| is_ascii(value));
    let mut calls = vec![("url", vec![expression(&http.url)])];
    if !unusual.is_empty() {
        imports.insert("okhttp3.Headers");
        let mut unusual: Vec<_> = unusual
            .into_iter()
            .map(|(name, value)| ("addUnsafeNonAscii", vec![string(name), expression(value)]))
            .collect();
        unusual.push(("build", Vec::new()));
        calls.push(("headers", vec![Expression::Chain(Expression::word("new Headers.Builder()").into(), unusual)]));
    }
    if let Some((username, password)) = &http.basic {
        imports.extend([UTF_8, "okhttp3.Credentials"]);
        let pair = [&variable(username), &variable(password), "UTF_8"].map(Expression::word);
        calls.push(("header", vec![string("authorization"), Expression::call("Credentials.basic", pair)]));
    }
    calls.extend(headers(others.into_iter()));
    let create = |content: Expression, kind: Option<&str>| {
        let kind = kind.map(|kind| Expression::call("MediaType.get", [string(kind)]));
        let arguments: Vec<Expression> = [content].into_iter().chain(kind).collect();
        Expression::call("RequestBody.create", arguments)
    };
    let body = match &http.body {
        None => None,
        Some(Content::Text(text) | Content::Json(_, text)) => {
            imports.extend([UTF_8, "okhttp3.RequestBody"]);
            let (name, value) = match block(http.body.as_ref()) {
                Some(block) => ("json", block),
                None => ("text", expression(text)),
            };
            before += &value.declared(name, MARGIN);
            // To a string it would add a charset.
            Some(create(Expression::word([name, ".getBytes(UTF_8)"].concat()), kind))
        }
        Some(Content::File(name)) => {
            imports.extend(["java.io.File", "okhttp3.RequestBody"]);
            Some(create(opened(name), kind))
        }
        Some(Content::Parts(parts)) => {
            imports.insert("okhttp3.MultipartBody");
            let mut fields = vec![("setType", vec![Expression::word("MultipartBody.FORM")])];
            for part in parts {
                let mut arguments = vec![string(&part.name)];
                match (&part.value, &part.content_type) {
                    (PartValue::Text(value), None) => arguments.push(expression(value)),
                    (PartValue::Text(value), Some(kind)) => {
                        imports.extend([UTF_8, "okhttp3.MediaType", "okhttp3.RequestBody"]);
                        let sum = value.joined(literal, variable, " + ");
                        let sum = if value.pieces().len() > 1 { ["(", &sum, ")"].concat() } else { sum };
                        let bytes = vec![("getBytes", vec![Expression::word("UTF_8")])];
                        let bytes = Expression::Chain(Expression::word(sum).into(), bytes);
                        arguments.extend([Expression::word("null"), create(bytes, Some(kind))]);
                    }
                    (PartValue::File(name), kind) => {
                        imports.extend(["java.io.File", "okhttp3.MediaType", "okhttp3.RequestBody"]);
                        let kind = kind.as_deref().unwrap_or("application/octet-stream");
                        arguments.extend([string(name), create(opened(name), Some(kind))]);
                    }
                }
                fields.push(("addFormDataPart", arguments));
            }
            fields.push(("build", Vec::new()));
            Some(Expression::Chain(Expression::word("new MultipartBody.Builder()").into(), fields))
        }
    };
    if kind.is_some() {
        imports.insert("okhttp3.MediaType");
    }
    let body = body.map(|body| {
        before += &body.declared("body", MARGIN);
        Expression::word("body")
    });
    if lacks_body(http) {
        imports.insert("okhttp3.RequestBody");
    }
    calls.extend(method_call(http.method, body, Expression::word));
    calls.push(("build", Vec::new()));
    let head = Expression::word("new Request.Builder()");
    let request = Expression::Chain(head.into(), calls).declared("request", MARGIN);
    let after = "\n    var client = new OkHttpClient();\n    \
                 try (var response = client.newCall(request).execute()) {\n      \
                 if (!response.isSuccessful()) {\n        \
                 throw new IOException(response.code() + \" \" + response.body().string());\n      }\n      \
                 System.out.println(response.body().string());\n    }\n";
    Ok(program(&imports, "IOException", &[&before, &request, after].concat()))
}

fn opened(name: &str) -> Expression {
    Expression::word(["new File(", &literal(name), ")"].concat())
}
