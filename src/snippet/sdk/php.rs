//! PHP, formatted according to PSR-12 and PER.

use super::{NameCase, Sdk, SdkCall, SdkMethod, render_labelled_value};
use crate::snippet::{
    http_clients::{
        literal::{can_round_trip, is_numeric_name},
        php::{FILE_HEADER, JSON_STYLE, env_var, string_literal, text_expression},
    },
    text_template::TextTemplate,
};
use serde_json::Value;

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    if !call.arguments.values().all(has_exact_numbers) {
        return Err("PHP numbers cannot represent one of these numbers exactly.");
    }
    let (client, error) = (sdk.require_client_class(method)?, sdk.require_metadata("error")?);
    let credential = [
        (sdk.require_credential_name("username")?, call.username_variable),
        (sdk.require_credential_name("password")?, call.password_variable),
    ];
    let credential = credential.map(|(option, name)| format!("    {option}: {},\n", env_var(name))).concat();
    let mut use_imports = vec![client.to_owned(), error.to_owned()];
    let lines: Vec<String> = call.arguments.iter().map(|(name, value)| render_argument(name, value, 2)).collect();
    let mut arguments = vec![if lines.is_empty() { "[]".to_owned() } else { render_block(["[", "]"], &lines, 1) }];
    if !call.options.is_empty() {
        let options = call.options.iter().map(|(group, value)| {
            let (Some((module, class)), Value::Object(fields)) = (sdk.split_option_class(group), value) else {
                return render_argument(group, value, 2);
            };
            use_imports.push(format!("{module}\\{class}"));
            let named_argument = |(name, value): (&String, &Value)| {
                render_labelled_value(&JSON_STYLE, &format!("{}: ", sdk.convert_name(name, NameCase::Camel)), value, 3)
            };
            let fields: Vec<String> = fields.iter().map(named_argument).collect();
            format!("{} => new {class}{}", string_literal(group), render_block(["(", ")"], &fields, 2))
        });
        arguments.push(render_block(["[", "]"], &options.collect::<Vec<_>>(), 1));
    }
    use_imports.sort_by_key(|name| name.to_lowercase());
    let use_statements: String = use_imports.iter().map(|name| ["use ", name, ";\n"].concat()).collect();
    let method_path = render_method_path(sdk, method);
    let short_name = |name: &str| name.rsplit('\\').next().unwrap_or(name).to_owned();
    Ok(format!(
        "{FILE_HEADER}{use_statements}\nrequire __DIR__ . '/vendor/autoload.php';\n\n\
         $client = new {}(\n{credential});\n\ntry {{\n    \
         $response = $client->{method_path}({});\n    print_r($response);\n\
         }} catch ({} $error) {{\n    fwrite(STDERR, $error->getMessage() . PHP_EOL);\n    \
         exit(1);\n}}\n",
        short_name(client),
        arguments.join(", "),
        short_name(error)
    ))
}

/// Returns the path of a method in camel case. The first service keeps its name from the table if the document says so
/// (`snake_case_client_fields`).
fn render_method_path(sdk: &Sdk, method: &SdkMethod) -> String {
    let path = sdk.method_path(method, [NameCase::Camel; 2], "->");
    match (method.services.first(), path.split_once("->")) {
        (Some(service), Some((_, rest))) if sdk.metadata.has_flag(&["snake_case_client_fields"]) => {
            format!("{service}->{rest}")
        }
        _ => path,
    }
}

/// Renders an argument. `depth` is the indentation level.
fn render_argument(name: &str, value: &Value, depth: usize) -> String {
    let label = format!("{} => ", string_literal(name));
    // An array with numeric names would become a list.
    if can_round_trip(value, &|name| !is_numeric_name(name)) {
        return render_labelled_value(&JSON_STYLE, &label, value, depth);
    }
    let text = value.to_string();
    format!("{label}json_decode({})", text_expression(&TextTemplate::from(text.as_str())))
}

fn render_block([open, close]: [&str; 2], lines: &[String], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, "    ", line, ",\n"].concat()).collect();
    format!("{open}\n{lines}{indent}{close}")
}

/// Returns true if PHP's numbers represent all numbers in a value.
fn has_exact_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some() || number.to_string().len() <= 17,
        Value::Array(items) => items.iter().all(has_exact_numbers),
        Value::Object(fields) => fields.values().all(has_exact_numbers),
        _ => true,
    }
}
