//! PHP, as PSR-12 and PER format it.

use super::{Call, Case, Method, Sdk, beside};
use crate::snippet::{
    clients::{
        literal::{is_index, survives},
        php::{JSON, OPEN, expression, string, variable},
    },
    text::Text,
};
use serde_json::Value;

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    if !call.arguments.values().all(is_held) {
        return Err("PHP's numbers do not hold one of these exactly.");
    }
    let (client, error) = (sdk.client(method)?, sdk.fact("error")?);
    let credential = [(sdk.credential("username")?, call.username), (sdk.credential("password")?, call.password)];
    let credential = credential.map(|(option, name)| ["    ", option, ": ", &variable(name), ",\n"].concat()).concat();
    let mut uses = vec![client.to_owned(), error.to_owned()];
    let lines: Vec<String> = call.arguments.iter().map(|(name, value)| argument(name, value, 2)).collect();
    let mut arguments = vec![if lines.is_empty() { "[]".to_owned() } else { block(["[", "]"], &lines, 1) }];
    if !call.options.is_empty() {
        let options = call.options.iter().map(|(group, value)| {
            let (Some((module, class)), Value::Object(fields)) = (sdk.option_class(group), value) else {
                return argument(group, value, 2);
            };
            uses.push([module, "\\", class].concat());
            let named = |(name, value): (&String, &Value)| {
                beside(&JSON, &[&sdk.name(name, Case::Camel), ": "].concat(), value, 3)
            };
            let fields: Vec<String> = fields.iter().map(named).collect();
            [&string(group), " => new ", class, &block(["(", ")"], &fields, 2)].concat()
        });
        arguments.push(block(["[", "]"], &options.collect::<Vec<_>>(), 1));
    }
    uses.sort_by_key(|name| name.to_lowercase());
    let uses: String = uses.iter().map(|name| ["use ", name, ";\n"].concat()).collect();
    // The services of the client are called as in the table; theirs, as everything else in PHP.
    let mut services: Vec<String> = method.services.iter().map(|service| sdk.name(service, Case::Camel)).collect();
    if let (Some(first), Some(written)) = (services.first_mut(), method.services.first()) {
        first.clone_from(written);
    }
    let way = [services.join("->"), sdk.name(&method.name, Case::Camel)].join("->");
    let short = |name: &str| name.rsplit('\\').next().unwrap_or(name).to_owned();
    Ok([
        OPEN,
        &uses,
        "\nrequire __DIR__ . '/vendor/autoload.php';\n\n$client = new ",
        &short(client),
        "(\n",
        &credential,
        ");\n\ntry {\n    $response = $client->",
        &way,
        "(",
        &arguments.join(", "),
        ");\n    print_r($response);\n} catch (",
        &short(error),
        " $error) {\n    fwrite(STDERR, $error->getMessage() . PHP_EOL);\n    exit(1);\n}\n",
    ]
    .concat())
}

/// An argument, so deep.
fn argument(name: &str, value: &Value, depth: usize) -> String {
    let before = [&string(name), " => "].concat();
    // An array with numbers for names would become a list.
    if survives(value, &|name| !is_index(name)) {
        return beside(&JSON, &before, value, depth);
    }
    let text = value.to_string();
    [&before, "json_decode(", &expression(&Text::from(text.as_str())), ")"].concat()
}

fn block([open, close]: [&str; 2], lines: &[String], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, "    ", line, ",\n"].concat()).collect();
    [open, "\n", &lines, &indent, close].concat()
}

/// Whether PHP's numbers hold those in a value.
fn is_held(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_some() || number.to_string().len() <= 17,
        Value::Array(items) => items.iter().all(is_held),
        Value::Object(fields) => fields.values().all(is_held),
        _ => true,
    }
}
