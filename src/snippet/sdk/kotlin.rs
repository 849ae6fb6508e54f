//! Kotlin, formatted as by ktlint: requests are data classes with named arguments, and methods suspend.

use super::{
    NameCase, Sdk, SdkCall, SdkMethod,
    java::{NULL_OMITTED, SdkResult, class_path, is_exact_literal, result_classes},
    split_namespace,
    typed_request::{TypedObject, TypedValue},
};
use crate::{
    model::Arguments,
    snippet::{
        http_clients::kotlin::{env_var, string_literal, text_expression},
        text_template::TextTemplate,
    },
};
use serde_json::Value;
use std::collections::BTreeSet;

const MAX_LINE_WIDTH: usize = 100;
const NUMBER_UNSUPPORTED: &str = "Kotlin has no number type that represents one of these numbers exactly.";

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    let request = TypedObject::build_request(sdk, method, call)?;
    let client = sdk.require_client_class(method)?;
    let mut imports = super::java::required_imports(sdk, &request, client)?;
    let name = format!("{}{}", request.object_type.name, sdk.suffix("request"));
    let mut arguments = vec![render_object(sdk, &name, &request, 3)?];
    if !call.options.is_empty() {
        let name = format!("{}{}", request.object_type.name, sdk.suffix("options"));
        imports.insert(class_path(sdk, &request.object_type, sdk.suffix("options"))?);
        arguments.push(render_options(sdk, &name, &call.options, &mut imports)?);
    }
    let method_path = sdk.method_path(method, [NameCase::Camel; 2], ".");
    let imports: String = imports.iter().map(|name| ["import ", name, "\n"].concat()).collect();
    let (_, client) = split_namespace(client).unwrap_or_default();
    let credential = [
        (sdk.require_credential_name("username")?, call.username_variable),
        (sdk.require_credential_name("password")?, call.password_variable),
    ];
    let credential = credential.map(|(name, variable)| format!("{name} = {}", self::env_var(variable)));
    let SdkResult { class, success: [success, value], error: [error, exception] } = result_classes(sdk)?;
    Ok([
        &imports,
        "\nsuspend fun main() {\n    ",
        &render_binding("val client =", |depth| Ok(render_call(client, &credential, depth)), 1)?,
        "\n\n    ",
        &render_binding(
            "val result =",
            |depth| Ok(render_call(&format!("client.{method_path}"), &arguments, depth)),
            1,
        )?,
        &format!(
            "\n    when (result) {{\n        is {class}.{success} -> println(result.{value})\n        \
             is {class}.{error} -> throw result.{exception}\n    }}\n}}\n"
        ),
    ]
    .concat())
}

/// Renders a name and its value. A value that does not fit on the line begins on the next one.
fn render_binding(
    name: &str,
    value: impl Fn(usize) -> Result<String, &'static str>,
    depth: usize,
) -> Result<String, &'static str> {
    let code = value(depth + 1)?;
    // On one line, the code has fewer spaces and commas. Rendering every value twice would take time that is
    // exponential in the depth of the nesting.
    if code.chars().filter(|c| !c.is_whitespace() && *c != ',').count() < MAX_LINE_WIDTH {
        let line = value(depth)?;
        if !line.contains('\n') && depth * 4 + name.chars().count() + line.chars().count() < MAX_LINE_WIDTH {
            return Ok(format!("{name} {line}"));
        }
    }
    Ok(format!("{name}\n{}{code}", "    ".repeat(depth + 1)))
}

/// Renders a call, on one line if it is short.
fn render_call(name: &str, arguments: &[String], depth: usize) -> String {
    let line = arguments.join(", ");
    // A chain of this length has one call per line.
    let is_chain = name.matches('.').count() > 3;
    if !line.contains('\n')
        && !is_chain
        && arguments.len() < 2
        && depth * 4 + name.len() + line.chars().count() + 16 <= MAX_LINE_WIDTH
    {
        return format!("{name}({line})");
    }
    let margin = "    ".repeat(depth + 1);
    let lines: String = arguments.iter().map(|argument| [&margin, argument, ",\n"].concat()).collect();
    format!("{name}(\n{lines}{})", "    ".repeat(depth))
}

