//! Rust with reqwest and Tokio, formatted as by rustfmt.

use super::{
    HttpClientTarget,
    literal::{JsonLiteralStyle, can_round_trip, pretty_json},
    request_template::{
        BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name, is_simple_media_type,
    },
    rust::{
        FN_CALL_WIDTH, RustCall, RustExpression, env_var, raw_string_literal, render_let_statement, string_literal,
        text_expression,
    },
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use serde_json::Value;

pub(super) const REQWEST: HttpClientTarget = HttpClientTarget {
    id: "rust-reqwest",
    language: "Rust",
    name: "reqwest",
    install_command: "cargo add anyhow reqwest serde_json tokio --features \
              reqwest/json,reqwest/multipart,serde_json/preserve_order,tokio/full",
    file_name: "src/main.rs",
    run_command: "cargo run",
    render: render_reqwest,
};

const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["{", "}"],
    empty_object: "{}",
    array_delimiters: ["[", "]"],
    key_value_separator: ": ",
    null_true_false: ["null", "true", "false"],
    indent_width: 4,
    max_line_width: 96,
    render_string: |text| text_expression(text).to_single_line(),
    render_key: string_literal,
};

const JSON_IMPORT: &str = "use serde_json::json;";

/// Code of a body: the statements before the call, the builder call, and the imports.
#[derive(Default)]
struct ReqwestBodyCode {
    setup: String,
    builder_call: String,
    reqwest_imports: Vec<&'static str>,
    imports: Vec<&'static str>,
}

fn render_reqwest(template: &RequestTemplate) -> Result<String, &'static str> {
    let ReqwestBodyCode { setup, builder_call: body, mut reqwest_imports, mut imports } = render_body(template)?;
    reqwest_imports.insert(0, "Client");
    let first = match template.method() {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" => {
            RustCall::new(template.method().to_ascii_lowercase(), [text_expression(&template.url)])
        }
        other => {
            reqwest_imports.insert(1, "Method");
            let method = match other {
                "OPTIONS" | "TRACE" => format!("Method::{other}"),
                other => format!("Method::from_bytes(b\"{other}\")?"),
            };
            let method = RustExpression::Verbatim(method);
            RustCall::new("request", [method, text_expression(&template.url)])
        }
    };
    let mut calls = vec![first.render_in_chain()];
    if let Some((username, password)) = &template.basic_auth {
        let credentials = [env_var(username), format!("Some({})", env_var(password))].map(RustExpression::Verbatim);
        calls.push(RustCall::new("basic_auth", credentials).render_in_chain());
    }
    // reqwest sets this header itself.
    let is_json = imports.contains(&JSON_IMPORT);
    let headers = template.headers_except("content-type", if is_json { "application/json" } else { "" });
    calls.extend(headers.into_iter().map(|(name, value)| header_call(name, value).render_in_chain()));
    calls.push(body);
    calls.push(verbatim_call("timeout", "Duration::from_secs(30)").render_in_chain());

    let has_variables = !template.variable_names().is_empty();
    imports.extend([
        "use anyhow::Result;",
        if has_variables { "use std::{env, time::Duration};" } else { "use std::time::Duration;" },
    ]);
    let reqwest_use = match reqwest_imports.as_slice() {
        [one] => format!("use reqwest::{one};"),
        several if several.iter().any(|name| name.contains('{')) => {
            format!("use reqwest::{{\n    {},\n}};", several.join(",\n    "))
        }
        several => format!("use reqwest::{{{}}};", several.join(", ")),
    };
    imports.push(&reqwest_use);
    imports.sort_unstable();
    Ok(format!(
        "{}\n\n#[tokio::main]\nasync fn main() -> Result<()> {{\n\
         {setup}    let response = Client::new(){}\n        .send()\n        .await?\n        \
         .error_for_status()?;\n    println!(\"{{}}\", response.text().await?);\n    Ok(())\n\
         }}\n",
        imports.join("\n"),
        calls.concat()
    ))
}

fn render_body(template: &RequestTemplate) -> Result<ReqwestBodyCode, &'static str> {
    Ok(match &template.body {
        None => ReqwestBodyCode::default(),
        Some(BodyTemplate::Json(value, _)) if can_use_json_macro(value) => ReqwestBodyCode {
            builder_call: format!("\n        .json(&json!({}))", JSON_STYLE.render(value, 2)),
            imports: vec![JSON_IMPORT],
            ..ReqwestBodyCode::default()
        },
        Some(BodyTemplate::Json(value, text)) if text.as_literal().is_some_and(|text| text.len() > FN_CALL_WIDTH) => {
            // The body has no variables, so its formatted text has none either.
            let text = pretty_json(value, '\0');
            let literal = text.render(raw_string_literal, env_var, "");
            ReqwestBodyCode {
                setup: format!("    let body = {literal};\n"),
                builder_call: verbatim_call("body", "body").render_in_chain(),
                ..ReqwestBodyCode::default()
            }
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => ReqwestBodyCode {
            builder_call: RustCall::new("body", [text_expression(text)]).render_in_chain(),
            ..ReqwestBodyCode::default()
        },
        Some(BodyTemplate::File(name)) => ReqwestBodyCode {
            builder_call: verbatim_call("body", read_file_call(name)).render_in_chain(),
            imports: vec!["use tokio::fs;"],
            ..ReqwestBodyCode::default()
        },
        Some(BodyTemplate::Multipart(parts)) => render_multipart_form(parts)?,
    })
}

