//! JavaScript for Node.js, as Prettier with single quotes formats it.

use super::{Call, Case, Method, Sdk};
use crate::snippet::javascript::{object, string, variable};
use serde_json::{Number, Value};

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    if !call.arguments.values().all(is_held) {
        return Err("JavaScript's numbers do not hold one of these exactly.");
    }
    let package = sdk.fact("package")?;
    let name = package.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let credential = [(sdk.credential("username")?, call.username), (sdk.credential("password")?, call.password)];
    let credential = credential.map(|(option, name)| ["  ", option, ": ", &variable(name), ",\n"].concat()).concat();
    let client = ["const client = new ", &name, ".", sdk.client(method)?, "({\n", &credential, "});\n"].concat();
    let way = sdk.way(method, [Case::Camel, Case::Camel], ".");
    let call = ["const response = await client.", &way, "(", &arguments(sdk, call), ");\n"].concat();
    let import = ["import ", &name, " from ", &string(package), ";\n"].concat();
    Ok([&import, "\n", &client, "\n", &call, "console.log(response);\n"].concat())
}

/// What the method is told: one object, where there is anything to tell; with options, two, each of which Prettier begins
/// on a line of its own.
fn arguments(sdk: &Sdk, call: &Call) -> String {
    if !call.options.is_empty() {
        let both = [&call.arguments, &call.options].map(|fields| ["  ", &object(fields, 1), ",\n"].concat());
        return ["\n", &both.concat()].concat();
    }
    let takes_some = call.operation.fields.iter().any(|field| !sdk.options.contains_key(&field.name));
    if takes_some { object(&call.arguments, 0) } else { String::new() }
}

/// Whether a double holds the numbers in a value.
fn is_held(value: &Value) -> bool {
    const LARGEST: i64 = 1 << 53;
    let is_whole = |number: &Number| number.to_string().bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match value {
        Value::Number(number) if is_whole(number) => {
            number.as_i64().is_some_and(|number| (-LARGEST..=LARGEST).contains(&number))
        }
        Value::Number(number) => number.to_string().len() <= 17,
        Value::Array(items) => items.iter().all(is_held),
        Value::Object(fields) => fields.values().all(is_held),
        _ => true,
    }
}
