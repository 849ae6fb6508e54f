//! Ruby, formatted as by `RuboCop`.

use super::{NameCase, Sdk, SdkCall, SdkMethod, render_labelled_value};
use crate::snippet::http_clients::{
    literal::{add_digit_separators, strip_trailing_commas},
    ruby::{FILE_HEADER, JSON_STYLE, env_var, hash_key, string_literal},
};
use serde_json::Value;

pub(super) fn render(sdk: &Sdk, method: &SdkMethod, call: &SdkCall) -> Result<String, &'static str> {
    call.ensure_no_null("The method treats nil as an omitted argument.")?;
    let client = sdk.require_client_class(method)?;
    let credential = [
        (sdk.require_credential_name("username")?, call.username_variable),
        (sdk.require_credential_name("password")?, call.password_variable),
    ];
    let credential = credential.map(|(option, name)| format!("{option}: {}", env_var(name)));
    let mut lines: Vec<String> = call
        .arguments
        .iter()
        .map(|(name, value)| render_argument(&sdk.convert_name(name, NameCase::Snake), value, 1))
        .collect();
    if !call.options.is_empty() {
        let module = client.rsplit_once("::").map_or(client, |(module, _)| module);
        let services = method.services.iter().map(|service| sdk.convert_name(service, NameCase::Pascal));
        let class: Vec<String> = [module.to_owned()].into_iter().chain(services).collect();
        let class = format!(
            "{}::{}{}",
            class.join("::"),
            sdk.convert_name(&method.name, NameCase::Pascal),
            sdk.suffix("options")
        );
        let options = call.options.iter().map(|(group, value)| match (sdk.split_option_class(group), value) {
            (Some((module, class)), Value::Object(fields)) => {
                let fields = fields.iter().map(|(name, value)| render_argument(name, value, 3));
                let object = render_block(["(", ")"], &fields.collect::<Vec<_>>(), 2);
                format!("{group}: {module}::{class}.new{object}")
            }
            _ => render_argument(group, value, 2),
        });
        let options = render_block(["(", ")"], &options.collect::<Vec<_>>(), 1);
        lines.push(format!("{}: {class}.new{options}", sdk.require_metadata("options_argument")?));
    }
    let method_path = sdk.method_path(method, [NameCase::Snake, NameCase::Snake], ".");
    let lines = if lines.is_empty() { String::new() } else { render_block(["(", ")"], &lines, 0) };
    Ok(format!(
        "{FILE_HEADER}require {}\n\nclient = {client}.new{}\n\n\
         response = client.{method_path}{lines}\n{}\npp response\n",
        string_literal(sdk.require_metadata("package")?),
        render_block(["(", ")"], &credential, 0),
        render_error_check(sdk)
    ))
}

/// Renders the statement that ends the program if the response has the fields of an error (`error_fields`). SDKs
/// without these fields raise exceptions.
fn render_error_check(sdk: &Sdk) -> String {
    let field = |key| sdk.metadata.name_at(&["error_fields", key]).map(string_literal);
    match (field("message"), field("type")) {
        (Some(message), Some(error_type)) => format!("abort response[{message}] if response[{error_type}]\n"),
        _ => String::new(),
    }
}

/// Renders an argument. `depth` is the indentation level.
fn render_argument(name: &str, value: &Value, depth: usize) -> String {
    let code = render_labelled_value(&JSON_STYLE, &format!("{}: ", hash_key(name)), value, depth);
    add_digit_separators(&strip_trailing_commas(&code))
}

/// Renders lines between brackets, without a trailing comma.
fn render_block([open, close]: [&str; 2], lines: &[String], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let separator = format!(",\n{indent}  ");
    format!("{open}\n{indent}  {}\n{indent}{close}", lines.join(&separator))
}
