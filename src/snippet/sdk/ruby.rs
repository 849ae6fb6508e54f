//! Ruby, as `RuboCop` formats it.

use super::{Call, Case, Method, Sdk, beside};
use crate::snippet::clients::{
    literal::{with_thousands, without_last_commas},
    ruby::{JSON, OPEN, key, string, variable},
};
use serde_json::Value;

pub(super) fn print(sdk: &Sdk, method: &Method, call: &Call) -> Result<String, &'static str> {
    call.has_no_null("The method takes nil for what is left out.")?;
    let client = sdk.client(method)?;
    let credential = [(sdk.credential("username")?, call.username), (sdk.credential("password")?, call.password)];
    let credential = credential.map(|(option, name)| [option, ": ", &variable(name)].concat());
    let mut lines: Vec<String> =
        call.arguments.iter().map(|(name, value)| argument(&sdk.name(name, Case::Snake), value, 1)).collect();
    if !call.options.is_empty() {
        let module = client.rsplit_once("::").map_or(client, |(module, _)| module);
        let services = method.services.iter().map(|service| sdk.name(service, Case::Pascal));
        let class: Vec<String> = [module.to_owned()].into_iter().chain(services).collect();
        let class = [&class.join("::"), "::", &sdk.name(&method.name, Case::Pascal), "RequestOptions"].concat();
        let options = call.options.iter().map(|(group, value)| match (sdk.option_class(group), value) {
            (Some((module, class)), Value::Object(fields)) => {
                let fields = fields.iter().map(|(name, value)| argument(name, value, 3));
                let object = block(["(", ")"], &fields.collect::<Vec<_>>(), 2);
                [group, ": ", module, "::", class, ".new", &object].concat()
            }
            _ => argument(group, value, 2),
        });
        let options = block(["(", ")"], &options.collect::<Vec<_>>(), 1);
        lines.push(["method_options: ", &class, ".new", &options].concat());
    }
    let way = sdk.way(method, [Case::Snake, Case::Snake], ".");
    let lines = if lines.is_empty() { String::new() } else { block(["(", ")"], &lines, 0) };
    Ok([
        OPEN,
        "require ",
        &string(sdk.fact("package")?),
        "\n\nclient = ",
        client,
        ".new",
        &block(["(", ")"], &credential, 0),
        "\n\nresponse = client.",
        &way,
        &lines,
        // The SDK raises nothing where Stytch refuses a call.
        "\nabort response['error_message'] if response['error_type']\n\npp response\n",
    ]
    .concat())
}

/// An argument, so deep.
fn argument(name: &str, value: &Value, depth: usize) -> String {
    let written = beside(&JSON, &[&key(name), ": "].concat(), value, depth);
    with_thousands(&without_last_commas(&written))
}

/// Lines between brackets, without a comma behind the last.
fn block([open, close]: [&str; 2], lines: &[String], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let separator = [",\n", &indent, "  "].concat();
    [open, "\n", &indent, "  ", &lines.join(&separator), "\n", &indent, close].concat()
}
