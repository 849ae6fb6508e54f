//! Python, as Black formats it.

use super::{Call, Case, Method, Sdk, beside};
use crate::snippet::clients::python::{JSON, variable};
use serde_json::Value;

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    call.has_no_null("The method takes None for what is left out.")?;
    let package = sdk.fact("package")?;
    let credential = [(sdk.credential("username")?, call.username), (sdk.credential("password")?, call.password)];
    let credential = credential.map(|(option, name)| ["    ", option, "=", &variable(name), ",\n"].concat()).concat();
    let client = ["client = ", package, ".", sdk.client(method)?, "(\n", &credential, ")\n"].concat();
    let mut imports = vec![["import ", package, "\n"].concat()];
    let mut lines: Vec<String> = call
        .arguments
        .iter()
        .map(|(name, value)| beside(&JSON, &[&sdk.name(name, Case::Snake), "="].concat(), value, 1))
        .collect();
    if !call.options.is_empty() {
        let module = [sdk.models(method)?, ".", &method.services.join("_")].concat();
        let class = [&sdk.name(&method.name, Case::Pascal), "RequestOptions"].concat();
        let mut options = Vec::new();
        imports.push(["from ", &module, " import ", &class, "\n"].concat());
        for (group, value) in &call.options {
            options.push(match (sdk.option_class(group), value) {
                (Some((module, class)), Value::Object(fields)) => {
                    imports.push(["from ", module, " import ", class, "\n"].concat());
                    let fields = fields.iter().map(|(name, value)| [name, "=", &JSON.write(value, 3)].concat());
                    [group, "=", class, &block(&fields.collect::<Vec<_>>(), 2)].concat()
                }
                _ => [group, "=", &JSON.write(value, 2)].concat(),
            });
        }
        lines.push(["method_options=", &class, &block(&options, 1)].concat());
    }
    let way = sdk.way(method, [Case::Snake, Case::Snake], ".");
    let lines = if lines.is_empty() { "()".to_owned() } else { block(&lines, 0) };
    let call = ["response = client.", &way, &lines, "\n"].concat();
    imports.sort_by_key(|line| (line.starts_with("from"), line.clone()));
    Ok(["import os\n\n", &imports.concat(), "\n", &client, "\n", &call, "print(response.model_dump_json(indent=2))\n"]
        .concat())
}

/// Arguments, a line each.
fn block(lines: &[String], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, "    ", line, ",\n"].concat()).collect();
    ["(\n", &lines, &indent, ")"].concat()
}