fn render_options(
    sdk: &Sdk,
    name: &str,
    options: &Arguments,
    imports: &mut BTreeSet<String>,
) -> Result<String, &'static str> {
    let mut groups = Vec::new();
    for (group, values) in options {
        let (package, class) = sdk.split_option_class(group).ok_or("The document does not describe the options.")?;
        imports.insert(format!("{package}.{class}"));
        let values = values.as_object().into_iter().flatten();
        let pair = |(key, value): (&String, &Value)| {
            format!(
                "{} = {}",
                sdk.convert_name(key, NameCase::Camel),
                text_expression(&TextTemplate::from(value.as_str().unwrap_or_default()))
            )
        };
        groups.push(render_call(class, &values.map(pair).collect::<Vec<_>>(), 4));
    }
    Ok(render_call(name, &groups, 3))
}

fn render_object(sdk: &Sdk, name: &str, object: &TypedObject, depth: usize) -> Result<String, &'static str> {
    let pair = |(field, value): (&super::typed_request::TypedField, &TypedValue)| {
        let name = format!("{} =", sdk.convert_name(&field.name, NameCase::Camel));
        render_binding(&name, |depth| self::render_value(sdk, value, depth), depth + 1)
    };
    let arguments = object.fields_with_value().map(pair).collect::<Result<Vec<_>, _>>()?;
    Ok(render_call(name, &arguments, depth))
}

fn render_value(sdk: &Sdk, value: &TypedValue, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        TypedValue::Null => return Err(NULL_OMITTED),
        TypedValue::Text(text) => text_expression(text),
        TypedValue::Timestamp(text) => format!("Instant.parse({})", text_expression(text)),
        TypedValue::Integer(number) => number.clone(),
        TypedValue::Boolean(value) => value.to_string(),
        TypedValue::EnumConstant(of, value) => format!("{}.{}", of.name, sdk.enum_constant(value, NameCase::Upper)),
        TypedValue::TextList(texts) => render_list(&texts.iter().map(text_expression).collect::<Vec<_>>(), depth),
        TypedValue::Object(object) => self::render_object(sdk, &object.object_type.name, object, depth)?,
        TypedValue::ObjectList(of, objects) => {
            let items = objects.iter().map(|object| self::render_object(sdk, &of.name, object, depth + 1));
            render_list(&items.collect::<Result<Vec<_>, _>>()?, depth)
        }
        TypedValue::MapList(values) => render_list(
            &values.iter().map(|value| render_json(value, depth + 1)).collect::<Result<Vec<_>, _>>()?,
            depth,
        ),
        TypedValue::Json(value) => render_json(value, depth)?,
    })
}

fn render_list(items: &[String], depth: usize) -> String {
    let line = items.join(", ");
    if items.is_empty() {
        return "emptyList()".into();
    }
    if !line.contains('\n') && line.chars().count() + depth * 4 <= 72 {
        return format!("listOf({line})");
    }
    let margin = "    ".repeat(depth + 1);
    let lines: String = items.iter().map(|item| [&margin, item, ",\n"].concat()).collect();
    format!("listOf(\n{lines}{})", "    ".repeat(depth))
}

fn render_json(value: &Value, depth: usize) -> Result<String, &'static str> {
    Ok(match value {
        Value::Null => return Err(NULL_OMITTED),
        Value::Number(number) if !is_exact_literal(number) => return Err(NUMBER_UNSUPPORTED),
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Object(fields) if fields.is_empty() => "emptyMap<String, Any>()".into(),
        Value::Object(fields) => {
            let pair = |(name, value): (&String, &Value)| {
                render_binding(&format!("{} to", string_literal(name)), |depth| render_json(value, depth), depth + 1)
            };
            render_call("mapOf", &fields.iter().map(pair).collect::<Result<Vec<_>, _>>()?, depth)
        }
        Value::Array(items) if items.is_empty() => "emptyList<Any>()".into(),
        Value::Array(items) => {
            // The SDK omits null in maps only.
            let item = |item: &Value| if item.is_null() { Ok("null".into()) } else { render_json(item, depth + 1) };
            render_list(&items.iter().map(item).collect::<Result<Vec<_>, _>>()?, depth)
        }
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn deeply_nested_json_is_rendered_in_polynomial_time() {
        let nested = (0..100).fold(json!({}), |inner, number| json!({"inner": inner, "number": number}));
        assert!(super::render_json(&nested, 1).is_ok_and(|code| code.matches("mapOf(").count() == 100));
    }
}