fn render_multipart_form(parts: &[PartTemplate]) -> Result<ReqwestBodyCode, &'static str> {
    let mut body = ReqwestBodyCode {
        builder_call: verbatim_call("multipart", "form").render_in_chain(),
        ..ReqwestBodyCode::default()
    };
    let mut calls = Vec::new();
    let mut has_headers = false;
    let is_plain_text_part =
        |part: &&PartTemplate| matches!(part.body, PartBody::Text(_)) && part.content_type.is_none();
    let has_single_variable = parts.len() - parts.iter().filter(is_plain_text_part).count() == 1;
    // reqwest would encode the names according to RFC 8187, which forms do not use.
    if !parts.iter().all(|part| part.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.[]".contains(&b))) {
        calls.push(RustCall::new("percent_encode_noop", []));
    }
    for (number, PartTemplate { name, body: value, content_type, .. }) in (1..).zip(parts) {
        let name = RustExpression::Verbatim(string_literal(&escape_form_data_name(name)));
        let (receiver, mut part_calls, media_type) = match (value, content_type.as_deref()) {
            (PartBody::Text(text), None) => {
                calls.push(RustCall::new("text", [name, text_expression(text)]));
                continue;
            }
            (PartBody::Text(text), Some(media_type)) => {
                (RustCall::new("Part::text", [text_expression(text)]), Vec::new(), media_type)
            }
            (PartBody::File(file), _) if file.contains('\\') => {
                return Err("reqwest doubles backslashes in file names.");
            }
            (PartBody::File(file), media_type) => {
                if body.imports.is_empty() {
                    body.imports.push("use tokio::fs;");
                }
                let file_name = verbatim_call("file_name", string_literal(&escape_form_data_name(file)));
                let media_type = media_type.unwrap_or("application/octet-stream");
                (verbatim_call("Part::bytes", read_file_call(file)), vec![file_name], media_type)
            }
        };
        let variable = if has_single_variable { "part".to_owned() } else { format!("part_{number}") };
        let suffix = if is_simple_media_type(media_type) {
            part_calls.push(verbatim_call("mime_str", string_literal(media_type)));
            "?"
        } else {
            has_headers = true;
            let headers = variable.replace("part", "headers");
            let value = format!("{}.parse()?", string_literal(media_type));
            let arguments = ["CONTENT_TYPE".into(), value].map(RustExpression::Verbatim);
            let insert = RustCall::new(format!("{headers}.insert"), arguments).render_statement();
            body.setup += &["    let mut ", &headers, " = HeaderMap::new();\n", &insert].concat();
            part_calls.push(verbatim_call("headers", headers));
            ""
        };
        body.setup += &render_let_statement(&variable, &receiver, &part_calls, suffix);
        calls.push(RustCall::new("part", [name, RustExpression::Verbatim(variable)]));
    }
    if has_headers {
        body.reqwest_imports.push("header::{CONTENT_TYPE, HeaderMap}");
    }
    body.reqwest_imports.push(if body.setup.is_empty() { "multipart::Form" } else { "multipart::{Form, Part}" });
    body.setup += &render_let_statement("form", &RustCall::new("Form::new", []), &calls, "");
    Ok(body)
}

fn header_call(name: &str, value: &TextTemplate) -> RustCall {
    match value.fragments() {
        [TemplateFragment::Literal(before), TemplateFragment::Variable(token)]
            if name.eq_ignore_ascii_case("authorization") && before == "Bearer " =>
        {
            verbatim_call("bearer_auth", env_var(token))
        }
        _ => RustCall::new("header", [RustExpression::Verbatim(string_literal(name)), text_expression(value)]),
    }
}

/// Returns a call with one argument, which rustfmt does not break.
fn verbatim_call(name: &str, argument: impl Into<String>) -> RustCall {
    RustCall::new(name, [RustExpression::Verbatim(argument.into())])
}

/// Returns true if `json!` reproduces the value. An integer without a suffix is an `i32`, and the macro's recursion
/// is limited.
fn can_use_json_macro(value: &Value) -> bool {
    fn is_small(value: &Value) -> bool {
        match value {
            Value::Number(number) => {
                let text = number.to_string();
                text.contains('.') || text.parse::<i32>().is_ok()
            }
            Value::Array(items) => items.iter().all(is_small),
            Value::Object(fields) => fields.values().all(is_small),
            _ => true,
        }
    }
    /// Returns the recursion depth of the macro. The compiler allows 128.
    fn macro_recursion_depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => {
                2 + 2 * items.len() + items.iter().map(macro_recursion_depth).max().unwrap_or_default()
            }
            Value::Object(fields) => {
                2 + 3 * fields.len() + fields.values().map(macro_recursion_depth).max().unwrap_or_default()
            }
            _ => 1,
        }
    }
    // rustfmt breaks a long array, because it cannot distinguish JSON from Rust.
    let matches_rustfmt = !value.is_array() || {
        let literal = JSON_STYLE.render(value, 2);
        literal.contains('{') || literal.chars().count() + "&json!()".len() <= FN_CALL_WIDTH
    };
    can_round_trip(value, &|_| true) && is_small(value) && macro_recursion_depth(value) <= 120 && matches_rustfmt
}

fn read_file_call(file: &str) -> String {
    format!("fs::read({}).await?", string_literal(file))
}
