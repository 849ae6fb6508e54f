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
    let credential = credential.map(|(option, name)| ["    ", option, "=", &env_var(name), ",\n"].concat()).concat();
    let client = ["client = ", package, ".", sdk.require_client_class(method)?, "(\n", &credential, ")\n"].concat();
    let mut imports = vec![["import ", package, "\n"].concat()];
    let mut lines: Vec<String> = call
        .arguments
        .iter()
        .map(|(name, value)| {
            render_labelled_value(&JSON_STYLE, &[&sdk.convert_name(name, NameCase::Snake), "="].concat(), value, 1)
        })
        .collect();
    if !call.options.is_empty() {
        let module = [sdk.require_models_module(&method.client)?, ".", &method.services.join("_")].concat();
        let class = [&sdk.convert_name(&method.name, NameCase::Pascal), sdk.suffix("options")].concat();
        let mut options = Vec::new();
        imports.push(["from ", &module, " import ", &class, "\n"].concat());
        for (group, value) in &call.options {
            options.push(match (sdk.split_option_class(group), value) {
                (Some((module, class)), Value::Object(fields)) => {
                    imports.push(["from ", module, " import ", class, "\n"].concat());
                    let fields = fields.iter().map(|(name, value)| [name, "=", &JSON_STYLE.render(value, 3)].concat());
                    [group, "=", class, &render_block(&fields.collect::<Vec<_>>(), 2)].concat()
                }
                _ => [group, "=", &JSON_STYLE.render(value, 2)].concat(),
            });
        }
        lines.push([sdk.require_metadata("options_argument")?, "=", &class, &render_block(&options, 1)].concat());
    }
    let method_path = sdk.method_path(method, [NameCase::Snake, NameCase::Snake], ".");
    let lines = if lines.is_empty() { "()".to_owned() } else { render_block(&lines, 0) };
    let call = ["response = client.", &method_path, &lines, "\n"].concat();
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
    ["(\n", &lines, &indent, ")"].concat()
}
