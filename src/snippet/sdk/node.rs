//! JavaScript for Node.js, formatted as by Prettier with single quotes.

use super::{NameCase, Sdk, SdkCall, SdkMethod};
use crate::snippet::javascript::{env_var, object_literal, string_literal};
use serde_json::{Number, Value};

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    if !call.arguments.values().all(has_exact_numbers) {
        return Err("JavaScript numbers cannot represent one of these numbers exactly.");
    }
    let package = sdk.require_metadata("package")?;
    let name = package.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let credential = [
        (sdk.require_credential_name("username")?, call.username_variable),
        (sdk.require_credential_name("password")?, call.password_variable),
    ];
    let credential = credential.map(|(option, name)| format!("  {option}: {},\n", env_var(name))).concat();
    let client = format!("const client = new {name}.{}({{\n{credential}}});\n", sdk.require_client_class(method)?);
    let method_path = sdk.method_path(method, [NameCase::Camel, NameCase::Camel], ".");
    let call = format!("const response = await client.{method_path}({});\n", render_arguments(sdk, call));
    let import = format!("import {name} from {};\n", string_literal(package));
    Ok(format!("{import}\n{client}\n{call}console.log(response);\n"))
}

/// Renders the arguments of the method: one object, if the method has any arguments. With options, there are two
/// objects, each of which Prettier begins on a line of its own.
fn render_arguments(sdk: &Sdk, call: &SdkCall) -> String {
    if !call.options.is_empty() {
        let both = [&call.arguments, &call.options].map(|fields| format!("  {},\n", object_literal(fields, 1)));
        return format!("\n{}", both.concat());
    }
    let has_arguments = call.operation.fields.iter().any(|field| !sdk.option_paths.contains_key(&field.name));
    if has_arguments { object_literal(&call.arguments, 0) } else { String::new() }
}

/// Returns true if a double represents all numbers in a value.
fn has_exact_numbers(value: &Value) -> bool {
    const MAX_SAFE_INTEGER: i64 = 1 << 53;
    let is_whole = |number: &Number| number.to_string().bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match value {
        Value::Number(number) if is_whole(number) => {
            number.as_i64().is_some_and(|number| (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&number))
        }
        Value::Number(number) => number.to_string().len() <= 17,
        Value::Array(items) => items.iter().all(has_exact_numbers),
        Value::Object(fields) => fields.values().all(has_exact_numbers),
        _ => true,
    }
}
