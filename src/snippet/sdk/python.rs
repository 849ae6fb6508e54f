//! Python, formatted as by Black.

use super::{NameCase, Sdk, SdkCall, SdkMethod, render_labelled_value};
use crate::snippet::http_clients::python::{JSON_STYLE, env_var};
use serde_json::Value;

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    call.ensure_no_null("The method treats None as an omitted argument.")?;
    let package = sdk.require_metadata("package")?;
    let credential = [
        (sdk.require_credential_name("username")?, call.username_variable),
        (sdk.require_credential_name("password")?, call.password_variable),
    ];
    let credential = credential.map(|(option, name)| format!("    {option}={},\n", env_var(name))).concat();
    let client = format!("client = {package}.{}(\n{credential})\n", sdk.require_client_class(method)?);
    let mut imports = vec![format!("import {package}\n")];
    let mut lines: Vec<String> = call
        .arguments
        .iter()
        .map(|(name, value)| {
            render_labelled_value(&JSON_STYLE, &format!("{}=", sdk.convert_name(name, NameCase::Snake)), value, 1)
        })
        .collect();
    if !call.options.is_empty() {
        let module = format!("{}.{}", sdk.require_models_module(&method.client)?, method.services.join("_"));
        let class = format!("{}{}", sdk.convert_name(&method.name, NameCase::Pascal), sdk.suffix("options"));
        let mut options = Vec::new();
        imports.push(format!("from {module} import {class}\n"));
        for (group, value) in &call.options {
            options.push(match (sdk.split_option_class(group), value) {
                (Some((module, class)), Value::Object(fields)) => {
                    imports.push(format!("from {module} import {class}\n"));
                    let fields = fields.iter().map(|(name, value)| format!("{name}={}", JSON_STYLE.render(value, 3)));
                    format!("{group}={class}{}", render_block(&fields.collect::<Vec<_>>(), 2))
                }
                _ => format!("{group}={}", JSON_STYLE.render(value, 2)),
            });
        }
        lines.push(format!("{}={class}{}", sdk.require_metadata("options_argument")?, render_block(&options, 1)));
    }
    let method_path = sdk.method_path(method, [NameCase::Snake, NameCase::Snake], ".");
    let lines = if lines.is_empty() { "()".to_owned() } else { render_block(&lines, 0) };
    let call = format!("response = client.{method_path}{lines}\n");
    imports.sort_by_key(|line| (line.starts_with("from"), line.clone()));
    let response = match sdk.metadata.name_at(&["to_json"]) {
        Some(to_json) => format!("response.{to_json}(indent=2)"),
        None => "response".into(),
    };
    let imports = imports.concat();
    Ok(format!("import os\n\n{imports}\n{client}\n{call}print({response})\n"))
}

/// Renders arguments between brackets, one per line.
fn render_block(lines: &[String], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, "    ", line, ",\n"].concat()).collect();
    format!("(\n{lines}{indent})")
}
